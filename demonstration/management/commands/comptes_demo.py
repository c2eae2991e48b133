"""`manage.py comptes_demo`: every demonstration account, for people or for programs."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demonstration.comptes import Acces, acces

COLONNES = ("identifiant", "mot_de_passe", "totp_secret", "role", "tenant")


class Command(BaseCommand):
    help = "Print the demonstration accounts: login, password, TOTP secret, role, tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a JSON list and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        comptes = [_decrire(compte) for compte in acces()]
        if not comptes:
            raise CommandError("No demonstration account here: run `manage.py charger_demo` first.")
        if options["json"]:
            self.stdout.write(json.dumps(comptes, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_tableau(comptes)))


def _decrire(compte: Acces) -> dict[str, Any]:
    return {
        "identifiant": compte.identifiant,
        "mot_de_passe": compte.mot_de_passe,
        "totp_secret": compte.secret,
        "role": compte.utilisateur.profil,
        "tenant": ", ".join(compte.structures),
        "tenants": list(compte.structures),
        "cgu_acceptees": compte.cgu_acceptees,
    }


def _tableau(comptes: list[dict[str, Any]]) -> Iterator[str]:
    lignes = [[str(compte[nom]) for nom in COLONNES] for compte in comptes]
    largeurs = [max(map(len, colonne)) for colonne in zip(COLONNES, *lignes, strict=True)]
    for ligne in (COLONNES, *lignes):
        cases = (case.ljust(largeur) for case, largeur in zip(ligne, largeurs, strict=True))
        yield "  ".join(cases).rstrip()
