"""How verbs take hold of accounts: always the partner first, then what belongs to it."""

from typing import Any

from django.core.exceptions import PermissionDenied

from comptes import habilitations
from comptes.actions.cycle import verrouiller_partenaire
from comptes.models import Partenaire, Utilisateur
from equipes.etats import CIRCUIT, DEMARCHES
from equipes.models import Demarche

Acteur = Utilisateur | None


def exiger_geste(compte: Utilisateur, acteur: Acteur, geste: str) -> tuple[Utilisateur, Partenaire]:
    """The account and its partner, locked, once the table opened this step to the actor.

    Raises `PermissionDenied` or `TransitionImpossible`.
    """
    partenaire = verrouiller_partenaire(compte)
    compte = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    CIRCUIT.exiger(compte, acteur, geste)
    if partenaire is None:
        raise PermissionDenied
    return compte, partenaire


def exiger_etape(demarche: Demarche, acteur: Acteur, etape: str) -> Demarche:
    """The demarche, its partner locked before it, once the table opened this step to the actor."""
    Partenaire.objects.select_for_update().get(pk=demarche.partenaire_id)
    verrouillee = Demarche.objects.select_for_update().get(pk=demarche.pk)
    DEMARCHES.exiger(verrouillee, acteur, etape)
    return verrouillee


def exiger_gestionnaire(acteur: Acteur, partenaire: Partenaire) -> None:
    """Raise `PermissionDenied` unless the actor manages this very partner."""
    if acteur is not None and partenaire.pk not in habilitations.partenaires(acteur, "gerer"):
        raise PermissionDenied


def exiger_admin(acteur: Acteur, caisse: Any) -> None:
    """Raise `PermissionDenied` unless the actor administers this very caisse."""
    if acteur is not None and caisse.pk not in habilitations.caisses(acteur, "administrer"):
        raise PermissionDenied
