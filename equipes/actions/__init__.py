"""The business verbs on the teams of the partners."""

from equipes.actions.campagnes import ouvrir_campagne, ouvrir_revue, ouvrir_revues_periodiques
from equipes.actions.demarches import (
    accepter,
    demander_habilitation,
    demander_inactivation,
    demander_modification,
    refuser,
    retirer_demarche,
)
from equipes.actions.departs import executer_inactivations
from equipes.actions.incidents import signaler_fraude
from equipes.actions.purge import purger
from equipes.actions.rappels import prevenir
from equipes.actions.revues import decider, relancer_revue, relancer_revues, signer_revue
from equipes.actions.techniciens import (
    annuler_invitation,
    attribuer,
    corriger_adresse,
    corriger_technicien,
    creer_technicien,
    creer_techniciens,
    inactiver_technicien,
    reactiver,
)

__all__ = [
    "accepter",
    "annuler_invitation",
    "attribuer",
    "corriger_adresse",
    "corriger_technicien",
    "creer_technicien",
    "creer_techniciens",
    "decider",
    "demander_habilitation",
    "demander_inactivation",
    "demander_modification",
    "executer_inactivations",
    "inactiver_technicien",
    "ouvrir_campagne",
    "ouvrir_revue",
    "ouvrir_revues_periodiques",
    "prevenir",
    "purger",
    "reactiver",
    "refuser",
    "relancer_revue",
    "relancer_revues",
    "retirer_demarche",
    "signaler_fraude",
    "signer_revue",
]
