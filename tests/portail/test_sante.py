"""/etat/: every part by name, 200 or 503, whatever is down, without a secret."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from portail import pouls, sante

PARTIES = {"database", "broker", "worker", "beat", "storage", "antivirus"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _sans_memoire():
    sante.oublier()
    cache.clear()
    yield
    sante.oublier()


@pytest.fixture
def vivants() -> None:
    for qui in (pouls.OUVRIER, pouls.BEAT):
        pouls.battre(qui, maintenant=time.time())


def lire(client: Client) -> tuple[int, dict]:
    reponse = client.get("/etat/")
    assert reponse["Content-Type"] == "application/json"
    assert "no-store" in reponse["Cache-Control"]
    return reponse.status_code, reponse.json()


def en_panne(client: Client) -> set[str]:
    statut, corps = lire(client)
    assert statut == 503
    assert corps.pop("ok") is False
    assert set(corps) == PARTIES
    return {nom for nom, partie in corps.items() if not partie["ok"]}


def test_all_is_well(client, clamd, vivants, settings):
    statut, corps = lire(client)
    assert statut == 200, corps
    assert corps.pop("ok") is True
    assert set(corps) == PARTIES
    assert all(partie["ok"] and partie["detail"] for partie in corps.values())
    restes = list(Path(settings.STORAGES["prive"]["OPTIONS"]["location"]).rglob("etat/*"))
    assert restes == []


def test_it_needs_no_account_and_only_reads(client, clamd, vivants):
    assert client.head("/etat/").status_code == 200
    assert client.post("/etat/").status_code == 405


def test_a_dead_database_is_told_not_suffered(client, clamd, vivants, monkeypatch):
    """Even to a browser that holds a session."""
    client.cookies["session"] = "une-session"
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nulle/part")
    connection.close()
    try:
        assert en_panne(client) == {"database"}
    finally:
        monkeypatch.undo()
        connection.close()


def test_a_dead_broker_takes_the_pulses_along(client, clamd, settings):
    ailleurs = "unix:///nulle/part.sock"
    settings.CELERY_BROKER_URL = "redis+socket:///nulle/part.sock"
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": ailleurs}}
    assert en_panne(client) == {"broker", "worker", "beat"}


def test_no_pulse_is_a_failure(client, clamd):
    assert en_panne(client) == {"worker", "beat"}


@pytest.mark.parametrize(("qui", "nom"), [(pouls.OUVRIER, "worker"), (pouls.BEAT, "beat")])
def test_an_old_pulse_is_a_failure(client, clamd, vivants, qui, nom):
    pouls.battre(qui, maintenant=time.time() - 31)
    assert en_panne(client) == {nom}


def test_a_pulse_of_half_a_minute_still_counts(client, clamd, vivants):
    pouls.battre(pouls.OUVRIER, maintenant=time.time() - 25)
    assert lire(client)[0] == 200


def test_a_missing_antivirus_is_told(client, vivants, settings):
    settings.CLAMD = "unix:///nulle/part.sock"
    assert en_panne(client) == {"antivirus"}


def test_a_folder_that_refuses_is_told(client, clamd, vivants, monkeypatch):
    def refuser(*_: object) -> None:
        raise PermissionError("/srv/secret/fichiers")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuser)
    assert en_panne(client) == {"storage"}
    assert "secret" not in client.get("/etat/").content.decode()


@pytest.mark.processus
def test_a_frozen_antivirus_does_not_hold_the_answer(client, vivants, settings, tmp_path):
    assert sante.DELAI <= 2  # seconds
    from portail.embarque.clamav import Clamd

    serveur = Clamd(tmp_path / "clamav")
    serveur.assurer()
    settings.CLAMD = serveur.url
    pid = int(_pid_qui_ecoute(serveur.dossier))
    os.kill(pid, signal.SIGSTOP)
    try:
        assert en_panne(client) == {"antivirus"}
    finally:
        os.kill(pid, signal.SIGCONT)
        serveur.liberer(attendre=10)


def _pid_qui_ecoute(dossier: Path) -> int:
    import psutil

    (serveur,) = (
        p.pid
        for p in psutil.process_iter(["name", "cmdline"])
        if p.info["name"] == "clamd" and any(str(dossier) in m for m in p.info["cmdline"])
    )
    return serveur


def test_the_details_name_no_address(client, settings):
    settings.CLAMD = "tcp://127.0.0.1:9"
    settings.CELERY_BROKER_URL = "redis://:motdepasse@127.0.0.1:9/0"
    texte = json.dumps(lire(client)[1])
    for secret in ("127.0.0.1", "motdepasse", "redis://", "portail_application", "/var/"):
        assert secret not in texte


def test_two_probes_in_a_row_cost_one_look(client, clamd, vivants, monkeypatch):
    lire(client)
    monkeypatch.setattr(sante, "PARTIES", {})
    assert set(lire(client)[1]) == PARTIES | {"ok"}
