"""A database of its own for the command: made, migrated, dropped; never the portal's one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from portail.embarque.postgres import APPLICATION, PROPRIETAIRE

PREFIXE = "simulation_"
ACCES = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


class BaseRefusee(Exception):
    """No database of one's own may be made here."""


@contextmanager
def jetable() -> Iterator[str]:
    """Django's connection works on an empty, migrated database that goes away.

    On the embedded server, as the service's role; on another one, as the role that is configured,
    which must be allowed to create databases: raises `BaseRefusee`.
    """
    embarquee = _est_embarquee()
    nom, avant = f"{PREFIXE}{os.getpid()}", dict(connection.settings_dict)
    with _maitre(embarquee) as maitre:
        _exiger_droit(maitre)
        _oublier_les_mortes(maitre, embarquee)
        _creer(maitre, nom, embarquee)
        try:
            _migrer(nom, embarquee)
            yield nom
        finally:
            connection.close()
            connection.settings_dict.update(avant)
            maitre.execute(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')


def _est_embarquee() -> bool:
    """Is the configured server the one that the portal starts by itself?"""
    ici = str(settings.EMBARQUE.postgres.prise.parent)
    return bool(connection.settings_dict["HOST"] == ici)


def _maitre(embarquee: bool) -> Any:
    """A connection that may make databases."""
    if embarquee:
        settings.EMBARQUE.assurer()
        return psycopg.connect(
            settings.EMBARQUE.postgres.url("postgres", "postgres"), autocommit=True
        )
    acces = settings.DATABASE_PROPRIETAIRE or connection.settings_dict
    return psycopg.connect(
        dbname=acces["NAME"],
        user=acces["USER"],
        password=acces["PASSWORD"],
        host=acces["HOST"],
        port=acces["PORT"] or None,
        autocommit=True,
    )


def _exiger_droit(maitre: Any) -> None:
    ligne = maitre.execute(
        "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if not (ligne and ligne[0]):
        raise BaseRefusee(
            "The role of this server may not create databases: the simulation never works in the"
            " portal's one. Unset DATABASE_URL to use the embedded server."
        )


def _oublier_les_mortes(maitre: Any, embarquee: bool) -> None:
    """Those of runs that were killed; on a server of ours only, where pids mean something."""
    if not embarquee:
        return
    lignes = maitre.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIXE}%"]
    ).fetchall()
    for (nom,) in lignes:
        pid = nom.removeprefix(PREFIXE)
        if not (pid.isdigit() and psutil.pid_exists(int(pid))):
            maitre.execute(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')


def _creer(maitre: Any, nom: str, embarquee: bool) -> None:
    proprietaire = f" OWNER {PROPRIETAIRE}" if embarquee else ""
    maitre.execute(f'CREATE DATABASE "{nom}"{proprietaire}')
    if embarquee:
        # Nobody needs it after a power cut.
        maitre.execute(f'ALTER DATABASE "{nom}" SET synchronous_commit = off')


def _migrer(nom: str, embarquee: bool) -> None:
    """As the owner of the tables, then with the rights of the service where there are two roles."""
    acces = {} if embarquee else settings.DATABASE_PROPRIETAIRE or {}
    _viser({**{cle: acces[cle] for cle in ACCES if cle in acces}, "NAME": nom})
    if embarquee:
        _viser({"USER": PROPRIETAIRE})
    with override_settings(DATABASE_PROPRIETAIRE=None):
        call_command("migrate", verbosity=0, interactive=False)
    if embarquee:
        _viser({"USER": APPLICATION})


def _viser(acces: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(acces)
