"""A request becomes urgent after it was filed (D-10): its clock starts at that instant (D-14)."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Utilisateur
from echeances.natures import Nature
from portail.calendrier import jour_civil
from portail.fichiers import FichierRefuse
from signalements.actions import suivi
from signalements.actions.pieces import joindre_justificatif
from signalements.etats import PARTENAIRE
from signalements.models import Demande, Piece


@transaction.atomic
def signaler_urgence(
    demande: Demande, *, acteur: Utilisateur, justificatif: UploadedFile | None = None
) -> Demande:
    """The partner says that its open request became urgent; who follows it is told.

    The clock runs whatever the caisse waits for. Raises `TransitionImpossible` (closed, urgent
    already), `PermissionDenied`, `FichierRefuse` for the document, or when the convention asks
    for one that is missing.
    """
    demande = suivi.verrouiller(demande)
    PARTENAIRE.exiger(demande, acteur, "signaler_urgence")
    maintenant = timezone.now()
    if justificatif:
        joindre_justificatif(demande, justificatif, acteur=acteur)
    elif exige_justificatif(demande, jour_civil(maintenant)):
        raise FichierRefuse("Joignez un justificatif de l’urgence.", "absent")
    demande.urgente = True
    suivi.demarrer(demande, (Nature.URGENT_48H,), quand=maintenant)
    suivi.recaler(demande)
    libelle = "Urgence signalée par le partenaire"
    evenement = suivi.noter(demande, libelle, acteur=acteur, quand=maintenant)
    suivi.enregistrer(demande)
    journal.tracer(acteur, journal.Action.CHANGEMENT, demande, urgente=True)
    suivi.prevenir_urgence(demande, evenement)
    return demande


def exige_justificatif(demande: Demande, jour: date) -> bool:
    """Must the urgency come with a document that the request does not hold yet (D-10)?"""
    if not suivi.convention_du_jour(demande, jour).justificatif_urgence:
        return False
    return not demande.pieces.comptees().filter(usage=Piece.Usage.URGENCE).exists()
