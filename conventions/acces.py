"""How views fetch conventions and partners: through the scope of the account (404 outside)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from comptes import habilitations
from comptes.acces import acteur_de, exiger_droit
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import CaisseLiee, Convention

__all__ = [
    "acteur_de",
    "caisses_administrees",
    "convention_visible",
    "exiger_droit",
    "partenaire_a_lier",
    "partenaire_visible",
    "partenaires_visibles",
]


def caisses_administrees(acteur: Utilisateur) -> QuerySet[Caisse]:
    return Caisse.objects.filter(pk__in=habilitations.caisses(acteur, "administrer"))


def partenaires_visibles(acteur: Utilisateur) -> QuerySet[Partenaire]:
    """Bound by any convention, even a draft, of an administered caisse, or written down by it."""
    caisses = habilitations.caisses(acteur, "administrer")
    conventions = CaisseLiee.objects.filter(caisse__in=caisses).values("convention")
    lies = Convention.partenaires.through.objects.filter(convention__in=conventions)
    return Partenaire.objects.filter(
        Q(inscrit_par__in=caisses) | Q(pk__in=lies.values("partenaire"))
    )


def partenaire_visible(acteur: Utilisateur, code: str) -> Partenaire:
    return get_object_or_404(partenaires_visibles(acteur), code=code)


def partenaire_a_lier(acteur: Utilisateur, code: str) -> Partenaire | None:
    """Any partner, by the exact code that it gives: to bind one that works elsewhere already.

    Raises `PermissionDenied` for an account that administers nothing.
    """
    exiger_droit(acteur, "administrer")
    return Partenaire.objects.filter(code=code).first()


def convention_visible(acteur: Utilisateur, identifiant: Any) -> Convention:
    return get_object_or_404(Convention.objects.visibles_par(acteur), identifiant=identifiant)
