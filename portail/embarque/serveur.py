"""The life of an embedded server, shared by every process that uses it.

A process that calls `assurer()` keeps a shared lock until it ends (or calls `liberer()`); the
first one starts the server under a guardian (`gardien.py`), which stops it after the last one.
No pid is remembered, so nothing that is killed can leave a wrong count behind.
"""

import fcntl
import hashlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

GARDIEN = Path(__file__).with_name("gardien.py")
LONGUEUR_MAX_PRISE = 100  # a Unix socket's path holds 107 bytes on Linux, 103 on macOS
DELAI_DEMARRAGE = 60.0


class ServeurIndisponible(Exception):
    """An embedded server did not start; the message names its log."""


class Serveur(ABC):
    """One server whose data, lock files and log are under `dossier`."""

    nom: str
    signal_arret: signal.Signals = signal.SIGTERM

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier.resolve()
        self.journal = self.dossier / "journal.log"
        self._usage: int | None = None
        self._proprietaire = 0

    @property
    @abstractmethod
    def prise(self) -> Path:
        """The Unix socket the server listens on."""

    @abstractmethod
    def commande(self) -> list[str]: ...

    @abstractmethod
    def preparer(self) -> None:
        """Make the folder ready; called with the lock, before each start."""

    @abstractmethod
    def repond(self) -> bool:
        """Whether the server answers a real question."""

    def apres_demarrage(self) -> None:  # noqa: B027
        """What must exist in a server that has just started."""

    def compte(self) -> int:
        """The uid the server runs under."""
        return os.geteuid()

    def ecoute(self) -> bool:
        with socket.socket(socket.AF_UNIX) as essai:
            essai.settimeout(1)
            return essai.connect_ex(str(self.prise)) == 0

    def assurer(self) -> bool:
        """Use the server, starting it if needed; returns whether it had to be started.

        Raises `ServeurIndisponible` when it does not answer within a minute.
        """
        self._retenir()
        if self.ecoute():
            return False
        with self._seul():
            if self._attendre(self.ecoute):
                return False
            self.preparer()
            self._lancer()
            self.apres_demarrage()
        return True

    def liberer(self, *, attendre: float = 0) -> None:
        """Stop using the server; waits up to `attendre` seconds for the end of its guardian."""
        if self._usage is None or self._proprietaire != os.getpid():
            return
        os.close(self._usage)
        self._usage = None
        if attendre:
            self._attendre_arret(attendre)

    def _attendre_arret(self, delai: float) -> None:
        """Wait for the guardian's end; give up early when others plainly hold the server."""
        echeance = time.monotonic() + delai
        partages = 0
        while time.monotonic() < echeance and partages < 10:
            time.sleep(0.05)
            partage = self._est_partageable()
            if partage and not self.ecoute():
                return
            partages = partages + 1 if partage else 0

    def _est_partageable(self) -> bool:
        """False while the guardian holds the exclusive lock, that is until it has ended."""
        with (self.dossier / "usage").open("ab") as essai:
            try:
                fcntl.flock(essai, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def _retenir(self) -> None:
        if self._usage is not None and self._proprietaire == os.getpid():
            return
        self.dossier.mkdir(parents=True, exist_ok=True)
        self._usage = os.open(self.dossier / "usage", os.O_RDWR | os.O_CREAT, 0o600)
        self._proprietaire = os.getpid()
        fcntl.flock(self._usage, fcntl.LOCK_SH)

    @contextmanager
    def _seul(self) -> Iterator[None]:
        with (self.dossier / "verrou").open("ab") as verrou:
            fcntl.flock(verrou, fcntl.LOCK_EX)
            yield

    def _lancer(self) -> None:
        vie, du_gardien = os.pipe()
        try:
            subprocess.run(
                [
                    sys.executable,
                    "-I",
                    str(GARDIEN),
                    str(self.dossier / "usage"),
                    str(int(self.signal_arret)),
                    str(self.compte()),
                    str(self.journal),
                    *self.commande(),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(du_gardien,),
                check=True,
            )
            os.close(du_gardien)
            if not self._attendre(lambda: not select.select([vie], [], [], 0)[0]):
                raise ServeurIndisponible(f"{self.nom} did not start: see {self.journal}")
        finally:
            os.close(vie)

    def _attendre(self, vit: Callable[[], bool]) -> bool:
        echeance = time.monotonic() + DELAI_DEMARRAGE
        while time.monotonic() < echeance:
            if self.repond():
                return True
            if not vit():
                return False
            time.sleep(0.03)
        return False


def dossier_prise(dossier: Path, uid: int) -> Path:
    """Where a socket fits: `dossier`, or a private folder of /tmp when its path is too long."""
    if len(os.fsencode(dossier)) + len("/.s.PGSQL.5432.lock") <= LONGUEUR_MAX_PRISE:
        return dossier
    empreinte = hashlib.sha256(os.fsencode(dossier)).hexdigest()[:12]
    return Path(f"/tmp/ep-{uid}-{empreinte}")  # noqa: S108


def creer_dossier_prive(dossier: Path, uid: int) -> None:
    """Make `dossier` readable by `uid` only; refuses a link or somebody else's folder."""
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    if dossier.is_symlink():
        raise ServeurIndisponible(f"{dossier} is a link: remove it")
    if dossier.stat().st_uid not in (uid, os.geteuid()):
        raise ServeurIndisponible(f"{dossier} belongs to somebody else: remove it")
    if dossier.stat().st_uid != uid:
        os.chown(dossier, uid, -1)
    dossier.chmod(0o700)


class ServeurLocal(Serveur):
    """A server that runs under this account, reached by a socket in a private folder."""

    nom_prise: str

    @property
    def _dossier_prise(self) -> Path:
        return dossier_prise(self.dossier, os.geteuid())

    @property
    def prise(self) -> Path:
        return self._dossier_prise / self.nom_prise

    @property
    def url(self) -> str:
        return f"unix://{self.prise}"

    def preparer(self) -> None:
        creer_dossier_prive(self._dossier_prise, os.geteuid())
