"""How many requests of a partner stand where, for the caisses of an admin: nobody is named."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from comptes.models import Partenaire
from conventions.models import Service
from signalements.models import Demande, Etat

COMPTEES_MAX = 5000
ETAPES = dict(Etat.choices)
COLONNES = (
    "reference",
    "caisse__nom",
    "service",
    "etat",
    "deposee_le",
    "activite_le",
    "anonymisee_le",
)


@dataclass(frozen=True, slots=True)
class Tableau:
    """Requests by stage and service; `borne`: only the latest ones are counted."""

    services: list[str]
    lignes: list[tuple[str, list[int], int]]
    total: int
    borne: bool


def references(partenaire: Partenaire, caisses: Collection[int]) -> QuerySet[Any, Any]:
    """The rows of the list, as plain values."""
    return Demande.objects.filter(partenaire=partenaire, caisse__in=caisses).values(*COLONNES)


def presenter(lignes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for ligne in lignes:
        ligne["etape"] = ETAPES[ligne["etat"]]
        ligne["libelle"] = Service(ligne["service"]).label
    return lignes


def tableau(partenaire: Partenaire, caisses: Collection[int]) -> Tableau:
    """Counted over the latest requests, in one query that a million rows do not slow down."""
    dernieres = (
        Demande.objects.filter(partenaire=partenaire, caisse__in=caisses)
        .order_by("-activite_le", "-reference")
        .values("pk")[:COMPTEES_MAX]
    )
    groupes = Demande.objects.filter(pk__in=dernieres).order_by().values_list("etat", "service")
    comptes = {(etat, service): n for etat, service, n in groupes.annotate(n=Count("pk"))}
    services = [s for s in Service if any(service == s for _, service in comptes)]
    lignes = []
    for etat, libelle in Etat.choices:
        nombres = [comptes.get((etat, service), 0) for service in services]
        if any(nombres):
            lignes.append((libelle, nombres, sum(nombres)))
    total = sum(comptes.values())
    return Tableau([s.label for s in services], lignes, total, borne=total == COMPTEES_MAX)
