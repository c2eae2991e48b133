"""How verbs take hold of a convention: its row is locked, then its table asked."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.etats import CIRCUIT
from conventions.models import Convention
from portail.calendrier import jour_civil

Acteur = Utilisateur | None


def aujourd_hui() -> date:
    """The day that calendars show in Paris."""
    return jour_civil(timezone.now())


def verrouiller(convention: Convention) -> Convention:
    """The convention as it is now, locked until the end of the transaction."""
    return Convention.objects.select_for_update().get(pk=convention.pk)


def verrouiller_partenaire(partenaire: Partenaire) -> Partenaire:
    """Always after the convention, when both are needed; several, by primary key."""
    return Partenaire.objects.select_for_update().get(pk=partenaire.pk)


def exiger(convention: Convention, acteur: Acteur, geste: str) -> Convention:
    """The convention, locked, once its table opened this step to the actor.

    Raises `PermissionDenied` or `TransitionImpossible`.
    """
    verrouillee = verrouiller(convention)
    CIRCUIT.exiger(verrouillee, acteur, geste)
    return verrouillee


def exiger_admin(acteur: Acteur, caisse: Caisse) -> None:
    """Raise `PermissionDenied` unless the actor administers this very caisse."""
    if acteur is not None and caisse.pk not in habilitations.caisses(acteur, "administrer"):
        raise PermissionDenied
