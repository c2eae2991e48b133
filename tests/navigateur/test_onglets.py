"""A draft left open in a tab while it is filed elsewhere, or while the session ends."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from signalements import actions
from signalements.models import Brouillon, Demande, Piece
from tests.factories import VersionCGUFactory
from tests.navigateur.conftest import entrer
from tests.navigateur.gestes import Souris
from tests.personas import Personas
from tests.voisinage import DONNEES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.navigateur]


@pytest.fixture
def geste(scene: Personas, ouvrir: Callable[..., Page]) -> Souris:
    """A blank draft on screen."""
    souris = Souris(ouvrir())
    entrer(souris, scene.technicien_a)
    souris.cliquer("button", "Signaler une difficulté d'accès aux droits et aux soins")
    return souris


@pytest.fixture
def budget(tmp_path: Path) -> Path:
    fichier = tmp_path / "budget.csv"
    fichier.write_bytes(b"poste;montant\nloyer;420\n")
    return fichier


def deposer_ailleurs(personas: Personas) -> Demande:
    brouillon = Brouillon.objects.get()
    return actions.deposer(brouillon, DONNEES, acteur=personas.technicien_a)


def test_la_saisie_apprend_que_le_brouillon_est_depose(geste: Souris, scene: Personas) -> None:
    demande = deposer_ailleurs(scene)
    geste.remplir("Nom", "Delcourt")
    alerte = geste.page.locator("#depot-alerte")
    expect(alerte).to_contain_text("Ce brouillon a déjà été déposé")
    lien = alerte.get_by_role("link", name="Voir la demande")
    expect(lien).to_have_attribute("href", f"/demandes/{demande.reference}/")
    expect(geste.page.locator("#depot-etat")).to_have_text("Non enregistré")


def test_un_fichier_n_est_pas_dit_ajoute_au_brouillon_depose(
    geste: Souris, scene: Personas, budget: Path
) -> None:
    deposer_ailleurs(scene)
    geste.joindre("id_fichiers", [budget])
    ligne = geste.page.locator(".ep-envoi", has_text="budget.csv")
    expect(ligne).to_contain_text("Ce brouillon a déjà été déposé")
    expect(geste.page.get_by_text("budget.csv est ajouté")).to_have_count(0)
    assert not Piece.objects.exists()


@pytest.mark.parametrize("cause", ["deconnexion", "cgu"])
def test_une_session_qui_n_ouvre_plus_est_dite(geste: Souris, budget: Path, cause: str) -> None:
    if cause == "cgu":
        VersionCGUFactory()
    else:
        geste.page.context.clear_cookies(name="session")
    geste.joindre("id_fichiers", [budget])
    ligne = geste.page.locator(".ep-envoi", has_text="budget.csv")
    expect(ligne).to_contain_text("Votre session a expiré")
    expect(geste.page.get_by_role("link", name="Se reconnecter")).to_be_visible()
    assert not Piece.objects.exists()
