"""The embedded servers: shared, stopped with their last user, back after any kill."""

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from portail.embarque.postgres import APPLICATION, PROPRIETAIRE, Postgres
from portail.embarque.serveur import LONGUEUR_MAX_PRISE, Serveur, ServeurIndisponible
from portail.embarque.valkey import Valkey
from tests.attente import attendre

pytestmark = pytest.mark.processus
RACINE = Path(__file__).resolve().parents[2]
GENRES = {"postgres": Postgres, "valkey": Valkey}

USAGER = """
import sys
from pathlib import Path
from portail.embarque.{module} import {classe} as Genre
serveur = Genre(Path(sys.argv[1]))
print(serveur.assurer(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=GENRES)
def serveur(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serveur]:
    serveur = GENRES[request.param](tmp_path / "serveur")
    yield serveur
    serveur.liberer(attendre=20)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Postgres]:
    serveur = Postgres(tmp_path / "base", essais=True)
    serveur.assurer()
    yield serveur
    serveur.liberer(attendre=20)


def usager(serveur: Serveur) -> "subprocess.Popen[str]":
    """Another process that uses the server until its stdin closes; it has said it is ready."""
    code = USAGER.format(
        module=type(serveur).__module__.split(".")[-1], classe=type(serveur).__name__
    )
    processus = subprocess.Popen(
        [sys.executable, "-c", code, str(serveur.dossier)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=RACINE,
    )
    assert processus.stdout is not None
    assert processus.stdout.readline() in ("True\n", "False\n")
    return processus


def finir(processus: "subprocess.Popen[str]", *, signal_: int | None = None) -> None:
    if signal_ is not None:
        processus.send_signal(signal_)
    processus.communicate(timeout=30)


def processus_de(serveur: Serveur) -> list[psutil.Process]:
    """The guardian and the server, told by their command line."""
    return [
        p
        for p in psutil.process_iter(["cmdline"])
        if any(str(serveur.dossier) in mot for mot in p.info["cmdline"] or [])
    ]


def test_the_second_start_finds_the_first(serveur):
    assert serveur.assurer() is True
    assert serveur.assurer() is False
    assert serveur.repond()


def test_the_last_user_stops_it(serveur):
    serveur.assurer()
    autre = usager(serveur)
    serveur.liberer(attendre=20)
    assert serveur.repond()
    finir(autre)
    attendre(lambda: not processus_de(serveur), quoi="end of the server")
    assert not serveur.ecoute()


def test_a_killed_user_counts_as_gone(serveur):
    autre = usager(serveur)
    assert serveur.repond()
    finir(autre, signal_=signal.SIGKILL)
    attendre(lambda: not processus_de(serveur), quoi="end of the server")


def test_killed_servers_come_back(serveur):
    serveur.assurer()
    for processus in processus_de(serveur):
        if "gardien.py" not in " ".join(processus.cmdline()):
            processus.kill()
    attendre(lambda: not serveur.ecoute())
    assert serveur.assurer() is True
    assert serveur.repond()


def test_a_killed_guardian_leaves_no_orphan(serveur):
    serveur.assurer()
    for processus in processus_de(serveur):
        if "gardien.py" in " ".join(processus.cmdline()):
            processus.kill()
    attendre(lambda: not serveur.ecoute(), quoi="end of the server")
    assert serveur.assurer() is True


def test_everything_killed_at_once_is_recovered(serveur):
    autre = usager(serveur)
    tous = [*processus_de(serveur), psutil.Process(autre.pid)]
    for processus in tous:
        processus.kill()
    autre.communicate()
    attendre(lambda: not serveur.ecoute())
    assert serveur.assurer() is True
    assert serveur.repond()


def test_a_stop_touches_nothing_else(serveur, tmp_path):
    voisin = type(serveur)(tmp_path / "voisin")
    voisin.assurer()
    serveur.assurer()
    avant = {p.pid for p in processus_de(voisin)}
    serveur.liberer(attendre=20)
    attendre(lambda: not processus_de(serveur))
    assert {p.pid for p in processus_de(voisin)} == avant
    assert voisin.repond()
    voisin.liberer(attendre=20)


def test_a_deep_folder_is_no_obstacle(tmp_path):
    for genre in GENRES.values():
        profond = genre(tmp_path.joinpath(*["un-dossier-bien-profond"] * 6))
        assert len(str(profond.prise)) < LONGUEUR_MAX_PRISE
        assert profond.assurer() is True
        assert profond.prise.parent.stat().st_mode & 0o077 == 0
        profond.liberer(attendre=20)
        shutil.rmtree(profond.prise.parent)


def test_what_was_written_is_there_after_a_kill(tmp_path):
    serveur = Postgres(tmp_path / "base")
    serveur.assurer()
    with psycopg.connect(serveur.url(PROPRIETAIRE)) as connexion:
        connexion.execute("CREATE TABLE essai (valeur int)")
        connexion.execute("INSERT INTO essai VALUES (42)")
    for processus in processus_de(serveur):
        processus.kill()
    attendre(lambda: not serveur.ecoute())
    serveur.assurer()
    with psycopg.connect(serveur.url(APPLICATION)) as connexion:
        assert connexion.execute("SELECT valeur FROM essai").fetchone() == (42,)
    serveur.liberer(attendre=20)


def test_an_interrupted_initdb_is_started_over(tmp_path):
    (tmp_path / "base" / "initdb").mkdir(parents=True)
    (tmp_path / "base" / "initdb" / "PG_VERSION").write_text("18\n")
    serveur = Postgres(tmp_path / "base", essais=True)
    serveur.assurer()
    assert serveur.repond()
    serveur.liberer(attendre=20)


def test_a_server_that_cannot_start_says_where_to_look(tmp_path):
    serveur = Valkey(tmp_path / "file")
    serveur.dossier.mkdir()
    (serveur.dossier / "appendonlydir").write_text("not a folder")
    with pytest.raises(ServeurIndisponible, match=r"Valkey did not start: see .*journal\.log"):
        serveur.assurer()
    serveur.liberer()


@pytest.mark.regle("G-05")
def test_the_service_owns_nothing(base):
    with psycopg.connect(base.url(PROPRIETAIRE), autocommit=True) as proprietaire:
        proprietaire.execute("CREATE TABLE essai (id bigserial PRIMARY KEY, valeur int)")
    with psycopg.connect(base.url(APPLICATION), autocommit=True) as service:
        service.execute("INSERT INTO essai (valeur) VALUES (1)")
        service.execute("UPDATE essai SET valeur = 2")
        service.execute("DELETE FROM essai")
        roles = service.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        assert roles == (False, False, False, False)
        for refuse in (
            "TRUNCATE essai",
            "DROP TABLE essai",
            "ALTER TABLE essai ADD autre int",
            "CREATE TABLE autre (id int)",
            "CREATE TRIGGER t BEFORE DELETE ON essai EXECUTE FUNCTION pg_notify()",
            f"SET ROLE {PROPRIETAIRE}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(refuse)


def test_the_servers_listen_on_no_network_port(serveur):
    serveur.assurer()
    for processus in processus_de(serveur):
        assert processus.net_connections("inet") == []


def _manage(*arguments: str, dossier: Path) -> "subprocess.CompletedProcess[str]":
    propre = {nom: v for nom, v in os.environ.items() if not nom.endswith("_URL")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={
            **propre,
            "DJANGO_SETTINGS_MODULE": "portail.settings.demo",
            "DEMO_DOSSIER": str(dossier),
        },
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_start_the_servers_by_themselves_and_print_nothing_else(tmp_path):
    code = (
        "import json; from django.db import connection as c; u = c.cursor();"
        "u.execute('SELECT current_user'); print(json.dumps(u.fetchone()))"
    )
    for _ in range(2):
        resultat = _manage("shell", "--no-imports", "-c", code, dossier=tmp_path)
        assert json.loads(resultat.stdout) == [APPLICATION], resultat.stderr


def test_commands_without_database_start_nothing(tmp_path):
    resultat = _manage("diffsettings", dossier=tmp_path)
    assert resultat.returncode == 0, resultat.stderr
    assert not (tmp_path / "postgres").exists()


def test_the_key_is_drawn_once_and_private(tmp_path):
    for _ in range(2):
        _manage("diffsettings", dossier=tmp_path)
    cle = tmp_path / "cle"
    assert len(cle.read_text()) >= 50
    assert cle.stat().st_mode & 0o077 == 0
    assert (
        cle.read_text() not in _manage("diffsettings", dossier=tmp_path / uuid.uuid4().hex).stdout
    )
