"""The days that the rules on accounts count (H-09, H-14, H-15): pure functions, no clock."""

from datetime import date, timedelta

from comptes.dates import reactivable_jusqu_au, suppression_le

__all__ = ["PREAVIS", "inactivable_des", "reactivable_jusqu_au", "suppression_le"]

# H-09: civil days; the day of asking is not counted.
PREAVIS = timedelta(days=15)


def inactivable_des(jour: date) -> date:
    """The first last day that may be asked for a gestionnaire, on that day (H-09)."""
    return jour + PREAVIS
