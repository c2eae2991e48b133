"""What an action refused, told at the fields of the form."""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from conventions.quotas import QuotaAtteint
from portail.etats import TransitionImpossible
from portail.fichiers import FichierRefuse
from portail.formulaires import Formulaire

T = TypeVar("T")


def appliquer(formulaire: Formulaire, action: Callable[[], T]) -> T | None:
    """What the action gives; None when it refused, with each reason at its field."""
    try:
        with transaction.atomic():
            return action()
    except ValidationError as erreur:
        reporter(formulaire, erreur)
    except FichierRefuse as erreur:
        formulaire.add_error("scan", erreur.message)
    except (QuotaAtteint, TransitionImpossible) as erreur:
        formulaire.add_error(None, erreur.message)
    return None


def reporter(formulaire: Formulaire, erreur: ValidationError) -> None:
    """Put each refusal at its field; one without a field here is told above the form."""
    par_champ = getattr(erreur, "error_dict", None) or {"": erreur.error_list}
    for nom, erreurs in par_champ.items():
        champ = nom if nom in formulaire.fields else None
        for refus in erreurs:
            formulaire.add_error(champ, refus.messages)
