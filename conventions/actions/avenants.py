"""What an avenant changes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from comptes.models import Utilisateur
from conventions.models import Acte, Convention, Version

Acteur = Utilisateur | None


def preparer_avenant(
    convention: Convention,
    *,
    objet: str,
    changements: Mapping[str, Any],
    effet_le: date | None,
    acteur: Acteur,
) -> Acte:
    raise NotImplementedError


def version_au(convention: Convention, jour: date) -> Version | None:
    raise NotImplementedError
