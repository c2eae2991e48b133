"""What people do on a day: each gesture with its weight, drawn with the seed of the simulation."""

from collections.abc import Callable
from dataclasses import dataclass

from demonstration.simulation import demandes, equipes, personnel, violations
from demonstration.simulation.monde import Monde


@dataclass(frozen=True, slots=True)
class Geste:
    """Something that somebody does; `libelle` is how the summary counts it."""

    libelle: str
    poids: float
    faire: Callable[[Monde], None]


GESTES = (
    Geste("demandes déposées", 12, demandes.deposer),
    Geste("dépôts tentés sans convention", 0.6, demandes.deposer_ailleurs),
    Geste("brouillons abandonnés", 0.5, demandes.abandonner),
    Geste("réponses du partenaire", 5, demandes.repondre),
    Geste("messages spontanés du partenaire", 2, demandes.relancer),
    Geste("urgences signalées par le partenaire", 1.2, demandes.signaler_urgence),
    Geste("messages et notes de la caisse", 2, demandes.dialoguer),
    Geste("demandes rouvertes", 0.8, demandes.rouvrir),
    Geste("demandes d’une autre caisse", 0.6, demandes.traiter_ailleurs),
    Geste("techniciens créés", 3, equipes.creer),
    Geste("techniciens créés ensemble", 0.5, equipes.creer_ensemble),
    Geste("comptes activés", 4, equipes.suivre_le_lien),
    Geste("liens d’activation redemandés", 1.5, equipes.redemander_le_lien),
    Geste("mots de passe changés", 1, equipes.changer_de_mot_de_passe),
    Geste("techniciens inactivés", 1.8, equipes.inactiver),
    Geste("comptes réactivés", 0.8, equipes.reactiver),
    Geste("coordonnées corrigées", 0.4, equipes.corriger),
    Geste("techniciens confiés", 0.4, equipes.attribuer),
    Geste("effectifs corrigés", 0.3, equipes.corriger_effectif),
    Geste("habilitations demandées", 1.2, equipes.demander_habilitation),
    Geste("modifications demandées", 0.6, equipes.demander_modification),
    Geste("départs de gestionnaires demandés", 0.9, equipes.demander_inactivation),
    Geste("démarches traitées", 2.2, equipes.repondre),
    Geste("démarches retirées", 0.15, equipes.retirer),
    Geste("fraudes, vols et pertes", 0.25, equipes.signaler_fraude),
    Geste("revues ouvertes", 0.25, equipes.ouvrir_revue),
    Geste("revues menées", 0.5, equipes.mener_revue),
    Geste("revues relancées", 0.3, equipes.relancer_revue),
    Geste("absences notées", 1.4, personnel.s_absenter),
    Geste("absences changées", 0.5, personnel.changer_absence),
    Geste("absences annulées", 0.3, personnel.revenir),
    Geste("agents invités", 0.3, personnel.embaucher),
    Geste("agents partis", 0.2, personnel.quitter),
    Geste("notifications lues", 3, personnel.lire),
    Geste("préférences réglées", 0.8, personnel.regler),
    Geste("comités prévus", 0.5, personnel.prevoir_copil),
    Geste("comités tenus", 0.8, personnel.tenir_copil),
    Geste("comités notés", 0.2, personnel.noter_copil),
    Geste("comptes rendus joints", 0.4, personnel.joindre_compte_rendu),
    Geste("comités déplacés", 0.2, personnel.deplacer_copil),
    Geste("violations déclarées par un partenaire", 0.3, violations.declarer_a_la_caisse),
    Geste("violations déclarées par une caisse", 0.3, violations.declarer_au_partenaire),
    Geste("violations lues par qui les a constatées", 0.2, violations.lire_la_sienne),
    Geste("violations complétées", 0.3, violations.completer),
    Geste("violations closes", 0.6, violations.clore),
)
TRAITER = Geste("étapes des agents", 1, demandes.traiter)
LIRE = Geste("violations lues", 1, violations.lire)


def tirer(monde: Monde) -> Geste:
    return monde.hasard.choices(GESTES, [geste.poids for geste in GESTES])[0]
