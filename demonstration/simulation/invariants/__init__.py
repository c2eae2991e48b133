"""What must hold after each step, whatever happened: read in SQL, typed apart from the code.

Nothing here imports what it watches: the rules are written a second time, from the contract.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from django.db import connection

from demonstration.simulation.ecarts import Ecart

MONTREES = 20


class Quand(IntEnum):
    """After any gesture; once the frequent tasks ran; once they all did."""

    GESTE = 1
    BALAYAGE = 2
    NUIT = 3


@dataclass(slots=True)
class Memoire:
    """What the checks before this one saw."""

    comptes: dict[tuple[str, str], int] = field(default_factory=dict)
    traces: int = 0
    derniere_trace: int = 0


@dataclass(frozen=True, slots=True)
class Instant:
    maintenant: datetime
    jour: date


@dataclass(frozen=True, slots=True)
class Invariant:
    """A promise, the step after which it is looked at, and the rows that break it.

    `lire` is a query, whose rows are all wrong, or a function that returns such rows.
    """

    nom: str
    promesse: str
    quand: Quand
    lire: "str | Callable[[Instant, Controle], Iterable[Any]]"

    @property
    def sql(self) -> str:
        """The query, or nothing for a function."""
        return self.lire if isinstance(self.lire, str) else ""


class Controle:
    """Looks at all the promises of a step in one query, prepared once for the connection."""

    def __init__(self, invariants: Sequence[Invariant]) -> None:
        self.invariants = {invariant.nom: invariant for invariant in invariants}
        self.memoire = Memoire()
        self._prepares: set[str] = set()

    def verifier(self, quand: Quand, instant: Instant) -> int:
        """Raise an `Ecart` for the first promise that is broken; returns how many hold."""
        regardes = [i for i in self.invariants.values() if i.quand <= quand]
        if sql := _ensemble(regardes):
            for ligne in self._lire(f"simulation_{quand.name}", sql, instant):
                self._rompre(self.invariants[ligne["nom"]], json.loads(ligne["fautives"]))
        for invariant in regardes:
            if not isinstance(invariant.lire, str):
                self._rompre(invariant, list(invariant.lire(instant, self)))
        return len(regardes)

    def lire(self, nom: str, sql: str, instant: Instant) -> list[dict[str, Any]]:
        """The rows of a query that may name `maintenant` and `jour`, by column."""
        return self._lire(f"simulation_{nom}", sql, instant)

    def _lire(self, nom: str, sql: str, instant: Instant) -> list[dict[str, Any]]:
        with connection.cursor() as curseur:
            if nom not in self._prepares:
                self._preparer(curseur, nom, sql)
            curseur.execute(f"EXECUTE {nom} (%s, %s)", [instant.maintenant, instant.jour])
            colonnes = [colonne.name for colonne in curseur.description]
            return [dict(zip(colonnes, ligne, strict=True)) for ligne in curseur.fetchall()]

    def _preparer(self, curseur: Any, nom: str, sql: str) -> None:
        """Planned once: the same reading comes back thousands of times."""
        corps = sql.replace("%(maintenant)s", "$1").replace("%(jour)s", "$2")
        curseur.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [nom.lower()])
        if curseur.fetchone() is not None:
            curseur.execute(f"DEALLOCATE {nom}")
        curseur.execute(f"PREPARE {nom} (timestamptz, date) AS {corps}")
        self._prepares.add(nom)

    def _rompre(self, invariant: Invariant, fautives: list[Any]) -> None:
        if fautives:
            raise Ecart(invariant.promesse, fautives[:MONTREES])


def _ensemble(invariants: Iterable[Invariant]) -> str:
    """Each broken promise as one row: its name and its first wrong rows."""
    parties = [
        f"SELECT '{i.nom}' AS nom, jsonb_agg(to_jsonb(t))::text AS fautives"
        f" FROM ({i.sql} LIMIT {MONTREES}) t HAVING count(*) > 0"
        for i in invariants
        if i.sql
    ]
    return " UNION ALL ".join(parties)
