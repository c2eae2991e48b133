"""What `make demo` plays, once the port and the lock are its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

from portail.embarque import Embarque, ServeurIndisponible
from portail.embarque.clamav import Clamd
from portail.embarque.serveur import Serveur
from portail.superviseur import MARQUE, Programme, Superviseur

BIN = Path(sys.executable).parent
DELAI_PREMIERE_PAGE = 60.0
COLONNES = {"identifiant": "Account", "mot_de_passe": "Password", "role": "Role", "tenant": "Where"}
Environnement = Mapping[str, str]


def jouer(var: Path, port: int) -> None:
    """Start everything, show the accounts, watch until SIGINT, SIGTERM or SIGHUP."""
    debut = time.monotonic()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portail.settings.demo",
        "DEMO_DOSSIER": str(var),
        "PORT": str(port),
    }
    from portail.settings.demo import EMBARQUE

    _dire("Starting the database and the queue")
    EMBARQUE.assurer()
    antivirus = Clamd(var / "clamav")
    serveurs = [*EMBARQUE.actifs, *_antivirus(antivirus)]
    try:
        environnement = _environnement(EMBARQUE, antivirus, var)
        _preparer_les_donnees(environnement, EMBARQUE)
        _surveiller(_programmes(environnement, var, port), serveurs, environnement, debut)
    finally:
        for serveur in reversed(serveurs):
            serveur.liberer(attendre=20)
    _dire("Everything is stopped. The data stay in var/: make demo-zero forgets them.")


def _environnement(embarque: Embarque, antivirus: Clamd, var: Path) -> dict[str, str]:
    """What the service gets: the application's role only, never the owner's."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if "PROPRIETAIRE" not in nom}
    defauts = {
        "DATABASE_URL": embarque.url_application,
        "REDIS_URL": embarque.url_redis,
        "EMAIL_URL": f"smtp://127.0.0.1:{_port_libre()}",
        "PORTAIL_CLAMD": antivirus.url,
    }
    return {**defauts, **propre, MARQUE: str(var), "PYTHONUNBUFFERED": "1"}


def _preparer_les_donnees(environnement: Environnement, embarque: Embarque) -> None:
    proprietaire = os.environ.get("DATABASE_URL_PROPRIETAIRE")
    if embarque.postgres in embarque.actifs:
        proprietaire = embarque.url_proprietaire
    droits = {"DATABASE_URL_PROPRIETAIRE": proprietaire} if proprietaire else {}
    _dire("Updating the database")
    _manage({**environnement, **droits}, "migrate", "--noinput", "--verbosity=0")
    _dire("Loading the demonstration data")
    _manage(environnement, "charger_demo")


def _antivirus(serveur: Clamd) -> list[Serveur]:
    """Started aside: with the official signatures, clamd takes some time to load."""
    if os.environ.get("PORTAIL_CLAMD"):
        return []
    if not serveur.est_installe():
        _dire("No antivirus here: attachments stay « en cours d'analyse » (clamav-daemon)")
        return []
    threading.Thread(target=_essayer, args=(serveur,), daemon=True).start()
    return [serveur]


def _essayer(serveur: Serveur) -> bool:
    try:
        return serveur.assurer()
    except ServeurIndisponible as erreur:
        _dire(str(erreur))
        return False


def _programmes(environnement: Environnement, var: Path, port: int) -> list[Programme]:
    journaux = var / "journaux"
    journaux.mkdir(exist_ok=True)
    celery = [str(BIN / "celery"), "-A", "portail"]
    boite = environnement["EMAIL_URL"].rpartition(":")[2]
    commandes = {
        "mailbox": [sys.executable, "-m", "portail.embarque.boite", boite, str(var / "courriels")],
        "web": [
            *(str(BIN / "gunicorn"), "portail.wsgi", f"--bind=127.0.0.1:{port}"),
            *("--worker-class=gthread", "--workers=2", "--threads=6", "--graceful-timeout=5"),
            "--no-control-socket",
        ],
        "worker": [*celery, "worker", "--concurrency=2", "--loglevel=WARNING", "--without-gossip"],
        "beat": [*celery, "beat", "--loglevel=WARNING", "--pidfile="],
    }
    return [
        Programme(nom, commande, journaux / f"{nom}.log", environnement)
        for nom, commande in commandes.items()
    ]


def _surveiller(
    programmes: list[Programme],
    serveurs: list[Serveur],
    environnement: Environnement,
    debut: float,
) -> None:
    def entretenir() -> None:
        for serveur in serveurs:
            if not serveur.ecoute() and _essayer(serveur):
                _dire(f"{serveur.nom} had stopped: started again")

    superviseur = Superviseur(programmes, entretenir=entretenir, dire=_dire)
    for recu in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(recu, superviseur.demander_fin)
    superviseur.demarrer()
    try:
        _attendre_la_premiere_page(environnement["PORT"], superviseur)
        _presenter(environnement, time.monotonic() - debut)
    except BaseException:
        superviseur.arreter()
        raise
    superviseur.veiller()


def _attendre_la_premiere_page(port: str, superviseur: Superviseur) -> None:
    echeance = time.monotonic() + DELAI_PREMIERE_PAGE
    while time.monotonic() < echeance and not superviseur.finit:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/connexion/", timeout=5):
                return
        except urllib.error.HTTPError:
            raise SystemExit("The first page fails: see var/journaux/web.log") from None
        except OSError:
            time.sleep(0.1)
    if not superviseur.finit:
        raise SystemExit("No page after a minute: see var/journaux/web.log")


def _presenter(environnement: Environnement, duree: float) -> None:
    adresse = f"http://127.0.0.1:{environnement['PORT']}"
    comptes = json.loads(_manage(environnement, "comptes_demo", "--json"))
    print(f"\n  Espace Partenaires — ready in {duree:.0f} s\n\n    {adresse}/\n")
    print(*_tableau(comptes), sep="\n")
    print(
        f"\n  One-time codes and outgoing mails: {adresse}/demo/"
        "\n  Logs: var/journaux/ · Ctrl-C stops everything\n",
        flush=True,
    )


def _tableau(comptes: list[dict[str, str]]) -> Iterable[str]:
    lignes = [list(COLONNES.values()), *([compte[nom] for nom in COLONNES] for compte in comptes)]
    largeurs = [max(map(len, colonne)) for colonne in zip(*lignes, strict=True)]
    for ligne in lignes:
        cases = (case.ljust(largeur) for case, largeur in zip(ligne, largeurs, strict=True))
        yield "    " + "  ".join(cases).rstrip()


def _manage(environnement: Environnement, *arguments: str) -> str:
    resultat = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=dict(environnement),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if resultat.returncode:
        raise SystemExit(f"manage.py {arguments[0]} failed: {resultat.stdout}")
    return resultat.stdout


def _port_libre() -> int:
    with socket.socket() as essai:
        essai.bind(("127.0.0.1", 0))
        return int(essai.getsockname()[1])


def _dire(texte: str) -> None:
    print(f"  {texte}", flush=True)
