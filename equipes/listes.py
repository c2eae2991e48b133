"""The accounts of a partner as lists: filtered, searched, cut in pages, ready to print."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.urls import reverse

from comptes.models import Etat, Utilisateur
from equipes.dates import suppression_le
from portail import pages
from portail.normalisation import cle_recherche
from portail.pagination import Page
from portail.templatetags.portail import jour

VUES = {
    "": "Tous",
    "actifs": "Actifs",
    "invites": "À activer",
    "inactifs": "Inactifs",
}
_ETATS = {"actifs": Etat.ACTIF, "invites": Etat.INVITE, "inactifs": Etat.INACTIF}
BADGES = {Etat.ACTIF: "success", Etat.INVITE: "info", Etat.INACTIF: "", Etat.SUPPRIME: ""}
_ADRESSE_TYPE = "00000000-0000-0000-0000-000000000000"


def filtrer(comptes: QuerySet[Utilisateur], vue: str) -> QuerySet[Utilisateur]:
    return comptes.filter(etat=_ETATS[vue]) if vue in _ETATS else comptes


def chercher(comptes: QuerySet[Utilisateur], cherche: str) -> QuerySet[Utilisateur]:
    """Those whose first and last names hold every word, whatever the accents.

    A partner has a few hundred accounts at most: their names are read, then compared.
    """
    mots = cle_recherche(cherche).split()
    noms = comptes.order_by().values_list("pk", "prenom", "nom")
    return comptes.filter(pk__in=[pk for pk, *textes in noms if _porte(mots, textes)])


def _porte(mots: list[str], textes: list[str]) -> bool:
    cle = cle_recherche(*textes)
    return all(mot in cle for mot in mots)


def page(
    comptes: QuerySet[Utilisateur], tous: QuerySet[Utilisateur], curseur: str | None
) -> Page[Utilisateur]:
    """One page by name; `tous` is the team before it was filtered."""
    return pages.page(comptes, curseur, tri=("nom", "prenom", "pk"), cle="public", parmi=tous)


def presenter(comptes: list[Utilisateur], *, profil: str = "") -> list[dict[str, Any]]:
    """Rows ready to print; those of `profil` alone when given."""
    adresse = reverse("equipes:compte", args=[_ADRESSE_TYPE])
    return [
        {
            "compte": compte,
            "adresse": adresse.replace(_ADRESSE_TYPE, str(compte.public)),
            "etat": etat_en_mots(compte),
            "badge": BADGES[Etat(compte.etat)],
        }
        for compte in comptes
        if profil in ("", compte.profil)
    ]


def etat_en_mots(compte: Utilisateur) -> str:
    """The state, with the date that matters (H-04, H-09, H-14)."""
    if compte.etat == Etat.INVITE:
        return f"invité le {jour(compte.cree_le)}"
    if compte.etat == Etat.INACTIF:
        return f"depuis le {jour(compte.inactif_le)}, effacé le {jour(suppression_le(compte))}"
    if compte.dernier_jour:
        return f"jusqu’au {jour(compte.dernier_jour)}"
    return ""


def compter(comptes: QuerySet[Utilisateur]) -> dict[str, int]:
    """How many accounts each view holds, in one query."""
    etats = dict(comptes.order_by().values_list("etat").annotate(nombre=Count("pk")))
    return {"": sum(etats.values())} | {vue: etats.get(etat, 0) for vue, etat in _ETATS.items()}


def onglets(parametres: QueryDict, comptes: dict[str, int]) -> list[dict[str, Any]]:
    """The views as links, the current one marked."""
    choisie = parametres.get("vue", "")
    choisie = choisie if choisie in VUES else ""
    return [
        {"vue": vue, "libelle": libelle, "compte": comptes[vue], "courante": vue == choisie}
        for vue, libelle in VUES.items()
    ]
