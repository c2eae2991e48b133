"""Draws texts that hold a social security number (NIR) under a disguise, from a seed.

Every number is invented: its parts are drawn, and its key is computed here, independently of the
guard. Each family of disguises is a function that turns the 15 characters into what is typed.
"""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from . import porteurs

_MOIS_RARES = (*range(20, 43), *range(50, 100))
_GROUPES = (1, 3, 5, 7, 10, 13)
_SEPARATEURS = {
    "espaces": (" ", "  "),
    "espaces insécables et fines": ("\u00a0", "\u202f", "\u2009", "\u2007", "\u3000"),
    "points": (".", "·", "•", "…", ". "),
    "tirets": ("-", "–", "—", "\u2011", " - ", "−"),
    "barres": ("/", "\\", "|", " / ", " | "),
    "apostrophes": ("'", "’", "‘", "´", "`"),
    "soulignés": ("_", "__", "_ "),
    "virgules": (",", ", ", ";", "; ", ":"),
    "tabulations et lignes": ("\t", "\n", "\r\n", "\n  ", "\u2028"),
    "astérisques et divers": ("*", "+", "=", "~", "#", "^", "°"),
}
_INVISIBLES = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u034f"
_ECRITURES = {
    "chiffres pleine chasse": 0xFF10,
    "chiffres arabes": 0x0660,
    "chiffres persans": 0x06F0,
    "chiffres dévanagari": 0x0966,
    "chiffres mathématiques": 0x1D7CE,
    "chiffres à chasse fixe": 0x1D7F6,
}
_EXPOSANTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_CERCLES = "⓪①②③④⑤⑥⑦⑧⑨"
_SOSIES = {
    "O pour 0": ("0", "Oo"),
    "I ou l pour 1": ("1", "Il|i"),
    "S pour 5": ("5", "Ss"),
    "B pour 8": ("8", "B"),
    "Z pour 2": ("2", "Zz"),
    "G pour 6": ("6", "G"),
}
_UNITES = "zéro un deux trois quatre cinq six sept huit neuf".split()


class Cas(NamedTuple):
    """A text, the disguise in it, and where its digits stand."""

    famille: str
    texte: str
    debut: int
    fin: int


def tirer_numero(alea: random.Random, *, rares: float = 0.01) -> str:
    """Draw the 15 characters of a number: sex, year, month, place, order, key.

    `rares` is the share of months 20-42 and 50-99, of births whose date is uncertain.
    """
    sexe = alea.choices("12347 8".replace(" ", ""), (40, 40, 4, 4, 6, 6))[0]
    mois = alea.choice(_MOIS_RARES) if alea.random() < rares else alea.randint(1, 12)
    base = f"{sexe}{alea.randint(0, 99):02d}{mois:02d}{_lieu(alea)}{alea.randint(1, 999):03d}"
    chiffres = base.replace("2A", "19").replace("2B", "18")
    return f"{base}{97 - int(chiffres) % 97:02d}"


def _lieu(alea: random.Random) -> str:
    """Draw a département and a commune, five characters in all."""
    tirage = alea.random()
    if tirage < 0.08:
        return alea.choice(("2A", "2B")) + f"{alea.randint(1, 366):03d}"
    if tirage < 0.16:
        departement = alea.choice("971 972 973 974 976 977 978 986 987 988".split())
        return f"{departement}{alea.randint(1, 60):02d}"
    if tirage < 0.3:
        return f"99{alea.randint(101, 517)}"
    return f"{alea.choice([d for d in range(1, 96) if d != 20]):02d}{alea.randint(1, 700):03d}"


def _couper(numero: str, bornes: tuple[int, ...], separateur: str) -> str:
    fins = [0, *(b for b in bornes if b < len(numero)), len(numero)]
    return separateur.join(numero[d:f] for d, f in pairwise(fins))


def _bornes(alea: random.Random, longueur: int) -> tuple[int, ...]:
    tirage = alea.random()
    if tirage < 0.45:
        return _GROUPES
    if tirage < 0.55:
        return tuple(range(1, longueur))
    if tirage < 0.7:
        return alea.choice(((7,), (5, 10), (3, 7, 10, 13), (1, 5, 7, 10, 13), (7, 13), (1, 7, 13)))
    return tuple(sorted(alea.sample(range(1, longueur), alea.randint(1, 6))))


def _bornes_lisibles(alea: random.Random, longueur: int) -> tuple[int, ...]:
    """Draw the groups that people make: usual, one by one, two by two, fields together."""
    tirage = alea.random()
    if tirage < 0.6:
        return _GROUPES
    if tirage < 0.75:
        return tuple(range(1, longueur))
    if tirage < 0.85:
        return tuple(range(1, longueur, 2))
    return alea.choice(((7,), (3, 7, 10, 13), (1, 5, 7, 10, 13), (7, 13), (1, 7, 13), (5, 10)))


def _grouper(alea: random.Random, numero: str, separateurs: tuple[str, ...]) -> str:
    return _couper(numero, _bornes_lisibles(alea, len(numero)), alea.choice(separateurs))


def _separer(alea: random.Random, numero: str, separateurs: tuple[str, ...]) -> str:
    return _couper(numero, _bornes(alea, len(numero)), alea.choice(separateurs))


def _melanger(alea: random.Random, numero: str) -> str:
    """Separate with several different marks in the same number."""
    choix = [s for groupe in list(_SEPARATEURS.values())[:7] for s in groupe]
    bornes = set((_bornes_lisibles if len(numero) == 13 else _bornes)(alea, len(numero)))
    return "".join((alea.choice(choix) if i in bornes else "") + c for i, c in enumerate(numero))


def _ecrire(numero: str, zero: int) -> str:
    return "".join(chr(zero + int(c)) if c.isdigit() else c for c in numero)


def _en_signes(alea: random.Random, numero: str) -> str:
    signes = alea.choice((_EXPOSANTS, _CERCLES))
    return "".join(signes[int(c)] if c.isdigit() else c for c in numero)


def _sosie(alea: random.Random, numero: str, paire: tuple[str, str]) -> str:
    """Replace some of the digits, at least one where there is one, by look-alikes."""
    chiffre, lettres = paire
    lettre = alea.choice(lettres)
    deguise = "".join(lettre if c == chiffre and alea.random() < 0.7 else c for c in numero)
    return deguise if deguise != numero else numero.replace(chiffre, lettre)


def _tous_les_sosies(alea: random.Random, numero: str) -> str:
    for paire in list(_SOSIES.values())[:3]:
        numero = _sosie(alea, numero, paire)
    return numero


def _invisibles(alea: random.Random, numero: str) -> str:
    return "".join(c + (alea.choice(_INVISIBLES) if alea.random() < 0.5 else "") for c in numero)


def _ecritures_melees(alea: random.Random, numero: str) -> str:
    """Write each digit in one script or another, or as a letter drawn like it."""
    lettres = {"0": "Oo", "1": "Il", "5": "S"}
    zeros = (0x30, 0x30, *list(_ECRITURES.values())[:4])
    return "".join(
        alea.choice(lettres[c])
        if c in lettres and alea.random() < 0.3
        else _ecrire(c, alea.choice(zeros))
        for c in numero
    )


def _tout_meler(alea: random.Random, numero: str) -> str:
    """Mix scripts, look-alikes, invisible characters and separators in the same number."""
    separes = _melanger(alea, numero)
    return "".join(
        _ecritures_melees(alea, c) + (alea.choice(_INVISIBLES) if alea.random() < 0.2 else "")
        for c in separes
    )


def _cle_a_part(alea: random.Random, numero: str) -> str:
    base = _separer(alea, numero[:13], (" ", " ", "", ".", "\u00a0"))
    modele = alea.choice(
        (
            "{b} clé {c}|{b} clef : {c}|{b} ({c})|{b} (clé {c})|{b} cle={c}|{b} - {c}"
            "|{b}, clé de contrôle {c}|{b}/{c}|{b} / clé : {c}|{b}, clé : « {c} »|{b} [{c}]"
            "|{b} CLÉ {c}|{b}\nclé {c}"
            "|clé {c} : {b}|(clé {c}) {b}|{b} k {c}|{b} la clé est {c}|{b} et la clé {c}|{b}, {c}"
        ).split("|")
    )
    return modele.format(b=base, c=numero[13:])


def _colle(alea: random.Random, numero: str) -> str:
    prefixe = alea.choice(
        "NIR nir nss NSS secu: n° N° sécu= num dossier_ nº x le id: M. ssn".split()
    )
    suffixe = alea.choice(("", "", "bis", "_doc.pdf", "h", "€"[:0], ".", ",merci", "-Durand"))
    base = numero if alea.random() < 0.6 else numero[:13]
    return prefixe + base + suffixe


def _colle_sosies(alea: random.Random, numero: str) -> str:
    prefixe = alea.choice("NIR nir nss NSS secu n° num assure id".split())
    return prefixe + _tous_les_sosies(alea, numero)


def _sexe_en_lettres(alea: random.Random, numero: str) -> str:
    reste = _separer(alea, numero[1:], (" ",)) if alea.random() < 0.5 else numero[1:]
    return f"{_UNITES[int(numero[0])]} {reste}"


def _chiffres_en_lettres(alea: random.Random, numero: str) -> str:
    """Spell some of the digits, each on its own."""
    mots = [
        _UNITES[int(c)] if c.isdigit() and alea.random() < 0.4 else c
        for c in numero[: alea.choice((13, 15))]
    ]
    return " ".join(mots)


def _rare(alea: random.Random) -> str:
    numero = tirer_numero(alea, rares=1)[: alea.choice((13, 15))]
    return _grouper(alea, numero, ("", " ", ".", "-"))


def _deguisements() -> Iterator[tuple[str, Callable[[random.Random, str], str]]]:
    yield "15 chiffres d'un bloc", lambda _, n: n
    yield "13 chiffres d'un bloc", lambda _, n: n[:13]
    yield "groupes usuels, 15", lambda _, n: _couper(n, _GROUPES, " ")
    yield "groupes usuels, 13", lambda _, n: _couper(n[:13], _GROUPES, " ")
    yield "mois 20-42 et 50-99", lambda a, _: _rare(a)
    yield "7 + 8, 7 + 6", lambda a, n: _couper(n[: a.choice((13, 15))], (7,), a.choice(" .-/"))
    yield "coupes irrégulières, 15", lambda a, n: _separer(a, n, (" ",))
    for signe in (" ", ".", "-", "/", "'", "_"):
        nom = f"coupes irrégulières « {signe} », 13"
        yield nom, lambda a, n, s=signe: _separer(a, n[:13], (s,))
    yield "chiffre à chiffre", lambda a, n: a.choice(" .-/_,").join(n[: a.choice((13, 15))])
    for nom, choix in _SEPARATEURS.items():
        yield f"{nom}, 15", lambda a, n, s=choix: _separer(a, n, s)
        yield f"{nom}, 13", lambda a, n, s=choix: _grouper(a, n[:13], s)
    yield "séparateurs mêlés, 15", _melanger
    yield "séparateurs mêlés, 13", lambda a, n: _melanger(a, n[:13])
    yield "invisibles, 15", _invisibles
    yield "invisibles, 13", lambda a, n: _invisibles(a, n[:13])
    for nom, zero in _ECRITURES.items():
        yield nom, lambda a, n, z=zero: _ecrire(_separer(a, n[: a.choice((13, 15))], ("", " ")), z)
    yield "exposants et cercles", lambda a, n: _en_signes(a, n[: a.choice((13, 15))])
    for nom, paire in _SOSIES.items():
        yield (
            nom,
            lambda a, n, p=paire: _separer(a, _sosie(a, n[: a.choice((13, 15))], p), ("", " ")),
        )
    yield "tous les sosies", lambda a, n: _separer(a, _tous_les_sosies(a, n), ("", " ", "."))
    yield "tout à la fois, 15", _tout_meler
    yield "tout à la fois, 13", lambda a, n: _tout_meler(a, n[:13])
    yield "clé à part", _cle_a_part
    yield (
        "écritures mêlées, clé à part",
        lambda a, n: f"{_ecritures_melees(a, n[:13])} clé {_ecritures_melees(a, n[13:])}",
    )
    yield "collé à un mot", _colle
    yield "sosies collés à un mot", _colle_sosies
    yield "sexe en lettres", _sexe_en_lettres
    yield "chiffres en lettres", _chiffres_en_lettres


FAMILLES = dict(_deguisements())


def cas(graine: int, par_famille: int) -> Iterator[Cas]:
    """Yield `par_famille` texts for each disguise, then for each way to carry a number."""
    for famille, deguiser in FAMILLES.items():
        alea = random.Random(f"{graine} {famille}")
        for _ in range(par_famille):
            deguise = deguiser(alea, tirer_numero(alea))
            avant, apres = alea.choice(porteurs.SIMPLES).split("{}")
            yield Cas(famille, avant + deguise + apres, len(avant), len(avant) + len(deguise))
    for famille, porter in porteurs.FAMILLES.items():
        alea = random.Random(f"{graine} {famille}")
        for _ in range(par_famille):
            numero = tirer_numero(alea)
            deguise = _separer(alea, numero[: alea.choice((13, 15))], ("", "", " ", " ", ".", "-"))
            avant, apres = porter(alea)
            yield Cas(famille, avant + deguise + apres, len(avant), len(avant) + len(deguise))
