"""A throwaway database on the embedded PostgreSQL, for the benches that need one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings.test")

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from portail.embarque.postgres import PROPRIETAIRE  # noqa: E402
from portail.settings import test as reglages  # noqa: E402


@contextmanager
def base_jetable() -> Iterator[None]:
    """A migrated database that goes away."""
    reglages.EMBARQUE.assurer()
    nom = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        yield
    finally:
        connections.close_all()
        connection.creation.destroy_test_db(nom, verbosity=0)
        reglages.EMBARQUE.valkey.liberer(attendre=5)
        shutil.rmtree(reglages.ESSAI, ignore_errors=True)


def adresse() -> str:
    """The throwaway database, for another process or another connection."""
    nom: str = connection.settings_dict["NAME"]
    return reglages.EMBARQUE.postgres.url(PROPRIETAIRE, nom)
