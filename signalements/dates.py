"""Until when a closed request is kept, in civil months of Paris (G-04): no clock here."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from comptes.dates import debut, dernier_revolu
from portail.calendrier import apres_mois, jour_civil

UN_JOUR = timedelta(days=1)


def anonymisation_le(cloturee_le: datetime, mois: int) -> date:
    """The day on which it is anonymised: 31 August and 6 months give 28 or 29 February."""
    return apres_mois(jour_civil(cloturee_le), mois)


def conservee_jusqu_au(cloturee_le: datetime, mois: int) -> date:
    """The last day on which it is kept: the eve."""
    return anonymisation_le(cloturee_le, mois) - UN_JOUR


@lru_cache(maxsize=256)
def echues_avant(jour: date, mois: int) -> datetime:
    """Requests closed before that instant are to be anonymised on that day."""
    return debut(dernier_revolu(jour, mois) + UN_JOUR)
