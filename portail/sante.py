"""/etat/: whether the parts the portal stands on answer, for a probe or a supervisor."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection

from portail import antivirus, pouls

DELAI = 2.0  # seconds for all the parts to answer
FRAICHEUR_OUVRIER = 30.0  # seconds; a worker beats every 2
FRAICHEUR_BEAT = 30.0  # seconds; beat ticks at least every 5
MEMOIRE = 2.0  # seconds during which the same answer serves everybody

_verrou = threading.Lock()
_memoire: tuple[float, dict[str, Any]] | None = None


class EnPanne(Exception):
    """A part does not answer; the message is public: no address, no secret."""


class SansCompte:
    """Middleware: /etat/ knows nobody, so that a dead database cannot break its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == reverse("etat"):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


@require_safe
@never_cache
@login_not_required
@transaction.non_atomic_requests
def etat(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, 503 otherwise; the body names each of them."""
    resultat = examiner()
    return JsonResponse(resultat, status=200 if resultat["ok"] else 503)


def examiner() -> dict[str, Any]:
    """Question every part, at most once every two seconds per process."""
    global _memoire  # noqa: PLW0603
    with _verrou:
        if _memoire is None or time.monotonic() - _memoire[0] > MEMOIRE:
            parties = _questionner(PARTIES)
            ensemble = all(partie["ok"] for partie in parties.values())
            _memoire = (time.monotonic(), {"ok": ensemble, **parties})
        return _memoire[1]


def oublier() -> None:
    """Forget the last answer."""
    global _memoire  # noqa: PLW0603
    with _verrou:
        _memoire = None


def _questionner(parties: dict[str, Callable[[], str]]) -> dict[str, dict[str, Any]]:
    """All at once, and without waiting for the one that hangs."""
    fils = ThreadPoolExecutor(len(parties), thread_name_prefix="etat")
    futurs = {nom: fils.submit(_repondre, question) for nom, question in parties.items()}
    finis, _ = wait(futurs.values(), timeout=DELAI)
    fils.shutdown(wait=False, cancel_futures=True)
    muet = {"ok": False, "detail": f"no answer in {DELAI:.0f} s"}
    return {nom: futur.result() if futur in finis else muet for nom, futur in futurs.items()}


def _repondre(question: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"ok": True, "detail": question()}
    except EnPanne as panne:
        return {"ok": False, "detail": str(panne)}
    except Exception as erreur:
        return {"ok": False, "detail": f"does not answer ({type(erreur).__name__})"}


def _base() -> str:
    try:
        with connection.cursor() as curseur:
            curseur.execute("SET statement_timeout = 1500")
            curseur.execute("SELECT 1")
    finally:
        connection.close()
    return "answers"


def _file() -> str:
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": 1}
    with Connection(
        settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=options
    ) as broker:
        broker.ensure_connection(max_retries=1, timeout=DELAI)
        en_attente = broker.default_channel.client.llen("celery")
    return f"answers, {en_attente} waiting"


def _ouvrier() -> str:
    return _pouls(pouls.OUVRIER, FRAICHEUR_OUVRIER)


def _beat() -> str:
    return _pouls(pouls.BEAT, FRAICHEUR_BEAT)


def _pouls(qui: str, fraicheur: float) -> str:
    age = pouls.age(qui, maintenant=time.time())
    if age is None:
        raise EnPanne("no sign of life")
    if age > fraicheur:
        raise EnPanne(f"last sign of life {age:.0f} s ago")
    return f"last sign of life {age:.0f} s ago"


def _stockage() -> str:
    depot = storages["prive"]
    temoin = uuid.uuid4().hex.encode()
    nom = depot.save(f"etat/{temoin.decode()}", ContentFile(temoin))
    try:
        with depot.open(nom) as relu:
            if relu.read() != temoin:
                raise EnPanne("what was written is not what was read")
    finally:
        depot.delete(nom)
    return "writes and reads"


def _antivirus() -> str:
    if not antivirus.repond():
        raise EnPanne("does not answer")
    return "answers"


PARTIES: dict[str, Callable[[], str]] = {
    "database": _base,
    "broker": _file,
    "worker": _ouvrier,
    "beat": _beat,
    "storage": _stockage,
    "antivirus": _antivirus,
}
