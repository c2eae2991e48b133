"""Who to talk to on each side: named, replaced, withdrawn, always with a date (C-08)."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from comptes import habilitations, journal
from comptes.models import Caisse, Partenaire
from conventions.acces import peut_corriger
from conventions.actions.verrous import Acteur, aujourd_hui
from conventions.models import Contact
from portail.etats import TransitionImpossible

CHAMPS = ("nom", "fonction", "telephone", "email")
# One desk or person answers for these; a party may name several référents.
UNIQUES = (Contact.Role.DPO, Contact.Role.SUPPORT)


@transaction.atomic
def nommer_contact(
    *,
    caisse: Caisse | None = None,
    partenaire: Partenaire | None = None,
    role: str,
    nom: str,
    fonction: str = "",
    telephone: str = "",
    email: str = "",
    acteur: Acteur,
) -> Contact:
    """Name somebody from today on. Raises `ValidationError` or `PermissionDenied`."""
    partie = caisse or partenaire
    if partie is None:
        raise TypeError("a contact is named by a caisse or by a partner")
    exiger_droit(partie, acteur)
    _verrouiller(partie)
    contact = Contact(
        caisse=caisse,
        partenaire=partenaire,
        role=role,
        nom=nom,
        fonction=fonction,
        telephone=telephone,
        email=email,
        depuis=aujourd_hui(),
    )
    _exiger_seul(contact)
    return _ouvrir(contact, acteur)


@transaction.atomic
def remplacer_contact(contact: Contact, *, acteur: Acteur, **champs: Any) -> Contact:
    """Close the contact and open the one that follows it, today, in the same role.

    `champs`: nom, fonction, telephone, email; what is not given stays. Raises `ValidationError`,
    `TransitionImpossible` (replaced meanwhile) or `PermissionDenied`.
    """
    if inconnus := set(champs) - set(CHAMPS):
        raise TypeError(f"not a field of a contact: {', '.join(sorted(inconnus))}")
    ancien = _reprendre(contact, acteur)
    jour = aujourd_hui()
    _clore(ancien, max(jour - timedelta(days=1), ancien.depuis))
    valeurs = {nom: getattr(ancien, nom) for nom in CHAMPS} | champs
    nouveau = Contact(
        caisse=ancien.caisse,
        partenaire=ancien.partenaire,
        role=ancien.role,
        depuis=jour,
        **valeurs,
    )
    return _ouvrir(nouveau, acteur)


@transaction.atomic
def retirer_contact(contact: Contact, *, acteur: Acteur) -> Contact:
    """Withdraw a contact: today is its last day. Raises as `remplacer_contact` does."""
    contact = _reprendre(contact, acteur)
    _clore(contact, aujourd_hui())
    journal.tracer(acteur, journal.Action.SUPPRESSION, contact, role=contact.role)
    _publier_support(contact)
    return contact


def exiger_droit(partie: Caisse | Partenaire, acteur: Acteur) -> None:
    """A caisse names its own; a partner's are named by it or by a caisse that answers for it."""
    if acteur is None:
        return
    if isinstance(partie, Caisse):
        permis = partie.pk in habilitations.caisses(acteur, "administrer")
    else:
        permis = partie.pk in habilitations.partenaires(acteur, "gerer")
        permis = permis or peut_corriger(acteur, partie)
    if not permis:
        raise PermissionDenied


def _reprendre(contact: Contact, acteur: Acteur) -> Contact:
    """The contact as it is now, its party locked."""
    partie = contact.caisse or contact.partenaire
    assert partie is not None  # noqa: S101 - held by a constraint
    exiger_droit(partie, acteur)
    _verrouiller(partie)
    contact = Contact.objects.select_related("caisse", "partenaire").get(pk=contact.pk)
    if contact.jusqu_au:
        raise TransitionImpossible("Ce contact a déjà été remplacé ou retiré.")
    return contact


def _verrouiller(partie: Caisse | Partenaire) -> None:
    type(partie)._default_manager.select_for_update().get(pk=partie.pk)


def _exiger_seul(contact: Contact) -> None:
    actuels = Contact.objects.actuels().filter(role=contact.role)
    siens = actuels.filter(caisse=contact.caisse, partenaire=contact.partenaire)
    if contact.role in UNIQUES and siens.exists():
        raison = "Un contact tient déjà ce rôle : remplacez-le."
        raise ValidationError({"role": raison})


def _ouvrir(contact: Contact, acteur: Acteur) -> Contact:
    contact.full_clean()
    contact.save()
    journal.tracer(acteur, journal.Action.CREATION, contact, role=contact.role)
    _publier_support(contact)
    return contact


def _clore(contact: Contact, jour: date) -> None:
    contact.jusqu_au = jour
    contact.save(update_fields=["jusqu_au"])


def _publier_support(contact: Contact) -> None:
    """The line that the portal shows to the partners of the caisse."""
    if contact.role != Contact.Role.SUPPORT or contact.caisse is None:
        return
    ligne = ""
    if contact.jusqu_au is None:
        ligne = ", ".join(filter(None, (contact.nom, contact.telephone, contact.email)))
        ligne = (
            ligne
            if len(ligne) <= 200
            else ", ".join(filter(None, (contact.telephone, contact.email)))[:200]
        )
    Caisse.objects.filter(pk=contact.caisse.pk).update(contact_support=ligne)
