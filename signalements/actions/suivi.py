"""What every verb on a request shares: lock it, write its history, tell people, set its clocks."""

from collections.abc import Iterable
from datetime import datetime

from comptes import habilitations, notifications
from comptes.models import Utilisateur
from conventions import offre
from echeances import actions as echeances
from echeances import delais
from echeances.models import Echeance
from portail.calendrier import jour_civil
from signalements.models import Demande, Evenement

# What the work on a request changes.
MOUVANTS = (
    "etat",
    "issue",
    "agent",
    "attente_depuis",
    "partenaire_a_repondu",
    "en_retard",
    "a_traiter_avant",
    "bientot_le",
    "activite_le",
    "cloturee_le",
)


def verrouiller(demande: Demande) -> Demande:
    """The request as it is now, locked until the end of the transaction.

    No join: a joined row would be the one seen before the wait for the lock.
    """
    return Demande.objects.select_for_update().get(pk=demande.pk)


def enregistrer(demande: Demande) -> None:
    """Save what moves; what the partner asked never does."""
    demande.save(update_fields=MOUVANTS)


def noter(
    demande: Demande,
    libelle: str,
    *,
    acteur: Utilisateur | None,
    quand: datetime,
    visible: bool = True,
    etat: str = "",
) -> Evenement:
    """Append one line to the history; the caller saves `activite_le`."""
    demande.activite_le = quand
    return demande.evenements.create(
        quand=quand, auteur=acteur, libelle=libelle, visible=visible, etat=etat
    )


def prevenir_partenaire(
    demande: Demande, evenement: Evenement, *, gabarit: str = "demande_evolue"
) -> None:
    """Tell the author that there is something to read, or the team if they left (D-12, D-17)."""
    if demande.auteur and demande.auteur.is_active:
        destinataires: Iterable[Utilisateur] = [demande.auteur]
    else:
        destinataires = habilitations.titulaires(demande.partenaire, "deposer")
    _notifier(demande, destinataires, gabarit, evenement)


def prevenir_agent(demande: Demande, evenement: Evenement) -> None:
    """Tell the agent in charge that the partner answered."""
    if demande.agent and demande.agent.is_active:
        _notifier(demande, [demande.agent], "reponse_partenaire", evenement)


def _notifier(
    demande: Demande, destinataires: Iterable[Utilisateur], gabarit: str, evenement: Evenement
) -> None:
    cle = f"demande:{demande.reference}:{evenement.pk}"
    notifications.notifier(destinataires, gabarit, cle=cle, reference=demande.reference)


def demarrer(demande: Demande, natures: Iterable[str], *, quand: datetime) -> None:
    """Start these clocks (D-12, D-14), with the delays of the convention in force at `quand`."""
    natures = list(natures)
    if not natures:
        return
    jour = jour_civil(quand)
    en_vigueur = offre.convention_pour(demande.caisse, demande.partenaire, demande.service, jour)
    for nature in natures:
        echeances.demarrer(
            demande, nature, quand=quand, convention=en_vigueur or demande.convention
        )


def achever(demande: Demande, natures: Iterable[str], *, quand: datetime) -> None:
    """End these clocks; one that passed unseen is told in the history."""
    for echeance in echeances.achever(demande, natures, quand=quand):
        demande.evenements.create(quand=quand, libelle=retard(echeance))


def retard(echeance: Echeance) -> str:
    """What the history says of a deadline that passed, to both sides."""
    nature = echeance.get_nature_display()
    return f"Délai dépassé : {nature[0].lower()}{nature[1:]}"


def suspendre(demande: Demande, *, quand: datetime) -> None:
    """The caisse waits for the partner: every running clock stops (D-14)."""
    demande.attente_depuis = quand
    echeances.suspendre(demande, quand=quand)


def relancer(demande: Demande, *, quand: datetime) -> None:
    """The wait is over: the clocks start again, later by the time waited (D-14)."""
    demande.attente_depuis = None
    echeances.relancer(demande, quand=quand)


def repondre(demande: Demande, *, quand: datetime) -> None:
    """The partner answered: the wait for it ends (D-14); the caller saves."""
    demande.partenaire_a_repondu = True
    if demande.attente_depuis:
        relancer(demande, quand=quand)
        recaler(demande)


def recaler(demande: Demande) -> None:
    """Copy onto the request what its lists read of its clocks; the caller saves."""
    siennes = list(demande.echeances.ouvertes())
    demande.a_traiter_avant = delais.prochaine(siennes)
    demande.bientot_le = min((e.bientot_le for e in siennes), default=delais.JAMAIS)
    demande.en_retard = any(e.depassee_le and e.court for e in siennes)
