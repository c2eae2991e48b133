"""The receipt: what a partner keeps of a deposit."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest
import time_machine
from django.test import Client

from comptes.models import Trace
from signalements import actions
from signalements.models import Demande, Piece
from tests.personas import Personas, connecte
from tests.signalements.fabriques import SIMPLE, deposer, ouvrir_brouillon
from tests.voisinage import DONNEES, csv, lier

pytestmark = pytest.mark.django_db

LUNDI = datetime(2026, 3, 2, 9, 5, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _horloge() -> Iterator[None]:
    """Monday 2 March 2026, 9:05 in Paris."""
    with time_machine.travel(LUNDI, tick=False):
        yield


@pytest.fixture
def scene(_horloge: None, personas: Personas) -> Personas:
    lier(personas.caisse_a, personas.partenaire_a)
    return personas


def recepisse(demande: Demande, scene: Personas) -> tuple[pypdf.PdfReader, str]:
    actions.etablir_recepisse(demande.pk)
    reponse = connecte(Client(), scene.technicien_a).get(
        f"/demandes/{demande.reference}/recepisse/"
    )
    octets = b"".join(reponse.streaming_content)
    lecteur = pypdf.PdfReader(io.BytesIO(octets))
    texte = " ".join(" ".join(page.extract_text() for page in lecteur.pages).split())
    return lecteur, texte


def test_le_recepisse_dit_tout_sur_une_page(scene: Personas) -> None:
    brouillon = ouvrir_brouillon(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
    actions.joindre(brouillon, csv("loyer.csv"), usage="urgence", acteur=scene.technicien_a)
    donnees: dict[str, Any] = {**DONNEES, "urgente": True}
    demande = actions.deposer(brouillon, donnees, acteur=scene.technicien_a)
    lecteur, texte = recepisse(demande, scene)
    assert len(lecteur.pages) == 1
    for attendu in (
        demande.reference,
        "02/03/2026 à 9 h 05",
        "demande urgente",
        scene.caisse_a.nom,
        scene.partenaire_a.nom,
        "Saisine Mission accompagnement santé",
        "Madame Élodie VASSEUR",
        "09/03/1984",
        "La personne concernée accepte que ses coordonnées soient transmises",
        "04/03/2026 à 9 h 05",  # urgent: taken into account within 48 hours
        "01/04/2026",  # instructed within 30 days
        "48 heures",
        "La personne ne parvient pas à renouveler sa complémentaire.",
        "loyer.csv",
        "Justificatif d'urgence",
    ):
        assert attendu in texte, attendu
    assert "République" not in texte


def test_une_urgence_signalee_ensuite_n_y_est_pas(scene: Personas) -> None:
    """The worker was slow: the receipt still tells the request as it was filed."""
    demande = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
    with time_machine.travel(LUNDI + timedelta(seconds=20), tick=False):
        actions.signaler_urgence(demande, acteur=scene.technicien_a)
        _, texte = recepisse(demande, scene)
    assert "urgent" not in texte.lower()


@pytest.mark.regle("D-05")
def test_un_autre_motif_n_a_pas_de_partie_accompagnement(scene: Personas) -> None:
    demande = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a, **SIMPLE)
    _, texte = recepisse(demande, scene)
    assert "Accompagnement santé" not in texte
    assert "Aucune pièce jointe" in texte


def test_le_recepisse_ne_change_plus(scene: Personas) -> None:
    demande = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
    recepisse(demande, scene)
    avant = Demande.objects.get().recepisse.sha256
    actions.joindre(demande, csv(), usage=Piece.Usage.AUTRE, acteur=scene.technicien_a)
    _, texte = recepisse(demande, scene)
    assert Demande.objects.get().recepisse.sha256 == avant
    assert "budget.csv" not in texte


@pytest.mark.regle("G-05")
def test_telecharger_le_recepisse_laisse_une_trace(scene: Personas) -> None:
    demande = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
    recepisse(demande, scene)
    trace = Trace.objects.get(action="telechargement")
    assert (trace.qui, trace.cle) == (scene.technicien_a, demande.reference)
