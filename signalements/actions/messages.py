"""The thread between partner and caisse, and the notes that stay inside the caisse."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Utilisateur
from portail.etats import TransitionImpossible
from portail.levees import Levee
from signalements.actions import suivi
from signalements.actions.garde import lever
from signalements.etats import a_droit
from signalements.models import Demande, Lieu, Message


@transaction.atomic
def ecrire(
    demande: Demande, texte: str, *, acteur: Utilisateur, levees: Iterable[Levee] = ()
) -> Message:
    """Add a message to the thread and tell the other side (D-17).

    A partner's message ends the wait for it: the clocks start again (D-14). `levees` are the
    refusals that its author set aside (D-09). Raises `TransitionImpossible` on a closed request.
    """
    demande = _ouverte(demande)
    de_la_caisse = a_droit(acteur, "instruire", demande)
    maintenant = timezone.now()
    message = demande.messages.create(
        auteur=acteur, de_la_caisse=de_la_caisse, texte=texte, envoye_le=maintenant
    )
    cote = "de la caisse" if de_la_caisse else "du partenaire"
    evenement = suivi.noter(demande, f"Message {cote}", acteur=acteur, quand=maintenant)
    if de_la_caisse:
        demande.partenaire_a_repondu = False
    else:
        suivi.repondre(demande, quand=maintenant)
    suivi.enregistrer(demande)
    journal.tracer(acteur, journal.Action.MESSAGE, demande)
    lever(demande, levees, lieu=Lieu.MESSAGE, acteur=acteur, quand=maintenant)
    prevenir = suivi.prevenir_partenaire if de_la_caisse else suivi.prevenir_agent
    prevenir(demande, evenement)
    return message


@transaction.atomic
def annoter(
    demande: Demande, texte: str, *, acteur: Utilisateur, levees: Iterable[Levee] = ()
) -> Message:
    """Add an internal note; the partner never sees it and is not told.

    Raises `PermissionDenied` for anybody but an agent of the caisse.
    """
    demande = suivi.verrouiller(demande)
    if not a_droit(acteur, "instruire", demande):
        raise PermissionDenied
    maintenant = timezone.now()
    note = demande.messages.create(
        auteur=acteur, de_la_caisse=True, interne=True, texte=texte, envoye_le=maintenant
    )
    journal.tracer(acteur, journal.Action.MESSAGE, demande, interne=True)
    lever(demande, levees, lieu=Lieu.NOTE, acteur=acteur, quand=maintenant)
    return note


def _ouverte(demande: Demande) -> Demande:
    demande = suivi.verrouiller(demande)
    if demande.est_close:
        raise TransitionImpossible(
            "La demande est clôturée : déposez une nouvelle demande si la situation le demande."
        )
    return demande
