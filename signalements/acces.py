"""How views fetch: through the scope of the account, so that a foreign object is an absent one."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from comptes import habilitations, journal
from comptes.models import Partenaire, Utilisateur
from portail.fichiers import nettoyer_nom
from portail.formulaires import Formulaire
from signalements.actions.pieces import verdict_du_nom
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


class DejaDeposee(Exception):
    """The draft became a request already: a second click, or a page that was left open."""

    def __init__(self, demande: Demande) -> None:
        super().__init__(demande.reference)
        self.demande = demande


def brouillon_visible(acteur: Utilisateur, identifiant: Any) -> Brouillon:
    """One's own draft. Raises `DejaDeposee` when it was filed meanwhile, else `Http404`."""
    brouillons = Brouillon.objects.visibles_par(acteur).select_related("caisse", "partenaire")
    brouillon = brouillons.filter(identifiant=identifiant).first()
    if brouillon is not None:
        return brouillon
    siennes = Demande.objects.visibles_par(acteur).filter(auteur=acteur)
    raise DejaDeposee(get_object_or_404(siennes, origine=identifiant))


def tracer_refus(acteur: Utilisateur, objet: Any, erreurs: Iterable[ValidationError]) -> None:
    """Record that the guard refused a text (D-08, D-09): which kind, never the text."""
    codes = {e.code for erreur in erreurs for e in getattr(erreur, "error_list", [erreur])}
    for code in sorted(codes & {"nir", "numero", "sante"}, key=str):
        journal.tracer(acteur, journal.Action.REFUS, objet, raison=code)


def erreurs_de(formulaire: Formulaire) -> list[ValidationError]:
    return [e for erreurs in formulaire.errors.as_data().values() for e in erreurs]


def citer(nom: str | None) -> str:
    """How a message names a file: nothing of a name that the guard refuses (D-08, D-09)."""
    propre = nettoyer_nom(nom) if nom else ""
    if not propre or verdict_du_nom(propre).est_bloquant:
        return "Un des fichiers choisis"
    return f"« {propre} »"


def piece_visible(acteur: Utilisateur, identifiant: Any) -> Piece:
    pieces = Piece.objects.visibles_par(acteur).select_related("demande", "brouillon")
    return get_object_or_404(pieces, identifiant=identifiant)
