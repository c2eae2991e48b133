"""The base class of every Celery task."""

import logging
from functools import partial

from celery import Task
from django.db import transaction

journal = logging.getLogger(__name__)


class Tache(Task):
    """A task that may be queued in a request without ever breaking it.

    What must be done is written in PostgreSQL first; the message only makes it quick. When the
    broker is down the message is given up, and the next sweep finds the row.
    """

    abstract = True

    def delay_on_commit(self, *args: object, **kwargs: object) -> None:
        transaction.on_commit(partial(self._publier, args, kwargs), robust=True)

    def _publier(self, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        try:
            self.apply_async(args, kwargs)
        except Exception as erreur:
            journal.warning("%s was not queued (%s)", self.name, type(erreur).__name__)
