"""The life of a convention: written, signed, ended."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from comptes import journal
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import CaisseLiee, Convention


@transaction.atomic
def preparer_convention(
    *,
    intitule: str,
    caisses: Mapping[Caisse, str],
    partenaires: Iterable[Partenaire],
    acteur: Utilisateur | None,
    **parametres: Any,
) -> Convention:
    """Write down a convention that nobody signed yet: it opens nothing (C-01, C-02).

    `caisses` gives how each caisse records consent (D-03); `parametres` are the other fields of
    `Convention`: services, other signatories, delays. Raises `ValidationError`.
    """
    convention = Convention(intitule=intitule, **parametres)
    convention.full_clean()
    convention.save()
    convention.partenaires.set(partenaires)
    for caisse, mode in caisses.items():
        lien = CaisseLiee(convention=convention, caisse=caisse, mode_consentement=mode)
        lien.full_clean()
        lien.save()
    journal.tracer(acteur, journal.Action.CREATION, convention)
    return convention


@transaction.atomic
def signer_convention(
    convention: Convention,
    *,
    metier: date,
    utilisation: date | None = None,
    acteur: Utilisateur | None,
) -> Convention:
    """Record the day the last party signed each convention: it holds from then on (C-02, C-04).

    Without `utilisation` the portal stays closed. Raises `ValidationError` when the convention
    d'utilisation precedes the métier one (C-04).
    """
    convention = _verrouiller(convention)
    convention.date_effet, convention.date_utilisation = metier, utilisation
    convention.etat = Convention.Etat.EN_VIGUEUR
    return _changer(convention, "date_effet", "date_utilisation", "etat", acteur=acteur)


@transaction.atomic
def terminer_convention(
    convention: Convention, *, dernier_jour: date, acteur: Utilisateur | None
) -> Convention:
    """Record the last day on which the convention holds (C-02, C-03)."""
    convention = _verrouiller(convention)
    convention.date_fin = dernier_jour
    return _changer(convention, "date_fin", acteur=acteur)


def _verrouiller(convention: Convention) -> Convention:
    return Convention.objects.select_for_update().get(pk=convention.pk)


def _changer(convention: Convention, *champs: str, acteur: Utilisateur | None) -> Convention:
    convention.full_clean()
    convention.save(update_fields=champs)
    dates = {champ: f"{getattr(convention, champ) or ''}" for champ in champs}
    journal.tracer(acteur, journal.Action.CHANGEMENT, convention, **dates)
    return convention


def corriger_convention(
    convention: Convention,
    *,
    caisses: Mapping[Caisse, str],
    partenaires: Iterable[Partenaire],
    acteur: Utilisateur | None,
    **champs: Any,
) -> Convention:
    raise NotImplementedError


def abandonner(convention: Convention, *, acteur: Utilisateur | None) -> Convention:
    raise NotImplementedError
