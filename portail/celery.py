"""The Celery application, and the two pulses that /etat/ reads."""

import logging.config
import os
import signal
import time
from datetime import UTC, datetime

from celery import Celery
from celery.beat import Scheduler
from celery.signals import (
    heartbeat_sent,
    setup_logging,
    worker_init,
    worker_process_init,
    worker_ready,
)
from django.conf import settings

from portail.processus import suivre_le_parent
from portail.un_seul import UnSeul

JAMAIS = datetime(2000, 1, 1, tzinfo=UTC)
ATTENTE = 2.0  # seconds between two looks of a beat that waits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings.base")

app = Celery("portail", task_cls="portail.taches.Tache")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def journaliser(**_: object) -> None:
    """Celery would otherwise write its own way, arguments included."""
    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
def patienter(**_: object) -> None:
    """Nobody waits behind a worker: it may give a slow broker more time than a page does."""
    app.conf.broker_transport_options = {**app.conf.broker_transport_options, "socket_timeout": 10}


@worker_process_init.connect
def ne_pas_survivre(**_: object) -> None:
    """A pool process whose worker was killed would go on beside the next worker."""
    suivre_le_parent(signal.SIGKILL)


class Ordonnanceur(Scheduler):
    """Beat's schedule, in memory: what must not be forgotten, the last runs too, is in PostgreSQL.

    Of two beats, one schedules; the other waits without a sign of life, and goes on when it ends.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._place = UnSeul()
        self._a_jour = False
        super().__init__(*args, **kwargs)

    def tick(self, *args: object, **kwargs: object) -> float:
        if not self._place.tenir():
            self._a_jour = False
            return min(ATTENTE, self.max_interval)
        if not self._a_jour:
            self._reprendre()
        attente = super().tick(*args, **kwargs)
        _battre("beat")
        return attente

    def _reprendre(self) -> None:
        """Go on where the last beat stopped: what is overdue, or never ran, is due now."""
        from portail import executions

        departs = executions.derniers_departs()
        for entree in self.schedule.values():
            entree.last_run_at = departs.get(entree.task, JAMAIS)
        self._heap = None  # made again from these
        self._a_jour = True

    def close(self) -> None:
        super().close()
        self._place.rendre()


@worker_ready.connect
@heartbeat_sent.connect
def battre_ouvrier(**_: object) -> None:
    _battre("ouvrier")


def _battre(qui: str) -> None:
    from portail import pouls

    pouls.battre(qui, maintenant=time.time())
