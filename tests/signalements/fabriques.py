"""Requests for the tests, filed and moved through the same actions as the screens."""

from typing import Any

from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import Service
from signalements import actions
from signalements.models import Brouillon, Demande
from tests.voisinage import DONNEES

SIMPLE: dict[str, Any] = {
    "motif": "droits",
    "contextes": [],
    "soins": [],
    "anciennete": "",
    "causes": [],
}
"""What a request other than a MAS one answers to the questions of the MAS."""

# The way of a MAS request, and what its steps need (D-12).
CHEMIN_MAS: dict[str, dict[str, str]] = {
    "prendre_en_charge": {},
    "confirmer_contact": {"canal": "telephone"},
    "realiser_bilan": {},
    "recontacter": {"canal": "telephone"},
    "proposer_plan": {},
    "engager_accompagnement": {},
    "cloturer": {"issue": "droits_ouverts", "texte": "Les droits de la personne sont rétablis."},
}


def ouvrir_brouillon(caisse: Caisse, partenaire: Partenaire, technicien: Utilisateur) -> Brouillon:
    """A blank draft; the two must be bound by a convention (`tests.voisinage.lier`)."""
    return actions.commencer(
        acteur=technicien, partenaire=partenaire, caisse=caisse, service=Service.SIGNALER
    )


def deposer(
    caisse: Caisse, partenaire: Partenaire, technicien: Utilisateur, **donnees: Any
) -> Demande:
    """A MAS request, unless `donnees` says otherwise."""
    brouillon = ouvrir_brouillon(caisse, partenaire, technicien)
    return actions.deposer(brouillon, {**DONNEES, **donnees}, acteur=technicien)


def avancer(demande: Demande, agent: Utilisateur, *, jusqu_a: str) -> Demande:
    """The MAS request, once the step `jusqu_a` is taken."""
    for nom, parametres in CHEMIN_MAS.items():
        demande = actions.franchir(demande, nom, acteur=agent, **parametres)
        if nom == jusqu_a:
            return demande
    raise ValueError(jusqu_a)
