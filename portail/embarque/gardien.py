"""Keep one embedded server for as long as somebody uses it.

Run by path, with the standard library only:
    python gardien.py USAGE_LOCK STOP_SIGNAL UID LOG command…

It detaches itself at once; what it inherited stays open until it ends, which tells its starter.
Users of the server hold a shared lock on USAGE_LOCK, which the kernel releases when they end,
however they end. The guardian waits for the exclusive lock: once it gets it, nobody is left, so
it stops the server. It also ends when the server does; starting again is the users' business.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

PR_SET_PDEATHSIG = 1
DELAI_ARRET = 15.0


def main() -> None:
    usage, signal_arret, uid, journal, *commande = sys.argv[1:]
    if os.fork():
        return
    os.setsid()
    arret = signal.Signals(int(signal_arret))
    for ignore in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(ignore, signal.SIG_IGN)
    with Path(journal).open("ab") as sortie:
        serveur = subprocess.Popen(
            commande,
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
            cwd="/",
            preexec_fn=lambda: _preparer_enfant(int(uid), arret),  # noqa: PLW1509
        )
    threading.Thread(target=_arreter_sans_usage, args=(usage, serveur, arret), daemon=True).start()
    serveur.wait()


def _preparer_enfant(uid: int, arret: signal.Signals) -> None:
    """Become the server's account, and ask the kernel for `arret` should the guardian die."""
    for ignore in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(ignore, signal.SIG_DFL)
    if uid != os.geteuid():
        import pwd

        compte = pwd.getpwuid(uid)
        os.setgroups([])
        os.setgid(compte.pw_gid)
        os.setuid(uid)
    os.umask(0o077)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(arret))


def _arreter_sans_usage(
    usage: str, serveur: "subprocess.Popen[bytes]", arret: signal.Signals
) -> None:
    with Path(usage).open("ab") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        serveur.send_signal(arret)
        try:
            serveur.wait(DELAI_ARRET)
        except subprocess.TimeoutExpired:
            serveur.kill()
        serveur.wait()


if __name__ == "__main__":
    main()
