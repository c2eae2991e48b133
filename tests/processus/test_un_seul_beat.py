"""Two beats started by mistake: one schedules; it is killed, the other goes on."""

import json
import os
import signal
import time
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from kombu import Connection

from portail import pouls
from portail.un_seul import NOM
from tests.processus.outils import attendre, processus

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processus]

COURTES = {nom for nom, e in settings.CELERY_BEAT_SCHEDULE.items() if e["schedule"] <= 3}


def en_file(client: Any) -> list[tuple[int, str]]:
    """Who queued what, oldest first: the pid of a beat, the name of a task."""
    messages = [json.loads(octets)["headers"] for octets in client.lrange("celery", 0, -1)]
    return [(int(m["origin"][3:].partition("@")[0]), m["task"]) for m in reversed(messages)]


def presents() -> int:
    """How many beats asked PostgreSQL for the place: one holds it, the others wait."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL ROLE NONE")
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [NOM],
        )
        return int(curseur.fetchone()[0])


def test_de_deux_beats_un_seul_programme_puis_l_autre_prend_la_suite(
    environnement: dict[str, str],
) -> None:
    cache.clear()
    with Connection(settings.CELERY_BROKER_URL) as broker:
        file = broker.default_channel.client
        file.delete("celery")
        with processus(environnement, [["beat"], ["beat"]]) as beats:
            attendre(lambda: presents() == 2, "both beats ask for the place")
            debut = len(en_file(file))
            attendre(
                lambda: {tache for _, tache in en_file(file)[debut:]} >= COURTES,
                "a round of tasks while both are there",
            )
            (premier,) = {pid for pid, _ in en_file(file)}
            (second,) = {beat.pid for beat in beats} - {premier}
            os.kill(premier, signal.SIGKILL)
            coupe, avant = time.time(), len(en_file(file))
            attendre(lambda: any(pid == second for pid, _ in en_file(file)), "the other goes on")
            attendre(
                lambda: {tache for _, tache in en_file(file)[avant:]} >= COURTES,
                "a round of tasks by the other",
            )
            assert {pid for pid, _ in en_file(file)[avant + 1 :]} == {second}
            attendre(
                lambda: pouls.age(pouls.BEAT, maintenant=coupe) == 0, "it beats since that kill"
            )
        file.delete("celery")
