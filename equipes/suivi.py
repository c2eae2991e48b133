"""What the pages of demarches show to the side that reads them."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Profil, Utilisateur
from conventions.quotas import quotas
from equipes import echeances, etats
from equipes.forms.gestes import FormulaireRefus
from equipes.models import Demarche
from portail import pages
from portail.calendrier import jours_ouvres
from portail.templatetags.portail import jour

CHAMPS = {
    "civilite": "Civilité",
    "nom": "Nom",
    "prenom": "Prénom",
    "fonction": "Fonction",
    "telephone": "Téléphone",
    "email": "Adresse e-mail",
}
BADGES = {
    Demarche.Etat.DEPOSEE: "info",
    Demarche.Etat.ACCEPTEE: "success",
    Demarche.Etat.REFUSEE: "error",
    Demarche.Etat.RETIREE: "",
}


def cote_caisse(acteur: Utilisateur) -> bool:
    return bool(habilitations.caisses(acteur, "administrer"))


def liste_demarches(acteur: Utilisateur, finies: bool, curseur: str | None) -> dict[str, Any]:
    """One page: the oldest first while they wait, the latest handled first afterwards."""
    siennes = Demarche.objects.visibles_par(acteur).select_related(
        "caisse", "partenaire", "compte", "demandee_par"
    )
    en_cours = siennes.a_traiter()
    lignes: QuerySet[Demarche] = siennes.exclude(etat=Demarche.Etat.DEPOSEE) if finies else en_cours
    page = pages.page(
        lignes,
        curseur,
        tri=("traitee_le" if finies else "demandee_le", "pk"),
        cle="identifiant",
        descendant=finies,
    )
    return {
        "page": page,
        "demarches": [presenter(demarche) for demarche in page.lignes],
        "finies": finies,
        "en_cours": en_cours.count(),
        "cote_caisse": cote_caisse(acteur),
    }


def presenter(demarche: Demarche) -> dict[str, Any]:
    """What a row, or the head of the page, says of it."""
    genre, texte = "aucun", ""
    if demarche.etat == Demarche.Etat.DEPOSEE and demarche.echeance_le:
        genre, texte = echeances.delai(
            demarche.echeance_le, timezone.localdate(), demarche.caisse.departement
        )
    return {
        "demarche": demarche,
        "personne": personne(demarche),
        "badge": BADGES[Demarche.Etat(demarche.etat)],
        "delai_genre": genre,
        "delai_texte": texte,
    }


def personne(demarche: Demarche) -> str:
    """Whom it is about: the account, or who would get one."""
    if demarche.compte:
        return str(demarche.compte)
    nom = f"{demarche.donnees.get('prenom', '')} {demarche.donnees.get('nom', '')}".strip()
    return nom or "Compte supprimé"


def composer_demarche(
    demarche: Demarche, acteur: Utilisateur, refus: FormulaireRefus | None = None
) -> dict[str, Any]:
    noms = {etape.nom for etape in etats.DEMARCHES.possibles(demarche, acteur)}
    return presenter(demarche) | {
        "lignes": _lignes(demarche),
        "peut_accepter": "accepter" in noms,
        "peut_refuser": "refuser" in noms,
        "peut_retirer": "retirer" in noms,
        "form": refus or FormulaireRefus(),
        "refus_ouvert": refus is not None,
        "chronologie": _chronologie(demarche),
        "cote_caisse": cote_caisse(acteur),
        **_places(demarche),
    }


def cadre_habilitation(partenaire: Partenaire, caisses: list[Caisse]) -> dict[str, Any]:
    """What is said before a habilitation is asked: places left, deadline."""
    jour_ = timezone.localdate()
    departement = caisses[0].departement if len(caisses) == 1 else ""
    return {
        "partenaire": partenaire,
        "caisses": caisses,
        "quota": quotas(partenaire, jour_)[Profil.GESTIONNAIRE],
        "echeance": departement
        and echeances.jour_en_mots(jours_ouvres(jour_, 5, departement), jour_),
    }


def accuse(demarche: Demarche, aujourdhui: date) -> str:
    if not demarche.echeance_le:
        return "La demande est enregistrée."
    quand = echeances.jour_en_mots(demarche.echeance_le, aujourdhui)
    return f"La demande est enregistrée. {demarche.caisse} la traite au plus tard le {quand}."


def _places(demarche: Demarche) -> dict[str, Any]:
    if demarche.nature != Demarche.Nature.HABILITATION or demarche.etat != Demarche.Etat.DEPOSEE:
        return {}
    siens = quotas(demarche.partenaire, timezone.localdate())
    return {"quota": siens[Profil.GESTIONNAIRE]}


def _lignes(demarche: Demarche) -> list[dict[str, str]]:
    """What was asked; for a change, the value before beside the one after (H-08)."""
    lignes = [
        {"libelle": "Partenaire", "valeur": demarche.partenaire.nom},
        {"libelle": "Caisse", "valeur": demarche.caisse.nom},
    ]
    lignes += [
        {"libelle": libelle, "valeur": _valeur(demarche, nom)}
        for nom, libelle in CHAMPS.items()
        if nom in demarche.donnees
    ]
    if demarche.date_voulue:
        lignes.append(
            {"libelle": "Dernier jour d’utilisation", "valeur": jour(demarche.date_voulue)}
        )
    if demarche.repreneur:
        lignes.append({"libelle": "Reprend les techniciens", "valeur": str(demarche.repreneur)})
    return lignes


def _valeur(demarche: Demarche, nom: str) -> str:
    valeur = str(demarche.donnees[nom])
    if nom == "civilite":
        return dict(Utilisateur._meta.get_field("civilite").flatchoices).get(valeur, valeur)
    modifie = demarche.nature == Demarche.Nature.MODIFICATION
    if modifie and demarche.etat == Demarche.Etat.DEPOSEE and demarche.compte:
        return f"{valeur} (actuellement : {getattr(demarche.compte, nom) or 'non renseigné'})"
    return valeur


def _chronologie(demarche: Demarche) -> list[dict[str, Any]]:
    etapes = [
        {
            "titre": "Demande enregistrée",
            "quand": demarche.demandee_le,
            "acteur": demarche.demandee_par or demarche.caisse.nom,
        }
    ]
    if demarche.traitee_le:
        etapes.append(
            {
                "titre": demarche.get_etat_display(),
                "quand": demarche.traitee_le,
                "acteur": demarche.traitee_par,
                "texte": demarche.motif_refus,
            }
        )
    elif demarche.echeance_le:
        quand = echeances.jour_en_mots(demarche.echeance_le, timezone.localdate())
        etapes.append({"titre": f"Réponse de la caisse au plus tard le {quand}", "etat": "a_venir"})
    return etapes
