from signalements.models.brouillons import Brouillon
from signalements.models.choix import (
    Anciennete,
    Canal,
    Cause,
    Contexte,
    Etat,
    Issue,
    Motif,
    Nature,
    Soin,
)
from signalements.models.demandes import Demande
from signalements.models.garde import Arret, Levee, Lieu, Relecture
from signalements.models.pieces import Piece
from signalements.models.suivi import Contact, Echeance, Evenement, Message, Recepisse

__all__ = [
    "Anciennete",
    "Arret",
    "Brouillon",
    "Canal",
    "Cause",
    "Contact",
    "Contexte",
    "Demande",
    "Echeance",
    "Etat",
    "Evenement",
    "Issue",
    "Levee",
    "Lieu",
    "Message",
    "Motif",
    "Nature",
    "Piece",
    "Recepisse",
    "Relecture",
    "Soin",
]
