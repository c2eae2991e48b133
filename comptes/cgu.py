"""The terms of use: the version in force and how its text is shown (H-05)."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from comptes.models import VersionCGU

TITRE = "# "
PUCE = "- "


@dataclass(frozen=True, slots=True)
class Bloc:
    """One piece of the text: a title, a paragraph, or the items of a list."""

    genre: str
    lignes: tuple[str, ...]


def publiees() -> QuerySet[VersionCGU]:
    """Published versions, the one in force first."""
    return VersionCGU.objects.filter(publiee_le__lte=timezone.now()).order_by("-publiee_le", "-pk")


def en_vigueur() -> VersionCGU | None:
    """The version that everyone has to accept, None before the first one is published."""
    return publiees().first()


def blocs(texte: str) -> list[Bloc]:
    """Cut the text at its blank lines; a line « # … » is a title, lines « - … » are a list.

    The pieces are plain text: the template escapes them like any other value.
    """
    morceaux = (morceau.strip() for morceau in texte.replace("\r\n", "\n").split("\n\n"))
    return [_bloc(morceau.split("\n")) for morceau in morceaux if morceau]


def _bloc(lignes: list[str]) -> Bloc:
    if lignes[0].startswith(TITRE):
        return Bloc("titre", (" ".join(lignes).removeprefix(TITRE),))
    if all(ligne.startswith(PUCE) for ligne in lignes):
        return Bloc("liste", tuple(ligne.removeprefix(PUCE) for ligne in lignes))
    return Bloc("paragraphe", (" ".join(lignes),))
