"""The quotas of a partner, in words (H-06, H-07)."""

from typing import Any

from django.utils import timezone

from comptes.models import Partenaire, Profil
from conventions.quotas import quotas

LIBELLES = {Profil.GESTIONNAIRE: "Gestionnaires", Profil.TECHNICIEN: "Techniciens"}


def places(partenaire: Partenaire) -> list[dict[str, Any]]:
    """What is taken and what remains, gestionnaires first."""
    siens = quotas(partenaire, timezone.localdate())
    return [
        {"libelle": libelle, "quota": siens[profil], "suite": _suite(siens[profil].reste)}
        for profil, libelle in LIBELLES.items()
    ]


def _suite(reste: int | None) -> str:
    if reste is None:
        return "La convention n’en limite pas le nombre."
    if not reste:
        return "Toutes les places sont prises : inactivez un compte pour en libérer une."
    return f"Il reste {reste} {'places' if reste > 1 else 'place'}."
