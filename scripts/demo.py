"""`make demo`: everything on this machine, under one supervisor, until Ctrl-C.

python scripts/demo.py --verifier   only check the lock and the port (standard library)
python scripts/demo.py [--zero]     start; --zero forgets the previous data first
"""

import argparse
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import IO

RACINE = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("DEMO_DOSSIER") or RACINE / "var").resolve()
# Only what the demonstration wrote: the tests keep their own things in var/test.
DONNEES = ("postgres", "valkey", "clamav", "fichiers", "courriels", "journaux", "cle")


def main() -> None:
    arguments = _arguments()
    port = _port()
    verrou = _verrouiller()
    if arguments.verifier:
        _exiger_port_libre(port)
        return
    sys.path.insert(0, str(RACINE))
    os.chdir(RACINE)
    from portail.superviseur import achever_orphelins

    achever_orphelins(str(VAR))
    _exiger_port_libre(port)
    if arguments.zero:
        _oublier()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from scripts.spectacle import jouer

        jouer(VAR, port)
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
    finally:
        verrou.close()


def _arguments() -> argparse.Namespace:
    lecteur = argparse.ArgumentParser(description="Run the demonstration.")
    lecteur.add_argument("--verifier", action="store_true", help="only check lock and port")
    lecteur.add_argument("--zero", action="store_true", help="forget the previous data first")
    return lecteur.parse_args()


def _port() -> int:
    valeur = os.environ.get("PORT") or "8000"
    if not valeur.isdigit() or not 1024 <= int(valeur) <= 65535:
        sys.exit("PORT must be a number from 1024 to 65535, for example: make demo PORT=8080")
    return int(valeur)


def _verrouiller() -> IO[str]:
    """One demonstration per clone; the kernel drops the lock with its holder."""
    VAR.mkdir(parents=True, exist_ok=True)
    verrou = (VAR / "demo.verrou").open("a")
    try:
        fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("The demonstration of this folder is already running: stop it first (Ctrl-C).")
    return verrou


def _exiger_port_libre(port: int) -> None:
    with socket.socket() as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken. Choose another one: make demo PORT={port + 1}")


def _oublier() -> None:
    """Forget the previous demonstration; refuses while a command still uses its servers."""
    for nom in ("postgres", "valkey", "clamav"):
        usage = VAR / nom / "usage"
        if usage.exists() and not _se_libere(usage):
            sys.exit("A command still uses the demonstration's servers: end it first.")
    for nom in DONNEES:
        chemin = VAR / nom
        if chemin.is_dir():
            shutil.rmtree(chemin)
        else:
            chemin.unlink(missing_ok=True)


def _se_libere(usage: Path) -> bool:
    """Whether nobody holds the lock, or soon nobody: a guardian may be stopping its server."""
    echeance = time.monotonic() + 20
    with usage.open("ab") as essai:
        while time.monotonic() < echeance:
            try:
                fcntl.flock(essai, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.1)
            else:
                return True
    return False


if __name__ == "__main__":
    main()
