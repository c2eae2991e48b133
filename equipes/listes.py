"""The accounts of a partner as lists: filtered, searched, cut in pages, ready to print."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import QueryDict
from django.urls import reverse

from comptes.models import Etat, Profil, Utilisateur
from equipes.dates import suppression_le
from portail.normalisation import cle_recherche
from portail.pagination import TAILLE, Page
from portail.templatetags.portail import jour

VUES = {
    "": "Tous",
    "actifs": "Actifs",
    "invites": "À activer",
    "inactifs": "Inactifs",
}
_ETATS = {"actifs": Etat.ACTIF, "invites": Etat.INVITE, "inactifs": Etat.INACTIF}
BADGES = {Etat.ACTIF: "success", Etat.INVITE: "info", Etat.INACTIF: "", Etat.SUPPRIME: ""}
_AVANT = "avant~"
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
    comptes: QuerySet[Utilisateur],
    tous: QuerySet[Utilisateur],
    curseur: str | None,
    taille: int = TAILLE,
) -> Page[Utilisateur]:
    """One page by name. A cursor is the public identifier of an account among `tous`: a name
    would travel in the address (D-17).
    """
    en_arriere = (curseur or "").startswith(_AVANT)
    repere = _repere(tous, (curseur or "").removeprefix(_AVANT))
    signe = "-" if repere and en_arriere else ""
    ordre = comptes.order_by(f"{signe}nom", f"{signe}prenom", f"{signe}pk")
    if repere:
        comparaison = TupleLessThan if en_arriere else TupleGreaterThan
        ordre = ordre.filter(comparaison((F("nom"), F("prenom"), F("pk")), repere))
    lignes = list(ordre[: taille + 1])
    deborde = len(lignes) > taille
    lignes = lignes[:taille]
    if signe:
        lignes.reverse()
    avant, apres = (deborde, bool(repere)) if signe else (bool(repere), deborde)
    return Page(
        lignes,
        suivant=str(lignes[-1].public) if lignes and apres else None,
        precedent=f"{_AVANT}{lignes[0].public}" if lignes and avant else None,
    )


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
    etats = list(comptes.order_by().values_list("etat", flat=True))
    return {"": len(etats)} | {vue: etats.count(etat) for vue, etat in _ETATS.items()}


def invites_depuis(comptes: QuerySet[Utilisateur], avant: datetime) -> QuerySet[Utilisateur]:
    """The technicien accounts invited before this instant and never activated (H-04)."""
    return comptes.filter(profil=Profil.TECHNICIEN, etat=Etat.INVITE, cree_le__lte=avant)


def onglets(parametres: QueryDict, comptes: dict[str, int]) -> list[dict[str, Any]]:
    """The views as links, the current one marked."""
    choisie = parametres.get("vue", "")
    choisie = choisie if choisie in VUES else ""
    return [
        {"vue": vue, "libelle": libelle, "compte": comptes[vue], "courante": vue == choisie}
        for vue, libelle in VUES.items()
    ]


def _repere(tous: QuerySet[Utilisateur], identifiant: str) -> tuple[str, str, int] | None:
    """Where a page begins; None for no cursor, or one that names nobody here."""
    try:
        cle = UUID(identifiant)
    except ValueError:
        return None
    return tous.order_by().filter(public=cle).values_list("nom", "prenom", "pk").first()
