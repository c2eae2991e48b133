"""What every verb on a request shares: lock it, write its history, tell people, set its clocks."""

from collections.abc import Iterable
from datetime import datetime

from comptes import courriels, habilitations
from comptes.models import Utilisateur
from signalements import delais
from signalements.models import Demande, Echeance, Evenement

# What the work on a request changes.
MOUVANTS = (
    "etat",
    "issue",
    "agent",
    "attente_depuis",
    "partenaire_a_repondu",
    "en_retard",
    "a_traiter_avant",
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
    if demande.auteur.is_active:
        destinataires: Iterable[Utilisateur] = [demande.auteur]
    else:
        destinataires = habilitations.titulaires(demande.partenaire, "deposer")
    for destinataire in destinataires:
        _courriel(demande, destinataire, gabarit, evenement)


def prevenir_agent(demande: Demande, evenement: Evenement) -> None:
    """Tell the agent in charge that the partner answered."""
    if demande.agent and demande.agent.is_active:
        _courriel(demande, demande.agent, "reponse_partenaire", evenement)


def _courriel(
    demande: Demande, destinataire: Utilisateur, gabarit: str, evenement: Evenement
) -> None:
    courriels.ecrire(
        destinataire,
        gabarit,
        cle=f"demande:{demande.reference}:{evenement.pk}",
        contexte={"reference": demande.reference},
    )


def demarrer(demande: Demande, natures: Iterable[str], *, quand: datetime) -> None:
    """Start these clocks (D-12, D-14), with the delays of the request's convention."""
    for nature in natures:
        Echeance.objects.get_or_create(
            demande=demande,
            nature=nature,
            defaults={
                "debut_le": quand,
                "echeance_le": delais.echeance(nature, quand, demande.convention),
            },
        )


def achever(demande: Demande, natures: Iterable[str], *, quand: datetime) -> None:
    """End these clocks, whether they run or are paused; one that passed unseen is marked now."""
    for echeance in demande.echeances.filter(nature__in=list(natures), terminee_le=None):
        _reprendre(echeance, quand)
        if echeance.depassee_le is None and echeance.echeance_le < quand:
            depasser(echeance, quand=quand)
        echeance.terminee_le = quand
        echeance.save(update_fields=["echeance_le", "suspendue_le", "depassee_le", "terminee_le"])


def depasser(echeance: Echeance, *, quand: datetime) -> None:
    """Say in the history that a deadline passed; the caller saves it."""
    echeance.depassee_le = quand
    echeance.demande.evenements.create(
        quand=quand,
        libelle=f"Délai dépassé : {echeance.get_nature_display().lower()}",
        visible=False,
    )


def suspendre(demande: Demande, *, quand: datetime) -> None:
    """Stop every running clock: the caisse waits for the partner (D-14)."""
    demande.attente_depuis = quand
    demande.echeances.filter(terminee_le=None, suspendue_le=None).update(suspendue_le=quand)


def relancer(demande: Demande, *, quand: datetime) -> None:
    """Start the paused clocks again, later by the time waited (D-14).

    A deadline that had passed before the pause stays passed.
    """
    demande.attente_depuis = None
    for echeance in demande.echeances.filter(terminee_le=None, suspendue_le__isnull=False):
        _reprendre(echeance, quand)
        echeance.save(update_fields=["echeance_le", "suspendue_le"])


def _reprendre(echeance: Echeance, quand: datetime) -> None:
    """Out of its pause, if it was in one; the caller saves."""
    arret, echeance.suspendue_le = echeance.suspendue_le, None
    if arret is not None and echeance.echeance_le >= arret:
        echeance.echeance_le = delais.prolongee(echeance.nature, echeance.echeance_le, arret, quand)


def repondre(demande: Demande, *, quand: datetime) -> None:
    """The partner answered: the wait for it ends (D-14); the caller saves."""
    demande.partenaire_a_repondu = True
    if demande.attente_depuis:
        relancer(demande, quand=quand)
        recaler(demande)


def recaler(demande: Demande) -> None:
    """Copy onto the request what its lists read of its clocks; the caller saves."""
    echeances = list(demande.echeances.all())
    demande.a_traiter_avant = delais.prochaine(echeances)
    demande.en_retard = any(e.depassee_le and e.court for e in echeances)
