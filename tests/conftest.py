"""Real servers for every test: PostgreSQL and Valkey embedded, clamd on demand.

The tables belong to the owner role; tests run with the rights of `portail_application`, as the
service does, so what is revoked from it is revoked here too.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

from portail.embarque.clamav import Clamd
from portail.embarque.postgres import APPLICATION, PROPRIETAIRE
from portail.settings import test as reglages
from portail.taches import Tache
from tests.attente import attendre

pytest_plugins = ["tests.personas"]


def pytest_sessionstart() -> None:
    reglages.EMBARQUE.assurer()
    _oublier_les_morts()


def pytest_sessionfinish() -> None:
    reglages.EMBARQUE.valkey.liberer(attendre=5)
    shutil.rmtree(reglages.ESSAI, ignore_errors=True)


def _oublier_les_morts() -> None:
    """Drop the databases and folders of runs that were killed."""
    with psycopg.connect(
        reglages.EMBARQUE.postgres.url(PROPRIETAIRE, "postgres"), autocommit=True
    ) as base:
        lignes = base.execute("SELECT datname FROM pg_database WHERE datname LIKE 'essai\\_%'")
        for (nom,) in lignes.fetchall():
            if not _vit(nom.split("_")[1]):
                base.execute(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')
    for dossier in reglages.VAR.glob("essai-*"):
        if not _vit(dossier.name.split("-")[1]):
            shutil.rmtree(dossier, ignore_errors=True)


def _vit(pid: str) -> bool:
    return pid.isdigit() and psutil.pid_exists(int(pid))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[None]:
    """The owner migrates; then every connection takes the service's role."""
    options = connection.settings_dict["OPTIONS"]
    with django_db_blocker.unblock():
        connection.close()
        options["options"] = f"-c role={APPLICATION}"
        yield
        connection.close()
        del options["options"]


def _occupees(self: DatabaseOperations) -> int:
    """How many other connections are in the middle of something."""
    with transaction.atomic(), self.connection.cursor() as curseur:
        curseur.execute("SET LOCAL ROLE NONE")
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return int(curseur.fetchone()[0])


def _vider(self: DatabaseOperations, instructions: list[str]) -> None:
    """Empty the tables between tests: the owner may, once the triggers are asleep.

    A server may still be answering a browser that did not wait: it is let finish.
    """
    attendre(lambda: not _occupees(self), delai=30, quoi="the other connections")
    with transaction.atomic(), self.connection.cursor() as curseur:
        curseur.execute("SET LOCAL ROLE NONE")
        curseur.execute("SET LOCAL session_replication_role = replica")
        for instruction in instructions:
            curseur.execute(instruction)


DatabaseOperations.execute_sql_flush = _vider


@pytest.fixture
def proprietaire(db: None) -> Callable[[], AbstractContextManager[None]]:
    """`with proprietaire():` gives the test's connection the rights of the tables' owner."""

    @contextmanager
    def _en_proprietaire() -> Iterator[None]:
        with connection.cursor() as curseur:
            curseur.execute("SET ROLE NONE")
        yield
        with connection.cursor() as curseur:
            curseur.execute(f"SET ROLE {APPLICATION}")

    return _en_proprietaire


@pytest.fixture(autouse=True)
def _courriels_en_memoire(settings: pytest.FixtureDef) -> None:
    """Mail stays in memory; each test may count on an empty outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _sans_pause() -> None:
    """A failure to queue in one test says nothing about the next one."""
    Tache.pas_avant = 0.0


@pytest.fixture(scope="session")
def serveur_clamd() -> Iterator[Clamd]:
    serveur = Clamd(reglages.VAR / "clamav")
    serveur.assurer()
    yield serveur
    serveur.liberer(attendre=5)


@pytest.fixture
def clamd(settings: pytest.FixtureDef, serveur_clamd: Clamd) -> str:
    """The address of a real clamd, which `settings.CLAMD` names for this test."""
    settings.CLAMD = serveur_clamd.url
    return serveur_clamd.url


@pytest.fixture
def environnement() -> dict[str, str]:
    """What a real process needs to work on this run's database, queue and files."""
    nom = connection.settings_dict["NAME"]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portail.settings.test",
        "DATABASE_URL": reglages.EMBARQUE.postgres.url(APPLICATION, nom),
        "REDIS_URL": reglages.EMBARQUE.url_redis,
        "PORTAIL_DOSSIER_FICHIERS": str(reglages.ESSAI / "fichiers"),
        "PORTAIL_CLAMD": settings.CLAMD,
    }


@pytest.fixture
def en_meme_temps() -> Callable[..., list[object]]:
    """Run these at once, each on its own connection; what each returned or raised."""

    def _lancer(*verbes: Callable[[], object]) -> list[object]:
        depart = threading.Barrier(len(verbes))
        resultats: list[object] = [None] * len(verbes)

        def courir(rang: int) -> None:
            try:
                depart.wait(timeout=30)
                resultats[rang] = verbes[rang]()
            except Exception as erreur:
                resultats[rang] = erreur
            finally:
                connection.close()

        fils = [threading.Thread(target=courir, args=[rang]) for rang in range(len(verbes))]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join(timeout=60)
        return resultats

    return _lancer
