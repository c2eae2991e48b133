"""The header on a telephone: each thing that one touches answers for itself."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.conftest import controler_accessibilite, entrer
from tests.navigateur.gestes import Souris
from tests.personas import Personas

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("largeur", [320, 768])
def test_le_menu_la_cloche_et_l_accueil_se_touchent(
    largeur: int, scene: Personas, ouvrir: Callable[..., Page]
) -> None:
    page = ouvrir(largeur=largeur)
    geste = Souris(page)
    entrer(geste, scene.agent_a)
    page.get_by_role("button", name="Menu").click()
    menu = page.get_by_role("dialog")
    expect(menu.get_by_role("link", name="File de travail")).to_be_visible()
    expect(menu.get_by_role("button", name="Se déconnecter")).to_be_visible()
    controler_accessibilite(geste)
    menu.get_by_role("link", name="File de travail").click()
    expect(page).to_have_url(re.compile("/file/$"))
    page.get_by_role("banner").get_by_role("link", name=re.compile("Notifications")).click()
    expect(page).to_have_url(re.compile("/notifications/$"))
    page.get_by_role("banner").get_by_role("link", name="Espace Partenaires").click()
    expect(page).to_have_url(re.compile(r"://[^/]+/$"))
