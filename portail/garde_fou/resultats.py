"""What the guard answers: the spans it found, and the verdict on the whole text."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

TypeMotif = Literal["nir", "sante"]
Gravite = Literal["bloque", "confirme", "indice", "ok"]

GRAVITES: tuple[Gravite, ...] = ("bloque", "confirme", "indice", "ok")
_REFUS = ("bloque", "confirme")


@dataclass(frozen=True, slots=True)
class Motif:
    """One span of the text, and why it was found.

    `debut` and `fin` are character offsets in the text as typed: `extrait == texte[debut:fin]`.
    `explication` is one French sentence, free of what was typed: it may be logged.
    """

    type: TypeMotif
    categorie: str
    debut: int
    fin: int
    extrait: str
    verdict: Gravite
    explication: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gravest verdict among the spans, and the spans in the order of the text, disjoint."""

    verdict: Gravite
    motifs: tuple[Motif, ...] = ()

    @property
    def est_bloquant(self) -> bool:
        """Tell whether the text is refused (D-08, D-09).

        `confirme` refuses too, until the person said what the number is. A hint (`indice`) never
        does.
        """
        return self.verdict in _REFUS

    @property
    def bloquants(self) -> tuple[Motif, ...]:
        """The spans for which the text is refused, in order: all of them but the hints."""
        return tuple(motif for motif in self.motifs if motif.verdict in _REFUS)


def rassembler(motifs: Iterable[Motif]) -> Verdict:
    """Order the spans, disjoint, and give the gravest verdict.

    Of those that overlap a NIR wins, since a person may contest health data but never a NIR
    (D-08); then the gravest, then the first.
    """
    retenus: list[Motif] = []
    for motif in sorted(motifs, key=_rang):
        i = bisect_left(retenus, motif.debut, key=_debut)
        libre_avant = i == 0 or retenus[i - 1].fin <= motif.debut
        if libre_avant and (i == len(retenus) or motif.fin <= retenus[i].debut):
            retenus.insert(i, motif)
    verdicts: list[Gravite] = [motif.verdict for motif in retenus]
    return Verdict(min(verdicts, key=GRAVITES.index, default="ok"), tuple(retenus))


def _rang(motif: Motif) -> tuple[bool, int, int, int]:
    return motif.type != "nir", GRAVITES.index(motif.verdict), motif.debut, -motif.fin


def _debut(motif: Motif) -> int:
    return motif.debut
