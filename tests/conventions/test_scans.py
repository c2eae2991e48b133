"""A signed paper is a file like any other: checked, scanned, erased when it is refused."""

from datetime import date
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from comptes.models import Trace
from conventions import actions
from conventions.models import Scan, Signature
from conventions.tasks import analyser_scan, relancer_scans
from portail import antivirus
from portail.etats import TransitionImpossible
from portail.tasks import detruire_fichiers
from tests.conventions.vies import preparee, relue
from tests.personas import Personas
from tests.portail import echantillons

pytestmark = pytest.mark.django_db

JOUR = date(2026, 3, 2)


@pytest.fixture
def signature(personas: Personas) -> Signature:
    convention = preparee(caisses=[personas.caisse_a], partenaires=[personas.partenaire_a])
    actions.envoyer_en_signature(convention, acteur=None)
    return convention.actes.get().signatures.get(partenaire=personas.partenaire_a)


def papier(nom: str = "convention_signee.pdf", octets: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, octets or echantillons.pdf())


def signer(signature: Signature, scan: SimpleUploadedFile | None) -> Signature:
    return actions.signer(signature, signee_le=JOUR, qualite="Maire", scan=scan, acteur=None)


def repondre(sain: bool) -> mock._patch:
    verdict = antivirus.Verdict(sain=sain, signature=None if sain else "Essai")
    return mock.patch.object(antivirus, "analyser", return_value=verdict)


def test_le_papier_signe_accompagne_la_date(signature: Signature) -> None:
    scan = signer(signature, papier()).scan
    assert scan is not None
    assert (scan.nom, scan.etat, scan.convention) == (
        "convention_signee.pdf",
        "en_attente",
        signature.acte.convention,
    )
    with repondre(sain=True):
        analyser_scan(scan.pk)
    assert relue(scan).etat == "saine"
    assert relue(scan).fichier.size == scan.taille


def test_infecte_il_perd_ses_octets_et_se_remplace(signature: Signature) -> None:
    scan = signer(signature, papier()).scan
    stockage, chemin = scan.fichier.storage, scan.fichier.name
    assert stockage.exists(chemin)
    with repondre(sain=False):
        relancer_scans()
    assert relue(scan).etat == "infectee"
    assert not relue(scan).fichier
    detruire_fichiers()
    assert not stockage.exists(chemin)
    assert Trace.objects.filter(objet="scan", action="refus").count() == 1
    autre = actions.joindre_scan(relue(signature), scan=papier(), acteur=None)
    assert relue(signature).scan == autre


def test_sans_antivirus_il_attend(signature: Signature) -> None:
    scan = signer(signature, papier()).scan
    with mock.patch.object(antivirus, "analyser", side_effect=antivirus.AntivirusIndisponible):
        relancer_scans()
    assert relue(scan).etat == "en_attente"


@pytest.mark.parametrize(
    ("nom", "octets", "raison"),
    [
        ("convention.exe", b"MZ", "type de fichier"),
        ("convention.csv", b"a;b\n1;2\n", "PDF ou en image"),
        ("convention.pdf", b"pas un pdf", "contenu"),
        ("2 85 05 78 006 084 91.pdf", None, "sécurité sociale"),
    ],
)
def test_un_mauvais_fichier_est_refuse_et_rien_n_est_signe(
    signature: Signature, nom: str, octets: bytes | None, raison: str
) -> None:
    with pytest.raises(ValidationError, match=raison) as refus:
        signer(signature, papier(nom, octets))
    assert list(refus.value.message_dict) == ["scan"]
    assert relue(signature).signee_le is None
    assert not Scan.objects.exists()


def test_il_s_ajoute_plus_tard_une_seule_fois(signature: Signature) -> None:
    with pytest.raises(TransitionImpossible, match="date"):
        actions.joindre_scan(signature, scan=papier(), acteur=None)
    signer(signature, None)
    actions.joindre_scan(signature, scan=papier(), acteur=None)
    with pytest.raises(TransitionImpossible, match="déjà enregistré"):
        actions.joindre_scan(signature, scan=papier(), acteur=None)


@pytest.mark.parametrize("qui", ["admin_b", "agent_a", "gestionnaire_a", "technicien_a"])
def test_les_autres_n_ajoutent_rien(personas: Personas, signature: Signature, qui: str) -> None:
    signer(signature, None)
    with pytest.raises(PermissionDenied):
        actions.joindre_scan(signature, scan=papier(), acteur=getattr(personas, qui))
