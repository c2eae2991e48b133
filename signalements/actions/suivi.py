"""What every verb on a request shares: lock it, write its history, tell people, set its clocks."""

from collections.abc import Iterable
from datetime import date, datetime

from comptes import absences, habilitations, notifications
from comptes.models import Utilisateur
from conventions import offre
from conventions.models import Convention
from echeances import actions as echeances
from echeances import delais
from echeances.models import Echeance
from echeances.natures import Nature
from portail.calendrier import jour_civil
from signalements.models import Demande, Etat, Evenement

# What the work on a request changes.
MOUVANTS = (
    "etat",
    "issue",
    "agent",
    "urgente",
    "attente_depuis",
    "partenaire_a_repondu",
    "en_retard",
    "a_traiter_avant",
    "bientot_le",
    "activite_le",
    "cloturee_le",
)

LIBELLE_MAX = 160


def verrouiller(demande: Demande) -> Demande:
    """The request as it is now, locked until the end of the transaction.

    No join: a joined row would be the one seen before the wait for the lock.
    """
    return Demande.objects.select_for_update().get(pk=demande.pk)


def enregistrer(demande: Demande) -> None:
    """Save what moves; what the partner asked never does, but that it becomes urgent."""
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
        quand=quand, auteur=acteur, libelle=libelle[:LIBELLE_MAX], visible=visible, etat=etat
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
    """Tell who follows the request that the partner answered; nobody for one still in the queue."""
    if demande.etat != Etat.DEPOSEE:
        concernes = _suivie_par(demande, jour_civil(evenement.quand))
        _notifier(demande, concernes, "reponse_partenaire", evenement)


def prevenir_urgence(demande: Demande, evenement: Evenement) -> None:
    """Tell who follows the request, or the team, that it became urgent; not who said so."""
    concernes = _suivie_par(demande, jour_civil(evenement.quand))
    autres = [agent for agent in concernes if agent != evenement.auteur]
    _notifier(demande, autres, "demande_urgente", evenement)


def prevenir_nouvel_agent(demande: Demande, evenement: Evenement) -> None:
    """Tell the agent to whom somebody else entrusted the request."""
    if demande.agent and demande.agent != evenement.auteur:
        _notifier(demande, [demande.agent], "demande_confiee", evenement)


def _suivie_par(demande: Demande, jour: date) -> Iterable[Utilisateur]:
    """The agent in charge, or who stands in; without anybody usable, those who are there."""
    caisse = demande.caisse_id
    agent = demande.agent_id and absences.remplacant_de(demande.agent_id, caisse, jour)
    if agent:
        return Utilisateur.objects.filter(pk=agent)
    equipe = list(habilitations.titulaires(demande.caisse, "instruire"))
    absents = absences.en_cours({membre.pk for membre in equipe}, jour)
    return [membre for membre in equipe if membre.pk not in absents] or equipe


def _notifier(
    demande: Demande, destinataires: Iterable[Utilisateur], gabarit: str, evenement: Evenement
) -> None:
    cle = f"demande:{demande.reference}:{evenement.pk}"
    notifications.notifier(destinataires, gabarit, cle=cle, reference=demande.reference)


def convention_du_jour(demande: Demande, jour: date) -> Convention:
    """The convention that rules the request on that day: the one in force, else its own.

    Its avenants hold from their day on, even before the sweep saw that it has come (C-05).
    """
    en_vigueur = offre.convention_pour(demande.caisse, demande.partenaire, demande.service, jour)
    return offre.appliquer_les_avenants(en_vigueur or demande.convention, jour)


def demarrer(demande: Demande, natures: Iterable[str], *, quand: datetime) -> None:
    """Start these clocks (D-12, D-14), with the delays of the convention in force at `quand`."""
    natures = list(natures)
    if natures:
        convention = convention_du_jour(demande, jour_civil(quand))
        for nature in natures:
            echeances.demarrer(demande, nature, quand=quand, convention=convention)


def achever(demande: Demande, natures: Iterable[str], *, quand: datetime) -> None:
    """End these clocks; one that passed unseen is told in the history."""
    for echeance in echeances.achever(demande, natures, quand=quand):
        demande.evenements.create(quand=quand, libelle=retard(echeance))


def retard(echeance: Echeance) -> str:
    """What the history says of a deadline that passed, to both sides."""
    nature = echeance.get_nature_display()
    return f"Délai dépassé : {nature[0].lower()}{nature[1:]}"


def suspendre(demande: Demande, *, quand: datetime) -> None:
    """The caisse waits for the partner: every running clock stops but an urgency's (D-14)."""
    demande.attente_depuis = quand
    echeances.suspendre(demande, quand=quand, sauf=(Nature.URGENT_48H,))


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
