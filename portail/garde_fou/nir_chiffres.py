"""The digits of a text, read through their disguises, and the windows that could be a NIR."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from .caracteres import INVISIBLES, chiffre, sosie
from .mots import Mot
from .nir_structure import LONGUEUR_COMPLETE, LONGUEUR_SANS_CLE, a_la_structure

COLLE, SEPARE, INHABITUEL, ROMPU = range(4)

_ECART_MAXIMAL = 6
_SEPARATEURS = frozenset("./\\'’‘`´_·•−~*")
_LETTRES_SOSIES = "oilsab"
_REFERENCE = re.compile(r"(?<![^\W_])EP-[0-9A-Z]{4}-[0-9A-Z]{4}(?![^\W_])", re.IGNORECASE)
_CLE_A_PART = re.compile(
    r"[\W_]{0,5}cl(?:e|é|e\u0301)f?(?:[^\S\n]de[^\S\n]contr[oô]le)?[\W_]{0,5}"
    r"([^\W_])[\W_]{0,2}([^\W_])(?![^\W_])",
    re.IGNORECASE,
)


class Atome(NamedTuple):
    """A digit of the text (or the A or B of Corsica), and how it hangs on the one before."""

    valeur: str
    position: int
    reel: bool
    lien: int
    separateur: str


@dataclass(frozen=True)
class Fenetre:
    """13 or 15 successive digits with the structure of a NIR, and what stands around them."""

    atomes: tuple[Atome, ...]
    avant: Atome | None
    apres: Atome | None
    cle_a_part: str = ""
    fin_cle: int = 0

    @cached_property
    def numero(self) -> str:
        return "".join(a.valeur for a in self.atomes) + self.cle_a_part

    @property
    def debut(self) -> int:
        return self.atomes[0].position

    @property
    def fin(self) -> int:
        return self.fin_cle or self.atomes[-1].position + 1

    @cached_property
    def reels(self) -> int:
        """How many characters are true digits, not letters drawn like one."""
        return sum(a.reel for a in self.atomes)

    @cached_property
    def liens(self) -> int:
        """The loosest link between two successive digits."""
        return max(a.lien for a in self.atomes[1:])

    @cached_property
    def groupes(self) -> tuple[int, ...]:
        """The lengths of the groups of digits, as typed: (1, 2, 2, 2, 3, 3, 2)."""
        bornes = [0, *(i for i, a in enumerate(self.atomes) if i and a.lien), len(self.atomes)]
        return tuple(fin - debut for debut, fin in pairwise(bornes))

    @cached_property
    def separateurs(self) -> frozenset[str]:
        return frozenset(a.separateur for a in self.atomes[1:] if a.lien)


def lire_atomes(texte: str, mots: list[Mot]) -> list[Atome]:
    """Return the digits of the text, in order, disguised ones too, without case references."""
    texte = _REFERENCE.sub(lambda trouvee: "x" * len(trouvee[0]), texte)
    atomes: list[Atome] = []
    rompu = True
    for mot in mots:
        if not mot.forme.isalpha() or not mot.forme.strip(_LETTRES_SOSIES):
            brut = texte[mot.debut : mot.fin]
            rompu = _lire_mot(brut, mot.debut, mot.ecart, rompu, atomes)
        else:
            rompu = True
    return atomes


def _lire_mot(mot: str, debut: int, ecart: str, rompu: bool, atomes: list[Atome]) -> bool:
    """Add the digits of the word; tell whether it ends on a letter, which breaks the series."""
    separateur = INVISIBLES.sub("", ecart)
    lien = ROMPU if rompu else _lien(separateur)
    for decalage, valeur, reel in _valeurs(mot):
        corse = bool(atomes) and atomes[-1].valeur == "2" and lien < ROMPU
        lisible = bool(valeur) and (valeur not in "AB" or corse)
        if lisible:
            atomes.append(Atome(valeur, debut + decalage, reel, lien, separateur))
        lien, separateur = (COLLE if lisible else ROMPU), ""
    return lien == ROMPU


def _valeurs(mot: str) -> Iterator[tuple[int, str, bool]]:
    """Read each visible character; look-alike letters count only next to digits or alone."""
    lus = [
        (i, chiffre(c), sosie(c) or (c.upper() if c in "aAbB" else ""))
        for i, c in enumerate(mot)
        if not INVISIBLES.match(c)
    ]
    entier = all(reel or douteux for _, reel, douteux in lus)
    debut = 0
    while debut < len(lus):
        fin = debut
        while fin < len(lus) and (lus[fin][1] or lus[fin][2]):
            fin += 1
        admis = entier or any(reel for _, reel, _ in lus[debut:fin])
        for i, reel, douteux in lus[debut:fin]:
            yield i, reel or (douteux if admis else ""), bool(reel)
        if fin < len(lus):
            yield lus[fin][0], "", False
        debut = fin + 1


def _lien(separateur: str) -> int:
    if not separateur:
        return COLLE
    if len(separateur) > _ECART_MAXIMAL:
        return ROMPU
    return SEPARE if all(map(_est_separateur, separateur)) else INHABITUEL


def _est_separateur(caractere: str) -> bool:
    return (
        caractere in _SEPARATEURS
        or caractere.isspace()
        or unicodedata.category(caractere) in ("Pd", "Zs", "Zl", "Zp")
    )


def fenetres(texte: str, atomes: list[Atome]) -> Iterator[Fenetre]:
    """Yield every window of 13 or 15 digits that has the structure of a NIR.

    A window never starts or ends inside a longer number: a digit glued to it excludes it.
    """
    fins = _fins_de_series(atomes)
    for debut, atome in enumerate(atomes):
        if not _commence(atomes, debut) or atome.valeur not in "123478":
            continue
        for longueur in (LONGUEUR_COMPLETE, LONGUEUR_SANS_CLE):
            fin = debut + longueur
            if fin <= fins[debut] and _s_arrete(atomes, fin):
                yield from _fenetre(texte, atomes, debut, fin)


def _fenetre(texte: str, atomes: list[Atome], debut: int, fin: int) -> Iterator[Fenetre]:
    lus = tuple(atomes[debut:fin])
    if a_la_structure("".join(a.valeur for a in lus)):
        avant = atomes[debut - 1] if debut and atomes[debut].lien < ROMPU else None
        apres = atomes[fin] if fin < len(atomes) and atomes[fin].lien < ROMPU else None
        cle, fin_cle = _lire_cle(texte, lus[-1].position + 1, len(lus))
        yield Fenetre(lus, avant, apres, cle, fin_cle)


def _lire_cle(texte: str, position: int, longueur: int) -> tuple[str, int]:
    """Read « clé 46 » after 13 digits; return the key and where it ends, or nothing."""
    trouve = _CLE_A_PART.match(texte, position) if longueur == LONGUEUR_SANS_CLE else None
    if not trouve:
        return "", 0
    cle = "".join(chiffre(c) or sosie(c) for c in trouve.groups())
    return (cle, trouve.end()) if len(cle) == 2 else ("", 0)


def _fins_de_series(atomes: list[Atome]) -> list[int]:
    """For each digit, the index where the unbroken series that holds it ends."""
    fins = [len(atomes)] * len(atomes)
    for i in range(len(atomes) - 2, -1, -1):
        fins[i] = i + 1 if atomes[i + 1].lien == ROMPU else fins[i + 1]
    return fins


def _commence(atomes: list[Atome], i: int) -> bool:
    return i == 0 or atomes[i].lien > COLLE or (atomes[i].reel and not atomes[i - 1].reel)


def _s_arrete(atomes: list[Atome], fin: int) -> bool:
    return (
        fin == len(atomes)
        or atomes[fin].lien > COLLE
        or (atomes[fin - 1].reel and not atomes[fin].reel)
    )
