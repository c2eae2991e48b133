"""Every mail in text and in HTML, which say the same and fetch nothing (D-17)."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from comptes.composition import composer
from comptes.gabarits import GABARITS
from comptes.mise_en_page import Bloc, Entree, blocs
from comptes.models import Courriel, Utilisateur
from tests.test_coherence import RACINE

pytestmark = pytest.mark.regle("D-17")

UUID = "0f4f1d0e-6a5b-4c8e-9d53-1f6a1b2c3d4e"
TOUS = sorted(fichier.stem for fichier in (RACINE / "templates/courriels").glob("*.txt"))
A_USAGE_UNIQUE = ("activation", "nouveau_mot_de_passe", "second_facteur_reinitialise")
IMPERATIFS = {
    *A_USAGE_UNIQUE,
    *("modification_demandee", "mot_de_passe_change", "mot_de_passe_expire"),
    "second_facteur_change",
}
# To a desk that has no account, hence nothing to set; and what nobody switches off (G-02).
A_UN_BUREAU = "violation_declaree_contact"
IMPOSES = {
    "alerte_violation",
    "violation_close",
    "violation_completee",
    "violation_connue",
    "violation_declaree",
}
CONTEXTES: dict[str, dict[str, Any]] = {
    "recapitulatif": {
        "nombres": {"reponses": 1, "delais_equipe": 24},
        "lignes": [
            ["reponse_partenaire", "EP-2222-2222", {}],
            ["alerte_equipe", "EP-3333-3333", {"nature": "contact_48h", "palier": 80}],
        ],
    },
    **{nom: {"lien": UUID} for nom in A_USAGE_UNIQUE},
}


class Lecteur(HTMLParser):
    """What a reader of the HTML sees, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.mots: list[str] = []
        self.liens: list[str] = []
        self.attributs: list[tuple[str, str | None]] = []
        self.balises: list[str] = []

    def handle_starttag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        self.balises.append(balise)
        self.attributs += attributs
        self.liens += [valeur or "" for nom, valeur in attributs if nom == "href"]

    def handle_data(self, texte: str) -> None:
        self.mots += texte.split()


def lire(html: str) -> Lecteur:
    lecteur = Lecteur()
    lecteur.feed(html)
    return lecteur


def message(gabarit: str) -> tuple[str, str, str]:
    """Subject, text and HTML; nothing is asked of the database."""
    par_defaut = {"reference": _reference(gabarit), "nature": "contact_48h", "palier": 80}
    courriel = Courriel(
        pk=1,
        gabarit=gabarit,
        **_qui(gabarit),
        contexte=CONTEXTES.get(gabarit, par_defaut),
    )
    compose = composer(courriel)
    ((html, sorte),) = compose.alternatives
    assert sorte == "text/html"
    return compose.subject, str(compose.body), str(html)


def _qui(gabarit: str) -> dict[str, Any]:
    if gabarit == A_UN_BUREAU:
        return {"adresse": "dpo@ccas.example"}
    return {"destinataire": Utilisateur(pk=1, email="a@ccas.example")}


def _reference(gabarit: str) -> str:
    muette = gabarit in GABARITS and GABARITS[gabarit].argument in ("identifiant", "code")
    return UUID if muette else "EP-7KQ2-M9FX"


@pytest.mark.parametrize("gabarit", TOUS)
def test_le_texte_et_la_page_disent_la_meme_chose(gabarit: str) -> None:
    objet, texte, html = message(gabarit)
    lecteur = lire(html)
    adresses = re.findall(r"https?://\S+", texte)
    assert adresses
    assert set(lecteur.liens) == set(adresses)
    assert objet.startswith("Espace Partenaires : ")
    assert " ".join(objet.split()) in " ".join(lecteur.mots)
    lus = " ".join(lecteur.mots)
    for ligne in texte.splitlines():
        mots = ligne.removeprefix("- ").removeprefix("-- ").split()
        if mots and not mots[0].startswith("http"):
            assert " ".join(mots) in lus, ligne


@pytest.mark.parametrize("gabarit", TOUS)
def test_la_page_tient_seule(gabarit: str) -> None:
    """Inline styles only, no image, nothing to fetch, readable on 320 px, French spaces kept."""
    _, texte, html = message(gabarit)
    lecteur = lire(html)
    assert not {"img", "script", "style", "link", "iframe", "form", "table"} & set(lecteur.balises)
    assert not {"src", "background", "srcset"} & {nom for nom, _ in lecteur.attributs}
    assert not re.search(r"url\(|@import|[^-]width:\s*\d+px", html)
    assert ("lang", "fr") in lecteur.attributs
    assert re.search(r"<title>Espace Partenaires\u00a0: .+</title>", html)
    assert not re.search(r"\w [:;!?%»]", html)
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r"&(#|amp|quot|lt)|{[{%]", texte)


@pytest.mark.parametrize("gabarit", TOUS)
def test_le_pied_dit_pourquoi_et_ou_le_changer(gabarit: str) -> None:
    _, texte, _ = message(gabarit)
    _, _, pied = texte.partition("\n-- \n")
    reglable = gabarit not in {*A_USAGE_UNIQUE, A_UN_BUREAU}
    choisi = gabarit in GABARITS and gabarit not in IMPOSES
    assert ("/mon-compte/notifications/" in pied) == reglable
    assert ("suivez ce genre d’événement" in pied) == choisi
    assert ("toujours envoyé" in pied) == (not choisi and gabarit != "recapitulatif")
    assert ("sécurité de votre compte" in pied) == (gabarit in IMPERATIFS)
    assert ("délégué à la protection des données" in pied) == (gabarit == A_UN_BUREAU)


def test_les_blocs_d_un_texte() -> None:
    texte = (
        "Bonjour,\n\nDu nouveau\nà lire :\nhttps://portail.example/a/\n\n"
        "À faire (2)\n- Un.\n  https://portail.example/1/\n- Deux.\n\nFin.\n"
    )
    assert list(blocs(texte)) == [
        Bloc(texte="Bonjour,"),
        Bloc(texte="Du nouveau à lire :", lien="https://portail.example/a/"),
        Bloc(
            titre="À faire (2)",
            entrees=[Entree("Un.", "https://portail.example/1/"), Entree("Deux.")],
        ),
        Bloc(texte="Fin."),
    ]
