from signalements.models.brouillons import Brouillon
from signalements.models.choix import (
    Anciennete,
    Canal,
    Cause,
    Contexte,
    Etat,
    Issue,
    Motif,
    Soin,
)
from signalements.models.demandes import Demande
from signalements.models.garde import Arret, Levee, Lieu, Relecture
from signalements.models.pieces import Piece
from signalements.models.suivi import Contact, Evenement, Message, Recepisse

__all__ = [
    "Anciennete",
    "Arret",
    "Brouillon",
    "Canal",
    "Cause",
    "Contact",
    "Contexte",
    "Demande",
    "Etat",
    "Evenement",
    "Issue",
    "Levee",
    "Lieu",
    "Message",
    "Motif",
    "Piece",
    "Recepisse",
    "Relecture",
    "Soin",
]
