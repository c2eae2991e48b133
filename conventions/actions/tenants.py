"""The business verbs on tenants."""

from typing import Any

from django.db import transaction

from comptes import journal
from comptes.models import Caisse, Partenaire, Utilisateur


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
    raise NotImplementedError
