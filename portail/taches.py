"""The base class of every Celery task."""

import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from celery import Task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

PAUSE = 5.0  # seconds without trying after a failure, so that a page tries only once

journal = logging.getLogger(__name__)


class Tache(Task):
    """A task that may be queued in a request without ever breaking or holding it.

    What must be done is written in PostgreSQL first; the message only makes it quick. When the
    broker is down the message is given up, and the next sweep finds the row.
    """

    abstract = True
    pas_avant: ClassVar[float] = 0.0

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


def chacun(action: Callable[[int], object], pks: Iterable[int]) -> None:
    """One row that fails must not keep the rows behind it waiting for ever."""
    for pk in pks:
        try:
            action(pk)
        except SoftTimeLimitExceeded:
            raise
        except Exception as erreur:
            journal.warning("%s %s: %s", action.__name__, pk, type(erreur).__name__)
