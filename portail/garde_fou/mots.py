"""A text cut into words that remember where they stand."""

import re
from collections.abc import Callable
from typing import NamedTuple

from .caracteres import MOT, replier

_FIN_DE_PHRASE = re.compile(r"[.!?;:…]\s|\n\s*\n|[•\t]")
_TRAITS_D_UNION = ("-", "\u2010", "\u2011")
_ECART_MAXIMAL = 3
_LETTRES_MINIMALES = 3
_TERME_MINIMAL = 5
_TERME_MAXIMAL = 20


class Mot(NamedTuple):
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
    """Cut the text into words; `coupe` tells that a new sentence starts with the word."""
    mots: list[Mot] = []
    formes: dict[str, str] = {}
    fin = 0
    precedent = ""
    for trouve in MOT.finditer(texte):
        brut, (debut, suivant) = trouve[0], trouve.span()
        ecart = texte[fin:debut]
        coupe = len(ecart) > 1 and len(precedent) > 1 and bool(_FIN_DE_PHRASE.search(ecart))
        precedent = formes.get(brut) or formes.setdefault(brut, replier(brut))
        fin = suivant
        mots.append(Mot(precedent, debut, fin, brut[0].isupper(), brut.isupper(), ecart, coupe))
    return mots


def recoller(mots: list[Mot], connu: Callable[[str], bool]) -> list[Mot]:
    """Put back together what was pulled apart: « d i a b è t e », « s.i.d.a », « burn-out ».

    Only words that `connu` accepts are rebuilt, so that ordinary text stays as it is.
    """
    sortie: list[Mot] = []
    i = 0
    while i < len(mots):
        fin = _fin_de_serie(mots, i) if len(mots[i].forme) == 1 else i + 1
        if fin - i >= _LETTRES_MINIMALES:
            sortie += _recoller_lettres(mots[i:fin], connu)
            i = fin
        elif _compose(mots[i : i + 2], connu):
            sortie.append(_fondre(mots[i : i + 2]))
            i += 2
        else:
            sortie.append(mots[i])
            i += 1
    return sortie


def _compose(paire: list[Mot], connu: Callable[[str], bool]) -> bool:
    """Tell whether two words are one known term around a hyphen, a line break after it or not."""
    return (
        len(paire) == 2
        and paire[1].ecart.rstrip() in _TRAITS_D_UNION
        and connu(paire[0].forme + paire[1].forme)
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


def _recoller_lettres(lettres: list[Mot], connu: Callable[[str], bool]) -> list[Mot]:
    epelle = "".join(mot.forme for mot in lettres)
    if len(epelle) <= _TERME_MAXIMAL and connu(epelle):
        return [_fondre(lettres)]
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
    return premier._replace(
        forme="".join(mot.forme for mot in mots),
        fin=mots[-1].fin,
        majuscules=all(mot.majuscules for mot in mots),
    )
