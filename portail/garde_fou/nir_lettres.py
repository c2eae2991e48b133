"""Digits written in words: « un », « quatre-vingt-cinq », « zéro trois », « deux cent six »."""

from collections.abc import Iterator
from typing import NamedTuple

from .mots import Mot

_UNITES = {
    mot: valeur
    for valeur, mot in enumerate("un deux trois quatre cinq six sept huit neuf".split(), start=1)
} | {"une": 1}
_DIZAINES_SIMPLES = {
    mot: valeur
    for valeur, mot in enumerate("dix onze douze treize quatorze quinze seize".split(), start=10)
}
_DIZAINES = {
    mot: 10 * rang
    for rang, mot in enumerate("vingt trente quarante cinquante soixante".split(), start=2)
} | {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
_A_ONZE = (60, 80)
_CENT = ("cent", "cents")
_VINGT = ("vingt", "vingts")
_TRAITS = ("", "-", "\u2010", "\u2011")
_MOTS_MAXIMAUX = 7
_SERIE_MAXIMALE = 50
NOMBRES = frozenset({"zero", *_UNITES, *_DIZAINES_SIMPLES, *_DIZAINES, *_CENT, *_VINGT})


class Nombre(NamedTuple):
    """A number in words: its digits, zeros in front included, and the words that spell it."""

    chiffres: str
    premier: int
    dernier: int


def lire_nombres(mots: list[Mot], debut: int) -> Iterator[Nombre]:
    """Yield the numbers that the run of number words spells from this word on, left to right."""
    formes = _serie(mots, debut)
    i = 0
    while i < len(formes):
        premier = i
        while i < len(formes) and formes[i] == "zero":
            i += 1
        valeur, longueur = _nombre(formes[i : i + _MOTS_MAXIMAUX])
        chiffres = "0" * (i - premier) + (str(valeur) if longueur else "")
        if not chiffres:
            return
        i += longueur
        yield Nombre(chiffres, debut + premier, debut + i - 1)


def _serie(mots: list[Mot], debut: int) -> list[str]:
    """Return the number words that follow each other from here, « et » inside « vingt et un »."""
    formes = [mots[debut].forme]
    for mot in mots[debut + 1 : debut + _SERIE_MAXIMALE]:
        lie = mot.forme == "et" and formes[-1] in _DIZAINES
        if not (mot.forme in NOMBRES or lie) or mot.ecart.strip() not in _TRAITS:
            break
        formes.append(mot.forme)
    return formes


def _nombre(formes: list[str]) -> tuple[int, int]:
    """Read the longest number under a thousand; return its value and its number of words."""
    centaines, lus = 0, 0
    if formes[:1] and formes[0] in _CENT:
        centaines, lus = 100, 1
    elif len(formes) > 1 and formes[1] in _CENT and _UNITES.get(formes[0], 0) > 1:
        centaines, lus = 100 * _UNITES[formes[0]], 2
    reste, suite = _moins_de_cent(formes[lus:])
    return centaines + reste, lus + suite


def _moins_de_cent(formes: list[str]) -> tuple[int, int]:
    if not formes:
        return 0, 0
    if formes[0] == "quatre" and formes[1:2] and formes[1] in _VINGT:
        dizaine, lus = 80, 2
    elif formes[0] in _DIZAINES:
        dizaine, lus = _DIZAINES[formes[0]], 1
    else:
        return _moins_de_vingt(formes)
    et = formes[lus : lus + 1] == ["et"]
    suite = formes[lus + et :]
    valeur, longueur = _moins_de_vingt(suite) if dizaine in _A_ONZE else _unite(suite)
    if not longueur or (et and valeur not in (1, 11)):
        return dizaine, lus
    return dizaine + valeur, lus + et + longueur


def _moins_de_vingt(formes: list[str]) -> tuple[int, int]:
    if formes[:1] == ["dix"]:
        valeur, longueur = _unite(formes[1:])
        return (10 + valeur, 2) if longueur and valeur > 6 else (10, 1)
    if formes and formes[0] in _DIZAINES_SIMPLES:
        return _DIZAINES_SIMPLES[formes[0]], 1
    return _unite(formes)


def _unite(formes: list[str]) -> tuple[int, int]:
    return (_UNITES[formes[0]], 1) if formes and formes[0] in _UNITES else (0, 0)
