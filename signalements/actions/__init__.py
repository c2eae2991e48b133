"""The business verbs of requests, one function each: lock, check, change, trace, tell."""

from signalements.actions.alertes import balayer
from signalements.actions.circuit import consulter, franchir
from signalements.actions.conservation import anonymiser
from signalements.actions.depot import (
    DepotImpossible,
    abandonner,
    changer_caisse,
    commencer,
    deposer,
    enregistrer,
    purger,
)
from signalements.actions.messages import annoter, ecrire
from signalements.actions.pieces import (
    PieceIndisponible,
    analyser,
    joindre,
    ouvrir,
    retirer,
    tracer_fichier_refuse,
)
from signalements.actions.protection import LeveeDevancee, juger
from signalements.actions.recepisses import etablir_recepisse, ouvrir_recepisse
from signalements.actions.relecture import relire
from signalements.actions.urgence import exige_justificatif, signaler_urgence

__all__ = [
    "DepotImpossible",
    "LeveeDevancee",
    "PieceIndisponible",
    "abandonner",
    "analyser",
    "annoter",
    "anonymiser",
    "balayer",
    "changer_caisse",
    "commencer",
    "consulter",
    "deposer",
    "ecrire",
    "enregistrer",
    "etablir_recepisse",
    "exige_justificatif",
    "franchir",
    "joindre",
    "juger",
    "ouvrir",
    "ouvrir_recepisse",
    "purger",
    "relire",
    "retirer",
    "signaler_urgence",
    "tracer_fichier_refuse",
]
