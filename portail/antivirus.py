"""Ask clamd whether a file is clean. What is not a clear answer is never a clean bill of health."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from clamav_client.clamd import (
    BufferTooLongError,
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
)
from django.conf import settings

DELAI_ANALYSE = 60.0  # seconds without a word from clamd
DELAI_PING = 1.0
_LIMITES = "Heuristics.Limits.Exceeded"


class AntivirusIndisponible(Exception):
    """No verdict: clamd is absent, too slow, or its answer is not clear. Ask again later."""


class AnalyseIncomplete(AntivirusIndisponible):
    """clamd gave up at one of its size limits: asking again will change nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sain`: examined to the end, nothing found. Otherwise `signature` names what was found."""

    sain: bool
    signature: str | None = None


def analyser(fichier: BinaryIO) -> Verdict:
    """Send `fichier`, from its start, to the clamd of `settings.CLAMD`; leave it at its start.

    Raises `AntivirusIndisponible` whenever there is no clear verdict, `AnalyseIncomplete` among
    them when the file exceeds what clamd examines.
    """
    fichier.seek(0)
    try:
        with _clamd(DELAI_ANALYSE) as clamd:
            reponses = clamd.instream(fichier)
    finally:
        fichier.seek(0)
    statut, signature = reponses.get("stream", (None, None))
    if statut == "OK" and signature is None:
        return Verdict(sain=True)
    if statut == "FOUND" and signature:
        if signature.startswith(_LIMITES):
            raise AnalyseIncomplete(signature)
        return Verdict(sain=False, signature=signature)
    raise AntivirusIndisponible("unclear answer")


def repond() -> bool:
    """Whether clamd answers, within a second."""
    try:
        with _clamd(DELAI_PING) as clamd:
            return clamd.ping() == "PONG"
    except AntivirusIndisponible:
        return False


class _PriseUnix(ClamdUnixSocket):
    """Connecting is timed too: a daemon whose queue is full would hold us for ever."""

    def _init_socket(self) -> None:
        self.clamd_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.clamd_socket.settimeout(self.timeout)
        self.clamd_socket.connect(self.unix_socket)


@contextmanager
def _clamd(delai: float) -> Iterator[ClamdNetworkSocket]:
    """A client of clamd whose failures, of any kind, are `AntivirusIndisponible`."""
    adresse = urlsplit(settings.CLAMD)
    client: ClamdNetworkSocket
    if adresse.scheme == "unix":
        client = _PriseUnix(adresse.path, delai)  # type: ignore[arg-type]
    else:
        client = ClamdNetworkSocket(adresse.hostname or "", adresse.port or 0, delai)
    try:
        yield client
    except BufferTooLongError as erreur:
        raise AnalyseIncomplete("stream size") from erreur
    except (ClamdError, OSError, ValueError) as erreur:
        raise AntivirusIndisponible(type(erreur).__name__) from erreur
    finally:
        if prise := getattr(client, "clamd_socket", None):
            prise.close()
