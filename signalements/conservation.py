"""How long closed requests are kept, how many were anonymised, and when the next one is (G-04)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from operator import itemgetter
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Least

from comptes.conservation import PLAFOND
from conventions.models import CaisseLiee
from signalements import dates
from signalements.models import Demande
from signalements.protection import compter


def jusqu_au(demande: Demande) -> date | None:
    """The last day on which a closed request is kept; None as long as it is open."""
    if demande.cloturee_le is None:
        return None
    return dates.conservee_jusqu_au(demande.cloturee_le, _mois(demande))


def _mois(demande: Demande) -> int:
    """The shorter delay: the convention's, or the caisse's own."""
    convention = demande.convention.conservation_mois
    return min(convention, demande.caisse.conservation_mois or convention)


def premieres(
    caisses: Collection[int] | None = None, *, mois: int | None = None
) -> Iterator[dict[str, Any]]:
    """The first closure still kept in each caisse of each convention, and its delay (`mois`).

    The earliest first. One index descent each, however many requests there are. With `mois`, as if
    it were what the caisses set.
    """
    closes = Demande.objects.conservees().filter(
        caisse=OuterRef("caisse"), convention=OuterRef("convention")
    )
    premiere = Subquery(closes.order_by("cloturee_le").values("cloturee_le")[:1])
    propre = F("caisse__conservation_mois") if mois is None else Value(mois)
    # In PostgreSQL, the least of a number and of nothing is the number.
    delai = Least("convention__conservation_mois", propre)
    liens = CaisseLiee.objects.all()
    if caisses is not None:
        liens = liens.filter(caisse__in=caisses)
    lignes = liens.values("caisse", "convention", mois=delai, premiere=premiere)
    return takewhile(itemgetter("premiere"), lignes.order_by("premiere"))  # none: last


def echues(
    jour: date, lignes: Iterable[dict[str, Any]]
) -> Iterator[tuple[datetime, QuerySet[Demande]]]:
    """What is to be anonymised on that day among these `premieres`, a set for each delay.

    Each with the instant before which its requests were closed. The caisses and conventions that
    wait most come first.
    """
    conventions: dict[tuple[int, datetime], list[int]] = defaultdict(list)
    for ligne in lignes:
        avant = dates.echues_avant(jour, ligne["mois"])
        if ligne["premiere"] < avant:
            conventions[ligne["caisse"], avant].append(ligne["convention"])
    for (caisse, avant), siennes in conventions.items():
        yield (
            avant,
            Demande.objects.conservees().filter(
                caisse=caisse, convention__in=siennes, cloturee_le__lt=avant
            ),
        )


def compter_echues(caisse: int, jour: date, mois: int) -> int:
    """How many that would be, if the caisse kept them for so many months; past `PLAFOND`, enough.

    One query for each delay of its conventions, which reads that many index entries at most.
    """
    total = 0
    for _, closes in echues(jour, premieres([caisse], mois=mois)):
        total += closes.order_by()[: PLAFOND + 1 - total].count()
        if total > PLAFOND:
            break
    return total


@dataclass(frozen=True, slots=True)
class Bilan:
    """What a DPO reads: how many requests were anonymised, and the next day on which one is."""

    anonymisees: str
    prochaine: date | None
    en_retard: bool


def bilan(caisses: Collection[int], jour: date) -> Bilan:
    """For these caisses, on that day."""
    faites = Demande.objects.filter(caisse__in=caisses, anonymisee_le__isnull=False)
    suivantes = (
        dates.anonymisation_le(ligne["premiere"], ligne["mois"]) for ligne in premieres(caisses)
    )
    prochaine = min(suivantes, default=None)
    return Bilan(compter(faites), prochaine, en_retard=prochaine is not None and prochaine < jour)
