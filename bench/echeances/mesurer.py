"""Times one sweep over 10,000 then 1,000,000 open deadlines of which 1,000 are due (D-14).

`python -m bench.echeances.mesurer`. Ends with 1 unless a sweep takes less than a second of
database time over the million, hardly more than over ten thousand; unless each step is told once,
by two sweeps at once too; unless the due rows are read in their index.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from unittest import mock

from django.db import connection, transaction
from django.utils import timezone

from bench.base import base_jetable
from bench.echeances.peupler import DUES, peupler_les_caisses, peupler_les_echeances
from comptes.models import Courriel, Notification
from echeances.balayage import balayer
from echeances.models import Alerte, Echeance
from signalements.actions.alertes import PORTEURS
from signalements.models import Demande, Evenement

PETIT, GRAND = 10_000, 1_000_000
TOURS = 9  # after a first one, which warms the caches
LIMITE = 1.0  # second of database time
RAPPORT = 1.5


@dataclass
class Chronometre:
    """The time that a connection waits for the database, statement by statement."""

    instructions: int = 0
    duree: float = 0.0

    def __call__(self, executer: Any, *arguments: Any) -> Any:
        debut = time.perf_counter()
        try:
            return executer(*arguments)
        finally:
            self.duree += time.perf_counter() - debut
            self.instructions += 1

    @contextmanager
    def sur(self) -> Iterator[None]:
        """Commits count too: the foreign keys are checked there."""
        valider = partial(self, connection._commit)
        with (
            connection.execute_wrapper(self),
            mock.patch.object(connection, "_commit", valider),
        ):
            yield


@dataclass(frozen=True)
class Releve:
    """One sweep: database time that its connection waited, that the server worked, in seconds."""

    attendu: float
    actif: float
    instructions: int


def main() -> int:
    maintenant = timezone.now()
    with base_jetable():
        peupler_les_caisses()
        print("     deadlines    waited, s  (at most)    active, s  statements  told  mails")
        durees = [_mesurer(nombre, maintenant) for nombre in (PETIT, GRAND)]
        ecarts = [*_lire_le_plan(maintenant), *_balayer_a_deux(maintenant)]
    rapport = durees[1] / durees[0]
    print(f"database time over a million: {durees[1]:.3f} s (limit {LIMITE:.0f} s)")
    print(f"ratio of 1,000,000 to 10,000: {rapport:.2f} (limit {RAPPORT})")
    for ecart in ecarts:
        print(f"WRONG  {ecart}")
    return 0 if durees[1] < LIMITE and rapport < RAPPORT and not ecarts else 1


def _mesurer(nombre: int, maintenant: datetime) -> float:
    """Sweep again and again the same due rows; returns the least database time.

    The least is what a sweep costs; the rest is what else the machine was doing.
    """
    peupler_les_echeances(nombre, maintenant)
    with connection.cursor() as curseur:
        curseur.execute(_GARDER)
    releves = [_balayer(maintenant) for _ in range(TOURS + 1)][1:]
    attendus, actifs = [r.attendu for r in releves], [r.actif for r in releves]
    print(
        f"{nombre:>14,}{min(attendus):>13.3f}{f'({max(attendus):.3f})':>12}"
        f"{min(actifs):>13.3f}{releves[0].instructions:>12}"
        f"{Notification.objects.count():>7,}{Courriel.objects.count():>6,}"
    )
    return min(attendus)


def _balayer(maintenant: datetime) -> Releve:
    _remettre()
    chronometre = Chronometre()
    debut = _temps_actif()
    with chronometre.sur():
        balayer(PORTEURS, maintenant)
    return Releve(chronometre.duree, _temps_actif() - debut, chronometre.instructions)


def _temps_actif() -> float:
    """Seconds that the server spent on the statements of this database, by its own count."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_stat_force_next_flush()")
        curseur.execute(
            "SELECT active_time FROM pg_stat_database WHERE datname = current_database()"
        )
        return float(curseur.fetchone()[0]) / 1000


def _remettre() -> None:
    """The due rows as they were, and nothing told."""
    with connection.cursor() as curseur:
        for instruction in _REMETTRE:
            curseur.execute(instruction)


def _lire_le_plan(maintenant: datetime) -> list[str]:
    _remettre()
    dues = Echeance.objects.a_alerter(maintenant).select_for_update(skip_locked=True)[:DUES]
    with transaction.atomic():
        plan = dues.explain()
    return [] if "echeance_a_alerter" in plan else [f"the index is not used:\n{plan}"]


def _balayer_a_deux(maintenant: datetime) -> list[str]:
    """Two sweeps at once tell what one tells."""
    _remettre()
    balayer(PORTEURS, maintenant)
    seul = _dits()
    _remettre()
    depart = threading.Barrier(2)

    def courir() -> None:
        depart.wait(timeout=30)
        try:
            balayer(PORTEURS, maintenant)
        finally:
            connection.close()

    fils = [threading.Thread(target=courir) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    a_deux = _dits()
    print(f"told by one sweep {seul}, by two at once {a_deux}")
    return [] if seul == a_deux and seul["alerts"] == DUES else ["told twice, or not at all"]


def _dits() -> dict[str, int]:
    return {
        "alerts": Alerte.objects.count(),
        "notifications": Notification.objects.count(),
        "mails": Courriel.objects.count(),
        "missed": Evenement.objects.count(),
        "late requests": Demande.objects.filter(en_retard=True).count(),
    }


_GARDER = """
DROP TABLE IF EXISTS banc_dues;
CREATE TABLE banc_dues AS
    SELECT id, palier, a_alerter_le, depassee_le FROM echeances_echeance
    WHERE id IN (SELECT id FROM echeances_echeance ORDER BY a_alerter_le LIMIT 1000);
"""
_REMETTRE = (
    "UPDATE echeances_echeance e SET palier = d.palier, a_alerter_le = d.a_alerter_le,"
    " depassee_le = d.depassee_le FROM banc_dues d WHERE d.id = e.id",
    "UPDATE signalements_demande SET en_retard = false WHERE id IN"
    " (SELECT demande_id FROM echeances_echeance e JOIN banc_dues d ON d.id = e.id)",
    "TRUNCATE echeances_alerte, comptes_notification, comptes_courriel, signalements_evenement",
    "VACUUM ANALYZE echeances_echeance, echeances_alerte, comptes_notification, comptes_courriel",
)

if __name__ == "__main__":
    raise SystemExit(main())
