"""Access is cut for misuse (C-10), and given back; so are the accounts of an ended convention."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptes import habilitations, journal
from comptes.actions import cycle
from comptes.models import Caisse, CauseInactivation, Etat, Partenaire, Utilisateur
from conventions import quotas
from conventions.actions.fins import fermer_les_acces
from conventions.actions.verrous import (
    Acteur,
    aujourd_hui,
    exiger_admin,
    verrouiller_partenaire,
)
from conventions.models import CaisseLiee, Coupure
from conventions.offre import caisses_joignables
from portail.etats import TransitionImpossible

SANS_CONVENTION = "Aucune convention en vigueur n'ouvre le portail à ce partenaire."


@dataclass(frozen=True, slots=True)
class Restauration:
    """Accounts given back, and those that could not be, each with its French reason."""

    rendus: list[Utilisateur] = field(default_factory=list)
    refuses: list[tuple[Utilisateur, str]] = field(default_factory=list)


@transaction.atomic
def couper(caisse: Caisse, partenaire: Partenaire, *, motif: str, acteur: Acteur) -> Coupure:
    """Cut the access of a whole structure to this caisse, at once (C-10).

    When it can reach no other caisse, all its accounts are closed with their sessions. Raises
    `ValidationError` (`motif`), `TransitionImpossible` or `PermissionDenied`.
    """
    exiger_admin(acteur, caisse)
    if not motif.strip():
        raise ValidationError({"motif": "Indiquez le motif de la coupure."})
    partenaire = verrouiller_partenaire(partenaire)
    if not CaisseLiee.objects.filter(caisse=caisse, convention__partenaires=partenaire).exists():
        raise TransitionImpossible("Aucune convention ne lie ce partenaire à cette caisse.")
    if Coupure.objects.ouvertes().filter(caisse=caisse, partenaire=partenaire).exists():
        raise TransitionImpossible("L'accès de cette structure est déjà coupé.")
    coupure = Coupure(
        caisse=caisse,
        partenaire=partenaire,
        motif=motif.strip(),
        coupee_le=timezone.now(),
        coupee_par=acteur,
    )
    coupure.full_clean(exclude=["coupee_par", "retablie_par"])
    coupure.save()
    journal.tracer(acteur, journal.Action.CREATION, coupure, caisse=caisse.code)
    fermer_les_acces([partenaire], coupure.coupee_le, acteur=acteur)
    return coupure


@transaction.atomic
def retablir(coupure: Coupure, *, acteur: Acteur) -> Restauration:
    """Give the access back, and the accounts that were closed with it (C-10).

    Raises `TransitionImpossible` or `PermissionDenied`.
    """
    exiger_admin(acteur, coupure.caisse)
    partenaire = verrouiller_partenaire(coupure.partenaire)
    coupure = Coupure.objects.get(pk=coupure.pk)
    if coupure.retablie_le:
        raise TransitionImpossible("L'accès de cette structure est déjà rétabli.")
    coupure.retablie_le, coupure.retablie_par = timezone.now(), acteur
    coupure.save(update_fields=["retablie_le", "retablie_par"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, coupure, etat="retablie")
    return _rendre(partenaire, [CauseInactivation.COUPURE], acteur)


@transaction.atomic
def restaurer_comptes(partenaire: Partenaire, *, acteur: Acteur) -> Restauration:
    """Once a convention is back in force, reopen in one gesture what its end closed (H-12).

    Raises `TransitionImpossible` without any convention in force, `PermissionDenied` for an actor
    who administers none of the caisses that the partner reaches.
    """
    partenaire = verrouiller_partenaire(partenaire)
    liens = caisses_joignables(partenaire, aujourd_hui())
    siennes = habilitations.caisses(acteur, "administrer")
    if acteur is not None and not liens.filter(caisse__in=siennes).exists():
        _exiger_un_lien_ancien(partenaire, siennes)
        raise TransitionImpossible(SANS_CONVENTION)
    if not liens.exists():
        raise TransitionImpossible(SANS_CONVENTION)
    causes = [CauseInactivation.CONVENTION]
    if not Coupure.objects.ouvertes().filter(partenaire=partenaire).exists():
        causes.append(CauseInactivation.COUPURE)
    return _rendre(partenaire, causes, acteur)


def restaurables(partenaire: Partenaire) -> int:
    """How many accounts the end of a convention closed, for the page that offers to reopen them."""
    return _fermes(partenaire, [CauseInactivation.CONVENTION, CauseInactivation.COUPURE]).count()


def _exiger_un_lien_ancien(partenaire: Partenaire, caisses: Collection[int]) -> None:
    liens = CaisseLiee.objects.filter(caisse__in=caisses, convention__partenaires=partenaire)
    if not liens.exists():
        raise PermissionDenied


def _rendre(partenaire: Partenaire, causes: Sequence[str], acteur: Acteur) -> Restauration:
    """Reopen one by one within the quotas, gestionnaires first: they manage the others."""
    restauration = Restauration()
    for compte in _fermes(partenaire, causes).order_by("profil", "pk"):
        raison = _rouvrir(partenaire, compte, acteur)
        if raison is None:
            restauration.rendus.append(compte)
        else:
            restauration.refuses.append((compte, raison))
    journal.tracer(
        acteur,
        journal.Action.CHANGEMENT,
        partenaire,
        comptes_rendus=len(restauration.rendus),
        comptes_refuses=len(restauration.refuses),
    )
    return restauration


def _fermes(partenaire: Partenaire, causes: Sequence[str]) -> QuerySet[Utilisateur]:
    return Utilisateur.objects.filter(
        etat=Etat.INACTIF,
        cause_inactivation__in=causes,
        droitpartenaire__content_object=partenaire,
    )


def _rouvrir(partenaire: Partenaire, compte: Utilisateur, acteur: Acteur) -> str | None:
    """None once the account is open again, else the reason why not."""
    try:
        with transaction.atomic():
            quotas.exiger_place(partenaire, compte.profil, jour=aujourd_hui())
            cycle.rouvrir(compte, acteur=acteur)
    except (quotas.QuotaAtteint, TransitionImpossible) as refus:
        return refus.message
    return None
