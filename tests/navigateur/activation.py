"""The first minutes of an account, in a browser: the mail, the password, the authenticator."""

import base64
import re
import time
from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from tests.comptes.liens import LIEN, NOUVEAU
from tests.factories import code_totp
from tests.navigateur.conftest import Boite, controler_accessibilite, texte_de
from tests.navigateur.gestes import Souris
from tests.processus.outils import attendre

FAIBLE = "motdepasse2024"


def voir(geste: Souris, titre: str) -> None:
    """The page with this heading is there, and anybody can use it."""
    expect(geste.page.get_by_role("heading", name=titre).first).to_be_visible()
    controler_accessibilite(geste)


def lire(geste: Souris, texte: str | re.Pattern[str]) -> None:
    expect(geste.page.get_by_role("main")).to_contain_text(texte)


def lien_recu(boite: Boite, adresse: str, *interdits: str) -> str:
    """The path of the link received at this address, in a mail that names nobody (D-17)."""

    def recus() -> list[Any]:
        return [courriel for courriel in boite.courriels if courriel["To"] == adresse]

    attendre(lambda: bool(recus()), f"the mail to {adresse}")
    (courriel,) = recus()
    texte = texte_de(courriel)
    for interdit in (adresse, adresse.rpartition("@")[2], *interdits):
        assert interdit.casefold() not in texte.casefold()
    trouve = LIEN.search(texte)
    assert trouve
    return trouve[1]


def activer(geste: Souris, lien: str, *, faible: bool = False) -> None:
    """The password, the authenticator, the recovery codes, the terms: then home (H-04, H-05)."""
    page = geste.page
    page.goto(lien)
    expect(page).to_have_url(re.compile("/activation/$"))  # the secret left the address
    voir(geste, "Choisir votre mot de passe")
    if faible:
        refuser_le_mot_de_passe(geste)
    geste.remplir("Nouveau mot de passe", NOUVEAU)
    geste.cliquer("button", "Continuer")
    voir(geste, "Préparer votre application")
    geste.remplir("Code affiché par l’application", code_affiche(page))
    geste.cliquer("button", "Vérifier et continuer")
    voir(geste, "Garder vos codes de secours")
    geste.cliquer("button", "Afficher mes dix codes")
    voir(geste, "Vos dix codes de secours")
    expect(page.locator(".ep-codes code")).to_have_count(10)
    geste.cocher("Je les ai gardés")
    geste.cliquer("button", "Continuer")
    expect(page).to_have_url(re.compile("/cgu/accepter/"))
    controler_accessibilite(geste)
    geste.cocher("J’ai lu")
    geste.cliquer("button", "Accepter et continuer")
    expect(page).to_have_url(re.compile(r"^http://[^/]+/$"))


def refuser_le_mot_de_passe(geste: Souris) -> None:
    geste.remplir("Nouveau mot de passe", FAIBLE)
    if geste.javascript:  # told while it is typed
        expect(geste.page.locator("#regles-mot-de-passe")).to_contain_text("ne convient pas encore")
    geste.cliquer("button", "Continuer")
    lire(geste, "trop facile à deviner. C’est un mot de passe courant")
    controler_accessibilite(geste)


def code_affiche(page: Page) -> str:
    """What an authenticator computes from the key that the page shows."""
    cle = base64.b32decode((page.locator(".ep-cle").text_content() or "").replace(" ", ""))
    return code_totp(TOTPDevice(key=cle.hex()), quand=time.time())
