"""The life of a convention as a table."""

from typing import Any

from comptes.models import Utilisateur
from conventions.models import Convention

Acteur = Utilisateur | None


def possibles(convention: Convention, acteur: Any) -> list[Any]:
    raise NotImplementedError
