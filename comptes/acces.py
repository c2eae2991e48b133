"""What every view asks first: who acts, whether they hold a right, what the guard refused."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from comptes import habilitations, journal
from comptes.models import Utilisateur
from portail.formulaires import Formulaire


def acteur_de(request: HttpRequest) -> Utilisateur:
    """The signed-in account; views are closed to anybody else by the middleware."""
    return cast(Utilisateur, request.user)


def exiger_droit(acteur: Utilisateur, *droits: str) -> None:
    """Raise `PermissionDenied` (403) for an account that holds none of these rights anywhere."""
    if not any(
        habilitations.caisses(acteur, droit) or habilitations.partenaires(acteur, droit)
        for droit in droits
    ):
        raise PermissionDenied


def tracer_refus(acteur: Utilisateur, objet: Any, erreurs: Iterable[ValidationError]) -> None:
    """Record that the guard refused a text (D-08, D-09): which kind, never the text."""
    codes = {e.code for erreur in erreurs for e in getattr(erreur, "error_list", [erreur])}
    for code in sorted(codes & {"nir", "numero", "sante"}, key=str):
        journal.tracer(acteur, journal.Action.REFUS, objet, raison=code)


def erreurs_de(formulaire: Formulaire) -> list[ValidationError]:
    return [e for erreurs in formulaire.errors.as_data().values() for e in erreurs]
