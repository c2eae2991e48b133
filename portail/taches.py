"""The base class of every Celery task."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import ClassVar

from celery import Task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

PAUSE = 5.0  # seconds without trying after a failure, so that a page tries only once

journal = logging.getLogger(__name__)


class Tache(Task):
    """A task that may be queued in a request without ever breaking or holding it.

    What must be done is written in PostgreSQL first; the message only makes it quick. When the
    broker is down the message is given up, and the next sweep finds the row.

    The runs of the periodic tasks are recorded around them (see `portail.executions`).
    """

    abstract = True
    pas_avant: ClassVar[float] = 0.0
    _depart = 0.0

    def before_start(self, *_: object) -> None:
        from portail import executions

        self._depart = time.monotonic()
        executions.noter_debut(self.name, maintenant=timezone.now())

    def on_success(self, retour: object, *_: object) -> None:
        from portail import executions

        executions.noter_reussite(self.name, retour, maintenant=timezone.now(), duree=self._duree())

    def on_failure(self, erreur: BaseException, *_: object) -> None:
        from portail import executions

        executions.noter_echec(self.name, erreur, maintenant=timezone.now(), duree=self._duree())

    def _duree(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._depart)

    def delay_on_commit(self, *args: object, **kwargs: object) -> None:
        transaction.on_commit(partial(self._publier, args, kwargs), robust=True)

    def _publier(self, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        if time.monotonic() < Tache.pas_avant:
            journal.warning("%s was not queued (the broker was down just now)", self.name)
            return
        try:
            self.apply_async(args, kwargs)
        except Exception as erreur:
            Tache.pas_avant = time.monotonic() + PAUSE
            journal.warning("%s was not queued (%s)", self.name, type(erreur).__name__)


def chacun(action: Callable[[int], object], pks: Iterable[int]) -> int:
    """One row that fails must not keep the rows behind it waiting for ever; how many are done.

    An action that returns False says that it is not.
    """
    faits = 0
    for pk in pks:
        try:
            faits += action(pk) is not False
        except SoftTimeLimitExceeded:
            raise
        except Exception as erreur:
            journal.warning("%s %s: %s", action.__name__, pk, type(erreur).__name__)
    return faits
