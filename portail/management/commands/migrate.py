"""`migrate`, as the owner of the tables when DATABASE_URL_PROPRIETAIRE names it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with _en_proprietaire(options["database"]):
            super().handle(*args, **options)


@contextmanager
def _en_proprietaire(alias: str) -> Iterator[None]:
    if settings.DATABASE_PROPRIETAIRE is None:
        yield
        return
    connexion = connections[alias]
    avant = dict(connexion.settings_dict)
    connexion.close()
    acces = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    connexion.settings_dict.update({nom: settings.DATABASE_PROPRIETAIRE[nom] for nom in acces})
    try:
        yield
    finally:
        connexion.close()
        connexion.settings_dict.update(avant)
