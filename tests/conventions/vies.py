"""Conventions for the tests, brought where they must be by the real verbs."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import time_machine
from django.utils import timezone

from comptes.models import Caisse, Partenaire, Trace, Utilisateur
from conventions import actions
from conventions.models import Acte, Convention, Rupture, Service
from portail.calendrier import PARIS
from tests.factories import CaisseFactory, PartenaireFactory, UtilisateurFactory


def instant(jour: date, heure: int = 12) -> datetime:
    return datetime(jour.year, jour.month, jour.day, heure, tzinfo=PARIS)


def le(jour: date, heure: int = 12) -> time_machine.travel:
    """`with le(date(2026, 3, 2)):` it is that day, at noon in Paris."""
    return time_machine.travel(instant(jour, heure), tick=False)


def preparee(
    *,
    caisses: Iterable[Caisse] = (),
    partenaires: Iterable[Partenaire] = (),
    acteur: Utilisateur | None = None,
    intitule: str = "",
    **parametres: Any,
) -> Convention:
    """A complete draft between one caisse and one partner, unless others are given."""
    caisses = list(caisses) or [CaisseFactory()]
    return actions.preparer_convention(
        intitule=intitule or f"Convention {Convention.objects.count() + 1}",
        caisses=dict.fromkeys(caisses, "case"),
        partenaires=list(partenaires) or [PartenaireFactory()],
        acteur=acteur,
        **{"services": [Service.SIGNALER], **parametres},
    )


def metier_signe(jour: date, **champs: Any) -> Convention:
    """In force since that day, the portal still closed."""
    convention = preparee(**champs)
    actions.envoyer_en_signature(convention, acteur=None)
    tout_signer(convention.actes.get(), jour)
    return relue(convention)


def en_vigueur(jour: date, **champs: Any) -> Convention:
    """In force since that day, the portal open."""
    convention = metier_signe(jour, **champs)
    ouvrir_le_portail(convention, jour)
    return relue(convention)


def ouvrir_le_portail(convention: Convention, jour: date) -> Acte:
    acte = actions.preparer_utilisation(convention, acteur=None)
    actions.envoyer_acte(acte, acteur=None)
    tout_signer(acte, jour)
    return acte


def tout_signer(acte: Acte, jour: date) -> None:
    for signature in acte.signatures.all():
        actions.signer(signature, signee_le=jour, qualite="Direction", acteur=None)


def rompue(
    convention: Convention, cause: str, notifiee_le: date, caisse: Caisse | None = None
) -> Rupture:
    return actions.notifier_rupture(
        convention,
        cause=cause,
        notifiee_le=notifiee_le,
        motif="Manquement constaté.",
        caisse=caisse,
        acteur=None,
    )


def levee(rupture: Rupture, jour: date) -> Rupture:
    return actions.lever_rupture(rupture, levee_le=jour, motif="Réparé.", acteur=None)


def avenant(
    convention: Convention, changements: dict[str, Any], effet_le: date | None = None
) -> Acte:
    """An avenant that waits for its signatures."""
    acte = actions.preparer_avenant(
        convention,
        objet="Adapter la convention.",
        changements=changements,
        effet_le=effet_le,
        acteur=None,
    )
    return actions.envoyer_acte(acte, acteur=None)


def equipe(partenaire: Partenaire, profil: str, nombre: int) -> list[Utilisateur]:
    """Activated accounts."""
    activation = {"active_le": timezone.now(), "profil": profil, "sur": partenaire}
    return [UtilisateurFactory(**activation) for _ in range(nombre)]


def etats(partenaire: Partenaire) -> set[str]:
    """The states of the accounts of the partner."""
    comptes = Utilisateur.objects.filter(droitpartenaire__content_object=partenaire)
    return set(comptes.values_list("etat", flat=True))


def relue(objet: Any) -> Any:
    return type(objet)._default_manager.get(pk=objet.pk)


def traces(convention: Convention) -> list[dict[str, Any]]:
    lignes = Trace.objects.filter(objet="convention", cle=convention.reference).order_by("pk")
    return [ligne.details for ligne in lignes]
