"""Shows what was found, without HTML: marked segments, excerpts, and the sentence to display."""

from collections.abc import Iterable
from typing import Literal

from .resultats import Motif

_POINTS = "…"

Genre = Literal["nir", "numero", "sante", "indice"]
GENRES: tuple[Genre, ...] = ("nir", "numero", "sante", "indice")  # gravest first

_MESSAGES: dict[Genre, str] = {
    "nir": (
        "Ce texte contient un numéro de sécurité sociale : le portail ne doit pas le recevoir. "
        "Effacez-le : l’état civil, la date et le lieu de naissance suffisent à la caisse pour "
        "reconnaître la personne."
    ),
    "numero": (
        "Ces chiffres se lisent comme un numéro de sécurité sociale sans sa clé. Si c’en est un, "
        "effacez-le. Si c’est un autre numéro, dites lequel."
    ),
    "sante": (
        "Ce texte contient une donnée de santé. Indiquez le besoin ou la démarche, pas la "
        "maladie. Par exemple « a besoin d’un rendez-vous chez un spécialiste avant la fin du "
        "mois » au lieu de « a un cancer »."
    ),
    "indice": (
        "Ces mots peuvent révéler l’état de santé : gardez-les seulement si la caisse en a besoin "
        "pour agir."
    ),
}

Segment = tuple[bool, str]


def genre(motif: Motif) -> Genre:
    """Return what a span is to the person who types.

    A NIR, a number that its author may say is another one, health data, or only a hint.
    """
    if motif.verdict == "indice":
        return "indice"
    return "numero" if (motif.type, motif.verdict) == ("nir", "confirme") else motif.type


def message(genre: Genre) -> str:
    """Return the French sentences that say why a text is stopped and what to write instead.

    Those of "indice" stop nothing. Raises KeyError for anything but the four kinds.
    """
    return _MESSAGES[genre]


def decouper(texte: str, motifs: Iterable[Motif]) -> list[tuple[Motif | None, str]]:
    """Cut the text into segments, each with the span that it is, if it is one.

    The segments joined give the text back; none is empty.
    """
    return _segments(texte, sorted(motifs, key=lambda m: m.debut), 0, len(texte))


def surligner(texte: str, motifs: Iterable[Motif]) -> list[Segment]:
    """Cut the text into segments, each with whether it is to be marked.

    The segments joined give the text back; none is empty.
    """
    return _marquer(decouper(texte, motifs))


def extraits(texte: str, motifs: Iterable[Motif], contexte: int = 30) -> list[list[Segment]]:
    """Return short excerpts, each cut into segments, that show every span in its context.

    `contexte` is the number of characters kept on each side; excerpts that touch are one. An
    ellipsis stands for what was cut.
    """
    ordonnes = sorted(motifs, key=lambda m: m.debut)
    zones: list[tuple[int, int]] = []
    for motif in ordonnes:
        debut, fin = max(0, motif.debut - contexte), min(len(texte), motif.fin + contexte)
        if zones and debut <= zones[-1][1]:
            zones[-1] = (zones[-1][0], max(fin, zones[-1][1]))
        else:
            zones.append((debut, fin))
    return [_extrait(texte, ordonnes, debut, fin) for debut, fin in zones]


def _extrait(texte: str, motifs: list[Motif], debut: int, fin: int) -> list[Segment]:
    avant = [(False, _POINTS)] if debut else []
    apres = [(False, _POINTS)] if fin < len(texte) else []
    return avant + _marquer(_segments(texte, motifs, debut, fin)) + apres


def _marquer(segments: list[tuple[Motif | None, str]]) -> list[Segment]:
    return [(motif is not None, morceau) for motif, morceau in segments]


def _segments(
    texte: str, motifs: list[Motif], debut: int, fin: int
) -> list[tuple[Motif | None, str]]:
    segments: list[tuple[Motif | None, str]] = []
    position = debut
    for motif in motifs:
        if position <= motif.debut and motif.fin <= fin:
            segments.append((None, texte[position : motif.debut]))
            segments.append((motif, texte[motif.debut : motif.fin]))
            position = motif.fin
    segments.append((None, texte[position:fin]))
    return [segment for segment in segments if segment[1]]
