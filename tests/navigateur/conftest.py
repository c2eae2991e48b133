"""A real Chromium on a real server, with a real worker, clamd and SMTP server behind it."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from comptes.models import Utilisateur, VersionCGU
from portail import garde_fou
from tests.attente import attendre
from tests.factories import MOT_DE_PASSE, VersionCGUFactory, appareil, code_totp
from tests.navigateur.gestes import Souris
from tests.personas import Personas, connecte
from tests.processus.outils import port_libre, processus
from tests.voisinage import lier

# Playwright's loop runs in this thread; the ORM calls of the tests are synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=20_000)

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()


class Boite(Message):
    """Keeps the mails received."""

    def __init__(self) -> None:
        super().__init__()
        self.courriels: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.courriels.append(message)


def texte_de(courriel: Any) -> str:
    """All that a mail says: its subject, its text and its page."""
    parties = [partie for partie in courriel.walk() if partie.get_content_maintype() == "text"]
    corps = [partie.get_payload(decode=True).decode() for partie in parties]
    return "\n".join([str(make_header(decode_header(courriel["Subject"]))), *corps])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Missing, the tests fail: they are not skipped.

    As in production, the guard's lexicon is read before anybody comes.
    """
    garde_fou.verifier("")
    chemin = shutil.which("chromium")
    assert chemin, "chromium is not installed: run `make test`"
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chemin, args=ARGUMENTS)
        yield navigateur
        navigateur.close()


@pytest.fixture
def boite() -> Iterator[Boite]:
    boite = Boite()
    serveur = Controller(boite, hostname="127.0.0.1", port=port_libre())
    serveur.start()
    boite.port = serveur.port  # type: ignore[attr-defined]
    yield boite
    serveur.stop()


@pytest.fixture
def ouvrier(
    transactional_db: None, clamd: str, boite: Any, environnement: dict[str, str]
) -> Iterator[None]:
    """A worker and a beat on this test's database."""
    with processus({**environnement, "EMAIL_URL": f"smtp://127.0.0.1:{boite.port}"}):
        yield


@pytest.fixture
def scene(transactional_db: None, personas: Personas) -> Personas:
    """The first caisse and partner bound by a convention; the terms not accepted by anybody."""
    VersionCGUFactory()
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    assert VersionCGU.objects.count() == 1
    return personas


@pytest.fixture
def ouvrir(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`ouvrir(javascript=False)` gives a page in a browser of its own, watched for errors."""
    contextes: list[BrowserContext] = []

    def _ouvrir(*, javascript: bool = True, largeur: int = 1280) -> Page:
        contexte = chromium.new_context(
            base_url=live_server.url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=javascript,
            viewport={"width": largeur, "height": 900},
            accept_downloads=True,
        )
        contextes.append(contexte)
        page = contexte.new_page()
        _suivre(page)
        page.on("pageerror", lambda erreur: pytest.fail(f"JavaScript: {erreur}"))
        page.on("console", _refuser_les_erreurs)
        return page

    yield _ouvrir
    for contexte in contextes:
        _quitter(contexte)


EN_COURS: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()


def _suivre(page: Page) -> None:
    """Keep count of what the page asked and was not answered yet."""
    en_cours = EN_COURS.setdefault(page, set())

    def demander(requete: Request) -> None:
        en_cours.add(requete)

    def conclure(requete: Request) -> None:
        en_cours.discard(requete)

    page.on("request", demander)
    page.on("requestfinished", conclure)
    page.on("requestfailed", conclure)


def _quitter(contexte: BrowserContext) -> None:
    """Close once the server has answered: the tables are emptied next. Leaving asks nothing."""
    contexte.route("**/*", lambda route: route.abort())
    for page in contexte.pages:
        page.evaluate("navigator.sendBeacon = null")
        attendre(lambda page=page: _est_tranquille(page), delai=20, quoi="the last answers")
    contexte.close()


def _est_tranquille(page: Page) -> bool:
    page.evaluate("0")  # events are heard during a call
    return not EN_COURS.get(page)


def _refuser_les_erreurs(message: Any) -> None:
    """A broken Content-Security-Policy shows in the console."""
    assert "Content Security Policy" not in message.text, message.text


def connecter(geste: Souris, compte: Utilisateur) -> None:
    """Sign in as a person would: password, one-time code, terms of use (H-05)."""
    page = geste.page
    pose: TOTPDevice = appareil(compte)
    page.goto("/")
    controler_accessibilite(geste)
    geste.remplir("Identifiant", compte.identifiant)
    geste.remplir("Mot de passe", MOT_DE_PASSE)
    geste.cliquer("button", "Continuer")
    controler_accessibilite(geste)
    geste.remplir("Code de connexion", code_totp(pose, quand=time.time()))
    geste.cliquer("button", "Se connecter")
    expect(page).to_have_url(re.compile("/cgu/accepter/"))
    controler_accessibilite(geste)
    geste.cocher("J’ai lu")
    geste.cliquer("button", "Accepter et continuer")
    expect(page).not_to_have_url(re.compile("/cgu/"))


def entrer(geste: Souris, compte: Utilisateur) -> None:
    """The home page, already signed in: `connecter` is for the tests that watch the way in."""
    cookie = connecte(Client(), compte).cookies[settings.SESSION_COOKIE_NAME]
    geste.page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}]
    )
    geste.page.goto("/")


def controler_accessibilite(geste: Souris) -> None:
    """axe finds nothing, header and footer included.

    axe needs JavaScript: a page read without it is shown as it stands to a second browser.
    """
    page = geste.page
    if geste.inspecteur is not None:
        page = geste.inspecteur
        page.goto("/aide/")
        page.set_content(_sans_scripts(geste.page.content()))
    violations = Axe().run(page).response["violations"]
    assert not violations, [
        (v["id"], [noeud["html"][:160] for noeud in v["nodes"][:3]]) for v in violations
    ]


def _sans_scripts(html: str) -> str:
    """The page as it shows without JavaScript, what `<noscript>` holds included."""
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.S)
    return re.sub(r"<(/?)noscript\b", r"<\1div", html)
