"""Every change of a signed convention is an avenant, which names what it changes (C-05)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import journal
from conventions import quotas
from conventions.actions.entree import MODES
from conventions.actions.signatures import numero_suivant
from conventions.actions.verrous import Acteur, aujourd_hui, exiger
from conventions.models import Acte, CaisseLiee, Convention, Service, Version


@transaction.atomic
def preparer_avenant(
    convention: Convention,
    *,
    objet: str,
    changements: Mapping[str, Any],
    effet_le: date | None,
    acteur: Acteur,
) -> Acte:
    """Write down what changes and from when: at the last signature, when it comes later.

    `changements` gives parameters by name, and `modes_consentement` by code of caisse. Raises
    `ValidationError` (field keys), `TransitionImpossible` or `PermissionDenied`.
    """
    convention = exiger(convention, acteur, "preparer_avenant")
    retenus = _retenir(convention, changements)
    _exiger_grille(convention, retenus, effet_le)
    if effet_le and convention.date_effet and effet_le < convention.date_effet:
        raison = f"La convention ne prend effet que le {convention.date_effet:%d/%m/%Y}."
        raise ValidationError({"effet_le": raison})
    acte = Acte(
        convention=convention,
        nature=Acte.Nature.AVENANT,
        numero=numero_suivant(convention, Acte.Nature.AVENANT),
        objet=objet.strip(),
        changements=retenus,
        effet_le=effet_le,
        cree_le=timezone.now(),
    )
    if not acte.objet:
        raise ValidationError({"objet": "Dites pourquoi les parties changent la convention."})
    acte.full_clean()
    acte.save()
    details = {"acte": acte.nature, "numero": f"{acte.numero}", "champs": sorted(retenus)}
    journal.tracer(acteur, journal.Action.CREATION, convention, **details)
    return acte


def version_au(convention: Convention, jour: date) -> Version | None:
    """The parameters as they held on that day, None before the first ones (C-05)."""
    versions = convention.versions.filter(depuis__lte=jour)
    return versions.order_by("-depuis", "-numero").first()


def _retenir(convention: Convention, changements: Mapping[str, Any]) -> dict[str, Any]:
    """What really changes, cleaned as the model does it."""
    inconnus = set(changements) - {*Convention.PARAMETRES, MODES}
    if inconnus:
        raise TypeError(f"not a parameter: {', '.join(sorted(inconnus))}")
    candidate = Convention()
    for nom in set(changements) - {MODES}:
        setattr(candidate, nom, changements[nom])
    autres = [champ.name for champ in Convention._meta.fields if champ.name not in changements]
    candidate.clean_fields(exclude=autres)
    candidate.services = [s for s in Service.values if s in candidate.services]
    voulus = {nom: getattr(candidate, nom) for nom in Convention.PARAMETRES if nom in changements}
    retenus = {nom: v for nom, v in voulus.items() if _change(convention, nom, v)}
    modes = _retenir_modes(convention, changements.get(MODES) or {})
    if not retenus and not modes:
        raison = "Un avenant change quelque chose : choisissez au moins un changement."
        raise ValidationError({"changements": raison})
    return {**retenus, **({MODES: modes} if modes else {})}


def _change(convention: Convention, nom: str, valeur: Any) -> bool:
    """A value that another avenant is about to set may be set back."""
    attendus = convention.actes.filter(nature=Acte.Nature.AVENANT, applique_le__isnull=True)
    attendus = attendus.exclude(etat=Acte.Etat.ABANDONNE)
    return valeur != getattr(convention, nom) or attendus.filter(changements__has_key=nom).exists()


def _retenir_modes(convention: Convention, modes: Mapping[str, str]) -> dict[str, str]:
    liens = convention.liens.filter(close_le__isnull=True).select_related("caisse")
    actuels = {lien.caisse.code: lien.mode_consentement for lien in liens}
    if not set(modes) <= set(actuels):
        raise ValidationError({MODES: "Une de ces caisses n'est pas liée par la convention."})
    if not set(modes.values()) <= set(CaisseLiee.ModeConsentement.values):
        raise ValidationError({MODES: "Choisissez un recueil du consentement qui existe."})
    return {code: mode for code, mode in modes.items() if actuels[code] != mode}


def _exiger_grille(
    convention: Convention, changements: Mapping[str, Any], effet_le: date | None
) -> None:
    """H-07: never below what exists, without saying what to do; told at the field."""
    for partenaire in convention.partenaires.order_by("pk"):
        message = quotas.depassement(
            partenaire, convention, changements, aujourd_hui(), effet_le=effet_le
        )
        if message:
            raise ValidationError({quotas.champ_de_grille(partenaire.membres): message})
