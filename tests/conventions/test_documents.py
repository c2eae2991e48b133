"""A document is asked once, frozen, made once, kept, and read only by those it concerns (C-05)."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from comptes.models import Trace
from conventions import tasks
from conventions.actions import documents
from conventions.models import Acte, Convention, Document
from portail import pdf
from portail.tasks import detruire_fichiers
from tests.conventions.documents import acte, convention_metier, demander, faire, octets, texte
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

LUNDI = datetime(2026, 3, 9, 9, 5, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _horloge() -> Iterator[None]:
    """Monday 9 March 2026, 9:05 in Paris."""
    with time_machine.travel(LUNDI, tick=False):
        yield


@pytest.fixture
def utilisation(_horloge: None, personas: Personas) -> Acte:
    return acte(convention_metier(personas.caisse_a, personas.partenaire_a))


def adresse(document: Document, suite: str = "") -> str:
    return f"/documents/{document.identifiant}/{suite}"


@pytest.mark.regle("C-05")
def test_les_octets_et_leur_empreinte_sont_gardes(utilisation: Acte, personas: Personas) -> None:
    document = demander(utilisation, personas.admin_a)
    contenu = octets(document)
    assert contenu.startswith(b"%PDF-1.7")
    assert document.sha256 == hashlib.sha256(contenu).hexdigest()
    assert document.taille == len(contenu)
    assert document.version_gabarit == "2026-1"
    assert document.etabli_le == LUNDI
    assert document.donnees == {}
    assert document.garde_jusqu_au is None


@pytest.mark.regle("C-05")
def test_ce_qui_est_demande_est_fige(utilisation: Acte, personas: Personas) -> None:
    convention = utilisation.convention
    demande = documents.demander_document(
        "utilisation", source=utilisation, convention=convention, acteur=personas.admin_a
    )
    Convention.objects.filter(pk=convention.pk).update(
        intitule="Un autre titre", conservation_mois=99, services=["historique"]
    )
    dit = texte(faire(demande))
    assert "Un autre titre" not in dit
    assert "99 mois" not in dit
    assert "Demander un document" in dit


@pytest.mark.regle("C-05")
def test_un_document_etabli_ne_l_est_plus_jamais(utilisation: Acte, personas: Personas) -> None:
    document = demander(utilisation, personas.admin_a)
    avant = octets(document)
    Convention.objects.update(intitule="Un autre titre")
    with patch.object(pdf, "rendre", side_effect=AssertionError("rendered twice")):
        faire(document)
        assert demander(utilisation, personas.admin_a) == document
    assert octets(document) == avant
    assert Document.objects.count() == 1


@pytest.mark.regle("C-05")
def test_les_memes_donnees_font_les_memes_octets(utilisation: Acte, personas: Personas) -> None:
    document = documents.demander_document(
        "utilisation",
        source=utilisation,
        convention=utilisation.convention,
        acteur=personas.admin_a,
    )
    donnees = document.donnees
    avant = octets(faire(document))
    Document.objects.filter(pk=document.pk).update(
        donnees=donnees, etabli_le=None, sha256="", taille=0
    )
    with time_machine.travel(LUNDI + timedelta(days=400), tick=False):
        assert octets(faire(document)) == avant


@pytest.mark.regle("C-05")
def test_la_base_refuse_deux_documents_d_une_source(utilisation: Acte, personas: Personas) -> None:
    demander(utilisation, personas.admin_a)
    source = utilisation.identifiant
    with pytest.raises(IntegrityError, match="document_un_par_source"), transaction.atomic():
        Document.objects.create(nature="utilisation", source=source, demande_le=LUNDI)


def test_un_projet_porte_sa_mention_et_ne_dure_pas(utilisation: Acte, personas: Personas) -> None:
    Acte.objects.update(etat="brouillon")
    projet = demander(utilisation, personas.admin_a)
    assert projet.est_projet
    assert "Projet – ne vaut pas signature" in texte(projet)
    assert f"{projet.garde_jusqu_au:%d/%m/%Y}" == "08/04/2026"
    Acte.objects.update(etat="signature")
    definitif = demander(utilisation, personas.admin_a)
    assert definitif != projet
    assert "ne vaut pas signature" not in texte(definitif)

    chemin, stockage = projet.fichier.name, projet.fichier.storage
    assert documents.oublier_provisoires(LUNDI + timedelta(days=30)) == 0
    assert documents.oublier_provisoires(LUNDI + timedelta(days=31)) == 1
    assert list(Document.objects.all()) == [definitif]
    assert stockage.exists(chemin)  # until a task comes for it, after commit


def test_ce_qui_perime_perd_ses_octets(utilisation: Acte, personas: Personas) -> None:
    Acte.objects.update(etat="brouillon")
    projet = demander(utilisation, personas.admin_a)
    chemin, stockage = projet.fichier.name, projet.fichier.storage
    with time_machine.travel(LUNDI + timedelta(days=31), tick=False):
        tasks.oublier_documents()
        detruire_fichiers()
    assert not stockage.exists(chemin)
    assert not Document.objects.exists()


@pytest.mark.regle("C-05")
@pytest.mark.django_db(transaction=True)
def test_deux_ouvriers_n_en_font_qu_un(
    utilisation: Acte, personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    document = documents.demander_document(
        "utilisation",
        source=utilisation,
        convention=utilisation.convention,
        acteur=personas.admin_a,
    )
    faits = []
    rendre = pdf.rendre

    def compter(*args: object) -> bytes:
        faits.append(args)
        return rendre(*args)

    with patch.object(pdf, "rendre", compter):
        resultats = en_meme_temps(*[lambda: documents.etablir(document.pk)] * 2)
    assert resultats == [None, None]
    assert len(faits) == 1
    document.refresh_from_db()
    assert hashlib.sha256(octets(document)).hexdigest() == document.sha256


@pytest.mark.django_db(transaction=True)
def test_deux_demandes_a_la_fois_n_en_font_qu_une(
    utilisation: Acte, personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    def demande() -> object:
        return documents.demander_document(
            "utilisation", source=utilisation, convention=utilisation.convention, acteur=None
        ).pk

    premier, second = en_meme_temps(demande, demande)
    assert premier == second
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_un_rendu_qui_echoue_ne_laisse_rien_et_se_refait(
    utilisation: Acte, personas: Personas
) -> None:
    document = documents.demander_document(
        "utilisation", source=utilisation, convention=utilisation.convention, acteur=None
    )
    with patch.object(pdf, "rendre", side_effect=OSError), pytest.raises(OSError):
        documents.etablir(document.pk)
    document.refresh_from_db()
    assert not document.est_etabli
    assert documents.manquants(LUNDI) == []
    assert documents.manquants(LUNDI + timedelta(seconds=61)) == [document.pk]
    assert faire(document).est_etabli
    assert documents.manquants(LUNDI + timedelta(seconds=61)) == []


@pytest.mark.regle("G-05")
@pytest.mark.parametrize("persona", ["admin_a", "gestionnaire_a"])
def test_le_document_se_telecharge_et_laisse_une_trace(
    utilisation: Acte, personas: Personas, persona: str
) -> None:
    document = demander(utilisation, personas.admin_a)
    lecteur = getattr(personas, persona)
    reponse = connecte(Client(), lecteur).get(adresse(document))
    assert reponse.status_code == 200
    assert b"".join(reponse.streaming_content) == octets(document)
    nom = f'attachment; filename="convention-utilisation-{document.reference[:8]}.pdf"'
    assert reponse["Content-Disposition"] == nom
    assert reponse["Cache-Control"] == "private, no-store"
    trace = Trace.objects.get(action="telechargement")
    assert (trace.qui, trace.objet, trace.cle) == (lecteur, "document", document.reference)


def test_on_attend_pendant_que_la_tache_travaille(utilisation: Acte, personas: Personas) -> None:
    document = documents.demander_document(
        "utilisation",
        source=utilisation,
        convention=utilisation.convention,
        acteur=personas.admin_a,
    )
    client = connecte(Client(), personas.admin_a)
    reponse = client.get(adresse(document))
    assert reponse.status_code == 202
    assert "en préparation" in reponse.content.decode()
    assert not Trace.objects.filter(action="telechargement").exists()

    morceau = client.get(adresse(document, "fiche/"), headers={"HX-Request": "true"})
    assert 'hx-trigger="load delay:2s"' in morceau.content.decode()
    faire(document)
    morceau = client.get(adresse(document, "fiche/"), headers={"HX-Request": "true"})
    assert "hx-trigger" not in morceau.content.decode()
    assert "Télécharger (PDF" in morceau.content.decode()


def test_la_page_du_document_donne_son_empreinte(utilisation: Acte, personas: Personas) -> None:
    document = demander(utilisation, personas.admin_a)
    page = connecte(Client(), personas.gestionnaire_a).get(adresse(document, "fiche/"))
    assert page.status_code == 200
    contenu = page.content.decode()
    assert document.sha256 in contenu
    assert document.reference in contenu
    assert "modèle 2026-1" in contenu
    assert not Trace.objects.filter(action="telechargement").exists()


@pytest.mark.regle("G-05")
@pytest.mark.parametrize("suite", ["", "fiche/"])
@pytest.mark.parametrize(
    ("persona", "statut"),
    [
        ("admin_b", 404),
        ("gestionnaire_b", 404),
        ("technicien_a", 403),
        ("agent_a", 403),
        ("dpo_a", 403),
        ("technicien_b", 403),
    ],
)
def test_le_voisin_ne_trouve_rien_et_le_technicien_n_a_pas_le_droit(
    utilisation: Acte, personas: Personas, persona: str, statut: int, suite: str
) -> None:
    convention_metier(personas.caisse_b, personas.partenaire_b)
    document = demander(utilisation, personas.admin_a)
    client = connecte(Client(), getattr(personas, persona))
    assert client.get(adresse(document, suite)).status_code == statut
    assert not Trace.objects.filter(action="telechargement").exists()


def test_un_document_inconnu(personas: Personas) -> None:
    client = connecte(Client(), personas.admin_a)
    assert client.get(f"/documents/{uuid4()}/").status_code == 404


def test_demander_puis_valider_envoie_la_tache(utilisation: Acte, personas: Personas) -> None:
    with patch.object(tasks.etablir_document, "delay_on_commit") as envoi:
        document = documents.demander_document(
            "utilisation", source=utilisation, convention=utilisation.convention, acteur=None
        )
    envoi.assert_called_once_with(document.pk)
