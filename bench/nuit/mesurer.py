"""Times the nightly tasks, watches that none locks a table, kills one and runs it again.

`python -m bench.nuit.mesurer`. The database is a throwaway one on the embedded PostgreSQL.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from django.utils import timezone

from bench.base import adresse, base_jetable
from bench.nuit.peupler import Attendus, peupler
from comptes.models import Etat, Utilisateur
from conventions.models import Convention

LIMITE = 60.0  # seconds for all the tasks together
MINUIT_PASSE = timedelta(minutes=1)
AVANT_DE_TUER = 1.0  # seconds


def taches() -> dict[str, Callable[[datetime], object]]:
    """What runs every night, in the order in which beat finds the work."""
    from conventions.actions import echoir
    from equipes import actions

    return {
        "ends, renewals, avenants": echoir,
        "planned inactivations": actions.executer_inactivations,
        "erasures": actions.purger,
        "warnings": actions.prevenir,
    }


def main() -> int:
    """Return 0 when every promise holds."""
    if len(sys.argv) > 1:
        taches()[sys.argv[1]](datetime.fromisoformat(sys.argv[2]))
        return 0
    jour = timezone.localdate() - timedelta(days=1)
    nuit = timezone.make_aware(datetime.combine(jour + timedelta(days=1), datetime.min.time()))
    with base_jetable():
        debut = time.perf_counter()
        peupler(jour)
        print(f"database filled in {time.perf_counter() - debut:.0f} s")
        total = lancer_et_tuer(nuit + MINUIT_PASSE)
        total += chronometrer(nuit + MINUIT_PASSE)
        ecarts = comparer(jour)
    print(f"all tasks: {total:.1f} s (limit {LIMITE:.0f} s)")
    for ecart in ecarts:
        print(f"WRONG  {ecart}")
    return 0 if total < LIMITE and not ecarts else 1


def chronometrer(instant: datetime) -> float:
    """Run every task to its end, a first time; return the seconds that they take together."""
    total = 0.0
    for nom, tache in taches().items():
        with Guetteur() as guetteur:
            debut = time.perf_counter()
            tache(instant)
            duree = time.perf_counter() - debut
        total += duree
        print(f"{nom:28}{duree:8.1f} s   longest wait of a neighbour {guetteur.attente:.2f} s")
        if guetteur.verrous:
            print(f"WRONG  table locks: {guetteur.verrous}")
            total = float("inf")
    return total


def lancer_et_tuer(instant: datetime) -> float:
    """Kill the ends in the middle: what was committed stands, the next run does the rest.

    Returns the seconds that the killed process had, its start included.
    """
    debut = time.perf_counter()
    environnement = {**os.environ, "DATABASE_URL": adresse()}
    lance = subprocess.Popen(
        [sys.executable, "-m", "bench.nuit.mesurer", "ends, renewals, avenants", str(instant)],
        env=environnement,
    )
    attente = threading.Event()
    while not Convention.objects.filter(etat=Convention.Etat.TERMINEE).exists():
        if lance.poll() is not None:
            break
        attente.wait(0.05)
    attente.wait(AVANT_DE_TUER)
    lance.send_signal(signal.SIGKILL)
    lance.wait()
    duree = time.perf_counter() - debut
    faites = Convention.objects.filter(etat=Convention.Etat.TERMINEE).count()
    print(f"killed after {duree:.1f} s with {faites} ends done of {Attendus().terminees}")
    return duree


def comparer(jour: object) -> list[str]:
    """Return what is not as expected, in words."""
    attendus = Attendus()
    comptes = Utilisateur.objects
    obtenus = {
        "terminees": Convention.objects.filter(etat=Convention.Etat.TERMINEE).count(),
        "reconduites": Convention.objects.filter(
            intitule__regex=r" (200[1-9]|20[1-9]\d|2[1-9]\d\d|[345]\d\d\d|6000)$",
            prochaine_echeance__gt=jour + timedelta(days=200),  # type: ignore[operator]
        ).count(),
        "inactives_par_convention": comptes.filter(
            etat=Etat.INACTIF, cause_inactivation="convention"
        ).count(),
        "inactives_par_date": comptes.filter(
            etat=Etat.INACTIF, cause_inactivation="demande"
        ).count(),
        "supprimes": comptes.filter(etat=Etat.SUPPRIME).count(),
        "ouverts": comptes.filter(etat=Etat.ACTIF).count(),
    }
    return [
        f"{nom}: {obtenu}, expected {getattr(attendus, nom)}"
        for nom, obtenu in obtenus.items()
        if obtenu != getattr(attendus, nom)
    ]


class Guetteur(threading.Thread):
    """Another user at work: it reads the locks held on tables and touches a row now and then."""

    LOURDS = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.verrous: set[str] = set()
        self.attente = 0.0
        self._fin = threading.Event()

    def __enter__(self) -> "Guetteur":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._fin.set()
        self.join()

    def run(self) -> None:
        with psycopg.connect(adresse(), autocommit=True) as voisin:
            while not self._fin.wait(0.05):
                self._observer(voisin)

    def _observer(self, voisin: psycopg.Connection) -> None:
        lignes = voisin.execute(
            "SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            " WHERE c.relkind = 'r' AND l.locktype = 'relation' AND l.mode = ANY(%s)"
            " AND c.relname ~ '^(comptes|conventions|equipes)_'",
            [list(self.LOURDS)],
        )
        self.verrous |= {f"{nom} {mode}" for nom, mode in lignes}
        debut = time.perf_counter()
        voisin.execute(
            "UPDATE comptes_utilisateur SET fonction = 'banc' WHERE identifiant = 'banc.8500.5'"
        )
        self.attente = max(self.attente, time.perf_counter() - debut)


if __name__ == "__main__":
    raise SystemExit(main())
