"""What each category of the guard is called, in French, for those who re-read its decisions."""

from functools import lru_cache
from typing import NamedTuple

from . import dictionnaire
from .resultats import GRAVITES, Gravite
from .syntaxe import lire_fichier

NIR = "un numéro de sécurité sociale"
CATEGORIES_NIR = ("cle_valide", "nomme", "quinze_chiffres", "treize_chiffres")


class Categorie(NamedTuple):
    """A kind of health data of the lexicon: its name, its label, what it does to a text."""

    nom: str
    libelle: str
    verdict: Gravite


@lru_cache(maxsize=1)
def categories() -> tuple[Categorie, ...]:
    """Return the categories of the lexicon that stop a text or give a hint, gravest first."""
    trouvees: dict[str, Categorie] = {}
    for chemin in sorted(dictionnaire.DOSSIER.glob("*.txt")):
        entete = lire_fichier(chemin).entete
        for gravite in GRAVITES:
            if entete.get("verdict") == gravite:
                nom = entete["categorie"]
                trouvees.setdefault(nom, Categorie(nom, entete["libelle"], gravite))
    return tuple(
        sorted(trouvees.values(), key=lambda c: (GRAVITES.index(c.verdict), _sans_article(c)))
    )


def libelle(categorie: str) -> str:
    """Return what the words were taken for: « un cancer »; the bare name of a former category."""
    if categorie in CATEGORIES_NIR:
        return NIR
    return next((c.libelle for c in categories() if c.nom == categorie), categorie)


def _sans_article(categorie: Categorie) -> str:
    return categorie.libelle.partition(" ")[2]
