"""The guard: no NIR (D-08) and no health data (D-09) in what people type.

Pure functions over a string: no model, no network, no database; nothing typed is kept.
"""

from .mots import decouper
from .nir import chercher_nir
from .presentation import extraits, message, surligner
from .resultats import Motif, Verdict, rassembler
from .sante import chercher_sante

__all__ = ["Motif", "Verdict", "extraits", "message", "surligner", "verifier"]


def verifier(texte: str, *, sante: bool = True) -> Verdict:
    """Check a text that a person typed, and tell what must not be in it (D-08, D-09).

    `sante=False` looks for NIRs only, as searches do. Never raises, whatever the characters; the
    work grows linearly with the text. The lexicon is compiled at the first call with `sante`.
    """
    mots = decouper(texte)
    motifs = chercher_nir(texte, mots)
    if sante:
        motifs += chercher_sante(texte, mots)
    return rassembler(motifs)
