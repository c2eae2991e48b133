"""Elapsed hours, civil days and working days: pure functions, the instant is an argument.

Results are in UTC, where subtracting and comparing instants tells elapsed time: between two
instants of a same local zone, Python would subtract what the clocks on the wall show.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from portail.departements import DEPARTEMENTS

PARIS = ZoneInfo("Europe/Paris")
SAMEDI = 5

# Where public holidays differ: the code of the subdivision in `holidays`.
_SUBDIVISIONS = {numero: numero for numero in ("57", "971", "972", "973", "974", "976")} | {
    "67": "6AE",
    "68": "6AE",
    "975": "PM",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}


def utc(instant: datetime) -> datetime:
    """Return the same instant in UTC. Raises ValueError for an instant without time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def apres_heures(instant: datetime, heures: int) -> datetime:
    """Return the instant `heures` elapsed hours later, in UTC (D-12, D-14: 48 h).

    Raises ValueError for an instant without time zone.
    """
    return utc(instant) + timedelta(hours=heures)


def fin_de_jour_civil(instant: datetime, jours: int) -> datetime:
    """Return 23:59:59 in Paris, `jours` civil days after the day of `instant` there, in UTC.

    Raises ValueError for an instant without time zone.
    """
    jour = jour_civil(instant) + timedelta(days=jours)
    return datetime.combine(jour, time(23, 59, 59), tzinfo=PARIS).astimezone(UTC)


def jour_civil(instant: datetime) -> date:
    """Return the day that calendars show in Paris. Raises ValueError without time zone."""
    return utc(instant).astimezone(PARIS).date()


def apres_mois(jour: date, mois: int) -> date:
    """Return the same day `mois` months later, or the last one of a shorter month.

    31 August + 6 months is 28 or 29 February; a negative number goes back. Raises ValueError for
    an instant: its day depends on where one stands.
    """
    if isinstance(jour, datetime):
        raise ValueError("a day is needed, not an instant")
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, monthrange(annee, rang + 1)[1]))


def jours_ouvres(debut: date, n: int, departement: str) -> date:
    """Return the `n`-th working day after the day `debut`, itself not counted (H-02).

    Working days are Monday to Friday but for the public holidays of the département (`"59"`,
    `"2A"`, `"974"`), Alsace-Moselle and overseas included. An instant counts as its day in Paris.
    Raises ValueError for an unknown département or `n` below 1.
    """
    if n < 1:
        raise ValueError(f"not a number of working days: {n}")
    jour = jour_civil(debut) if isinstance(debut, datetime) else debut
    while n:
        jour += timedelta(days=1)
        n -= est_ouvre(jour, departement)
    return jour


def est_ouvre(jour: date, departement: str) -> bool:
    """Whether people work on that day there. Raises ValueError for an unknown département."""
    if departement not in DEPARTEMENTS:
        raise ValueError(f"unknown département: {departement!r}")
    feries = _feries(jour.year, _SUBDIVISIONS.get(departement))
    return jour.weekday() < SAMEDI and jour not in feries


def reste(echeance: datetime, maintenant: datetime) -> str:
    """Return the time left before a deadline, or how late it is, in French.

    `dans 3 h 20`, `dans 5 j`, `en retard de 40 min`: rounded down, with no-break spaces. The very
    instant of the deadline is not late. Raises ValueError for an instant without time zone.
    """
    ecart = utc(echeance) - utc(maintenant)
    sens = "en retard de" if ecart < timedelta() else "dans"
    return f"{sens} {_duree(abs(ecart))}"


def _duree(duree: timedelta) -> str:
    """Hours are worth saying below three days, minutes below one."""
    jours, heures, minutes = duree.days, duree.seconds // 3600, duree.seconds // 60 % 60
    if not jours and not heures:
        return f"{minutes}\u00a0min" if minutes else "moins d'une minute"
    if not jours:
        return f"{heures}\u00a0h\u00a0{minutes:02d}" if minutes else f"{heures}\u00a0h"
    if jours < 3 and heures:
        return f"{jours}\u00a0j\u00a0{heures}\u00a0h"
    return f"{jours}\u00a0j"


@lru_cache(maxsize=256)
def _feries(annee: int, subdivision: str | None) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", subdiv=subdivision, years=annee))
