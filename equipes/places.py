"""The quotas of a partner, in words (H-06, H-07)."""

from typing import Any

from django.utils import timezone

from comptes.models import Partenaire, Profil
from conventions.quotas import Quota, quotas

LIBELLES = {Profil.GESTIONNAIRE: "Gestionnaires", Profil.TECHNICIEN: "Techniciens"}


def places(partenaire: Partenaire) -> list[dict[str, Any]]:
    """What is taken and what remains, gestionnaires first."""
    siens = quotas(partenaire, timezone.localdate())
    return [
        {"libelle": libelle, "quota": siens[profil], "suite": _suite(siens[profil])}
        for profil, libelle in LIBELLES.items()
    ]


def _suite(quota: Quota) -> str:
    if quota.reste is None:
        return "La convention n’en limite pas le nombre."
    if quota.exces:
        return (
            f"{quota.exces} de plus que la limite d’aujourd’hui : aucun n’est fermé d’office, mais "
            "aucun ne s’ouvre ni ne se réactive avant d’être repassé dessous."
        )
    if not quota.reste:
        return "Toutes les places sont prises : inactivez un compte pour en libérer une."
    return f"Il reste {quota.reste} {'places' if quota.reste > 1 else 'place'}."
