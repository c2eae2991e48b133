"""What the page of one account shows: who, since when, what happened, what may be done."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from comptes import activation
from comptes.habilitations import partenaire_de
from comptes.models import (
    Caisse,
    CauseInactivation,
    Etat,
    Jeton,
    Partenaire,
    Profil,
    Statut,
    Trace,
    Utilisateur,
)
from conventions.acces import caisses_administrees
from equipes import etats, listes
from equipes.acces import caisses_de
from equipes.dates import reactivable_jusqu_au, suppression_le
from equipes.gestes import GESTES, Geste, Scene
from equipes.models import Demarche
from equipes.suivi import cote_caisse
from portail.formulaires import Formulaire
from portail.templatetags.portail import instant, jour

HISTORIQUE = 50
# What one reads is no news of the account.
_TUS = (Trace.Action.LECTURE, Trace.Action.CONNEXION, Trace.Action.DECONNEXION)
_TUS += (Trace.Action.CONNEXION_REFUSEE, Trace.Action.REFUS, Trace.Action.RECHERCHE)
_TITRES = {
    Trace.Action.CREATION: "Compte créé",
    Trace.Action.HABILITATION: "Habilitation donnée",
    Trace.Action.CGU: "Conditions d’utilisation acceptées",
    Trace.Action.SUPPRESSION: "Compte effacé",
    Trace.Action.TELECHARGEMENT: "Document téléchargé",
}
# What a change changed, by what the trace kept of it; the first key that is there says it.
_CHANGEMENTS = {
    ("etat", "inactif"): "Compte inactivé",
    ("etat", "actif"): "Compte activé",
    ("etat", "invite"): "Compte réactivé, en attente d’activation",
    ("lien", "activation"): "Lien d’activation envoyé",
    ("lien", "mot_de_passe"): "Lien envoyé pour un nouveau mot de passe",
    ("mot_de_passe", "choisi"): "Mot de passe choisi",
    ("mot_de_passe", "demande"): "Nouveau mot de passe demandé",
    ("second_facteur", "reinitialise"): "Second facteur réinitialisé",
    ("totp", "pose"): "Second facteur installé",
}

_AUTRES = {
    "techniciens_transmis": "Techniciens transmis",
    "responsable": "Gestionnaire responsable changé",
    "techniciens": "Techniciens transmis",
    "champs": "Coordonnées modifiées",
    "codes_secours": "Codes de secours créés",
    "cause": "Cause de l’inactivation changée",
    "dernier_jour": "Fin du compte prévue",
    "incident": "Fraude, vol ou perte signalé",
}


def cadre(compte: Utilisateur, acteur: Utilisateur) -> dict[str, Any]:
    """The account and the list it belongs to, for the breadcrumb."""
    if cote_caisse(acteur):
        partenaire: Any = partenaire_de(compte)
        url = reverse("equipes:comptes", args=[partenaire.code])
        return {"compte": compte, "libelle_liste": f"Comptes – {partenaire}", "url_liste": url}
    return {"compte": compte, "libelle_liste": "Équipe", "url_liste": reverse("equipes:equipe")}


def scene(compte: Utilisateur, acteur: Utilisateur) -> Scene:
    partenaire: Any = partenaire_de(compte)
    return Scene(
        compte=compte,
        acteur=acteur,
        caisses=_caisses(partenaire, acteur),
        domaines=partenaire.domaines_email,
    )


def _caisses(partenaire: Partenaire, acteur: Utilisateur) -> list[Caisse]:
    """Those bound to the partner today; an admin names its own, even once it is not any more."""
    liees = caisses_de(partenaire)
    if not cote_caisse(acteur):
        return liees
    siennes = caisses_administrees(acteur).filter(liens__convention__partenaires=partenaire)
    toutes = list(siennes.distinct())
    return [caisse for caisse in toutes if caisse in liees] or toutes


def composer(compte: Utilisateur, acteur: Utilisateur) -> dict[str, Any]:
    possibles = etats.CIRCUIT.possibles(compte, acteur)
    return cadre(compte, acteur) | {
        "badge": listes.BADGES[Etat(compte.etat)],
        "etat": listes.etat_en_mots(compte),
        "avis": _avis(compte),
        "gestes": [GESTES[etape.nom] for etape in possibles if etape.nom in GESTES],
        "identite": _identite(compte),
        "rattaches": list(compte.rattaches.exclude(etat=Etat.SUPPRIME)),
        "incidents": list(compte.incidents.select_related("document")),
        "historique": historique(compte),
    }


def composer_geste(geste: Geste, scene: Scene, formulaire: Formulaire) -> dict[str, Any]:
    return cadre(scene.compte, scene.acteur) | {
        "geste": geste,
        "form": formulaire,
        "effets": geste.effets(scene),
        "prealable": geste.prealable(scene),
    }


def historique(compte: Utilisateur) -> list[dict[str, Any]]:
    """The trace of the account in French, the latest first."""
    cle = str(getattr(compte, "reference", compte.pk))
    siennes = Trace.objects.filter(objet="utilisateur", cle=cle)
    lignes = siennes.exclude(action__in=_TUS).select_related("qui")
    return [_evenement(ligne, compte) for ligne in lignes[:HISTORIQUE]]


def _evenement(ligne: Trace, compte: Utilisateur) -> dict[str, Any]:
    auteur: Any = ligne.qui or "Portail"
    if ligne.qui_id == compte.pk:
        auteur = "La personne elle-même"
    return {"titre": _titre(ligne), "quand": ligne.quand, "acteur": auteur, "texte": _suite(ligne)}


def _titre(ligne: Trace) -> str:
    details = ligne.details
    if ligne.action == Trace.Action.HABILITATION and "retire" in details:
        return "Habilitation retirée"
    if ligne.action in _TITRES:
        return _TITRES[Trace.Action(ligne.action)]
    for (cle, valeur), titre in _CHANGEMENTS.items():
        if details.get(cle) == valeur:
            return titre
    return next((titre for cle, titre in _AUTRES.items() if cle in details), "Compte modifié")


def _suite(ligne: Trace) -> str:
    details = ligne.details
    if details.get("cause") in CauseInactivation.values:
        return CauseInactivation(details["cause"]).label
    if nombre := details.get("techniciens_transmis"):
        return f"{nombre} compte{'s' if int(nombre) > 1 else ''}"
    return ""


def _identite(compte: Utilisateur) -> list[dict[str, Any]]:
    lignes = {
        "Civilité": compte.get_civilite_display(),
        "Fonction": compte.fonction,
        "Téléphone": compte.telephone,
        "Adresse e-mail": compte.email,
        "Identifiant": compte.identifiant,
        "Créé le": instant(compte.cree_le),
        "Activé le": instant(compte.active_le) or "Pas encore",
        "Dernière connexion": instant(compte.last_login) or "Jamais",
    }
    if compte.profil == Profil.TECHNICIEN:
        lignes["Gestionnaire responsable"] = str(compte.responsable or "Aucun")
        lignes["Statut"] = Statut(compte.statut).label if compte.statut else ""
        lignes["Équipement professionnel déclaré le"] = jour(compte.declare_le)
    if compte.etat == Etat.INACTIF:
        lignes["Inactivé le"] = instant(compte.inactif_le)
        lignes["Cause"] = compte.get_cause_inactivation_display()
    return [{"libelle": libelle, "valeur": valeur} for libelle, valeur in lignes.items()]


def _attend_un_lien(compte: Utilisateur) -> bool:
    """Does a link that still works wait in the mailbox of its owner?"""
    liens = activation.en_cours(compte, Jeton.Usage.ACTIVATION)
    return liens.filter(expire_le__gt=timezone.now()).exists()


def _avis(compte: Utilisateur) -> list[dict[str, str]]:
    """What the reader should know before anything else."""
    avis = [
        {
            "genre": "info",
            "texte": f"Une démarche est en cours : {demarche.get_nature_display().lower()}.",
            "url": reverse("equipes:demarche", args=[demarche.identifiant]),
            "action": "La suivre",
        }
        for demarche in compte.demarches.filter(etat=Demarche.Etat.DEPOSEE)
    ]
    if compte.etat == Etat.INVITE and not _attend_un_lien(compte):
        texte = "Ce compte n’a pas été activé. Le lien n’est valable que 48 heures : renvoyez-le."
        avis.append({"genre": "warning", "texte": texte})
    if compte.etat == Etat.INACTIF:
        dernier, effacement = jour(reactivable_jusqu_au(compte)), jour(suppression_le(compte))
        texte = f"Réactivation possible jusqu’au {dernier}. Le compte est effacé le {effacement}."
        avis.append({"genre": "info", "texte": texte})
    return avis
