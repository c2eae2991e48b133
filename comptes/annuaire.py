"""The staff of the caisses as pages show it: the list and its views, one account."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from comptes import habilitations, personnel
from comptes.dates import suppression_le
from comptes.gestes import GESTES
from comptes.models import Etat, Utilisateur
from portail.templatetags.portail import instant, jour

BADGES = {Etat.ACTIF: "success", Etat.INVITE: "info", Etat.INACTIF: "warning"}
VUES = (
    ("", "Ouverts", Q(etat__in=(Etat.INVITE, Etat.ACTIF))),
    ("a_activer", "À activer", Q(etat=Etat.INVITE)),
    ("inactifs", "Inactifs", Q(etat=Etat.INACTIF)),
)


@dataclass(frozen=True, slots=True)
class Vue:
    """One tab of the list, with how many accounts it holds."""

    nom: str
    libelle: str
    filtre: Q
    compte: int
    courante: bool


def onglets(comptes: QuerySet[Utilisateur], choisie: str) -> list[Vue]:
    nombres = comptes.order_by().aggregate(
        **{f"n_{nom}": Count("pk", filter=filtre) for nom, _, filtre in VUES}
    )
    choisie = choisie if choisie in {nom for nom, _, _ in VUES} else ""
    return [
        Vue(nom, libelle, filtre, nombres[f"n_{nom}"], nom == choisie)
        for nom, libelle, filtre in VUES
    ]


def lignes(comptes: list[Any]) -> list[dict[str, Any]]:
    """Rows ready to print; one query, however many."""
    caisses = habilitations.caisses_par_compte([compte.pk for compte in comptes])
    return [
        {
            "compte": compte,
            "caisses": caisses[compte.pk],
            "badge": BADGES[compte.etat],
            "quand": _quand(compte),
        }
        for compte in comptes
    ]


def composer(compte: Any, acteur: Utilisateur) -> dict[str, Any]:
    """The page of an account, for an admin of one of its caisses."""
    raison = personnel.empechement("inactiver", compte, acteur)
    return {
        "compte": compte,
        "badge": BADGES[compte.etat],
        "quand": _quand(compte),
        "definitions": _definitions(compte),
        "gestes": [(e.nom, GESTES[e.nom].titre) for e in personnel.possibles(compte, acteur)],
        "raison": raison if compte.etat != Etat.INACTIF else None,
    }


def _quand(compte: Utilisateur) -> str:
    """What a state has of a date (H-14)."""
    if compte.etat == Etat.INVITE:
        return f"invité le {jour(compte.cree_le)}"
    if compte.etat == Etat.INACTIF:
        return f"depuis le {jour(compte.inactif_le)}, effacé le {jour(suppression_le(compte))}"
    return ""


def _definitions(compte: Any) -> list[dict[str, Any]]:
    cause = compte.get_cause_inactivation_display()
    return [
        {"libelle": "Identifiant", "valeur": compte.identifiant},
        {"libelle": "Profil", "valeur": compte.get_profil_display()},
        {"libelle": "Caisses", "valeurs": personnel.caisses_de(compte)},
        {"libelle": "Fonction", "valeur": compte.fonction},
        {"libelle": "Téléphone", "valeur": compte.telephone},
        {"libelle": "Adresse e-mail", "valeur": compte.email},
        {"libelle": "Dernière connexion", "valeur": instant(compte.last_login) or "Jamais"},
        {
            "libelle": "Double authentification",
            "valeur": "Configurée" if compte.a_appareil else "Pas encore configurée",
        },
        *([{"libelle": "Cause de l’inactivation", "valeur": cause}] if cause else []),
    ]
