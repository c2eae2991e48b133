"""A text cut into words that remember where they stand."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Protocol

from .caracteres import SANS_CHASSE, replier

# Letters and digits; invisible characters do not cut a word, nor do signs drawn like a letter.
_SIGNE = r"[@$€](?=[^\W\d_])"
_LIE = rf"(?:(?:[{SANS_CHASSE}]|{_SIGNE})+[^\W_]*)*"
_MOT = re.compile(rf"([^\W_]+{_LIE}|{_SIGNE}[^\W_]+{_LIE})")
_SIGNES = str.maketrans("@$€", "ase")
_CHAMEAU = re.compile(r"[A-ZÀ-Þ]{2,}(?=[a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+")
_FIN_DE_PHRASE = re.compile(r"[.!?;:…]\s|\n\s*\n|[•\t]")
_TRAITS_D_UNION = ("-", "\u2010", "\u2011")
_JOINT = re.compile(r"[^\w\s,;:!?]{1,2}|_{1,2}|\s")
_ECART_MAXIMAL = 3
_MORCEAUX_MAXIMAUX = 12
DEBUT = 6
_MOTS_OUTILS = frozenset(
    "les des ses mes tes ces par pas aux une son est sur que qui et de la le".split()
)
_TERME_COUPE_MINIMAL = 6
_LETTRES_MINIMALES = 3
_TERME_MINIMAL = 5
_TERME_MAXIMAL = 20


Lu = tuple[str, int, bool, bool]
"""A word as it is read: folded, its length as typed, its capitals."""


@dataclass(slots=True)
class Mot:
    """A word: its folded form, its offsets in the text, its capitals, and what precedes it."""

    forme: str
    debut: int
    fin: int
    capitale: bool
    majuscules: bool
    ecart: str
    coupe: bool

    @property
    def a_l_air_d_un_nom(self) -> bool:
        """Tell whether a capital, elsewhere than where a sentence starts, suggests a name."""
        return self.capitale and self.debut > 0 and not self.coupe


def decouper(texte: str) -> list[Mot]:
    """Cut the text into words; `coupe` tells that a new sentence starts with the word.

    « scannerThorax » is two words, « C@ncer » is one.
    """
    mots: list[Mot] = []
    lire = cache(_lire)
    fin = 0
    precedent = ""
    morceaux = iter(_MOT.split(texte))
    for avant, brut in zip(morceaux, morceaux):  # noqa: B905
        ecart = avant
        fin += len(ecart)
        coupe = len(ecart) > 1 and len(precedent) > 1 and bool(_FIN_DE_PHRASE.search(ecart))
        for forme, longueur, capitale, majuscules in lire(brut):
            debut = fin
            fin += longueur
            mots.append(Mot(forme, debut, fin, capitale, majuscules, ecart, coupe))
            ecart, coupe = "", False
        precedent = forme
    return mots


def _lire(brut: str) -> list[Lu]:
    if brut.islower():
        forme = brut if brut.isascii() and brut.isalnum() else _replier(brut)
        return [(forme, len(brut), False, False)]
    entier = brut[1:].islower() or brut.isupper() or not brut.isalpha()
    morceaux = [brut] if entier else _bosses(brut)
    return [(_replier(m), len(m), m[0].isupper(), m.isupper()) for m in morceaux]


def _replier(brut: str) -> str:
    forme = replier(brut)
    return forme if forme.isalnum() else forme.translate(_SIGNES)


def _bosses(brut: str) -> list[str]:
    """Return the words that only a capital separates; others are left whole.

    A capital I within a word is drawn like an l: it separates nothing.
    """
    morceaux = list(_CHAMEAU.finditer(brut[0] + brut[1:].replace("I", "l")))
    if sum(len(m[0]) for m in morceaux) < len(brut):
        return [brut]
    return [brut[m.start() : m.end()] for m in morceaux]


class Lexique(Protocol):
    """What the lexicon knows of one word."""

    def connait(self, forme: str) -> bool:
        """Tell whether it spells this very word, alone or within a phrase."""

    def nomme(self, forme: str) -> bool:
        """Tell whether this word is a health term on its own."""

    @property
    def debuts(self) -> Collection[str]:
        """How health terms begin: at most `DEBUT` letters of each."""


def recoller(mots: list[Mot], lexique: Lexique) -> list[Mot]:
    """Put back together what was pulled apart: « d i a b è t e », « s.i.d.a », « burn-out ».

    Only words that the lexicon knows are rebuilt, so that ordinary text stays as it is.
    """
    sortie: list[Mot] = []
    fin = 0
    for i in _suspects(mots, lexique.debuts):
        if i >= fin:
            sortie += mots[fin:i]
            entiers, fin = _recoller_ici(mots, i, lexique)
            sortie += entiers
    return sortie + mots[fin:]


def _suspects(mots: list[Mot], debuts: Collection[str]) -> list[int]:
    """Return where something may have been pulled apart: of nearly every word, nothing was."""
    return [
        i
        for i, (mot, suivant) in enumerate(pairwise(mots))
        if (mot.forme + suivant.forme)[:DEBUT] in debuts
        or (suivant.ecart != " " and suivant.ecart[:1] in _TRAITS_D_UNION)
        or len(mot.forme) == 1 == len(suivant.forme)
    ]


def _recoller_ici(mots: list[Mot], i: int, lexique: Lexique) -> tuple[list[Mot], int]:
    """Return the words made of those that begin here, and where the next one is."""
    fin = _fin_de_serie(mots, i)
    if fin - i >= _LETTRES_MINIMALES or _est_un_sigle_pointe(mots, i, fin):
        return _recoller_lettres(mots[i:fin], lexique.connait), fin
    fin = i + (_morceaux_d_un_terme(mots, i, lexique) or 1)
    return [_fondre(mots[i:fin]) if fin > i + 1 else mots[i]], fin


def _morceaux_d_un_terme(mots: list[Mot], i: int, lexique: Lexique) -> int:
    """Return how many words from here are the pieces of one term, or 0.

    « burn-out », « psy-chia-tre », « can cer », « can.cer », « tr a m a d o l ».
    """
    epelle = mots[i].forme
    par_traits = True
    trouves = 0
    for j in range(i + 1, min(i + _MORCEAUX_MAXIMAUX, len(mots))):
        mot = mots[j]
        epelle += mot.forme
        par_traits = par_traits and _a_un_trait(mots, j)
        if mot.coupe or len(epelle) > _TERME_MAXIMAL:
            break
        if par_traits and lexique.connait(epelle):
            trouves = j + 1 - i
        elif (
            not (par_traits or _JOINT.fullmatch(mot.ecart)) or epelle[:DEBUT] not in lexique.debuts
        ):
            break
        elif lexique.nomme(epelle) and _est_coupe(mots[i : j + 1]):
            trouves = j + 1 - i
    return trouves


def _a_un_trait(mots: list[Mot], j: int) -> bool:
    """Tell whether a hyphen ties the word to the previous one, a line break after it or not."""
    return j < len(mots) and mots[j].ecart.rstrip() in _TRAITS_D_UNION


def _est_coupe(morceaux: list[Mot]) -> bool:
    """Tell whether a term was cut in these pieces, long enough to be no accident."""
    return sum(len(m.forme) for m in morceaux) >= _TERME_COUPE_MINIMAL and not any(
        m.forme in _MOTS_OUTILS for m in morceaux
    )


def _fin_de_serie(mots: list[Mot], debut: int) -> int:
    """Return the end of the run of single letters that starts here."""
    fin = debut
    while (
        fin < len(mots)
        and len(mots[fin].forme) == 1
        and (fin == debut or len(mots[fin].ecart) <= _ECART_MAXIMAL)
    ):
        fin += 1
    return fin


def _est_un_sigle_pointe(mots: list[Mot], debut: int, fin: int) -> bool:
    """« H.P » : two capitals and a dot."""
    return fin - debut == _LETTRES_MINIMALES - 1 and (
        mots[debut].capitale and mots[fin - 1].capitale and mots[fin - 1].ecart == "."
    )


def _recoller_lettres(lettres: list[Mot], connu: Callable[[str], bool]) -> list[Mot]:
    epelle = "".join(mot.forme for mot in lettres)
    if len(epelle) <= _TERME_MAXIMAL and connu(epelle):
        return [replace(_fondre(lettres), majuscules=True)]
    sortie: list[Mot] = []
    i = 0
    while i < len(lettres):
        longueur = _plus_long_terme(epelle, i, connu)
        sortie.append(_fondre(lettres[i : i + longueur]))
        i += longueur
    return sortie


def _plus_long_terme(epelle: str, debut: int, connu: Callable[[str], bool]) -> int:
    """Return the length of the longest known word spelled from here, or 1."""
    for longueur in range(_TERME_MAXIMAL, _TERME_MINIMAL - 1, -1):
        if debut + longueur <= len(epelle) and connu(epelle[debut : debut + longueur]):
            return longueur
    return 1


def _fondre(mots: list[Mot]) -> Mot:
    premier = mots[0]
    return replace(
        premier,
        forme="".join(mot.forme for mot in mots),
        fin=mots[-1].fin,
        majuscules=all(mot.majuscules for mot in mots),
    )
