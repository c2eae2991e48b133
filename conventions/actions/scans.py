"""Signed scans."""

from typing import Any

from comptes.models import Utilisateur
from conventions.models import Scan

Acteur = Utilisateur | None


def analyser(pk: int) -> None:
    raise NotImplementedError


def en_attente() -> list[int]:
    raise NotImplementedError


def ouvrir(scan: Scan, *, acteur: Utilisateur) -> Any:
    raise NotImplementedError
