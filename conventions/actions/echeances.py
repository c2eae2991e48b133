"""The sweep of dates."""

from datetime import datetime

from comptes.models import Utilisateur

Acteur = Utilisateur | None


def echoir(maintenant: datetime) -> None:
    raise NotImplementedError
