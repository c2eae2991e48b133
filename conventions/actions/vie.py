"""A convention is written down, corrected, given up: before anybody signed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import habilitations, journal
from comptes.models import Caisse, Partenaire
from conventions.actions.verrous import Acteur, exiger
from conventions.models import Acte, CaisseLiee, Convention, Service

CHAMPS = ("intitule", "autres_signataires", *Convention.PARAMETRES)


@transaction.atomic
def preparer_convention(
    *,
    intitule: str,
    caisses: Mapping[Caisse, str],
    partenaires: Iterable[Partenaire],
    acteur: Acteur,
    **parametres: Any,
) -> Convention:
    """Write down a convention that nobody signed yet: it opens nothing (C-01, C-02).

    `caisses` gives how each caisse records consent (D-03); `parametres` are the other fields that
    one may choose: services, other signatories, delays. Raises `ValidationError`, or
    `PermissionDenied` when the actor administers none of the caisses.
    """
    convention = Convention()
    _remplir(convention, {"intitule": intitule, **parametres})
    convention.save()
    _lier(convention, caisses, partenaires, acteur)
    convention.actes.create(nature=Acte.Nature.METIER, cree_le=timezone.now())
    journal.tracer(acteur, journal.Action.CREATION, convention)
    return convention


@transaction.atomic
def corriger_convention(
    convention: Convention,
    *,
    caisses: Mapping[Caisse, str],
    partenaires: Iterable[Partenaire],
    acteur: Acteur,
    **champs: Any,
) -> Convention:
    """Rewrite a draft; what was signed changes only through an avenant (C-05).

    Raises `ValidationError`, `TransitionImpossible` or `PermissionDenied`.
    """
    convention = exiger(convention, acteur, "corriger")
    _remplir(convention, champs)
    convention.save(update_fields=CHAMPS)
    convention.liens.exclude(caisse__in=caisses).delete()
    _lier(convention, caisses, partenaires, acteur)
    journal.tracer(acteur, journal.Action.CHANGEMENT, convention, champs=sorted(champs))
    return convention


@transaction.atomic
def abandonner(convention: Convention, *, acteur: Acteur) -> Convention:
    """Give up a convention that is not signed by all; its title may be used again.

    Raises `TransitionImpossible` or `PermissionDenied`.
    """
    convention = exiger(convention, acteur, "abandonner")
    convention.actes.update(etat=Acte.Etat.ABANDONNE)
    convention.etat = Convention.Etat.ABANDONNEE
    convention.save(update_fields=["etat"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, convention, etat=convention.etat)
    return convention


def _remplir(convention: Convention, champs: Mapping[str, Any]) -> None:
    inconnus = set(champs) - set(CHAMPS)
    if inconnus:
        raise TypeError(f"not a field one may choose: {', '.join(sorted(inconnus))}")
    for nom, valeur in champs.items():
        setattr(convention, nom, valeur)
    convention.services = [s for s in Service.values if s in convention.services] or list(
        convention.services
    )
    _exiger_signataires(convention.autres_signataires)
    # A draft may still open no service: what is missing is asked when it goes out.
    convention.full_clean(exclude=None if convention.services else ["services"])


def _exiger_signataires(noms: list[str]) -> None:
    if len(set(noms)) < len(noms) or not all(nom.strip() for nom in noms):
        raise ValidationError({"autres_signataires": "Nommez chaque signataire une seule fois."})


def _lier(
    convention: Convention,
    caisses: Mapping[Caisse, str],
    partenaires: Iterable[Partenaire],
    acteur: Acteur,
) -> None:
    if not caisses:
        raise ValidationError({"caisses": "Choisissez au moins une caisse."})
    _exiger_une_des_siennes(caisses, acteur)
    for caisse, mode in caisses.items():
        lien = convention.liens.filter(caisse=caisse).first()
        lien = lien or CaisseLiee(convention=convention, caisse=caisse)
        lien.mode_consentement = mode
        lien.full_clean()
        lien.save()
    convention.partenaires.set(partenaires)


def _exiger_une_des_siennes(caisses: Iterable[Caisse], acteur: Acteur) -> None:
    """Nobody writes down a convention that only binds other caisses."""
    if acteur is None:
        return
    siennes = habilitations.caisses(acteur, "administrer")
    if not any(caisse.pk in siennes for caisse in caisses):
        raise PermissionDenied
