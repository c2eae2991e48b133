"""How views fetch: through the scope of the account, so that a foreign object is an absent one."""

from typing import Any

from django.shortcuts import get_object_or_404

from comptes import habilitations
from comptes.acces import exiger_droit
from comptes.models import Partenaire, Utilisateur
from portail.analyse import verdict_du_nom
from portail.fichiers import nettoyer_nom
from signalements.models import Brouillon, Demande, Piece


def partenaire_de(acteur: Utilisateur) -> Partenaire:
    """The partner for which a technicien files. Raises `PermissionDenied` for anybody else."""
    exiger_droit(acteur, "deposer")
    return Partenaire.objects.get(pk=min(habilitations.partenaires(acteur, "deposer")))


def demande_visible(acteur: Utilisateur, reference: str) -> Demande:
    """An anonymised one has no page: nothing is left to read there (G-04)."""
    demandes = Demande.objects.visibles_par(acteur).filter(anonymisee_le__isnull=True)
    jointes = demandes.select_related(
        "caisse", "partenaire", "convention", "auteur", "agent", "recepisse"
    )
    return get_object_or_404(jointes, reference=reference)


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


def citer(nom: str | None) -> str:
    """How a message names a file: nothing of a name that the guard refuses (D-08, D-09)."""
    propre = nettoyer_nom(nom) if nom else ""
    if not propre or verdict_du_nom(propre).est_bloquant:
        return "Un des fichiers choisis"
    return f"« {propre} »"


def piece_visible(acteur: Utilisateur, identifiant: Any) -> Piece:
    pieces = Piece.objects.visibles_par(acteur).select_related("demande", "brouillon")
    return get_object_or_404(pieces, identifiant=identifiant)
