"""The support's site in a real Chromium, under our Content-Security-Policy: the page fixture fails
on its first violation, and on any error of a script."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from comptes.models import Caisse, Courriel, Profil
from tests.factories import MOT_DE_PASSE, UtilisateurFactory, appareil, code_totp
from tests.navigateur.conftest import controler_accessibilite
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

    Courriel.objects.create(
        cle="essai", destinataire=compte, gabarit="demande_evolue", etat="abandonne", tentatives=12
    )
    page.goto("/support-national/")
    geste.cliquer("link", "Exploitation")
    controler_accessibilite(geste)
    geste.cliquer("link", "E-mails abandonnés")
    page.get_by_role("button", name=re.compile("Renvoyer « demande_evolue »")).click()
    expect(page.get_by_text("va repartir dans la minute")).to_be_visible()
    expect(page.get_by_role("button", name="Tout renvoyer")).to_have_count(0)

    page.goto("/support-national/")
    page.get_by_role("button", name="Déconnexion").click()
    expect(page).to_have_url(re.compile("/connexion/"))
