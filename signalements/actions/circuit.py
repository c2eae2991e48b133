"""A request moves along its circuit (D-12), and its clocks with it (D-14)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Utilisateur
from echeances.natures import Nature
from portail.etats import TransitionImpossible
from portail.levees import Levee
from signalements.actions import suivi
from signalements.actions.attribution import attribuer
from signalements.actions.garde import lever
from signalements.etats import Attribution, Etape
from signalements.models import Contact, Demande, Evenement, Lieu, Message
from signalements.registre import circuit


def consulter(demande: Demande, *, acteur: Utilisateur) -> None:
    """Leave the trace of a reading (G-05): the one row that a GET may write."""
    journal.tracer(acteur, journal.Action.LECTURE, demande)


@transaction.atomic
def franchir(
    demande: Demande,
    nom: str,
    *,
    acteur: Utilisateur,
    texte: str = "",
    issue: str = "",
    canal: str = "",
    agent: Utilisateur | None = None,
    levees: Iterable[Levee] = (),
) -> Demande:
    """Take one step of the circuit.

    `texte` is the message that goes with it, with the `levees` that it needed (D-09), `issue` the
    outcome of a closure, `canal` how the person was reached, `agent` the colleague who was chosen.
    Raises `TransitionImpossible` (wrong state: says who was faster) or `PermissionDenied`.
    """
    demande = suivi.verrouiller(demande)
    etape = _exiger(demande, acteur, nom)
    maintenant = timezone.now()
    libelle = attribuer(demande, etape, acteur=acteur, choisi=agent, quand=maintenant)
    _deplacer(demande, etape, maintenant, issue)
    _regler_les_delais(demande, etape, maintenant)
    if canal:
        _noter_contact(demande, etape, acteur, maintenant, canal)
    if texte:
        _joindre_message(demande, acteur, maintenant, texte)
        lever(demande, levees, lieu=Lieu.MESSAGE, acteur=acteur, quand=maintenant)
    evenement = suivi.noter(
        demande,
        libelle or _libelle(demande, etape),
        acteur=acteur,
        quand=maintenant,
        visible=etape.visible,
        etat=etape.vers or "",
    )
    suivi.enregistrer(demande)
    journal.tracer(acteur, journal.Action.CHANGEMENT, demande, etape=nom)
    _prevenir(demande, etape, evenement)
    return demande


def _prevenir(demande: Demande, etape: Etape, evenement: Evenement) -> None:
    if etape.visible:
        gabarit = "reponse_attendue" if etape.attente else "demande_evolue"
        suivi.prevenir_partenaire(demande, evenement, gabarit=gabarit)
    if etape.attribution is Attribution.CHOISI:
        suivi.prevenir_nouvel_agent(demande, evenement)
    if Nature.URGENT_48H in etape.demarre:
        suivi.prevenir_urgence(demande, evenement)


def _exiger(demande: Demande, acteur: Utilisateur, nom: str) -> Etape:
    try:
        return circuit(demande).exiger(demande, acteur, nom)  # type: ignore[return-value]
    except TransitionImpossible as erreur:
        if nom in ("prendre_en_charge", "attribuer") and demande.agent and not demande.est_close:
            raise TransitionImpossible(_deja_prise(demande.agent, acteur)) from erreur
        raise


def _deja_prise(agent: Utilisateur, acteur: Utilisateur) -> str:
    """What the slower of two agents is told."""
    if agent == acteur:
        return "Vous avez déjà pris cette demande en charge."
    return f"Cette demande est déjà prise en charge par {agent}."


def _deplacer(demande: Demande, etape: Etape, quand: datetime, issue: str) -> None:
    if etape.issues and issue not in etape.issues:
        raise TransitionImpossible("Choisissez l'issue de la demande.")
    if etape.traite:
        demande.partenaire_a_repondu = False
    if Nature.URGENT_48H in etape.demarre:
        demande.urgente = True
    if demande.est_close:
        # Reopened: an urgency that was dealt with is told again, with a clock of its own.
        demande.urgente = False
    if etape.vers:
        demande.etat = etape.vers
        fermee = demande.est_close
        demande.issue, demande.cloturee_le = (issue, quand) if fermee else ("", None)


def _regler_les_delais(demande: Demande, etape: Etape, quand: datetime) -> None:
    if demande.attente_depuis and (etape.attente is False or demande.est_close):
        suivi.relancer(demande, quand=quand)
    suivi.achever(demande, etape.acheve, quand=quand)
    suivi.demarrer(demande, etape.demarre, quand=quand)
    if etape.attente:
        suivi.suspendre(demande, quand=quand)
    suivi.recaler(demande)


def _noter_contact(
    demande: Demande, etape: Etape, acteur: Utilisateur, quand: datetime, canal: str
) -> None:
    Contact.objects.create(
        demande=demande,
        agent=acteur,
        quand=quand,
        canal=canal,
        abouti=etape.nom != "noter_tentative",
        consentement_confirme=etape.nom == "confirmer_contact",
    )


def _joindre_message(demande: Demande, acteur: Utilisateur, quand: datetime, texte: str) -> None:
    Message.objects.create(
        demande=demande, auteur=acteur, de_la_caisse=True, texte=texte, envoye_le=quand
    )


def _libelle(demande: Demande, etape: Etape) -> str:
    if demande.est_close:
        return f"Demande clôturée : {demande.get_issue_display().lower()}"
    return LIBELLES.get(etape.nom) or (demande.get_etat_display() if etape.vers else etape.libelle)


LIBELLES = {
    "demander_complement": "Complément demandé au partenaire",
    "reprendre": "Reprise sans attendre le partenaire",
    "liberer": "Demande remise dans la file",
    "attribuer": "Demande attribuée",
    "noter_tentative": "Tentative de contact sans réponse",
    "signaler_urgence": "Urgence signalée par la caisse",
    "rouvrir": "Demande rouverte",
}
