"""What a caisse loses at once by keeping its closed requests for less long (G-04)."""

from collections.abc import Callable
from datetime import date

# Counting stops past it.
PLAFOND = 1000


def _aucune(caisse: int, jour: date, mois: int) -> int:
    return 0


# How many closed requests of the caisse are over on that day, were they kept for so many months:
# the storey that keeps them puts its own function here.
ECHUES: Callable[[int, date, int], int] = _aucune
