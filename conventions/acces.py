"""How views fetch conventions and partners: through the scope of the account (404 outside)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from comptes import habilitations
from comptes.acces import acteur_de, exiger_droit
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import CaisseLiee, Convention

__all__ = [
    "acteur_de",
    "caisses_administrees",
    "caisses_competentes",
    "convention_visible",
    "exiger_correction",
    "exiger_droit",
    "partenaire_a_lier",
    "partenaire_visible",
    "partenaires_signes",
    "partenaires_visibles",
    "peut_corriger",
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


def partenaires_signes(acteur: Utilisateur) -> QuerySet[Partenaire]:
    """Bound by a convention of an administered caisse that took effect, be it over.

    Their accounts are told to it: a draft, which nobody but it wrote, opens nobody's names.
    """
    caisses = habilitations.caisses(acteur, "administrer")
    conventions = CaisseLiee.objects.filter(
        caisse__in=caisses, convention__date_effet__isnull=False
    ).values("convention")
    lies = Convention.partenaires.through.objects.filter(convention__in=conventions)
    return Partenaire.objects.filter(pk__in=lies.values("partenaire"))


def caisses_competentes(partenaire: int) -> frozenset[int]:
    """The caisses that answer for this partner and its accounts.

    Those bound by a convention in force (H-12: one that left has no say any more); once the last
    one has ended, all those that ever were.
    """
    jour = timezone.localdate()
    lies = CaisseLiee.objects.filter(
        convention__partenaires=partenaire, convention__date_effet__isnull=False
    )
    vivants = lies.ouverts(jour).filter(convention__in=Convention.objects.en_vigueur(jour))
    pks = frozenset(vivants.values_list("caisse", flat=True))
    return pks or frozenset(lies.values_list("caisse", flat=True))


def peut_corriger(acteur: Utilisateur, partenaire: Partenaire) -> bool:
    """May the actor change what all the caisses of a partner share: identity, contacts?

    An admin of a caisse that answers for it; as long as none does, of one that prepares to.
    """
    competentes = caisses_competentes(partenaire.pk)
    if competentes:
        return not habilitations.caisses(acteur, "administrer").isdisjoint(competentes)
    return partenaires_visibles(acteur).filter(pk=partenaire.pk).exists()


def exiger_correction(acteur: Utilisateur, partenaire: Partenaire) -> None:
    """Raise `PermissionDenied` (403) for who sees this partner and may not change it."""
    if not peut_corriger(acteur, partenaire):
        raise PermissionDenied


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
