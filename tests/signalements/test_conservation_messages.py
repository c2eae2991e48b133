"""What was told of a request is forgotten as it is anonymised: lines, mails, digests (G-04)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes import courriels
from comptes.composition import composer
from comptes.models import Courriel, Notification, Preference
from comptes.oubli import oublier
from comptes.recapitulatifs import recapituler
from signalements import actions
from signalements.models import Demande
from tests.personas import Personas, connecte
from tests.signalements.closes import TERME, VEILLE, close, tables_qui_disent

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-04")]

# 31 January 2026, later than the hour at which the digests leave.
MIDI = datetime(2026, 1, 31, 11, tzinfo=UTC)

Proprietaire = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def au_quotidien(personas: Personas) -> None:
    """The technicien is told of their requests by the daily digest."""
    Preference.objects.create(
        utilisateur=personas.technicien_a, genre="mes_demandes", remise="quotidien"
    )


def recapitulatif() -> Courriel:
    return Courriel.objects.get(gabarit="recapitulatif")


def test_les_lignes_et_les_courriels_de_la_voisine_restent(
    personas: Personas, proprietaire: Proprietaire
) -> None:
    demande, voisine = close(personas), close(personas, quand=VEILLE)

    def dits(reference: str) -> tuple[int, int]:
        siens = Courriel.objects.filter(contexte__reference=reference)
        return siens.count(), Notification.objects.filter(reference=reference).count()

    avant = dits(voisine.reference)
    assert avant == dits(demande.reference) == (3, 3)
    assert actions.anonymiser(TERME) == 1
    assert dits(demande.reference) == (0, 0)
    assert dits(voisine.reference) == avant
    with proprietaire():
        assert tables_qui_disent(demande.reference) == {"comptes_trace"}


def test_un_courriel_qui_attendait_ne_part_plus(personas: Personas, mailoutbox: list[Any]) -> None:
    demande = close(personas)
    attendus = list(Courriel.objects.filter(contexte__reference=demande.reference))
    assert {courriel.etat for courriel in attendus} == {"a_envoyer"}
    assert actions.anonymiser(TERME) == 1
    assert not any(courriels.envoyer(courriel.pk) for courriel in attendus)
    assert mailoutbox == []


@pytest.mark.usefixtures("au_quotidien")
def test_un_recapitulatif_ne_la_cite_plus_et_dit_encore_les_autres(
    personas: Personas, proprietaire: Proprietaire
) -> None:
    demande, voisine = close(personas), close(personas, quand=VEILLE)
    assert recapituler(MIDI) == 1
    corps = composer(recapitulatif()).body
    assert demande.reference in corps
    assert actions.anonymiser(TERME) == 1
    with proprietaire():
        assert tables_qui_disent(demande.reference) == {"comptes_trace"}
    corps = composer(recapitulatif()).body
    assert demande.reference not in corps
    assert corps.count(f"/demandes/{voisine.reference}/") == 3
    assert "… et 3 autres." in corps
    assert recapituler(MIDI) == 0


@pytest.mark.usefixtures("au_quotidien")
def test_un_recapitulatif_qui_ne_disait_qu_elle_se_compose_encore(personas: Personas) -> None:
    demande = close(personas)
    assert recapituler(MIDI) == 1
    assert actions.anonymiser(TERME) == 1
    corps = composer(recapitulatif()).body
    assert demande.reference not in corps
    assert "… et 3 autres." in corps


@pytest.mark.usefixtures("au_quotidien")
def test_ce_qui_n_etait_pas_encore_recapitule_ne_le_sera_pas(personas: Personas) -> None:
    close(personas)
    assert actions.anonymiser(TERME) == 1
    assert recapituler(MIDI) == 0
    assert not Courriel.objects.filter(gabarit="recapitulatif").exists()


def test_la_cloche_ne_compte_plus_ce_qui_n_est_plus_a_lire(personas: Personas) -> None:
    demande = close(personas)
    with time_machine.travel(TERME, tick=False):
        technicien = connecte(Client(), personas.technicien_a)
        assert demande.reference in technicien.get("/notifications/").content.decode()
        assert actions.anonymiser(TERME) == 1
        page = technicien.get("/notifications/").content.decode()
    assert demande.reference not in page
    assert not Notification.objects.filter(destinataire=personas.technicien_a).exists()


@pytest.mark.usefixtures("au_quotidien")
def test_vingt_lignes_ne_coutent_pas_plus_de_requetes_que_deux(personas: Personas) -> None:
    def mesurer(nombre: int, jour: datetime) -> int:
        for _ in range(nombre):
            close(personas)
        assert recapituler(jour) == 1
        with CaptureQueriesContext(connection) as requetes:
            assert actions.anonymiser(TERME) == nombre
        return len(requetes)

    assert mesurer(1, MIDI) == mesurer(7, MIDI.replace(month=2, day=1))


def test_les_lignes_se_trouvent_par_leur_index(personas: Personas) -> None:
    demande = close(personas)
    with CaptureQueriesContext(connection) as requetes:
        assert oublier([demande.reference]) == set()
    lecture = next(r["sql"] for r in requetes if '"reference" IN' in r["sql"])
    with connection.cursor() as curseur:
        # So few rows would be read whole; a million would not.
        curseur.execute("SET LOCAL enable_seqscan = off")
        curseur.execute(f"EXPLAIN {lecture}")
        assert "notification_reference" in "".join(ligne for (ligne,) in curseur.fetchall())
    assert Demande.objects.filter(pk=demande.pk).exists()
