"""Real processes for the tests: start them, wait for what they do, end them."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from portail.processus import suivre_le_parent

PATIENCE = 90


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


def attendre(condition: Callable[[], bool], quoi: str) -> None:
    """Poll a condition, within a bound: what is awaited happens in other processes."""
    limite = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < limite, f"never happened: {quoi}"
        pause.wait(0.2)


def lancer(commande: list[str], environnement: dict[str, str]) -> "subprocess.Popen[bytes]":
    """`celery …` in its own process group; it does not outlive the tests."""
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "portail", *commande],
        env=environnement,
        start_new_session=True,
        preexec_fn=partial(suivre_le_parent, signal.SIGKILL),  # noqa: PLW1509
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


OUVRIER_ET_BEAT = (["worker", "--concurrency", "2"], ["beat"])


@contextmanager
def processus(
    environnement: dict[str, str], commandes: Sequence[list[str]] = OUVRIER_ET_BEAT
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A worker and a beat unless told otherwise, each in its own process group.

    They are killed with SIGKILL on the way out.
    """
    lances = [lancer(commande, environnement) for commande in commandes]
    try:
        yield lances
    finally:
        for lance in lances:
            if lance.poll() is None:
                os.killpg(lance.pid, signal.SIGKILL)
            lance.wait()
