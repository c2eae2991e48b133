"""Start programs, start again those that die, stop everything that was started.

Each program leads its own session, so that Ctrl-C reaches the supervisor only, and so that a
program and its children can be ended together. Should the supervisor be killed, the kernel asks
its programs to stop; what survives even that is found by a mark in its environment.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

from portail.processus import suivre_le_parent

MARQUE = "SUPERVISE_PAR"
CADENCE = 0.2  # seconds between two looks
DUREE_STABLE = 10.0  # seconds alive after which a program's past failures are forgotten
ATTENTE_MAX = 30.0  # seconds between two attempts, at most
DELAI_ARRET = 15.0  # seconds to stop politely


@dataclass
class Programme:
    """A command kept alive; its output goes to `journal`."""

    nom: str
    commande: Sequence[str]
    journal: Path
    environnement: Mapping[str, str]
    echecs: int = 0
    _processus: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _lance_a: float = 0.0
    _pas_avant: float = 0.0

    def lancer(self) -> None:
        with self.journal.open("ab") as sortie:
            self._processus = subprocess.Popen(
                self.commande,
                stdin=subprocess.DEVNULL,
                stdout=sortie,
                stderr=subprocess.STDOUT,
                env=dict(self.environnement),
                start_new_session=True,
                preexec_fn=partial(suivre_le_parent, signal.SIGTERM),  # noqa: PLW1509
            )
        self._lance_a = time.monotonic()

    def est_mort(self) -> bool:
        """Whether it ended; it is not reaped yet, so that its pid cannot be somebody else's."""
        if self._processus is None:
            return True
        pid, options = self._processus.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT
        return self._processus.returncode is not None or bool(
            os.waitid(os.P_PID, pid, options) is not None
        )

    def relancer_si_mort(self) -> bool:
        """Start again after a pause that doubles with each failure in a row."""
        if self._processus is not None and self.est_mort():
            self.achever()
            vecu = time.monotonic() - self._lance_a
            self.echecs = 1 if vecu > DUREE_STABLE else self.echecs + 1
            self._pas_avant = time.monotonic() + min(ATTENTE_MAX, 0.25 * 2**self.echecs)
        if self._processus is None and time.monotonic() >= self._pas_avant:
            self.lancer()
            return True
        return False

    def demander_arret(self) -> None:
        if self._processus is not None and not self.est_mort():
            self._processus.terminate()

    def achever(self) -> None:
        """End what is left of the program and of its children."""
        if self._processus is None:
            return
        if self._processus.returncode is None:
            _tuer_groupe(self._processus.pid)
            self._processus.wait()
        self._processus = None


class Superviseur:
    """Watch over `programmes`; `entretenir` is called every second for what is not a child."""

    def __init__(
        self,
        programmes: Sequence[Programme],
        *,
        entretenir: Callable[[], None] = lambda: None,
        dire: Callable[[str], None] = print,
    ) -> None:
        self._programmes = programmes
        self._entretenir = entretenir
        self._dire = dire
        self._fin = threading.Event()

    @property
    def finit(self) -> bool:
        return self._fin.is_set()

    def demander_fin(self, *_: object) -> None:
        self._fin.set()

    def demarrer(self) -> None:
        for programme in self._programmes:
            programme.lancer()

    def veiller(self) -> None:
        """Until `demander_fin()`; then stop everything."""
        tour = 0
        try:
            while not self._fin.wait(CADENCE):
                tour += 1
                if tour % 5 == 0:
                    self._entretenir()
                for programme in self._programmes:
                    if programme.relancer_si_mort():
                        self._dire(f"{programme.nom} had stopped: started again")
        finally:
            self.arreter()

    def arreter(self) -> None:
        for programme in reversed(self._programmes):
            programme.demander_arret()
        echeance = time.monotonic() + DELAI_ARRET
        while time.monotonic() < echeance and not all(p.est_mort() for p in self._programmes):
            time.sleep(0.05)
        for programme in self._programmes:
            programme.achever()


def orphelins(marque: str) -> Iterator[psutil.Process]:
    """Processes whose environment carries `marque`, except this one and its parents."""
    soi = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for processus in psutil.process_iter():
        try:
            if processus.pid not in soi and processus.environ().get(MARQUE) == marque:
                yield processus
        except (psutil.Error, OSError):
            continue


def achever_orphelins(marque: str, *, delai: float = DELAI_ARRET) -> int:
    """Stop what a killed supervisor left behind; returns how many processes there were."""
    restes = list(orphelins(marque))
    for processus in restes:
        _sans_bruit(processus.terminate)
    _, tetus = psutil.wait_procs(restes, timeout=delai)
    for processus in tetus:
        _sans_bruit(processus.kill)
    return len(restes)


def _sans_bruit(geste: Callable[[], None]) -> None:
    try:
        geste()
    except psutil.Error:
        return


def _tuer_groupe(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
