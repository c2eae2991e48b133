"""When a closed account is erased, in civil months of Paris (H-14): no clock here."""

from datetime import date, datetime, time, timedelta
from typing import Any

from portail.calendrier import PARIS, apres_mois, jour_civil

MOIS_AVANT_SUPPRESSION = 6
UN_JOUR = timedelta(days=1)


def suppression_le(compte: Any) -> date | None:
    """The day on which an inactive account is erased: 31 August gives 28 or 29 February."""
    if compte.inactif_le is None:
        return None
    return apres_mois(jour_civil(compte.inactif_le), MOIS_AVANT_SUPPRESSION)


def reactivable_jusqu_au(compte: Any) -> date | None:
    """The last day on which it may be given back: the eve."""
    suppression = suppression_le(compte)
    return suppression and suppression - UN_JOUR


def derniere_fermeture(suppression: date) -> date:
    """The last day of closing of the accounts that are erased on that day, or before."""
    return dernier_revolu(suppression, MOIS_AVANT_SUPPRESSION)


def dernier_revolu(jour: date, mois: int) -> date:
    """The last day since which so many months have passed, on that day."""
    depuis = apres_mois(jour, -mois)
    while apres_mois(depuis + UN_JOUR, mois) <= jour:
        depuis += UN_JOUR
    return depuis


def debut(jour: date) -> datetime:
    """Midnight in Paris, as that day begins."""
    return datetime.combine(jour, time(), tzinfo=PARIS)
