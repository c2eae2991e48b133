"""`make demo` for real: it starts, survives kills, keeps its data, stops everything it started."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.attente import attendre

pytestmark = pytest.mark.processus
RACINE = Path(__file__).resolve().parents[2]
DEBUT = 240.0  # seconds, on a busy machine


class Demonstration:
    """One run of scripts/demo.py in a folder of its own."""

    def __init__(self, dossier: Path, port: int) -> None:
        self.dossier = dossier
        self.port = port
        self.sortie = dossier.parent / "sortie"

    def environnement(self) -> dict[str, str]:
        propre = {n: v for n, v in os.environ.items() if not n.startswith(("ESSAI_", "DJANGO_"))}
        return {**propre, "DEMO_DOSSIER": str(self.dossier), "PORT": str(self.port)}

    def lancer(self, *options: str) -> "subprocess.Popen[bytes]":
        with self.sortie.open("wb") as sortie:
            return subprocess.Popen(
                [sys.executable, "scripts/demo.py", *options],
                env=self.environnement(),
                cwd=RACINE,
                stdout=sortie,
                stderr=sortie,
                start_new_session=True,
            )

    def lu(self) -> str:
        return self.sortie.read_text("utf-8")

    def etat(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/etat/", timeout=10) as page:
                return json.load(page)
        except urllib.error.HTTPError as reponse:
            with reponse:
                return json.load(reponse)
        except OSError:
            return {"ok": False}

    def processus(self, mot: str = "") -> list[psutil.Process]:
        """The living processes that name our folder, in their command or in their environment."""
        trouves = []
        for processus in psutil.process_iter():
            try:
                commande = " ".join(processus.cmdline())
                environnement = processus.environ()
            except psutil.Error:
                continue
            notre = environnement.get("SUPERVISE_PAR") == str(self.dossier)
            if mot in commande and (notre or str(self.dossier) in commande):
                trouves.append(processus)
        return trouves


@contextmanager
def en_marche(demo: Demonstration, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    lancee = demo.lancer(*options)
    try:
        attendre(
            lambda: "Ctrl-C" in demo.lu() or lancee.poll() is not None, delai=DEBUT, quoi="start"
        )
        assert lancee.poll() is None, demo.lu()
        yield lancee
    finally:
        if lancee.poll() is None:
            lancee.send_signal(signal.SIGINT)
        lancee.wait(60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    return Demonstration(tmp_path_factory.mktemp("demo") / "var", port)


def manage(demo: Demonstration, *arguments: str) -> str:
    resultat = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=demo.environnement(),
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=True,
    )
    return resultat.stdout


def refus(demo: Demonstration, *options: str) -> str:
    resultat = subprocess.run(
        [sys.executable, "scripts/demo.py", *options],
        env=demo.environnement(),
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert resultat.returncode != 0
    return resultat.stderr


def test_the_whole_life_of_a_demonstration(demo):
    temoin = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(900)"])
    with en_marche(demo) as lancee:
        attendre(lambda: demo.etat()["ok"], delai=60, quoi="everything in order")
        comptes = json.loads(manage(demo, "comptes_demo", "--json"))
        assert {compte["role"] for compte in comptes} == {
            "technicien",
            "gestionnaire",
            "agent",
            "admin",
            "dpo",
            "support",
        }
        assert all(compte["identifiant"] in demo.lu() for compte in comptes)
        with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/demo/", timeout=30) as page:
            assert comptes[0]["identifiant"] in page.read().decode()
        assert "already running" in refus(demo)
        assert "already running" in refus(demo, "--zero")

        for mot in ("gunicorn", " worker", " beat", "/postgres -D", "valkey-server", "clamd"):
            for processus in demo.processus(mot):
                processus.kill()
        attendre(lambda: "ok" in demo.etat() and demo.etat()["ok"], delai=120, quoi="recovery")
        assert len(json.loads(manage(demo, "comptes_demo", "--json"))) == len(comptes)

        lancee.send_signal(signal.SIGINT)
        assert lancee.wait(60) == 0
    attendre(lambda: not demo.processus(), quoi="end of everything")
    assert temoin.poll() is None
    temoin.kill()
    temoin.wait()


def test_a_killed_demonstration_starts_again_with_its_data(demo):
    assert (demo.dossier / "postgres").exists(), "the previous test leaves its data"
    with en_marche(demo) as lancee:
        assert "already" in demo.lu()
        lancee.kill()
        lancee.wait()
    with en_marche(demo):
        assert "already" in demo.lu()
        attendre(lambda: demo.etat()["ok"], delai=60, quoi="everything in order")
    attendre(lambda: not demo.processus(), quoi="end of everything")


def test_a_command_without_the_demonstration_finds_the_data_and_stops_what_it_started(demo):
    assert len(json.loads(manage(demo, "comptes_demo", "--json"))) > 20
    attendre(lambda: not demo.processus(), quoi="end of the servers")


def test_a_taken_port_is_said_at_once(tmp_path):
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        demo = Demonstration(tmp_path / "var", occupant.getsockname()[1])
        for options in ((), ("--verifier",)):
            assert f"Port {demo.port} is taken" in refus(demo, *options)
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize("port", ["80", "abc", "70000", "-1"])
def test_an_odd_port_is_refused(demo, monkeypatch, port):
    monkeypatch.setattr(demo, "port", port)
    assert "PORT must be a number" in refus(demo, "--verifier")
