"""What gestionnaires and admins do with the accounts of the partners (H-02, H-03, H-06 to H-15)."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from comptes import activation, habilitations
from comptes.actions.securite import choisir_mot_de_passe
from comptes.models import (
    Caisse,
    CauseInactivation,
    Etat,
    Jeton,
    Partenaire,
    Profil,
    Utilisateur,
)
from conventions import offre
from conventions.actions import corriger_partenaire
from conventions.quotas import QuotaAtteint, quotas
from demonstration.simulation.monde import DOMAINE, Monde, RienAFaire, activer, mot_de_passe
from equipes import actions
from equipes.dates import inactivable_des
from equipes.models import Demarche, Incident, LigneRevue, Revue
from portail.etats import TransitionImpossible

Decision = LigneRevue.Decision
DEPART = CauseInactivation.DEPART


def creer(monde: Monde) -> None:
    """One technicien more; refused when every place is taken (H-07)."""
    partenaire, gestionnaire = _equipe(monde)
    reste = quotas(partenaire, monde.jour)[Profil.TECHNICIEN].reste
    identite = monde.population.technicien(DOMAINE.format(partenaire.code))
    if reste is None or reste > 0:
        actions.creer_technicien(partenaire, acteur=gestionnaire, **identite)
        monde.faits["techniciens invités"] += 1
        return
    with monde.refuse("technicien au-delà du quota (H-07)", QuotaAtteint):
        actions.creer_technicien(partenaire, acteur=gestionnaire, **identite)


def creer_ensemble(monde: Monde) -> None:
    """Several at once: all of them, or none."""
    partenaire, gestionnaire = _equipe(monde)
    nombre = monde.hasard.randint(2, 4)
    domaine = DOMAINE.format(partenaire.code)
    lignes = [monde.population.technicien(domaine) for _ in range(nombre)]
    reste = quotas(partenaire, monde.jour)[Profil.TECHNICIEN].reste
    if reste is None or reste >= nombre:
        actions.creer_techniciens(partenaire, lignes, acteur=gestionnaire)
        monde.faits["techniciens invités"] += nombre
        return
    with monde.refuse("techniciens au-delà du quota (H-07)", QuotaAtteint):
        actions.creer_techniciens(partenaire, lignes, acteur=gestionnaire)


def suivre_le_lien(monde: Monde) -> None:
    """An invited person activates the account while the link lives (H-04)."""
    vivants = Jeton.objects.filter(
        usage=Jeton.Usage.ACTIVATION, utilise_le=None, expire_le__gt=monde.horloge.maintenant
    )
    invites = Utilisateur.objects.filter(etat=Etat.INVITE)
    activer(monde, monde.choisir(invites.filter(pk__in=vivants.values("utilisateur"))))


def redemander_le_lien(monde: Monde) -> None:
    compte = monde.choisir(Utilisateur.objects.filter(etat=Etat.INVITE))
    activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=None)


def changer_de_mot_de_passe(monde: Monde) -> None:
    compte = monde.choisir(Utilisateur.objects.filter(etat=Etat.ACTIF))
    choisir_mot_de_passe(compte, mot_de_passe(monde), acteur=compte)


def inactiver(monde: Monde) -> None:
    """By any gestionnaire of the partner, whoever created the account (H-11)."""
    partenaire, gestionnaire = _equipe(monde)
    compte = monde.choisir(_siens(partenaire, Profil.TECHNICIEN, Etat.ACTIF, Etat.INVITE))
    actions.inactiver_technicien(compte, cause=DEPART, acteur=gestionnaire)


def reactiver(monde: Monde) -> None:
    """Within six months, if a place is left; after a fraud, by the caisse (H-06, H-07, H-13)."""
    partenaire, acteur = _equipe(monde)
    compte = monde.choisir(_siens(partenaire, Profil.TECHNICIEN, Etat.INACTIF))
    if compte.cause_inactivation == CauseInactivation.FRAUDE:
        with monde.refuse("réactivation par le partenaire après fraude (H-13)", PermissionDenied):
            actions.reactiver(compte, acteur=acteur)
        acteur = monde.admin(_caisse(monde, partenaire))
    if quotas(partenaire, monde.jour)[Profil.TECHNICIEN].reste == 0:
        with monde.refuse("réactivation au-delà du quota (H-07)", QuotaAtteint):
            actions.reactiver(compte, acteur=acteur)
        return
    actions.reactiver(compte, acteur=acteur)


def corriger(monde: Monde) -> None:
    partenaire, gestionnaire = _equipe(monde)
    compte = monde.choisir(_siens(partenaire, Profil.TECHNICIEN, Etat.ACTIF, Etat.INVITE))
    actions.corriger_technicien(
        compte, {"fonction": f"Travail social {monde.jour:%j}"}, acteur=gestionnaire
    )


def attribuer(monde: Monde) -> None:
    """Who answers for a technicien (H-10)."""
    partenaire, gestionnaire = _equipe(monde)
    compte = monde.choisir(_siens(partenaire, Profil.TECHNICIEN, Etat.ACTIF))
    actions.attribuer(compte, monde.gestionnaire(partenaire), acteur=gestionnaire)


def corriger_effectif(monde: Monde) -> None:
    """More members or less: never less places than there are accounts (H-06, H-07)."""
    partenaire = monde.choisir(Partenaire.objects.all())
    acteur = monde.admin(_caisse(monde, partenaire))
    corriger_partenaire(partenaire, membres=monde.parmi(6, 10, 11, 25, 26, 80), acteur=acteur)


def demander_habilitation(monde: Monde) -> None:
    """Of one more gestionnaire; keyed in by the caisse when nobody is left to ask (H-02)."""
    partenaire = monde.choisir(Partenaire.objects.all())
    caisse = _caisse(monde, partenaire)
    demandeur = habilitations.titulaires(partenaire, "gerer").order_by("pk").first()
    actions.demander_habilitation(
        partenaire,
        caisse,
        monde.population.identite(DOMAINE.format(partenaire.code)),
        acteur=demandeur or monde.admin(caisse),
    )
    monde.faits["démarches d’habilitation"] += 1


def demander_modification(monde: Monde) -> None:
    """Of the account of a gestionnaire (H-08)."""
    partenaire, gestionnaire = _equipe(monde)
    compte = monde.gestionnaire(partenaire)
    nouvelles = {"telephone": f"03 53 01 {monde.hasard.randint(10, 99)} 00"}
    actions.demander_modification(
        compte, _caisse(monde, partenaire), nouvelles, acteur=gestionnaire
    )


def demander_inactivation(monde: Monde) -> None:
    """Fifteen days ahead at least, never of the only one (H-09)."""
    partenaire, gestionnaire = _equipe(monde)
    compte = monde.gestionnaire(partenaire)
    date_voulue = inactivable_des(monde.jour) + timedelta(days=monde.hasard.randint(0, 10))
    caisse = _caisse(monde, partenaire)
    if habilitations.titulaires(partenaire, "gerer").count() == 1:
        with monde.refuse("inactivation du seul gestionnaire (H-09)", TransitionImpossible):
            actions.demander_inactivation(
                compte, caisse, date_voulue=date_voulue, acteur=gestionnaire
            )
        return
    actions.demander_inactivation(compte, caisse, date_voulue=date_voulue, acteur=gestionnaire)
    monde.faits["inactivations demandées"] += 1


def repondre(monde: Monde) -> None:
    """The caisse answers a demarche: in time, late, yes or no."""
    demarche = monde.choisir(Demarche.objects.a_traiter())
    admin = monde.admin(demarche.caisse)
    if monde.arrive(0.15):
        actions.refuser(demarche, motif="Le partenaire doit préciser sa demande.", acteur=admin)
        monde.faits["démarches refusées"] += 1
        return
    complet = quotas(demarche.partenaire, monde.jour)[Profil.GESTIONNAIRE].reste == 0
    if demarche.nature == Demarche.Nature.HABILITATION and complet:
        with monde.refuse("gestionnaire au-delà du quota (H-06)", QuotaAtteint):
            actions.accepter(demarche, acteur=admin)
        actions.refuser(demarche, motif="Toutes les places sont prises.", acteur=admin)
        return
    actions.accepter(demarche, acteur=admin)
    monde.faits["démarches acceptées"] += 1


def retirer(monde: Monde) -> None:
    demarche = monde.choisir(Demarche.objects.a_traiter().exclude(demandee_par=None))
    actions.retirer_demarche(demarche, acteur=monde.gestionnaire(demarche.partenaire))


def signaler_fraude(monde: Monde) -> None:
    """The account closes at once, even that of the last gestionnaire (H-13)."""
    partenaire, gestionnaire = _equipe(monde)
    profil = Profil.GESTIONNAIRE if monde.arrive(0.2) else Profil.TECHNICIEN
    compte = monde.choisir(_siens(partenaire, profil, Etat.ACTIF))
    caisse = _caisse(monde, partenaire)
    actions.signaler_fraude(
        compte,
        caisse,
        nature=monde.hasard.choice(Incident.Nature.values),
        constate_le=monde.jour,
        recit="Téléphone professionnel perdu pendant un déplacement.",
        acteur=monde.parmi(gestionnaire, monde.admin(caisse)),
    )


def ouvrir_revue(monde: Monde) -> None:
    """On the caisse's demand, with whatever time it leaves (H-15)."""
    caisse = monde.choisir(Caisse.objects.all())
    partenaire = monde.choisir(Partenaire.objects.all())
    echeance = monde.jour + timedelta(days=monde.hasard.randint(3, 30))
    actions.ouvrir_revue(caisse, partenaire, echeance_le=echeance, acteur=monde.admin(caisse))


def mener_revue(monde: Monde) -> None:
    """The gestionnaire decides for some accounts or for all, then signs (H-15)."""
    revue = monde.choisir(Revue.objects.ouvertes())
    gestionnaire = monde.gestionnaire(revue.partenaire)
    lignes = list(revue.lignes.order_by("pk").values_list("compte_id", "compte__profil"))
    decisions = {
        pk: Decision.TERMINER
        if profil == Profil.TECHNICIEN and monde.arrive(0.08)
        else Decision.CONSERVER
        for pk, profil in lignes
    }
    revue = actions.decider(revue, decisions, acteur=gestionnaire)
    if monde.arrive(0.7):
        ajoutees = revue.lignes.filter(decision="").values_list("compte_id", flat=True)
        actions.decider(revue, dict.fromkeys(ajoutees, Decision.CONSERVER), acteur=gestionnaire)
        actions.signer_revue(revue, acteur=gestionnaire)


def relancer_revue(monde: Monde) -> None:
    revue = monde.choisir(Revue.objects.ouvertes())
    actions.relancer_revue(revue, acteur=monde.admin(revue.caisse))


def _equipe(monde: Monde) -> tuple[Partenaire, Utilisateur]:
    """A partner and one of its active gestionnaires."""
    gestionnaire = monde.choisir(monde.comptes(Profil.GESTIONNAIRE))
    partenaire = habilitations.partenaire_de(gestionnaire)
    if partenaire is None:
        raise RienAFaire
    return partenaire, gestionnaire


def _siens(partenaire: Partenaire, profil: str, *etats: str) -> QuerySet[Utilisateur]:
    siens = habilitations.comptes_de(partenaire)
    return siens.filter(Q(etat__in=etats), profil=profil)


def _caisse(monde: Monde, partenaire: Partenaire) -> Caisse:
    """One that a convention in force binds to the partner."""
    liens = offre.caisses_joignables(partenaire, monde.jour)
    return monde.choisir(Caisse.objects.filter(pk__in=liens.values("caisse")))
