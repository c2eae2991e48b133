"""How views fetch: through the scope of the account, so that a foreign object is an absent one."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from comptes import habilitations
from comptes.models import Partenaire, Utilisateur
from signalements.models import Brouillon, Demande, Piece


def acteur_de(request: HttpRequest) -> Utilisateur:
    """The signed-in account; views are closed to anybody else by the middleware."""
    return cast(Utilisateur, request.user)


def exiger_droit(acteur: Utilisateur, droit: str) -> None:
    """Raise `PermissionDenied` (403) for an account that holds this right nowhere."""
    if not (habilitations.caisses(acteur, droit) or habilitations.partenaires(acteur, droit)):
        raise PermissionDenied


def partenaire_de(acteur: Utilisateur) -> Partenaire:
    """The partner for which a technicien files. Raises `PermissionDenied` for anybody else."""
    exiger_droit(acteur, "deposer")
    return Partenaire.objects.get(pk=min(habilitations.partenaires(acteur, "deposer")))


def demande_visible(acteur: Utilisateur, reference: str) -> Demande:
    demandes = Demande.objects.visibles_par(acteur).select_related(
        "caisse", "partenaire", "convention", "auteur", "agent", "recepisse"
    )
    return get_object_or_404(demandes, reference=reference)


def brouillon_visible(acteur: Utilisateur, identifiant: Any) -> Brouillon:
    brouillons = Brouillon.objects.visibles_par(acteur).select_related("caisse", "partenaire")
    return get_object_or_404(brouillons, identifiant=identifiant)


def piece_visible(acteur: Utilisateur, identifiant: Any) -> Piece:
    pieces = Piece.objects.visibles_par(acteur).select_related("demande", "brouillon")
    return get_object_or_404(pieces, identifiant=identifiant)
