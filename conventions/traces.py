"""What was done about a partner, as the caisses that work with it may read it (G-05)."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from comptes import habilitations
from comptes.models import Partenaire, Trace, Utilisateur
from conventions.models import Acte, Convention, Signature
from portail.pagination import Page, page

Action = Trace.Action
SYSTEME = "Le portail"
# Of the accounts of a partner: what becomes of them, not when they sign in.
VIE_DES_COMPTES = (Action.HABILITATION, Action.CREATION, Action.CHANGEMENT, Action.SUPPRESSION)
OBJETS = {
    "acte": "Acte de convention",
    "brouillon": "Brouillon de demande",
    "caisseliee": "Caisse liée par une convention",
    "contact": "Contact",
    "convention": "Convention",
    "coupure": "Accès de la structure",
    "demande": "Demande",
    "demarche": "Démarche sur un compte",
    "document": "Document",
    "incident": "Incident sur un compte",
    "levee": "Levée du garde-fou",
    "partenaire": "Fiche du partenaire",
    "piece": "Pièce jointe",
    "revue": "Revue des habilitations",
    "rupture": "Fin de convention",
    "scan": "Scan signé",
    "signature": "Signature",
    "utilisateur": "Compte",
}
PHRASES = {
    ("coupure", Action.CREATION): "Accès de la structure coupé",
    ("coupure", Action.CHANGEMENT): "Accès de la structure rétabli",
    ("contact", Action.CREATION): "Contact nommé",
    ("contact", Action.CHANGEMENT): "Contact remplacé ou retiré",
    ("contact", Action.SUPPRESSION): "Contact retiré",
    ("convention", Action.CREATION): "Convention préparée",
    ("demande", Action.CREATION): "Demande déposée",
    ("demande", Action.LECTURE): "Demande lue",
    ("demarche", Action.CREATION): "Démarche déposée",
    ("incident", Action.CREATION): "Incident signalé",
    ("partenaire", Action.CREATION): "Partenaire inscrit",
    ("partenaire", Action.CHANGEMENT): "Fiche du partenaire modifiée",
    ("revue", Action.CREATION): "Revue des habilitations ouverte",
    ("rupture", Action.CREATION): "Fin de convention notifiée",
    ("utilisateur", Action.CREATION): "Compte créé",
    ("utilisateur", Action.SUPPRESSION): "Compte supprimé",
}


def traces(partenaire: Partenaire, caisses: Collection[int], curseur: str | None) -> Page[Any]:
    """One page, latest first: what concerns these caisses, or the partner's common data."""
    lignes = Trace.objects.annotate(reference=Cast("pk", CharField())).values(
        "reference", "quand", "qui_id", "action", "objet", "cle"
    )
    return page(
        lignes,
        cle="quand",
        curseur=curseur,
        descendant=True,
        parts=_parts(partenaire, caisses),
    )


def presenter(lignes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows ready to print: when, who, what, on which request."""
    auteurs = Utilisateur.objects.in_bulk({li["qui_id"] for li in lignes if li["qui_id"]})
    return [
        {
            "quand": ligne["quand"],
            "qui": str(auteurs.get(ligne["qui_id"], SYSTEME)),
            "quoi": _phrase(ligne["objet"], ligne["action"]),
            "reference": ligne["cle"] if ligne["objet"] == "demande" else "",
        }
        for ligne in lignes
    ]


def _parts(partenaire: Partenaire, caisses: Collection[int]) -> list[Q]:
    """Disjoint sets, each along an index. A row of another caisse is in none of them."""
    conventions = Convention.objects.filter(partenaires=partenaire, liens__caisse__in=caisses)
    actes = Acte.objects.filter(convention__in=conventions)
    signatures = Signature.objects.filter(acte__in=actes)
    comptes = [str(compte.pk) for compte in habilitations.rattaches([partenaire])[partenaire.pk]]
    return [
        Q(partenaire_id=partenaire.pk, caisse_id__in=caisses),
        # Common to all: the contacts that the partner names.
        Q(partenaire_id=partenaire.pk, caisse_id=None, objet="contact"),
        Q(objet="partenaire", cle=str(partenaire.pk), partenaire_id=None),
        Q(objet="utilisateur", cle__in=comptes, partenaire_id=None, action__in=VIE_DES_COMPTES),
        Q(objet="convention", cle__in=_textes(conventions, "identifiant"), partenaire_id=None),
        Q(objet="acte", cle__in=_textes(actes, "identifiant"), partenaire_id=None),
        Q(objet="signature", cle__in=_textes(signatures, "pk"), caisse_id=None),
    ]


def _textes(objets: Any, champ: str) -> list[str]:
    return [str(valeur) for valeur in objets.values_list(champ, flat=True).distinct()]


def _phrase(objet: str, action: str) -> str:
    if phrase := PHRASES.get((objet, Action(action))):
        return phrase
    libelle = Action(action).label
    return f"{OBJETS[objet]} : {libelle.lower()}" if objet in OBJETS else libelle
