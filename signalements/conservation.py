"""How long closed requests are kept, how many were anonymised, and when the next one is (G-04)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from operator import itemgetter
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Least

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


def premieres(caisses: Collection[int] | None = None) -> Iterator[dict[str, Any]]:
    """The first closure still kept in each caisse of each convention, and its delay (`mois`).

    The earliest first. One index descent each, however many requests there are.
    """
    closes = Demande.objects.conservees().filter(
        caisse=OuterRef("caisse"), convention=OuterRef("convention")
    )
    premiere = Subquery(closes.order_by("cloturee_le").values("cloturee_le")[:1])
    # In PostgreSQL, the least of a number and of nothing is the number.
    mois = Least("convention__conservation_mois", "caisse__conservation_mois")
    liens = CaisseLiee.objects.all()
    if caisses is not None:
        liens = liens.filter(caisse__in=caisses)
    lignes = liens.values("caisse", "convention", mois=mois, premiere=premiere)
    return takewhile(itemgetter("premiere"), lignes.order_by("premiere"))  # none: last


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
