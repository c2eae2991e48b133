"""A worker and beats that are killed again and again, and the mailbox that they send to."""

import asyncio
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

import psutil
from django.db import connection

from portail import pouls
from tests.processus.outils import lancer

BEATS = 2  # at once, at most
DEMARRAGE = 15.0  # seconds for a worker to be ready, on a busy machine
GUET = 4.0  # seconds to wait for a moment worth killing in
UN_RIEN = 0.03
# As they start, anywhere, in a dialogue with the mail server, in a sweep that tells.
MOMENTS = ("the start", *("any moment", "a mail", "a sweep") * 3)


class Boite:
    """Notes when it gets each message, and takes its time as a real server does."""

    def __init__(self, alea: random.Random) -> None:
        self.recus: defaultdict[str, list[float]] = defaultdict(list)
        self.dialogue = threading.Event()
        self._alea = alea

    async def handle_RCPT(
        self, _s: Any, _session: Any, enveloppe: Any, adresse: str, _options: Any
    ) -> str:
        self.dialogue.set()
        await asyncio.sleep(self._alea.uniform(0, 0.02))
        enveloppe.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _session: Any, enveloppe: Any) -> str:
        self.recus[message_from_bytes(enveloppe.content)["Message-ID"]].append(time.monotonic())
        await asyncio.sleep(self._alea.uniform(0, 0.02))
        return "250 OK"


class Attelage:
    """Started again as soon as something is missing; killed with SIGKILL only."""

    def __init__(self, environnement: dict[str, str], boite: Boite, alea: random.Random) -> None:
        self._environnement = environnement
        self._boite = boite
        self._alea = alea
        self._lance_a = 0.0
        self._ouvrier: subprocess.Popen[bytes] | None = None
        self._beats: list[subprocess.Popen[bytes]] = []
        self.morts: Counter[str] = Counter()
        self.instants: list[float] = []

    def relever(self) -> None:
        """A worker, and one beat or two: the second one is a mistake that must do no harm."""
        if self._ouvrier is None:
            self._lance_a = time.time()
            self._ouvrier = lancer(["worker", "--concurrency", "2"], self._environnement)
        if not self._beats or (len(self._beats) < BEATS and self._alea.random() < 0.3):
            self._beats.append(lancer(["beat"], self._environnement))

    def guetter(self) -> None:
        """Until a moment to kill at."""
        moment = self._alea.choice(MOMENTS)
        if moment == "the start":
            threading.Event().wait(self._alea.uniform(0, GUET))
        elif not _attendre(self._pret, DEMARRAGE):
            moment = "the start"
        elif moment == "any moment":
            threading.Event().wait(self._alea.uniform(0, GUET))
        else:
            self._boite.dialogue.clear()
            venu = _un_balayage_ecrit if moment == "a sweep" else self._boite.dialogue.is_set
            moment = moment if _attendre(venu, GUET) else "any moment"
            threading.Event().wait(self._alea.uniform(0, UN_RIEN))
        self.morts[f"at {moment}"] += 1

    def _pret(self) -> bool:
        """Did the worker tell that it is ready, since it was started?"""
        maintenant = time.time()
        age = pouls.age(pouls.OUVRIER, maintenant=maintenant)
        return age is not None and age < maintenant - self._lance_a

    def tuer(self) -> None:
        """One of them, or all, as `kill -9` does."""
        qui = self._alea.choices(("worker", "its pool", "beat", "everybody"), (5, 2, 2, 1))[0]
        self.morts[qui] += 1
        self.instants.append(time.monotonic())
        if qui == "its pool":
            self._tuer_un_enfant()
        if qui in ("worker", "everybody"):
            self._abattre(self._ouvrier)
            self._ouvrier = None
        if qui in ("beat", "everybody"):
            self._abattre(self._beats.pop(self._alea.randrange(len(self._beats))))

    def arreter(self) -> None:
        for lance in (self._ouvrier, *self._beats):
            self._abattre(lance)
        self._ouvrier, self._beats = None, []

    def _tuer_un_enfant(self) -> None:
        """A process of the pool, which the worker replaces."""
        if self._ouvrier is None:
            return
        enfants = psutil.Process(self._ouvrier.pid).children()
        if enfants:
            self._alea.choice(enfants).kill()

    @staticmethod
    def _abattre(lance: "subprocess.Popen[bytes] | None") -> None:
        if lance is not None and lance.poll() is None:
            os.killpg(lance.pid, signal.SIGKILL)
        if lance is not None:
            lance.wait()


def _attendre(condition: Callable[[], bool], delai: float) -> bool:
    """Within a bound; whether it came."""
    limite = time.monotonic() + delai
    while not (venu := condition()) and time.monotonic() < limite:
        time.sleep(0.002)
    return venu


def _un_balayage_ecrit() -> bool:
    """Is another connection writing alerts, in a transaction that it has not committed?"""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'echeances_alerte'::regclass"
            " AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid())"
        )
        return bool(curseur.fetchone()[0])
