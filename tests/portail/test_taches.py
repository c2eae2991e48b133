"""A broker that is down, absent or frozen: no page breaks, none waits, no request is lost."""

import logging
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, transaction

from portail.embarque.valkey import Valkey
from portail.taches import Tache

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processus]
UN_SEUL_ESSAI = [
    "essai.faire was not queued (OperationalError)",
    *["essai.faire was not queued (the broker was down just now)"] * 8,
]


def application(broker: str) -> Celery:
    """A Celery application of our own, with the portal's settings and another broker."""
    app = Celery("essai", broker=broker, task_cls="portail.taches.Tache", set_as_current=False)
    app.conf.update(
        broker_connection_timeout=settings.CELERY_BROKER_CONNECTION_TIMEOUT,
        broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        task_publish_retry_policy=settings.CELERY_TASK_PUBLISH_RETRY_POLICY,
        task_ignore_result=True,
    )

    @app.task(name="essai.faire", shared=False)
    def faire(_valeur: object) -> None: ...

    return app


def deposer(app: Celery, nombre: int = 1) -> None:
    """A request that queues `nombre` tasks."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT 1")
        for numero in range(nombre):
            app.tasks["essai.faire"].delay_on_commit(numero)


@pytest.fixture
def file_gelee(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey that accepts connections and never answers."""
    serveur = Valkey(tmp_path / "file")
    serveur.assurer()
    (pid,) = (
        p.pid
        for p in psutil.process_iter(["name", "cmdline"])
        if p.info["name"] == "valkey-server" and str(serveur.prise) in " ".join(p.cmdline())
    )
    os.kill(pid, signal.SIGSTOP)
    yield serveur
    os.kill(pid, signal.SIGCONT)
    serveur.liberer(attendre=10)


@pytest.fixture
def port_muet() -> Iterator[int]:
    """A TCP port whose queue of connections is full: connecting hangs."""
    with socket.socket() as muet, socket.socket() as bouchon:
        muet.bind(("127.0.0.1", 0))
        muet.listen(0)
        bouchon.connect(muet.getsockname())
        yield muet.getsockname()[1]


def test_without_broker_the_request_passes_at_once(caplog):
    caplog.set_level(logging.WARNING)
    deposer(application("redis+socket:///nulle/part.sock"))
    assert caplog.messages == ["essai.faire was not queued (OperationalError)"]


def test_a_frozen_broker_is_tried_once_by_a_page(file_gelee, caplog):
    deposer(application(f"redis+socket://{file_gelee.prise}"), nombre=9)
    assert caplog.messages == UN_SEUL_ESSAI


def test_a_broker_that_does_not_accept_is_tried_once_by_a_page(port_muet, caplog):
    deposer(application(f"redis://127.0.0.1:{port_muet}/0"), nombre=9)
    assert caplog.messages == UN_SEUL_ESSAI


def test_one_try_is_short():
    assert settings.CELERY_BROKER_CONNECTION_TIMEOUT <= 1
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"] <= 1
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] <= 2


def test_the_queue_is_used_again_after_the_pause(tmp_path, monkeypatch):
    serveur = Valkey(tmp_path / "file")
    app = application(f"redis+socket://{serveur.prise}")
    deposer(app)
    serveur.assurer()
    deposer(app)
    assert _en_file(app) == 0
    monkeypatch.setattr("portail.taches.PAUSE", 0)
    Tache.pas_avant = 0.0
    deposer(app)
    assert _en_file(app) == 1
    app.close()
    serveur.liberer(attendre=10)


def test_nothing_is_queued_by_a_transaction_that_fails(tmp_path):
    serveur = Valkey(tmp_path / "file")
    serveur.assurer()
    app = application(f"redis+socket://{serveur.prise}")
    with transaction.atomic():
        app.tasks["essai.faire"].delay_on_commit(1)
        transaction.set_rollback(True)
    assert _en_file(app) == 0
    app.close()
    serveur.liberer(attendre=10)


@pytest.mark.regle("D-17")
def test_the_log_names_the_task_and_never_its_arguments(caplog):
    caplog.set_level(logging.DEBUG, logger="portail")
    app = application("redis+socket:///nulle/part.sock")
    with transaction.atomic():
        app.tasks["essai.faire"].delay_on_commit("Marcelle Invention")
    assert "essai.faire" in caplog.text
    assert "Invention" not in caplog.text


def _en_file(app: Celery) -> int:
    with app.connection_for_read() as broker:
        return int(broker.default_channel.client.llen("celery"))
