"""Reads the lexicon files: headers, groups of words, entries. `lexique/LISEZMOI.md` is the guide.

An entry is a sequence of elements; each element is known by its label, the text of the element
once folded. What a label matches is decided in `dictionnaire.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from .caracteres import replier

N_IMPORTE = "_"
GROUPE = "@"
SIGLE = "^"

_ENTETE = re.compile(r"#\s*(?P<cle>[^\W\d_][\w ]*?)\s*:\s*(?P<valeur>.+)")
_ALTERNATIVE = re.compile(r"\(([^()]*)\)")
_ELEMENT = re.compile(r"\[[^\]]*\]|[^\s\[]+")
_BIEN_FORME = re.compile(r"_|@\w+|=?\w[\w-]*[*~]?|\*\w+")
_ELLIPSE = "..."
_ELLIPSE_MAXIMALE = 3

Suite = tuple[str, ...]


class LexiqueInvalide(ValueError):
    """A lexicon file that cannot be read; the message names the file and the line."""


@dataclass(frozen=True)
class Fichier:
    """One lexicon file: its header, by folded key, and its numbered lines."""

    nom: str
    entete: dict[str, str]
    lignes: tuple[tuple[int, str], ...]

    def exige(self, cle: str) -> str:
        """Return a field of the header; raise LexiqueInvalide if it is missing."""
        if cle not in self.entete:
            raise LexiqueInvalide(f"{self.nom} : l’en-tête « {cle} » manque")
        return self.entete[cle]


def lire_fichier(chemin: Path) -> Fichier:
    """Read one file; comments after `#` and empty lines are dropped."""
    entete: dict[str, str] = {}
    lignes: list[tuple[int, str]] = []
    for numero, brute in enumerate(chemin.read_text(encoding="utf-8").splitlines(), start=1):
        if not lignes and (champ := _ENTETE.fullmatch(brute.strip())):
            entete[replier(champ["cle"])] = champ["valeur"].strip()
        elif ligne := brute.split("#")[0].strip():
            lignes.append((numero, ligne))
    return Fichier(chemin.name, entete, tuple(lignes))


def developper(ligne: str) -> Iterator[Suite]:
    """Yield every sequence of labels that an entry stands for.

    `opéré~ (de|du) [la] hanche` gives four sequences. Raises LexiqueInvalide on an empty entry
    or unbalanced brackets.
    """
    for variante in _variantes(re.sub("['’]", " ", ligne)):
        choix = [list(_choix(element)) for element in _ELEMENT.findall(variante)]
        for combinaison in product(*choix):
            suite = tuple(etiquette for morceau in combinaison for etiquette in morceau)
            if not suite or set(suite) == {N_IMPORTE}:
                raise LexiqueInvalide(f"l’entrée « {ligne} » est vide")
            yield suite


def _variantes(ligne: str) -> Iterator[str]:
    """Open the alternatives: `dépressi(f|ve)` gives dépressif and dépressive."""
    morceaux = _ALTERNATIVE.split(ligne)
    options = [m.split("|") if i % 2 else [m] for i, m in enumerate(morceaux)]
    return map("".join, product(*options))


def _choix(element: str) -> Iterator[Suite]:
    """Yield what one element can be: nothing if optional, one label, or several."""
    if element.startswith("["):
        yield ()
        contenu = [list(_choix(interieur)) for interieur in element.strip("[]").split()]
        yield from (sum(combinaison, ()) for combinaison in product(*contenu))
    elif element == _ELLIPSE:
        yield from ((N_IMPORTE,) * n for n in range(_ELLIPSE_MAXIMALE + 1))
    elif _BIEN_FORME.fullmatch(element):
        yield from _etiquettes(element)
    else:
        raise LexiqueInvalide(f"l’élément « {element} » est mal formé")


def _etiquettes(variante: str) -> Iterator[Suite]:
    if variante == N_IMPORTE:
        yield (N_IMPORTE,)
    elif variante.startswith(GROUPE):
        yield (GROUPE + replier(variante[1:]),)
    elif variante.isupper() and len(variante) > 1:
        yield (SIGLE + replier(variante.replace("-", "")),)
    elif "-" in variante.strip("-"):
        yield (replier(variante.replace("-", "")),)
        yield tuple(replier(partie) for partie in variante.split("-"))
    else:
        yield (replier(variante),)
