"""« Ce n'est pas une donnée de santé » in a draft that saves itself, under the person's fingers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portail.levees import empreinte
from signalements.models import Brouillon
from tests.navigateur.conftest import controler_accessibilite, entrer
from tests.navigateur.gestes import Souris
from tests.personas import Personas

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.navigateur,
    pytest.mark.regle("D-09"),
]

TEXTE = "Les courriers partent au nom de Diabète et Fils."
RAISON = "Diabète et Fils est l'employeur de la personne."


@pytest.fixture
def geste(scene: Personas, ouvrir: Callable[..., Page]) -> Souris:
    """A blank draft on screen."""
    souris = Souris(ouvrir())
    entrer(souris, scene.technicien_a)
    souris.cliquer("button", "Signaler une difficulté d'accès aux droits et aux soins")
    return souris


def test_la_raison_se_tape_pendant_que_le_brouillon_s_enregistre(geste: Souris) -> None:
    page = geste.page
    raison, etat = page.locator("#id_commentaires_raison"), page.locator("#depot-etat")
    bloc = page.locator("[data-sortie=commentaires]")
    geste.remplir("Commentaires", TEXTE)
    expect(page.locator("[data-refus=commentaires] mark")).to_have_text("Diabète")
    controler_accessibilite(geste)
    geste.activer("link", "Modifier le texte")
    expect(page.locator("#id_commentaires")).to_be_focused()
    geste.deplier("Ce n’est pas une donnée de santé")
    raison.press_sequentially(RAISON[:20])
    expect(bloc).to_have_attribute("data-acquise", "")
    expect(raison).to_be_focused()
    controler_accessibilite(geste)
    with page.expect_response("**/enregistrer/"):
        page.keyboard.type(RAISON[20:])
    expect(raison).to_have_value(RAISON)
    geste.remplir("Commentaires", TEXTE + " Diabète, oui.")
    expect(bloc).to_have_attribute("data-a-confirmer", "")
    expect(raison).to_have_value(RAISON)
    with page.expect_response("**/enregistrer/"):
        geste.remplir("Nom", "Vasseur")  # saving by itself does not stand by the reason
    expect(etat).to_contain_text("sauf ce qui est signalé en rouge")
    contenu = Brouillon.objects.get().contenu
    assert contenu["nom"] == ["Vasseur"]
    assert contenu["commentaires"] == [TEXTE]
    assert contenu["commentaires_levee"] == [empreinte(TEXTE)]
    assert contenu["commentaires_raison"] == [RAISON]
    raison.press("End")
    raison.press_sequentially(" Oui.")
    expect(bloc).to_have_attribute("data-acquise", "")
    assert Brouillon.objects.get().contenu["commentaires"] == [TEXTE + " Diabète, oui."]
