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
    ("cho", "co"),
    ("chr", "cr"),
    ("ch", "$"),
    ("h", ""),
    ("y", "i"),
    ("qu", "c"),
    ("ck", "c"),
    ("k", "c"),
    ("x", "cs"),
    ("ction", "csion"),
    ("tion", "sion"),
    ("sce", "se"),
    ("sci", "si"),
    ("ce", "se"),
    ("ci", "si"),
    ("ge", "je"),
    ("gi", "ji"),
    ("eau", "o"),
    ("au", "o"),
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
_FINALE_MUETTE = re.compile(r"e?[sx]?$")


@dataclass
class Fautes:
    """Terms indexed by the way they sound, and by what remains when one letter is lost."""

    sons: dict[str, str] = field(default_factory=dict)
    restes: dict[str, str] = field(default_factory=dict)
    courts: dict[str, str] = field(default_factory=dict)

    def apprendre(self, etiquette: str) -> None:
        """Index the term of a label; short terms and open patterns are left out."""
        terme = etiquette.strip(_MARQUES)
        if not terme.isalpha() or len(terme) < _LONGUEUR_SONORE:
            return
        self.sons.setdefault(son(terme), etiquette)
        if len(terme) >= _LONGUEUR_APPROCHEE:
            for reste in _restes(terme):
                self.restes.setdefault(reste, etiquette)
        else:
            self.courts.setdefault(terme, etiquette)

    def apprendre_a_l_oreille(self, suite: Iterable[str]) -> None:
        """Index the long words of a phrase by their sound; the phrase around them is the proof."""
        for etiquette in suite:
            terme = etiquette.strip(_MARQUES)
            if terme.isalpha() and len(terme) >= _LONGUEUR_SONORE:
                self.sons.setdefault(son(terme), etiquette)

    def corriger(self, forme: str, *, a_l_oreille: bool = False) -> tuple[str, ...]:
        """Return the label of the term that this word misspells, if any.

        Either it sounds the same, or, unless `a_l_oreille`, one letter is missing, added, wrong
        or swapped with its neighbour; the first letter is always right. In a term of six or seven
        letters a wrong one would make it another word: only a slip of the fingers is seen.
        """
        if not _LONGUEUR_SONORE <= len(forme) <= _LONGUEUR_MAXIMALE:
            return ()
        etiquette = self.sons.get(son(forme))
        if etiquette is None and not a_l_oreille:
            singulier = forme.removesuffix("s")
            essais = (self.restes.get(reste) for reste in _restes(singulier))
            if len(forme) < _LONGUEUR_APPROCHEE:
                essais = (self.courts.get(essai) for essai in _glissements(singulier))
            etiquette = next((trouvee for trouvee in essais if trouvee), None)
        return (etiquette,) if etiquette else ()


def son(mot: str) -> str:
    """Return how a folded word sounds: `alzeimer` and `alzheimer` sound the same."""
    mot = _DOUBLES.sub(r"\1", mot)
    for graphie, son_commun in _SONS:
        mot = mot.replace(graphie, son_commun)
    return _DOUBLES.sub(r"\1", _FINALE_MUETTE.sub("", mot))


def _restes(mot: str) -> list[str]:
    """Return the word, and the word without each of its letters but the first."""
    return [mot, *(mot[:i] + mot[i + 1 :] for i in range(1, len(mot)))]


def _glissements(mot: str) -> list[str]:
    """Return what a slip of the fingers may have meant: a letter too many, or two swapped."""
    trop = [mot[:i] + mot[i + 1 :] for i in range(1, len(mot))]
    croises = [mot[:i] + mot[i + 1] + mot[i] + mot[i + 2 :] for i in range(1, len(mot) - 1)]
    return trop + croises
