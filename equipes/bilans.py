"""What the pages of reviews show to the side that reads them (H-15)."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from comptes.models import OUVERTS, Caisse, Partenaire, Utilisateur
from conventions.models import CaisseLiee
from equipes import echeances, listes
from equipes.acces import comptes_de
from equipes.models import LigneRevue, Revue
from equipes.suivi import cote_caisse
from portail import pages

PREFIXE = "decision-"


def liste_revues(acteur: Utilisateur, signees: bool, curseur: str | None) -> dict[str, Any]:
    """One page, the latest opened first, each with how many accounts are decided."""
    siennes = Revue.objects.visibles_par(acteur)
    ouvertes = siennes.ouvertes()
    lignes: QuerySet[Revue] = siennes.filter(signee_le__isnull=False) if signees else ouvertes
    page = pages.page(
        lignes.select_related("caisse", "partenaire", "signee_par", "document").annotate(
            total=Count("lignes"), decidees=Count("lignes", filter=~Q(lignes__decision=""))
        ),
        curseur,
        tri=("ouverte_le", "pk"),
        cle="identifiant",
        parmi=siennes,
        descendant=True,
    )
    return {
        "page": page,
        "revues": [presenter(revue) for revue in page.lignes],
        "signees": signees,
        "en_cours": ouvertes.count(),
        "cote_caisse": cote_caisse(acteur),
    }


def presenter(revue: Revue) -> dict[str, Any]:
    aujourdhui = timezone.localdate()
    genre, texte = "aucun", ""
    if not revue.signee_le:
        genre, texte = _delai(revue.echeance_le, aujourdhui)
    return {"revue": revue, "delai_genre": genre, "delai_texte": texte}


def composer_revue(
    revue: Revue, acteur: Utilisateur, choix: dict[int, str] | None = None
) -> dict[str, Any]:
    """The accounts with their decision; erased ones are told by their neutral label (H-14).

    `choix` was just chosen and could not be kept: it is shown again.
    """
    lignes = _lignes(revue)
    for ligne in lignes:
        ligne.decision = (choix or {}).get(ligne.compte_id, ligne.decision)
    decisions = [ligne.decision for ligne in lignes]
    return presenter(revue) | {
        "lignes": [_ligne(ligne) for ligne in lignes],
        "total": len(lignes),
        "decidees": len(lignes) - decisions.count(""),
        "restantes": decisions.count(""),
        "conserves": [x for x in lignes if x.decision == LigneRevue.Decision.CONSERVER],
        "termines": [x for x in lignes if x.decision == LigneRevue.Decision.TERMINER],
        "cote_caisse": cote_caisse(acteur),
        "document": revue.document,
    }


def lignes_visibles(revue: Revue) -> list[LigneRevue]:
    """The accounts of a table that leaves the portal: not the erased ones (H-14)."""
    return [ligne for ligne in _lignes(revue) if not ligne.compte.est_supprime]


def decisions_postees(revue: Revue, donnees: Any) -> dict[int, str]:
    """By account, what was chosen for the accounts of this review and no other."""
    comptes = [ligne.compte for ligne in _lignes(revue)]
    choix = {compte.pk: donnees.get(f"{PREFIXE}{compte.public}", "") for compte in comptes}
    if donnees.get("faire") == "tout_conserver":
        choix = {pk: choisi or LigneRevue.Decision.CONSERVER.value for pk, choisi in choix.items()}
    return {pk: c for pk, c in choix.items() if c in LigneRevue.Decision.values}


def reste_a_dire(restantes: int) -> str:
    """Why a review cannot be signed yet."""
    if not restantes:
        return "Cette revue est déjà signée."
    comptes = "comptes restent" if restantes > 1 else "compte reste"
    return f"{restantes} {comptes} sans réponse : choisissez pour chacun, puis signez."


def a_interroger(caisses: list[Caisse], jour: date) -> QuerySet[Partenaire]:
    """The partners bound to one of these caisses whose review is not in progress with them all."""
    liens = CaisseLiee.objects.ouverts(jour).filter(caisse__in=caisses).values("convention")
    lies = Partenaire.objects.filter(conventions__in=liens)
    for caisse in caisses if len(caisses) == 1 else []:
        en_cours = Revue.objects.ouvertes().filter(caisse=caisse)
        lies = lies.exclude(pk__in=en_cours.values("partenaire"))
    return lies.distinct().order_by("nom")


def _lignes(revue: Revue) -> list[LigneRevue]:
    """The accounts under review and, until it is signed, those that were opened since."""
    lignes = list(revue.lignes.select_related("compte__responsable"))
    if not revue.signee_le:
        connus = [ligne.compte_id for ligne in lignes]
        nouveaux = comptes_de(revue.partenaire).filter(etat__in=OUVERTS).exclude(pk__in=connus)
        lignes += [LigneRevue(revue=revue, compte=compte) for compte in nouveaux]
    return sorted(lignes, key=lambda li: (li.compte.profil, li.compte.nom, li.compte.prenom))


def _ligne(ligne: LigneRevue) -> dict[str, Any]:
    compte = ligne.compte
    return {
        "ligne": ligne,
        "compte": compte,
        "nom_champ": f"{PREFIXE}{compte.public}",
        "etat": listes.etat_en_mots(compte),
        "est_ouvert": compte.etat in OUVERTS,
    }


def _delai(echeance: date, aujourdhui: date) -> tuple[str, str]:
    quand = echeances.jour_en_mots(echeance, aujourdhui)
    if echeance < aujourdhui:
        return "retard", f"en retard : à rendre au plus tard le {quand}"
    jours = (echeance - aujourdhui).days
    dans = f"dans {jours}{echeances.ESPACE}jours" if jours > 1 else "demain"
    genre = "proche" if jours <= 7 else "normal"
    return genre, f"à rendre au plus tard le {quand}, {dans if jours else 'aujourd’hui'}"
