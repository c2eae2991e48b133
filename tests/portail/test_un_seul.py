"""One beat at a time: who holds the place schedules, who waits does nothing (docs/adr/0015)."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from portail import pouls
from portail.celery import Ordonnanceur, app
from portail.embarque.postgres import PROPRIETAIRE
from portail.models import Execution
from portail.settings import test as reglages
from portail.un_seul import NOM, UnSeul
from tests.attente import attendre

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> Iterator[list[UnSeul]]:
    places = [UnSeul(), UnSeul()]
    yield places
    for place in places:
        place.rendre()


def prendre(place: UnSeul) -> None:
    """The server notices a closed connection in its own time."""
    attendre(place.tenir, delai=10, quoi="the place is free")


def couper() -> None:
    """What a failover or an administrator does: the server ends every session of a beat."""
    adresse = reglages.EMBARQUE.postgres.url(PROPRIETAIRE, connection.settings_dict["NAME"])
    with psycopg.connect(adresse, autocommit=True) as base:
        base.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [NOM],
        )


def test_une_seule_place(places: list[UnSeul]) -> None:
    premier, second = places
    assert [premier.tenir(), second.tenir(), premier.tenir(), second.tenir()] == [
        True,
        False,
        True,
        False,
    ]
    premier.rendre()
    prendre(second)
    assert not premier.tenir()


def test_une_connexion_perdue_est_une_place_perdue(places: list[UnSeul]) -> None:
    premier, second = places
    assert premier.tenir()
    couper()
    assert second.tenir()
    assert not premier.tenir(), "it must not go on as if nothing had happened"
    assert not premier.tenir()
    second.rendre()
    prendre(premier)


def test_un_verrou_rendu_par_un_intermediaire_est_une_place_perdue(places: list[UnSeul]) -> None:
    """A pooler that resets a session keeps it open: only the lock tells who has the place."""
    premier, second = places
    assert [premier.tenir(), premier.tenir()] == [True, True]
    premier._session.execute("DISCARD ALL")
    assert second.tenir()
    assert not premier.tenir()


def test_une_base_absente_fait_attendre_sans_tuer(
    places: list[UnSeul], monkeypatch: pytest.MonkeyPatch
) -> None:
    premier = places[0]
    with monkeypatch.context() as panne:
        panne.setitem(connection.settings_dict, "HOST", "/nulle/part")
        assert [premier.tenir(), premier.tenir()] == [False, False]
    assert premier.tenir()


class Essai(Ordonnanceur):
    """Beat's schedule with one task, always due; what it queues is written down."""

    def __init__(self, envois: list[str]) -> None:
        self.envois = envois
        super().__init__(app, max_interval=5)

    def setup_schedule(self) -> None:
        self.update_from_dict({"essai": {"task": "essai", "schedule": 0}})

    def apply_async(self, entry: Any, **_: Any) -> None:
        self.envois.append(entry.task)


def test_qui_attend_ne_programme_rien_et_ne_bat_pas(places: list[UnSeul]) -> None:
    envois: list[str] = []
    ordonnanceur, autre = Essai(envois), places[0]
    cache.clear()
    assert autre.tenir()
    assert 0 < ordonnanceur.tick() <= 2
    assert (envois, pouls.age("beat", maintenant=time.time())) == ([], None)
    autre.rendre()
    attendre(lambda: ordonnanceur.tick() == 0, delai=10, quoi="its turn")
    assert envois == ["essai"]
    assert pouls.age("beat", maintenant=time.time()) is not None
    couper()
    assert autre.tenir()
    assert ordonnanceur.tick() > 0
    assert envois == ["essai"]
    autre.rendre()
    attendre(lambda: ordonnanceur.tick() == 0, delai=10, quoi="its turn again")
    assert envois == ["essai", "essai"]
    ordonnanceur.close()
    prendre(autre)


class Horaire(Essai):
    """Three tasks that run once an hour."""

    def setup_schedule(self) -> None:
        self.update_from_dict(
            {nom: {"task": nom, "schedule": 3600} for nom in ("jamais", "recente", "ancienne")}
        )


def test_un_beat_reprend_ou_le_precedent_s_est_arrete(places: list[UnSeul]) -> None:
    """Restarted every half hour, it still runs what is hourly; what just ran waits."""
    maintenant = timezone.now()
    for nom, minutes in (("recente", 59), ("ancienne", 61)):
        Execution.objects.create(nom=nom, debut_le=maintenant - timedelta(minutes=minutes))
    envois: list[str] = []
    ordonnanceur = Horaire(envois)
    attendre(lambda: ordonnanceur.tick() > 0, delai=10, quoi="nothing more is due")
    assert sorted(envois) == ["ancienne", "jamais"]
    ordonnanceur.close()
    prendre(places[0])
