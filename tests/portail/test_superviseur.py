"""The supervisor, with real processes: what dies comes back, what was started ends, alone."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portail import pouls
from portail.superviseur import MARQUE, Programme, Superviseur, achever_orphelins, orphelins
from tests.attente import attendre

pytestmark = pytest.mark.processus
RACINE = Path(__file__).resolve().parents[2]

# A program that writes its pid and its child's, both deaf to SIGTERM when asked.
PERE = """
import os, signal, subprocess, sys
dossier, sourd = sys.argv[1], sys.argv[2] == "sourd"
if sourd: signal.signal(signal.SIGTERM, signal.SIG_IGN)
enfant = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(f"{dossier}/{os.getpid()}.pid.tmp", "w") as f: f.write(str(enfant.pid))
os.rename(f.name, f.name[:-4])
signal.pause()
"""
CHEF = """
import signal, sys
from pathlib import Path
from portail import pouls
from portail.superviseur import MARQUE, Programme, Superviseur
dossier = Path(sys.argv[1])
p = Programme("pere", [sys.executable, "-c", sys.argv[2], str(dossier), "poli"],
              dossier / "journal", {MARQUE: str(dossier)})
s = Superviseur([p])
signal.signal(signal.SIGTERM, s.demander_fin)
s.demarrer(); s.veiller()
"""


@pytest.fixture
def temoin() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has nothing to do with the supervisor."""
    processus = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield processus
    assert processus.poll() is None
    processus.kill()
    processus.wait()


def programme(dossier: Path, manieres: str = "poli") -> Programme:
    return Programme(
        "pere",
        [sys.executable, "-c", PERE, str(dossier), manieres],
        dossier / "journal",
        {**os.environ, MARQUE: str(dossier)},
    )


def familles(dossier: Path) -> list[tuple[int, int]]:
    """(father, child) pids, in order of start."""
    fichiers = sorted(dossier.glob("*.pid"), key=lambda f: f.stat().st_mtime_ns)
    return [(int(f.stem), int(f.read_text())) for f in fichiers]


def vit(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def superviseur(tmp_path: Path) -> Iterator[Superviseur]:
    dits: list[str] = []
    superviseur = Superviseur([programme(tmp_path)], dire=dits.append)
    superviseur.demarrer()
    fil = threading.Thread(target=superviseur.veiller)
    fil.start()
    attendre(lambda: familles(tmp_path))
    yield superviseur
    superviseur.demander_fin()
    fil.join(30)
    assert not fil.is_alive()


def test_a_killed_program_comes_back_without_its_old_children(superviseur, tmp_path, temoin):
    ((pere, enfant),) = familles(tmp_path)
    os.kill(pere, signal.SIGKILL)
    attendre(lambda: len(familles(tmp_path)) == 2, quoi="new start")
    attendre(lambda: not vit(enfant), quoi="end of the old child")
    assert all(vit(pid) for pid in familles(tmp_path)[1])


def test_the_end_takes_children_along_and_nothing_else(tmp_path, temoin):
    superviseur = Superviseur([programme(tmp_path)])
    superviseur.demarrer()
    attendre(lambda: familles(tmp_path))
    superviseur.demander_fin()
    superviseur.veiller()
    attendre(lambda: not any(vit(pid) for pid in familles(tmp_path)[0]), delai=2)


def test_a_deaf_program_is_ended_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("portail.superviseur.DELAI_ARRET", 0.3)
    superviseur = Superviseur([programme(tmp_path, "sourd")])
    superviseur.demarrer()
    attendre(lambda: familles(tmp_path))
    superviseur.arreter()
    attendre(lambda: not any(vit(pid) for pid in familles(tmp_path)[0]), delai=2)


def test_a_program_that_fails_at_once_is_not_started_in_a_loop(tmp_path, monkeypatch):
    horloge = [1000.0]
    monkeypatch.setattr("portail.superviseur.time.monotonic", lambda: horloge[0])
    fautif = Programme("fautif", [sys.executable, "-c", "raise SystemExit(1)"], tmp_path / "j", {})
    pauses = []
    for _ in range(4):
        fautif.lancer()
        while not fautif.est_mort():
            pass
        debut = horloge[0]
        while not fautif.relancer_si_mort():
            horloge[0] += 0.25
        pauses.append(horloge[0] - debut)
        fautif.achever()
    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_a_killed_supervisor_leaves_nothing_running(tmp_path, temoin):
    chef = subprocess.Popen([sys.executable, "-c", CHEF, str(tmp_path), PERE], cwd=RACINE)
    attendre(lambda: familles(tmp_path))
    chef.send_signal(signal.SIGKILL)
    chef.wait()
    ((pere, enfant),) = familles(tmp_path)
    attendre(lambda: not vit(pere), quoi="end of the program")
    assert vit(enfant)
    assert [p.pid for p in orphelins(str(tmp_path))] == [enfant]
    assert achever_orphelins(str(tmp_path), delai=5) == 1
    attendre(lambda: not vit(enfant))


def test_the_mark_of_another_folder_is_not_ours(tmp_path, temoin):
    (tmp_path / "voisin").mkdir()
    voisin = programme(tmp_path / "voisin")
    voisin.lancer()
    attendre(lambda: familles(tmp_path / "voisin"))
    assert achever_orphelins(str(tmp_path)) == 0
    assert all(vit(pid) for pid in familles(tmp_path / "voisin")[0])
    voisin.achever()


def test_a_killed_worker_takes_its_pool_along(environnement):
    ouvrier = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "portail", "worker", "--concurrency=2"],
        env=environnement,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    attendre(lambda: len(psutil.Process(ouvrier.pid).children()) == 2, quoi="the pool")
    enfants = [enfant.pid for enfant in psutil.Process(ouvrier.pid).children()]
    attendre(lambda: pouls.age(pouls.OUVRIER, maintenant=time.time()) is not None)
    ouvrier.kill()
    ouvrier.wait()
    attendre(lambda: not any(vit(pid) for pid in enfants), quoi="end of the pool")
