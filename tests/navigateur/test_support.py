"""The support's site in a real Chromium, under our Content-Security-Policy: the page fixture fails
on its first violation, and on any error of a script."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from comptes.models import Caisse, Profil
from tests.factories import MOT_DE_PASSE, UtilisateurFactory, appareil, code_totp
from tests.navigateur.gestes import Souris
from tests.personas import Personas

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def test_ouvrir_une_caisse_et_annoncer(scene: Personas, ouvrir: Callable[..., Page]) -> None:
    compte = UtilisateurFactory(profil=Profil.SUPPORT, is_superuser=True)
    page, pose = ouvrir(), appareil(compte)
    geste = Souris(page)
    page.goto("/support-national/")
    geste.remplir("Identifiant", compte.identifiant)
    geste.remplir("Mot de passe", MOT_DE_PASSE)
    geste.cliquer("button", "Continuer")
    geste.remplir("Code de connexion", code_totp(pose, quand=time.time()))
    geste.cliquer("button", "Se connecter")
    expect(page).to_have_url(re.compile("/support-national/$"))

    page.goto("/support-national/comptes/caisse/add/")
    page.get_by_label("Code").fill("loire")
    page.get_by_label("Nom").fill("CPAM de la Loire")
    page.get_by_label("Département").select_option("42")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("link", name="CPAM de la Loire").first).to_be_visible()
    assert Caisse.objects.filter(code="loire").exists()

    page.goto("/support-national/comptes/annonce/add/")
    page.get_by_label("Titre").fill("Maintenance")
    page.get_by_label("Texte").fill("Le portail sera fermé samedi de 8 h à 9 h.")
    page.get_by_label("Affichée à partir du").fill("2020-01-01T08:00")
    page.get_by_label("Jusqu’au").fill("2090-01-01T08:00")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.goto("/aide/")
    expect(page.get_by_role("region", name="Annonces")).to_contain_text("fermé samedi")

    page.goto("/support-national/")
    page.get_by_role("button", name="Déconnexion").click()
    expect(page).to_have_url(re.compile("/connexion/"))
