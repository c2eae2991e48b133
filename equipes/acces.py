"""How views fetch accounts: through the scope of who acts (404 outside)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from comptes import habilitations
from comptes.habilitations import comptes_de
from comptes.models import Caisse, Etat, Partenaire, Profil, Utilisateur
from conventions.acces import partenaires_signes
from conventions.offre import offres
from equipes.controles import controler_technicien

__all__ = [
    "caisses_de",
    "compte_visible",
    "comptes_de",
    "comptes_visibles",
    "controler_technicien",
    "equipe_visible",
    "gestionnaires",
    "gestionnaires_de",
    "partenaire_gere",
]

EQUIPE = (Profil.TECHNICIEN, Profil.GESTIONNAIRE)


def equipe_visible(acteur: Utilisateur) -> QuerySet[Utilisateur]:
    """Accounts of the partner that one manages, of the partners bound to an admin's caisse.

    Erased ones are nobody's any more (H-14).
    """
    gere = habilitations.partenaires(acteur, "gerer")
    if gere:
        partenaires: Any = gere
    elif habilitations.caisses(acteur, "administrer"):
        partenaires = partenaires_signes(acteur).values("pk")
    else:
        return Utilisateur.objects.none()
    siens = Utilisateur.objects.filter(
        profil__in=EQUIPE, droitpartenaire__content_object__in=partenaires
    )
    return siens.exclude(etat=Etat.SUPPRIME).distinct()


def compte_visible(acteur: Utilisateur, public: Any) -> Utilisateur:
    """The account of that public identifier. Raises `Http404` outside of the actor's scope."""
    return get_object_or_404(equipe_visible(acteur).select_related("responsable"), public=public)


def comptes_visibles(acteur: Utilisateur, partenaire: Partenaire) -> QuerySet[Utilisateur]:
    """Those of this partner; nobody for a caisse that no signed convention ever bound to it."""
    gere = partenaire.pk in habilitations.partenaires(acteur, "gerer")
    permis = gere or partenaires_signes(acteur).filter(pk=partenaire.pk).exists()
    return comptes_de(partenaire) if permis else Utilisateur.objects.none()


def partenaire_gere(acteur: Utilisateur) -> Partenaire:
    """The partner that a gestionnaire manages. Raises `PermissionDenied` for anybody else."""
    geres = habilitations.partenaires(acteur, "gerer")
    if not geres:
        raise PermissionDenied
    return Partenaire.objects.get(pk=min(geres))


def gestionnaires(partenaire: Partenaire) -> QuerySet[Utilisateur]:
    """The active ones: an invited one does not answer for anybody yet."""
    return habilitations.titulaires(partenaire, "gerer")


def gestionnaires_de(compte: Utilisateur) -> QuerySet[Utilisateur]:
    """The active gestionnaires of the partner of this account."""
    partenaire = habilitations.partenaire_de(compte)
    return gestionnaires(partenaire) if partenaire else Utilisateur.objects.none()


def caisses_de(partenaire: Partenaire) -> list[Caisse]:
    """The caisses that a convention in force binds to the partner today."""
    return [offre.caisse for offre in offres(partenaire, timezone.localdate())]
