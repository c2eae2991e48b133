"""Recognises a long term of the lexicon under a common misspelling."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_LONGUEUR_SONORE = 6
_LONGUEUR_APPROCHEE = 8
_LONGUEUR_MAXIMALE = 30
_MARQUES = "=~"
# Applied in this order, once double letters are single.
_SONS = (
    ("ph", "f"),
    ("schi", "ski"),
    ("sch", "ch"),
    ("sh", "ch"),
    ("cho", "ko"),
    ("chr", "kr"),
    ("ch", "$"),
    ("h", ""),
    ("y", "i"),
    ("sce", "se"),
    ("sci", "si"),
    ("ce", "se"),
    ("ci", "si"),
    ("qu", "k"),
    ("c", "k"),
    ("x", "ks"),
    ("ktion", "ksion"),
    ("tion", "sion"),
    ("ge", "je"),
    ("gi", "ji"),
    ("eau", "o"),
    ("au", "o"),
    ("aine", "ene"),
    ("eine", "ene"),
    ("ain", "in"),
    ("ein", "in"),
    ("ai", "e"),
    ("ei", "e"),
    ("em", "an"),
    ("en", "an"),
    ("am", "an"),
    ("z", "s"),
)
_DOUBLES = re.compile(r"(.)\1+")
_FINALES_MUETTES = "esx"


@dataclass
class Fautes:
    """Terms indexed by the way they sound, and by what remains when one letter is lost."""

    sons: dict[str, str] = field(default_factory=dict)
    restes: dict[str, str] = field(default_factory=dict)
    courts: set[str] = field(default_factory=set)

    def apprendre(self, etiquette: str) -> None:
        """Index the term of a label; short terms and open patterns are left out."""
        terme = etiquette.strip(_MARQUES)
        if not terme.isalpha() or len(terme) < _LONGUEUR_SONORE:
            return
        self.sons.setdefault(son(terme), terme)
        if len(terme) >= _LONGUEUR_APPROCHEE:
            for reste in _restes(terme):
                self.restes.setdefault(reste, terme)
        else:
            self.courts.add(terme)

    def apprendre_a_l_oreille(self, suite: Iterable[str]) -> None:
        """Index the long words of a phrase by their sound; the phrase around them is the proof."""
        for etiquette in suite:
            terme = etiquette.strip(_MARQUES)
            if terme.isalpha() and len(terme) >= _LONGUEUR_SONORE:
                self.sons.setdefault(son(terme), terme)

    def corriger(self, forme: str, *, a_l_oreille: bool = False) -> str:
        """Return the term that this word misspells, or nothing.

        Either it sounds the same, or, unless `a_l_oreille`, one letter is missing, added, wrong
        or swapped with its neighbour; the first letter is always right. In a term of six or seven
        letters a wrong one would make it another word: only a slip of the fingers is seen.
        """
        if not _LONGUEUR_SONORE <= len(forme) <= _LONGUEUR_MAXIMALE:
            return ""
        terme = self.sons.get(son(forme))
        if terme or a_l_oreille:
            return terme or ""
        singulier = forme.removesuffix("s")
        if len(forme) < _LONGUEUR_APPROCHEE:
            essais = (essai for essai in _glissements(singulier) if essai in self.courts)
        else:
            essais = (self.restes[r] for r in _restes(singulier) if r in self.restes)
        return next(essais, "")


def son(mot: str) -> str:
    """Return how a folded word sounds: `alzeimer` and `alzheimer` sound the same."""
    mot = _DOUBLES.sub(r"\1", mot)
    for graphie, son_commun in _SONS:
        mot = mot.replace(graphie, son_commun)
    return _DOUBLES.sub(r"\1", mot).rstrip(_FINALES_MUETTES)


def _restes(mot: str) -> list[str]:
    """Return the word, and the word without each of its letters but the first."""
    return [mot, *(mot[:i] + mot[i + 1 :] for i in range(1, len(mot)))]


def _glissements(mot: str) -> list[str]:
    """Return what a slip of the fingers may have meant: a letter too many, or two swapped."""
    trop = [mot[:i] + mot[i + 1 :] for i in range(1, len(mot))]
    croises = [mot[:i] + mot[i + 1] + mot[i] + mot[i + 2 :] for i in range(1, len(mot) - 1)]
    return trop + croises
