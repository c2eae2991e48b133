"""A signed scan is read by both sides, and only once the antivirus said yes."""

import pytest
from django.test import Client
from django.utils import timezone

from comptes.models import Trace
from conventions.actions import scans
from conventions.models import Convention, Scan
from tests.conventions.documents import convention_metier, scan
from tests.personas import Personas, connecte
from tests.portail import echantillons

pytestmark = pytest.mark.django_db

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def convention(personas: Personas) -> Convention:
    return convention_metier(personas.caisse_a, personas.partenaire_a)


def sain(depose: Scan) -> Scan:
    Scan.objects.filter(pk=depose.pk).update(etat="saine", analysee_le=timezone.now())
    return depose


def test_avant_le_verdict_personne_ne_lit(convention: Convention, personas: Personas) -> None:
    depose = scan(convention, echantillons.pdf())
    reponse = connecte(Client(), personas.admin_a).get(f"/scans/{depose.identifiant}/")
    assert reponse.status_code == 409
    contenu = reponse.content.decode()
    assert "L’analyse antivirus de ce fichier n’est pas terminée" in contenu
    assert "Réessayer" in contenu
    assert not Trace.objects.filter(action="telechargement").exists()
    refus = Trace.objects.get(action="refus")
    assert refus.details == {"raison": "scan:en_attente"}


@pytest.mark.regle("G-05")
@pytest.mark.parametrize("persona", ["admin_a", "gestionnaire_a"])
def test_apres_un_verdict_sain_les_deux_cotes_lisent(
    convention: Convention, personas: Personas, clamd: str, persona: str
) -> None:
    papier = echantillons.pdf()
    depose = scan(convention, papier)
    scans.analyser(depose.pk)
    lecteur = getattr(personas, persona)
    reponse = connecte(Client(), lecteur).get(f"/scans/{depose.identifiant}/")
    assert reponse.status_code == 200
    assert b"".join(reponse.streaming_content) == papier
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse["Content-Disposition"] == 'attachment; filename="convention-signee.pdf"'
    assert reponse["Content-Security-Policy"] == "sandbox; default-src 'none'"
    trace = Trace.objects.get(action="telechargement")
    assert (trace.qui, trace.objet, trace.cle) == (lecteur, "scan", depose.reference)


def test_un_virus_n_est_jamais_lu(convention: Convention, personas: Personas, clamd: str) -> None:
    depose = scan(convention, EICAR)
    scans.analyser(depose.pk)
    depose.refresh_from_db()
    assert depose.etat == "infectee"
    reponse = connecte(Client(), personas.admin_a).get(f"/scans/{depose.identifiant}/")
    assert reponse.status_code == 409
    contenu = reponse.content.decode()
    assert "Ce fichier a été refusé par l’antivirus." in contenu
    assert "Réessayer" not in contenu


@pytest.mark.parametrize(
    ("persona", "statut"),
    [
        ("admin_b", 404),
        ("gestionnaire_b", 404),
        ("technicien_a", 403),
        ("agent_a", 403),
        ("dpo_a", 403),
    ],
)
def test_le_voisin_ne_trouve_rien(
    convention: Convention, personas: Personas, persona: str, statut: int
) -> None:
    convention_metier(personas.caisse_b, personas.partenaire_b)
    depose = sain(scan(convention, echantillons.pdf()))
    client = connecte(Client(), getattr(personas, persona))
    assert client.get(f"/scans/{depose.identifiant}/").status_code == statut


def test_un_scan_n_a_pas_d_adresse_publique(convention: Convention, personas: Personas) -> None:
    depose = sain(scan(convention, echantillons.pdf()))
    client = connecte(Client(), personas.admin_a)
    for racine in ("", "media/", "static/"):
        assert client.get(f"/{racine}{depose.fichier.name}").status_code == 404
