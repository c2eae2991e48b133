"""The guard as a person meets it: words marked while typing, corrected, or contested."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from conventions.models import Service
from signalements import actions
from signalements.models import Demande, Piece
from tests.navigateur.conftest import controler_accessibilite, entrer
from tests.navigateur.gestes import Souris
from tests.navigateur.test_parcours import remplir_la_demande
from tests.personas import Personas
from tests.voisinage import DONNEES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.navigateur]

NIR = "1 85 03 99 123 001 20"
PHRASE_SANTE = "Ce texte contient une donnée de santé."
PHRASE_NIR = "Ce texte contient un numéro de sécurité sociale"
PHRASE_INDICE = "gardez-les seulement si la caisse en a besoin pour agir"

# Where the browser must have drawn `mots`, from the font's own measures: first line only.
ATTENDU = """(champ, mots) => {
  const style = getComputedStyle(champ), boite = champ.getBoundingClientRect();
  const crayon = document.createElement("canvas").getContext("2d");
  crayon.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const debut = champ.value.indexOf(mots);
  const gauche = boite.left + parseFloat(style.paddingLeft) - champ.scrollLeft;
  return {
    x: gauche + crayon.measureText(champ.value.slice(0, debut)).width,
    largeur: crayon.measureText(mots).width,
    haut: boite.top + parseFloat(style.paddingTop) - champ.scrollTop,
    ligne: parseFloat(style.lineHeight),
  };
}"""


@pytest.fixture
def page(ouvrir: Callable[..., Page]) -> Page:
    return ouvrir()


@pytest.fixture
def brouillon(scene: Personas, page: Page) -> Souris:
    """A blank draft on screen."""
    souris = Souris(page)
    entrer(souris, scene.technicien_a)
    souris.cliquer("button", "Signaler une difficulté d'accès aux droits et aux soins")
    return souris


@pytest.fixture
def demande(scene: Personas) -> Demande:
    objet = actions.commencer(
        acteur=scene.technicien_a,
        partenaire=scene.partenaire_a,
        caisse=scene.caisse_a,
        service=Service.SIGNALER,
    )
    return actions.deposer(objet, DONNEES, acteur=scene.technicien_a)


def taper(champ: Locator, texte: str) -> None:
    champ.click()
    champ.press("Control+End")
    champ.press_sequentially(texte)


def marques(page: Page) -> Locator:
    return page.locator(".ep-garde mark")


def messages(champ: Locator) -> Locator:
    """What the check while typing says under a field, by the id that describes the field."""
    return champ.page.locator(f"#{champ.get_attribute('id')}_garde")


def dits(champ: Locator, phrase: str) -> Locator:
    """Every place of the field's group where this sentence shows."""
    groupe = champ.page.locator(".ep-champ", has=champ)
    return groupe.get_by_text(phrase).locator("visible=true")


def est_sur(marque: Locator, champ: Locator, mots: str) -> None:
    """The mark covers these words, on the first line of the field."""
    boite, attendu = marque.bounding_box(), champ.evaluate(ATTENDU, mots)
    assert boite is not None
    assert boite["x"] == pytest.approx(attendu["x"], abs=1.5)
    assert boite["width"] == pytest.approx(attendu["largeur"], abs=1.5)
    milieu = boite["y"] + boite["height"] / 2
    assert milieu == pytest.approx(attendu["haut"] + attendu["ligne"] / 2, abs=3)


@pytest.mark.regle("D-09")
def test_les_mots_sont_montres_a_leur_place_puis_oublies(brouillon: Souris) -> None:
    champ = brouillon.page.get_by_label("Commentaires")
    taper(champ, "Merci de noter l’asthme, sans mutuelle.")
    expect(marques(champ.page)).to_have_text(["asthme"])
    est_sur(marques(champ.page), champ, "asthme")
    expect(messages(champ)).to_contain_text(PHRASE_SANTE)
    expect(messages(champ)).to_contain_text("Indiquez le besoin ou la démarche, pas la maladie.")
    expect(messages(champ)).to_contain_text("« asthme »")
    expect(champ).to_have_attribute("aria-invalid", "true")
    expect(champ).to_have_attribute("aria-describedby", re.compile(r"\bid_commentaires_garde\b"))
    controler_accessibilite(brouillon)
    champ.press("Control+A")
    champ.press_sequentially("Elle a besoin d’un rendez-vous, sans mutuelle.")
    expect(marques(champ.page)).to_have_count(0)
    expect(dits(champ, PHRASE_SANTE)).to_have_count(0)
    expect(champ).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.regle("D-09")
def test_les_marques_suivent_la_frappe_et_le_defilement(brouillon: Souris) -> None:
    page = brouillon.page
    champ = page.get_by_label("Commentaires")
    taper(champ, "Un asthme.")
    expect(marques(page)).to_have_text(["asthme"])
    # From here on the server is silent: what is on screen comes from the page alone.
    page.route("**/garde-fou/verifier/", lambda route: route.abort())
    champ.press("Control+Home")
    champ.press_sequentially("Hier encore : ")
    expect(marques(page)).to_have_text(["asthme"])
    est_sur(marques(page), champ, "asthme")
    champ.press("Control+End")
    champ.press_sequentially("\n" * 20)
    assert champ.evaluate("champ => champ.scrollTop") > 100
    expect(marques(page)).not_to_be_in_viewport()
    champ.press("Control+Home")
    expect(marques(page)).to_be_in_viewport(ratio=1)
    est_sur(marques(page), champ, "asthme")
    champ.evaluate("champ => { champ.style.width = '12rem'; champ.style.fontSize = '2rem'; }")
    expect(marques(page)).to_have_css("font-size", "32px")
    champ.evaluate("champ => champ.setSelectionRange(champ.value.indexOf('asthme') + 2, 99)")
    champ.press_sequentially("tre")
    expect(marques(page)).to_have_count(0)


@pytest.mark.regle("D-09")
def test_une_reponse_perimee_ne_marque_rien(brouillon: Souris) -> None:
    page = brouillon.page
    retenues: list[Route] = []

    def retenir(route: Route) -> None:
        if retenues:
            route.continue_()
        else:
            retenues.append(route)

    page.route("**/garde-fou/verifier/", retenir)
    champ = page.get_by_label("Commentaires")
    with page.expect_request("**/garde-fou/verifier/"):
        champ.fill("asthme sans mutuelle")
    champ.fill("sans aucune mutuelle")
    with page.expect_response(lambda r: "aucune" in (r.request.post_data or "")):
        retenues[0].continue_()
    expect(marques(page)).to_have_count(0)
    expect(dits(champ, PHRASE_SANTE)).to_have_count(0)


@pytest.mark.regle("D-09")
def test_un_indice_n_est_pas_une_erreur(brouillon: Souris) -> None:
    champ = brouillon.page.get_by_label("Commentaires")
    taper(champ, "En arrêt de travail depuis lundi, sans mutuelle.")
    expect(marques(champ.page)).to_have_text(["arrêt de travail"])
    expect(marques(champ.page)).to_have_css("text-decoration-style", "dotted")
    expect(messages(champ).locator(".fr-message--info")).to_contain_text(PHRASE_INDICE)
    expect(champ).not_to_have_attribute("aria-invalid", "true")
    controler_accessibilite(brouillon)
    expect(brouillon.page.locator("#depot-etat")).to_contain_text("Enregistré à")
    expect(brouillon.page.locator(".fr-message--error:visible")).to_have_count(0)


@pytest.mark.regle("D-08")
def test_une_recherche_montre_un_nir_et_rien_d_autre(page: Page, scene: Personas) -> None:
    geste = Souris(page)
    entrer(geste, scene.agent_a)
    geste.cliquer("link", "File de travail")
    champ = page.get_by_label("Rechercher une demande")
    taper(champ, f"Asthme {NIR}")
    expect(marques(page)).to_have_text([NIR])
    est_sur(marques(page), champ, NIR)
    expect(messages(champ)).to_contain_text(PHRASE_NIR)
    controler_accessibilite(geste)
    champ.fill("Asthme")
    expect(messages(champ)).to_be_empty()
    assert "?" not in page.url


@pytest.mark.regle("D-09")
def test_le_refus_du_serveur_n_est_pas_repete(
    page: Page, scene: Personas, demande: Demande
) -> None:
    geste = Souris(page)
    entrer(geste, scene.technicien_a)
    page.goto(demande.get_absolute_url())
    geste.remplir("Votre message", "Il a un asthme.")
    geste.cliquer("button", "Envoyer à la caisse")
    champ = page.get_by_label("Votre message")
    expect(marques(page)).to_have_text(["asthme"])
    expect(dits(champ, PHRASE_SANTE)).to_have_count(1)
    champ.fill("Il attend une réponse.")
    expect(dits(champ, PHRASE_SANTE)).to_have_count(0)
    expect(champ).not_to_have_attribute("aria-invalid", "true")
    geste.cliquer("button", "Envoyer à la caisse")
    expect(page.get_by_text("Votre message est envoyé.")).to_be_visible()


@pytest.mark.parametrize("statut", [403, 500])
def test_une_panne_de_la_verification_ne_se_voit_pas(brouillon: Souris, statut: int) -> None:
    page = brouillon.page
    page.route("**/garde-fou/verifier/", lambda route: route.fulfill(status=statut))
    with page.expect_response("**/garde-fou/verifier/"):
        page.get_by_label("Commentaires").fill("asthme")
    expect(page.locator("#depot-etat")).to_contain_text("Enregistré à")
    expect(marques(page)).to_have_count(0)
    expect(page.locator("#ep-alerte")).to_be_empty()


@pytest.mark.regle("D-08")
def test_un_fichier_mal_nomme_s_ajoute_sous_un_autre_nom(
    brouillon: Souris, fichier_mal_nomme: Path
) -> None:
    page = brouillon.page
    brouillon.joindre("id_fichiers", [fichier_mal_nomme])
    ligne = page.locator(".ep-envoi")
    expect(ligne).to_contain_text("Le nom du fichier ne convient pas")
    autre = ligne.get_by_label("Autre nom")
    expect(autre).to_have_value("piece-jointe-1.csv")
    controler_accessibilite(brouillon)
    autre.fill("attestation")
    ligne.get_by_role("button", name="Ajouter sous un autre nom").click()
    expect(page.locator(".ep-piece")).to_contain_text("attestation.csv")
    expect(ligne).to_have_count(0)
    piece = Piece.objects.get()
    assert piece.nom == "attestation.csv"
    with piece.fichier.open() as octets:
        assert octets.read() == fichier_mal_nomme.read_bytes()


@pytest.fixture
def fichier_mal_nomme(tmp_path: Path) -> Path:
    fichier = tmp_path / f"attestation {NIR}.csv"
    fichier.write_bytes(b"poste;montant\nloyer;420\n")
    return fichier


@pytest.mark.regle("D-09")
def test_un_refus_conteste_est_lu_par_le_dpo(
    brouillon: Souris, scene: Personas, ouvrir: Callable[..., Page]
) -> None:
    page = brouillon.page
    remplir_la_demande(brouillon)
    champ = page.get_by_label("Commentaires")
    taper(champ, "Son chat s’appelle Asthme.")
    expect(marques(page)).to_have_text([re.compile("Asthme")])
    groupe = page.locator(".ep-champ", has=champ)
    brouillon.deplier("Ce n’est pas une donnée de santé")
    expect(dits(champ, PHRASE_SANTE)).to_have_count(1)
    raison = "C’est le nom de son chat."
    groupe.get_by_label("Pourquoi").press_sequentially(raison)
    expect(groupe.get_by_text("Ces mots restent, avec votre explication.")).to_be_visible()
    expect(marques(page)).to_have_css("text-decoration-style", "dotted")
    controler_accessibilite(brouillon)
    brouillon.cliquer("button", "Relire avant d’envoyer")
    brouillon.cliquer("button", "Déposer la demande")
    expect(page).to_have_url(re.compile("/demandes/EP-"))
    dpo = Souris(ouvrir())
    entrer(dpo, scene.dpo_a)
    dpo.cliquer("link", "Levées")
    levee = dpo.page.locator(".ep-levee")
    expect(levee).to_contain_text(Demande.objects.get().reference)
    expect(levee.locator("mark")).to_contain_text("Asthme")
    expect(levee).to_contain_text(raison)
    controler_accessibilite(dpo)
