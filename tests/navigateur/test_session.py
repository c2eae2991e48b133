"""The end of a session, in a real Chromium: announced, put off, explained."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comptes.models import SessionOuverte
from tests.navigateur.conftest import controler_accessibilite, entrer
from tests.navigateur.gestes import Clavier
from tests.personas import Personas

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def laisser(secondes: int) -> None:
    """The server's clock: the session of an agent ends in so many seconds."""
    vue_le = timezone.now() - timedelta(minutes=15) + timedelta(seconds=secondes)
    SessionOuverte.objects.update(vue_le=vue_le)


def avancer(page: Page, duree: str) -> None:
    """The browser's clock; what its page then asks the server is answered, and read, first."""
    with page.expect_response("**/mon-compte/session/") as reponse:
        page.clock.fast_forward(duree)
    reponse.value.finished()
    page.evaluate("0")


def test_la_fin_s_annonce_se_repousse_et_s_explique(
    scene: Personas, ouvrir: Callable[..., Page]
) -> None:
    page = ouvrir()
    geste = Clavier(page)
    entrer(geste, scene.agent_a)
    page.clock.install()
    page.goto("/mon-compte/?depuis=essai")
    dialogue = page.get_by_role("alertdialog", name="Votre session va se fermer")

    # Another tab was used meanwhile: nothing shows.
    avancer(page, "13:30")
    expect(dialogue).to_be_hidden()

    laisser(110)
    avancer(page, "13:30")
    expect(dialogue).to_be_visible()
    expect(page.get_by_role("button", name="Rester connecté")).to_be_focused()
    expect(dialogue).to_contain_text(re.compile(r"1 min \d+ s"))
    controler_accessibilite(geste)
    page.keyboard.press("Enter")
    expect(dialogue).to_be_hidden()
    assert SessionOuverte.objects.get().vue_le > timezone.now() - timedelta(minutes=1)

    laisser(100)
    avancer(page, "13:30")
    expect(dialogue).to_be_visible()
    laisser(0)
    page.clock.fast_forward("02:00")
    page.clock.run_for(2000)
    expect(page).to_have_url(re.compile(r"/connexion/\?next=/mon-compte/.*&fin=inactivite"))
    expect(page.get_by_role("main")).to_contain_text("fermée faute d’activité")


def test_un_texte_pas_envoye_reste_dans_sa_page(
    scene: Personas, ouvrir: Callable[..., Page]
) -> None:
    page = ouvrir()
    entrer(Clavier(page), scene.admin_a)
    page.clock.install()
    page.goto("/comptes-caisse/inviter/")
    page.get_by_label("Prénom").fill("Irène")
    laisser(0)
    page.clock.fast_forward("13:30")
    expect(page.get_by_role("alertdialog", name="Votre session s’est fermée")).to_be_visible()
    page.get_by_role("button", name="Revenir à mon texte").click()
    expect(page.get_by_label("Prénom")).to_have_value("Irène")
