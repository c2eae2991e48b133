"""Fraud, theft or loss: the account is closed at once, and the partner told with proof (H-13)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import habilitations, journal
from comptes.actions import cycle
from comptes.models import OUVERTS, Caisse, CauseInactivation, Partenaire, Utilisateur
from conventions.acces import caisses_competentes
from conventions.actions.documents import demander_document
from conventions.models import Document
from equipes.actions import annonces
from equipes.actions.verrous import Acteur, exiger_admin, exiger_geste
from equipes.models import Incident
from portail.etats import TransitionImpossible


@transaction.atomic
def signaler_fraude(
    compte: Utilisateur,
    caisse: Caisse,
    *,
    nature: str,
    constate_le: date,
    recit: str,
    acteur: Acteur,
) -> Incident:
    """Close the account now, even the last gestionnaire's; its open requests stay (H-13).

    Reported by a gestionnaire of the partner or by an admin of this very caisse. The proof is a
    PDF, and both sides are told. Raises `ValidationError` by field, `TransitionImpossible`,
    `PermissionDenied`.
    """
    compte, partenaire = exiger_geste(compte, acteur, "signaler_fraude")
    if partenaire.pk not in habilitations.partenaires(acteur, "gerer"):
        exiger_admin(acteur, caisse)
    _exiger_coherence(caisse, partenaire, constate_le)
    incident = Incident(
        compte=compte,
        caisse=caisse,
        partenaire=partenaire,
        nature=nature,
        constate_le=constate_le,
        recit=recit.strip(),
        signale_par=acteur,
        signale_le=timezone.now(),
    )
    incident.clean_fields(exclude={"document", "signale_par"})
    incident.save()
    _exclure(compte, acteur)
    journal.tracer(acteur, journal.Action.CREATION, incident, nature=nature)
    incident.document = demander_document(
        Document.Nature.FRAUDE, source=incident, caisse=caisse, partenaire=partenaire, acteur=acteur
    )
    incident.save(update_fields=["document"])
    annonces.incident_signale(incident, acteur)
    return incident


def _exclure(compte: Utilisateur, acteur: Acteur) -> None:
    """Closed already, the account may not be given back by the partner any more."""
    if compte.etat in OUVERTS:
        cycle.inactiver(compte, CauseInactivation.FRAUDE, acteur=acteur)
        return
    Utilisateur.objects.filter(pk=compte.pk).update(cause_inactivation=CauseInactivation.FRAUDE)
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, cause=CauseInactivation.FRAUDE.value)


def _exiger_coherence(caisse: Caisse, partenaire: Partenaire, constate_le: date) -> None:
    """The caisse answers for the partner's accounts; the day has come."""
    if constate_le > timezone.localdate():
        raise ValidationError({"constate_le": "Cette date n'est pas encore passée."})
    if caisse.pk not in caisses_competentes(partenaire.pk):
        raise TransitionImpossible("Aucune convention ne lie cette caisse à ce partenaire.")
