"""Pure date arithmetic of deadlines and of their alerts; the instant is always an argument.

Hours are elapsed time; days are Paris civil days that end at 23:59:59; working days know the
public holidays of the département (D-12, D-14, H-02). Results are in UTC. Every function raises
ValueError for an instant without time zone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Protocol

from echeances.natures import EN_HEURES, EN_JOURS, EN_JOURS_OUVRES
from portail.calendrier import apres_heures, fin_de_jour_civil, jour_civil, jours_ouvres, utc

# No deadline runs: sorts after every real one, so that lists need no "nulls last".
JAMAIS = datetime(9999, 12, 31, tzinfo=UTC)
# The step of an alert: percents of the deadline, 100 once it passed, 101 after the first repeat…
ECHU = 100
UNE_SECONDE = timedelta(seconds=1)


class Delai(Protocol):
    """What a deadline needs to be compared: see `Echeance`."""

    echeance_le: datetime
    terminee_le: datetime | None
    suspendue_le: datetime | None


def echeance(nature: str, debut: datetime, longueur: int, departement: str = "") -> datetime:
    """When a deadline that starts at `debut` falls.

    `longueur` counts hours, civil days or working days, as the nature says; working days are
    those of `departement`. Raises ValueError for an unknown nature or a length below 1.
    """
    if longueur < 1:
        raise ValueError(f"not the length of a deadline: {longueur}")
    if nature in EN_HEURES:
        return apres_heures(debut, longueur)
    if nature in EN_JOURS:
        return fin_de_jour_civil(debut, longueur)
    if nature in EN_JOURS_OUVRES:
        jours = jours_ouvres(debut, longueur, departement) - jour_civil(debut)
        return fin_de_jour_civil(debut, jours.days)
    raise ValueError(f"unknown nature of deadline: {nature!r}")


def prolongee(nature: str, fin: datetime, depuis: datetime, jusqu_a: datetime) -> datetime:
    """The deadline after a pause: later by its hours or, when counted in days, its civil days.

    A clock that was set back never makes a deadline earlier.
    """
    if nature in EN_HEURES:
        return utc(fin) + max(utc(jusqu_a) - utc(depuis), timedelta())
    return fin_de_jour_civil(fin, max((jour_civil(jusqu_a) - jour_civil(depuis)).days, 0))


def prochaine(echeances: Iterable[Delai]) -> datetime:
    """The earliest deadline that runs, or `JAMAIS`."""
    return min(
        (e.echeance_le for e in echeances if e.terminee_le is None and e.suspendue_le is None),
        default=JAMAIS,
    )


@dataclass(frozen=True, slots=True)
class Echelle:
    """The instants at which somebody is told about one deadline (D-14).

    `duree` is its length without pauses, `seuils` percents (1–99) of it that have elapsed,
    `relance_heures` the time between two alerts once it passed. A pause moves what is still to
    come along with the deadline.
    """

    fin: datetime
    duree: timedelta
    seuils: Collection[int]
    relance_heures: int

    def instant(self, palier: int) -> datetime:
        """When the step is reached; the second after the deadline for `ECHU`."""
        if palier < ECHU:
            return utc(self.fin) - self.duree * (ECHU - palier) / ECHU
        return utc(self.fin) + UNE_SECONDE + (palier - ECHU) * self._relance

    def atteint(self, maintenant: datetime) -> int:
        """The highest step reached, 0 before the first one."""
        if self.est_echue(maintenant):
            return ECHU + (utc(maintenant) - self.instant(ECHU)) // self._relance
        return max((s for s in self.seuils if self.instant(s) <= utc(maintenant)), default=0)

    def suivant(self, maintenant: datetime) -> datetime:
        """The instant of the first step strictly after `maintenant`."""
        instants = (self.instant(s) for s in (*self.seuils, ECHU))
        a_venir = [instant for instant in instants if instant > utc(maintenant)]
        return min(a_venir) if a_venir else self.instant(self.atteint(maintenant) + 1)

    def est_echue(self, maintenant: datetime) -> bool:
        """Whether the deadline passed: its last second still belongs to it."""
        return utc(maintenant) >= self.instant(ECHU)

    def ecoule(self, quand: datetime) -> int:
        """The percents of the deadline that are gone at `quand`: 100 once it passed."""
        reste = max(utc(self.fin) - utc(quand), timedelta())
        return max(ECHU - ceil(ECHU * (reste / self.duree)), 0)

    @property
    def bientot(self) -> datetime:
        """From when the deadline is shown as about to pass: the last threshold before it."""
        return self.instant(max(self.seuils)) if self.seuils else utc(self.fin)

    @property
    def _relance(self) -> timedelta:
        return timedelta(hours=self.relance_heures)
