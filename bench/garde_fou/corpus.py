"""The texts written for the health part: `reglage/` is tuned on, `mesure/` is only scored."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

DOSSIER = Path(__file__).parent
ATTENDUS = ("explicite", "paraphrase", "ordinaire", "piege", "indice")
A_ARRETER = ("explicite", "paraphrase")


class Ligne(NamedTuple):
    """A text, what is expected of the guard, and the kind of text it is."""

    texte: str
    attendu: str
    categorie: str
    fichier: str


@dataclass
class Score:
    """How many texts were stopped, by what was expected and by category."""

    textes: Counter[tuple[str, str]] = field(default_factory=Counter)
    arretes: Counter[tuple[str, str]] = field(default_factory=Counter)
    ecarts: list[Ligne] = field(default_factory=list)

    def part(self, attendu: str, categorie: str | None = None) -> float | None:
        """Return the share stopped, in percent, or None where there is no text."""
        total = self._somme(self.textes, attendu, categorie)
        return 100 * self._somme(self.arretes, attendu, categorie) / total if total else None

    @property
    def precision(self) -> float | None:
        """Of the texts stopped, hints left out, the share that had to be, in percent."""
        justes = sum(self._somme(self.arretes, attendu) for attendu in A_ARRETER)
        faux = sum(self._somme(self.arretes, attendu) for attendu in ("ordinaire", "piege"))
        return 100 * justes / (justes + faux) if justes + faux else None

    def categories(self, attendu: str) -> list[str]:
        return sorted(categorie for vu, categorie in self.textes if vu == attendu)

    @staticmethod
    def _somme(compte: Counter[tuple[str, str]], attendu: str, categorie: str | None = None) -> int:
        return sum(
            nombre
            for (vu, genre), nombre in compte.items()
            if vu == attendu and categorie in (None, genre)
        )


def lire(nom: str) -> list[Ligne]:
    """Read every file of a folder; raises ValueError naming the file and line of a bad one."""
    lignes = []
    for chemin in sorted((DOSSIER / nom).glob("*.jsonl")):
        brutes = chemin.read_text(encoding="utf-8").split("\n")
        for numero, brute in enumerate(brutes, start=1):
            if brute.strip():
                lignes.append(_ligne(brute, chemin.name, numero))
    return lignes


def _ligne(brute: str, fichier: str, numero: int) -> Ligne:
    try:
        lue = json.loads(brute)
        ligne = Ligne(lue["texte"], lue["attendu"], lue.get("categorie") or "sans", fichier)
    except (ValueError, KeyError, TypeError) as erreur:
        raise ValueError(f"{fichier}, line {numero}: {erreur!r}") from erreur
    if ligne.attendu not in ATTENDUS:
        raise ValueError(f"{fichier}, line {numero}: unknown « attendu » {ligne.attendu!r}")
    return ligne


def noter(lignes: Iterable[Ligne], est_arrete: Callable[[str], bool]) -> Score:
    """Check every text and count those that are stopped."""
    score = Score()
    for ligne in lignes:
        cle = (ligne.attendu, ligne.categorie)
        arrete = est_arrete(ligne.texte)
        score.textes[cle] += 1
        score.arretes[cle] += arrete
        if arrete != (ligne.attendu in A_ARRETER):
            score.ecarts.append(ligne)
    return score
