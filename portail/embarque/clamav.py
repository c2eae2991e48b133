"""A clamd for the demonstration and the tests: our own configuration, folder and socket.

It always knows the EICAR test file; the machine's official signatures are added when
/var/lib/clamav holds some. freshclam is the machine's business.
"""

import shutil
import signal
import socket
from pathlib import Path

from portail.embarque.serveur import (
    ServeurIndisponible,
    ServeurLocal,
)

PROGRAMME = Path("/usr/sbin/clamd")
SIGNATURES_MACHINE = Path("/var/lib/clamav")
APPARMOR = Path("/sys/module/apparmor/parameters/enabled")

# The 68 bytes of eicar.com in hexadecimal, cut in pieces so that no scanner quarantines this file.
EICAR = "".join(
    (
        "58354f2150254041505b345c505a58",
        "353428505e2937434329377d244549",
        "4341522d5354414e444152442d414e",
        "544956495255532d544553542d46494c452124482b482a",
    )
)

CONFIGURATION = """\
Foreground yes
LocalSocket {prise}
LocalSocketMode 600
FixStaleSocket yes
DatabaseDirectory {base}
TemporaryDirectory {dossier}
LogFile {dossier}/clamd.log
LogFileMaxSize 5M
MaxThreads 4
MaxQueue 40
StreamMaxLength 8M
MaxFileSize 256M
MaxScanSize 512M
AlertExceedsMax yes
ReadTimeout 20
CommandReadTimeout 5
"""


class Clamd(ServeurLocal):
    nom = "clamd"
    nom_prise = "clamd.sock"
    signal_arret = signal.SIGTERM

    def est_installe(self) -> bool:
        return PROGRAMME.exists()

    def preparer(self) -> None:
        if not self.est_installe():
            raise ServeurIndisponible("clamd is missing: apt-get install clamav-daemon")
        super().preparer()
        base = self.dossier / "base"
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir()
        (base / "essai.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR}\n", "ascii")
        for officielle in (*SIGNATURES_MACHINE.glob("*.cvd"), *SIGNATURES_MACHINE.glob("*.cld")):
            (base / officielle.name).symlink_to(officielle)
        (self.dossier / "clamd.conf").write_text(
            CONFIGURATION.format(prise=self.prise, base=base, dossier=self.dossier), "utf-8"
        )

    def commande(self) -> list[str]:
        return [str(self._programme()), "--config-file", str(self.dossier / "clamd.conf")]

    def _programme(self) -> Path:
        """Debian's AppArmor profile ties /usr/sbin/clamd to /var/lib/clamav: use a copy then."""
        if not APPARMOR.exists() or APPARMOR.read_text("ascii").strip() != "Y":
            return PROGRAMME
        copie = self.dossier / "clamd"
        shutil.copy2(PROGRAMME, copie)
        return copie

    def repond(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as essai:
                essai.settimeout(2)
                essai.connect(str(self.prise))
                essai.sendall(b"zPING\0")
                return essai.recv(16).startswith(b"PONG")
        except OSError:
            return False
