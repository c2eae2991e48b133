"""Recognises a long term of the lexicon under a common misspelling."""

import re
from dataclasses import dataclass, field

from .syntaxe import Suite

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

    def apprendre(self, suite: Suite) -> None:
        """Index the long words of an entry by their sound, and a lone one by its slips as well.

        The phrase around a word is the proof of its sound; open patterns are left out.
        """
        for etiquette in suite:
            terme = etiquette.strip(_MARQUES)
            if terme.isalpha() and len(terme) >= _LONGUEUR_SONORE:
                self.sons.setdefault(son(terme), terme)
                if len(suite) == 1:
                    self._apprendre_les_glissements(terme)

    def _apprendre_les_glissements(self, terme: str) -> None:
        if len(terme) < _LONGUEUR_APPROCHEE:
            self.courts.add(terme)
        else:
            for reste in _restes(terme):
                self.restes.setdefault(reste, terme)

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
