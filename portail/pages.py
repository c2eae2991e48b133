"""Lists cut in pages. A cursor is the public identifier of a row at the edge, looked up again:
the names by which accounts are sorted never travel in an address (D-17).
"""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from portail.pagination import TAILLE, Page

_AVANT = "avant~"
M = TypeVar("M", bound=Model)


def page(
    lignes: QuerySet[M],
    curseur: str | None,
    *,
    tri: tuple[str, ...],
    cle: str,
    parmi: QuerySet[M] | None = None,
    descendant: bool = False,
    taille: int = TAILLE,
) -> Page[M]:
    """One page of `lignes`, sorted by the columns `tri`, the last of which is unique.

    `cle` names the column of public identifiers; the cursor is looked for in `parmi`, the list
    before it was filtered. One that names nothing gives the first page.
    """
    en_arriere = (curseur or "").startswith(_AVANT)
    dans = lignes if parmi is None else parmi
    repere = _repere(dans, tri, cle, (curseur or "").removeprefix(_AVANT))
    a_rebours = bool(repere) and en_arriere
    if repere:
        comparaison = TupleLessThan if a_rebours != descendant else TupleGreaterThan
        lignes = lignes.filter(comparaison(tuple(F(colonne) for colonne in tri), repere))
    signe = "-" if a_rebours != descendant else ""
    lues = list(lignes.order_by(*(f"{signe}{colonne}" for colonne in tri))[: taille + 1])
    deborde, lues = len(lues) > taille, lues[:taille]
    if a_rebours:
        lues.reverse()
    avant, apres = (deborde, True) if a_rebours else (bool(repere), deborde)
    return Page(
        lues,
        suivant=str(getattr(lues[-1], cle)) if lues and apres else None,
        precedent=f"{_AVANT}{getattr(lues[0], cle)}" if lues and avant else None,
    )


def _repere(
    lignes: QuerySet[M], tri: tuple[str, ...], cle: str, identifiant: str
) -> tuple[Any, ...] | None:
    """Where the row that the cursor names stands; None for no cursor or an unreadable one."""
    if not identifiant:
        return None
    try:
        return lignes.order_by().filter(**{cle: identifiant}).values_list(*tri).first()
    except (ValidationError, ValueError):
        return None
