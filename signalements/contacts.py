"""Whom a partner calls when the portal gets in the way: each caisse names its contact (C-08)."""

import re
from collections.abc import Iterable

from comptes.models import Caisse

COURRIEL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.\w+")
TELEPHONE = re.compile(r"(?:\+33 ?\d|0\d)(?:[ .]?\d\d){4}|\b\d{4}\b")


def contacts_support(caisses: Iterable[Caisse]) -> list[dict[str, str]]:
    """What the footer shows, one line per caisse that gave a phone number or an address."""
    contacts = [
        {
            "caisse": caisse.nom,
            "telephone": _premier(TELEPHONE, caisse.contact_support),
            "courriel": _premier(COURRIEL, caisse.contact_support),
        }
        for caisse in caisses
    ]
    return [contact for contact in contacts if contact["telephone"] or contact["courriel"]]


def _premier(motif: re.Pattern[str], texte: str) -> str:
    trouve = motif.search(texte)
    return trouve.group() if trouve else ""
