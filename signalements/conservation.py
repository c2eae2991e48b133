"""How long closed requests are kept, how many were anonymised, and when the next one is (G-04)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
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


def premieres() -> QuerySet[CaisseLiee, Any]:
    """For each caisse of each convention, its delay (`mois`) and its first closure still kept.

    As values, the earliest first. One index descent each, however many requests there are.
    """
    closes = Demande.objects.conservees().filter(
        caisse=OuterRef("caisse"), convention=OuterRef("convention")
    )
    premiere = Subquery(closes.order_by("cloturee_le").values("cloturee_le")[:1])
    # In PostgreSQL, the least of a number and of nothing is the number.
    mois = Least("convention__conservation_mois", "caisse__conservation_mois")
    liens = CaisseLiee.objects.annotate(premiere=premiere).filter(premiere__isnull=False)
    return liens.order_by("premiere").values("caisse", "convention", "premiere", mois=mois)


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
        dates.anonymisation_le(ligne["premiere"], ligne["mois"])
        for ligne in premieres().filter(caisse__in=caisses)
    )
    prochaine = min(suivantes, default=None)
    return Bilan(compter(faites), prochaine, en_retard=prochaine is not None and prochaine < jour)
