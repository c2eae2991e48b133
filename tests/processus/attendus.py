"""What a deadline of 48 hours must have become, recomputed from what was typed and done.

Nothing here reads the code of `echeances`: the steps are at half of the delay, at 80 %, the second
after its end, then at each hour; a pause moves them by its length unless it began after the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SECONDE = timedelta(seconds=1)
HEURE = timedelta(hours=1)


@dataclass
class Cours:
    """One deadline: typed at the start, then what people did, with the instants they did it at."""

    fin: datetime
    duree: timedelta
    palier: int = 0
    """The step that was told before the start."""
    pauses: list[list[datetime]] = field(default_factory=list)
    """Each with its end, but the one that lasts."""
    terminee_le: datetime | None = None

    def echeance_le(self, quand: datetime) -> datetime:
        """Its end as it is known at that instant."""
        fin = self.fin
        for pause in self.pauses:
            if len(pause) == 2 and pause[1] <= quand and pause[0] < fin + SECONDE:
                fin += pause[1] - pause[0]
        return fin

    def court(self, quand: datetime) -> bool:
        """Neither ended nor paused at that instant."""
        finie = self.terminee_le is not None and self.terminee_le <= quand
        return not finie and not any(
            p[0] <= quand and (len(p) == 1 or quand < p[1]) for p in self.pauses
        )

    @property
    def suspendue_le(self) -> datetime | None:
        derniere = self.pauses[-1] if self.pauses else []
        return derniere[0] if len(derniere) == 1 else None

    def atteint(self, quand: datetime) -> int:
        """The highest step reached at that instant, those told before the start included."""
        return max((p for p, instant in self._paliers(quand) if instant <= quand), default=0)

    def manquee(self, quand: datetime) -> bool:
        return quand >= self.echeance_le(quand) + SECONDE

    def tombes(self, quand: datetime) -> int:
        """How many steps fell by that instant, or by its end."""
        fin = min(quand, self.terminee_le or quand)
        return sum(self.palier < p and instant <= fin for p, instant in self._paliers(fin))

    def _paliers(self, quand: datetime) -> Iterator[tuple[int, datetime]]:
        fin = self.echeance_le(quand)
        yield 50, fin - self.duree / 2
        yield 80, fin - self.duree / 5
        for n in range(3):
            yield 100 + n, fin + SECONDE + n * HEURE
