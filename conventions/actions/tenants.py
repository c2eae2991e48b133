"""The business verbs on tenants."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from comptes import journal
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions import quotas
from conventions.acces import peut_corriger
from conventions.actions.verrous import aujourd_hui, verrouiller_partenaire

# What the caisses that share a partner may correct; its code is in addresses.
CHAMPS = ("nom", "type", "membres", "domaines_email", "recoit_documents", "adresse")


@transaction.atomic
def inscrire_caisse(*, acteur: Utilisateur | None, **champs: Any) -> Caisse:
    """Add a caisse; `champs` are the fields of `Caisse`.

    Raises `ValidationError` when a field is odd or the code is taken.
    """
    caisse = Caisse(**champs)
    caisse.full_clean()
    caisse.save()
    journal.tracer(acteur, journal.Action.CREATION, caisse, code=caisse.code)
    return caisse


@transaction.atomic
def inscrire_partenaire(*, acteur: Utilisateur | None, **champs: Any) -> Partenaire:
    """Add a partner body; `champs` are the fields of `Partenaire`.

    Raises `ValidationError` when a field is odd or the code is taken.
    """
    partenaire = Partenaire(**champs)
    partenaire.full_clean()
    partenaire.save()
    journal.tracer(acteur, journal.Action.CREATION, partenaire, code=partenaire.code)
    return partenaire


@transaction.atomic
def corriger_partenaire(
    partenaire: Partenaire, *, acteur: Utilisateur | None, **champs: Any
) -> Partenaire:
    """Change what is said of a partner, but for its code.

    Fewer members mean fewer accounts (H-06, H-07): raises `ValidationError` (`membres`) as long as
    there are more, saying how many to close first; `PermissionDenied` for a caisse that does
    not answer for it.
    """
    if inconnus := set(champs) - set(CHAMPS):
        raise TypeError(f"not a field that changes: {', '.join(sorted(inconnus))}")
    if acteur is not None and not peut_corriger(acteur, partenaire):
        raise PermissionDenied
    partenaire = verrouiller_partenaire(partenaire)
    avant = {nom: getattr(partenaire, nom) for nom in champs}
    membres = champs.get("membres")
    if membres:
        message = quotas.depassement_de_membres(partenaire, membres, aujourd_hui())
        if message:
            raise ValidationError({"membres": message})
    for nom, valeur in champs.items():
        setattr(partenaire, nom, valeur)
    partenaire.full_clean()
    changes = sorted(nom for nom in champs if getattr(partenaire, nom) != avant[nom])
    if changes:
        partenaire.save(update_fields=changes)
        journal.tracer(acteur, journal.Action.CHANGEMENT, partenaire, champs=changes)
    return partenaire
