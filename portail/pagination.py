"""Keyset pagination: a page costs the same at the start of a list and after a million rows.

Rows are ordered by `(cle, reference)`, a composite index away: no OFFSET, no COUNT, one query per
page. A cursor is the text of the last row seen, `2026-11-22T10:00:00.123456Z~EP-7KQ2-M9FX`;
`avant~` in front of it walks backwards, `fin` names the last page and `debut` the first one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

TAILLE = 50
_DEBUT, _FIN, _AVANT = "debut", "fin", "avant~"
_REFERENCE = re.compile(r"[0-9A-Za-z-]{1,64}")

Ligne = TypeVar("Ligne")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Ligne]):
    """Rows in the order of the list, and the cursors of the pages around (None: no such page)."""

    lignes: list[Ligne]
    suivant: str | None
    precedent: str | None


class _Repere(NamedTuple):
    """Where a page begins, and which way it is read; no position means from the end."""

    position: tuple[datetime, str] | None = None
    en_arriere: bool = False


def page(
    queryset: QuerySet[M, Ligne],
    *,
    cle: str,
    curseur: str | None = None,
    taille: int = TAILLE,
    descendant: bool = False,
    parts: Sequence[Q] = (),
) -> Page[Ligne]:
    """Return one page of `queryset`, at most `taille` rows, ordered by `(cle, reference)`.

    `cle` names a datetime column without NULL; `reference` is unique. Rows are instances or
    `values()` that hold both. An unreadable cursor is ignored: it gives the first page.

    `parts` cut the rows into disjoint sets whose union is the list (one for each tenant, say).
    Each set is read along its own index `(tenant, cle, reference)`, then they are merged: with
    `tenant IN (…)` alone, PostgreSQL sorts all the rows to keep fifty.
    """
    repere = _lire(curseur)
    ordonne = _ordonner(queryset, cle, repere, descendant)
    if len(parts) > 1 and not ordonne.query.is_empty():
        ordonne = _fusionner(ordonne, parts, taille)
    lignes = list(ordonne[: taille + 1])
    deborde = len(lignes) > taille
    lignes = lignes[:taille]
    if repere.en_arriere:
        lignes.reverse()
    return _encadrer(lignes, cle, repere, deborde=deborde)


def _ordonner(
    queryset: QuerySet[M, Ligne], cle: str, repere: _Repere, descendant: bool
) -> QuerySet[M, Ligne]:
    a_rebours = descendant != repere.en_arriere
    if repere.position:
        comparaison = TupleLessThan if a_rebours else TupleGreaterThan
        queryset = queryset.filter(comparaison((F(cle), F("reference")), repere.position))
    signe = "-" if a_rebours else ""
    return queryset.order_by(f"{signe}{cle}", f"{signe}reference")


def _fusionner(queryset: QuerySet[M, Ligne], parts: Sequence[Q], taille: int) -> QuerySet[M, Ligne]:
    premiere, *autres = (queryset.filter(part)[: taille + 1] for part in parts)
    return premiere.union(*autres, all=True).order_by(*queryset.query.order_by)


def _encadrer(lignes: list[Ligne], cle: str, repere: _Repere, *, deborde: bool) -> Page[Ligne]:
    """Add the cursors: a page reached from the other side has a neighbour there."""
    entame = repere.position is not None
    if not lignes:
        return Page(
            lignes,
            suivant=_DEBUT if entame and repere.en_arriere else None,
            precedent=_FIN if entame and not repere.en_arriere else None,
        )
    apres, avant = (entame, deborde) if repere.en_arriere else (deborde, entame)
    return Page(
        lignes,
        suivant=_ecrire(lignes[-1], cle) if apres else None,
        precedent=_AVANT + _ecrire(lignes[0], cle) if avant else None,
    )


def _ecrire(ligne: Any, cle: str) -> str:
    champs = ligne if isinstance(ligne, Mapping) else vars(ligne)
    instant = champs[cle].astimezone(UTC).replace(tzinfo=None)
    return f"{instant.isoformat()}Z~{champs['reference']}"


def _lire(curseur: str | None) -> _Repere:
    if curseur == _FIN:
        return _Repere(en_arriere=True)
    texte = curseur or ""
    instant, _, reference = texte.removeprefix(_AVANT).partition("~")
    moment = _instant(instant)
    if moment is None or not _REFERENCE.fullmatch(reference):
        return _Repere()
    return _Repere((moment, reference), en_arriere=texte.startswith(_AVANT))


def _instant(texte: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(texte)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
