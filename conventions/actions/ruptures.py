"""What ends a convention."""

from datetime import date

from comptes.models import Caisse, Utilisateur
from conventions.models import Convention, Rupture

Acteur = Utilisateur | None


def notifier_rupture(
    convention: Convention,
    *,
    cause: str,
    notifiee_le: date,
    motif: str,
    caisse: Caisse | None = None,
    acteur: Acteur,
) -> Rupture:
    raise NotImplementedError


def lever_rupture(rupture: Rupture, *, levee_le: date, motif: str, acteur: Acteur) -> Rupture:
    raise NotImplementedError
