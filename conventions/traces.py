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
ETATS = [(valeur, nom.lower()) for valeur, nom in Convention.Etat.choices]
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
    "violation": "Violation de données",
}
PHRASES = {
    ("brouillon", Action.CREATION): "Brouillon commencé",
    ("brouillon", Action.CHANGEMENT): "Brouillon enregistré",
    ("contact", Action.CREATION): "Contact nommé",
    ("contact", Action.SUPPRESSION): "Contact retiré",
    ("convention", Action.CREATION): "Convention préparée",
    ("coupure", Action.CREATION): "Accès de la structure coupé",
    ("coupure", Action.CHANGEMENT): "Accès de la structure rétabli",
    ("demande", Action.CREATION): "Demande déposée",
    ("demande", Action.LECTURE): "Demande lue",
    ("demande", Action.MESSAGE): "Message écrit",
    ("demarche", Action.CREATION): "Démarche déposée",
    ("document", Action.CREATION): "Document demandé",
    ("document", Action.CHANGEMENT): "Document établi",
    ("document", Action.TELECHARGEMENT): "Document téléchargé",
    ("incident", Action.CREATION): "Incident signalé",
    ("partenaire", Action.CREATION): "Partenaire inscrit",
    ("partenaire", Action.CHANGEMENT): "Fiche du partenaire modifiée",
    ("piece", Action.CREATION): "Pièce jointe ajoutée",
    ("piece", Action.TELECHARGEMENT): "Pièce jointe téléchargée",
    ("revue", Action.CREATION): "Revue des habilitations ouverte",
    ("utilisateur", Action.CREATION): "Compte créé",
    ("utilisateur", Action.CHANGEMENT): "Compte modifié",
    ("utilisateur", Action.SUPPRESSION): "Compte supprimé",
    ("utilisateur", Action.HABILITATION): "Habilitation du compte",
    ("violation", Action.CREATION): "Violation de données déclarée",
    ("violation", Action.LECTURE): "Violation de données lue",
}
# What a code among the details says more precisely; a table, by the value of the code.
PRECISIONS: dict[tuple[str, str], str | dict[str, str]] = {
    ("convention", "etat"): {str(valeur): f"Convention : {nom}" for valeur, nom in ETATS},
    ("convention", "copil"): {
        "prevu": "Comité de pilotage prévu",
        "tenu": "Comité de pilotage enregistré",
        "date": "Date du comité de pilotage changée",
        "annule": "Comité de pilotage annulé",
        "compte_rendu": "Compte rendu du comité de pilotage joint",
    },
    ("convention", "reconduction"): "Convention reconduite",
    ("convention", "rupture"): "Fin de convention notifiée",
    ("demande", "etape"): "Étape de la demande franchie",
    ("demande", "levees"): "Refus du garde-fou contesté",
    ("demande", "recepisse"): "Récépissé de la demande",
    ("demande", "retard"): "Échéance de la demande dépassée",
    ("demarche", "etat"): {
        "acceptee": "Démarche acceptée",
        "refusee": "Démarche refusée",
        "retiree": "Démarche retirée",
    },
    ("partenaire", "comptes_rendus"): "Comptes de la structure rendus",
    ("partenaire", "vue"): {
        "comptes": "Comptes de la structure consultés",
        "equipe": "Équipe consultée",
        "trace": "Trace consultée",
    },
    ("piece", "verdict"): "Pièce jointe analysée par l’antivirus",
    ("revue", "decisions"): "Revue des habilitations commencée",
    ("revue", "etat"): "Revue des habilitations signée",
    ("revue", "relance"): "Revue des habilitations relancée",
    ("utilisateur", "cause"): "Compte inactivé",
    ("utilisateur", "dernier_jour"): "Fin du compte prévue",
    ("utilisateur", "etat"): {
        "invite": "Compte à activer de nouveau",
        "actif": "Compte ouvert",
        "inactif": "Compte inactivé",
    },
    ("utilisateur", "lien"): "Lien envoyé au titulaire du compte",
    ("utilisateur", "mot_de_passe"): "Mot de passe du compte",
    ("utilisateur", "responsable"): "Compte rattaché à un gestionnaire",
    ("utilisateur", "second_facteur"): "Second facteur réinitialisé",
    ("utilisateur", "techniciens_transmis"): "Techniciens confiés à un autre gestionnaire",
    ("utilisateur", "totp"): "Second facteur posé",
    ("violation", "complement"): "Violation de données complétée",
    ("violation", "etat"): {
        "connue": "Violation de données prise en compte",
        "close": "Violation de données close",
    },
    ("violation", "retard"): "Délai d’information sur une violation dépassé",
}


def traces(partenaire: Partenaire, caisses: Collection[int], curseur: str | None) -> Page[Any]:
    """One page, latest first: what concerns these caisses, or the partner's common data."""
    lignes = Trace.objects.annotate(reference=Cast("pk", CharField())).values(
        "reference", "quand", "qui_id", "action", "objet", "cle", "details"
    )
    return page(
        lignes,
        cle="quand",
        curseur=curseur,
        descendant=True,
        parts=_parts(partenaire, caisses),
    )


def presenter(lignes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows ready to print: when, who, what, about which request, account or convention."""
    sujets = {int(li["cle"]) for li in lignes if li["objet"] == "utilisateur"}
    comptes = Utilisateur.objects.in_bulk(sujets | {li["qui_id"] for li in lignes if li["qui_id"]})
    cles = {li["cle"] for li in lignes if li["objet"] == "convention"}
    conventions = Convention.objects.filter(identifiant__in=cles)
    noms = {("convention", str(c.identifiant)): c.intitule for c in conventions}
    noms |= {("utilisateur", str(pk)): str(compte) for pk, compte in comptes.items()}
    return [
        {
            "quand": ligne["quand"],
            "qui": str(comptes.get(ligne["qui_id"], SYSTEME)),
            "quoi": _phrase(ligne["objet"], ligne["action"], ligne["details"]),
            "sur": ligne["cle"]
            if ligne["objet"] == "demande"
            else noms.get((ligne["objet"], ligne["cle"]), ""),
        }
        for ligne in lignes
    ]


def _parts(partenaire: Partenaire, caisses: Collection[int]) -> list[Q]:
    """Disjoint sets, each along an index. A row of another caisse is in none of them."""
    conventions = Convention.objects.filter(partenaires=partenaire, liens__caisse__in=caisses)
    actes = Acte.objects.filter(convention__in=conventions)
    signatures = Signature.objects.filter(acte__in=actes)
    comptes = [str(compte.pk) for compte in habilitations.rattaches([partenaire])[partenaire.pk]]
    # A convention that nobody signed yet opens no account: see `acces.partenaires_signes`.
    signee = conventions.filter(date_effet__isnull=False).exists()
    vie = VIE_DES_COMPTES if signee else ()
    return [
        Q(partenaire_id=partenaire.pk, caisse_id__in=caisses),
        # Common to all: the contacts that the partner names, its accounts.
        Q(partenaire_id=partenaire.pk, caisse_id=None)
        & (Q(objet="contact") | Q(objet="utilisateur", action__in=vie)),
        Q(objet="partenaire", cle=str(partenaire.pk), partenaire_id=None),
        Q(objet="utilisateur", cle__in=comptes, partenaire_id=None, action__in=vie),
        Q(objet="convention", cle__in=_textes(conventions, "identifiant"), partenaire_id=None),
        Q(objet="acte", cle__in=_textes(actes, "identifiant"), partenaire_id=None),
        Q(objet="signature", cle__in=_textes(signatures, "pk"), caisse_id=None),
    ]


def _textes(objets: Any, champ: str) -> list[str]:
    return [str(valeur) for valeur in objets.values_list(champ, flat=True).distinct()]


def _phrase(objet: str, action: str, details: dict[str, Any]) -> str:
    for code, valeur in details.items():
        precision = PRECISIONS.get((objet, code), {})
        phrase = precision if isinstance(precision, str) else precision.get(str(valeur))
        if phrase:
            return phrase
    if phrase := PHRASES.get((objet, Action(action))):
        return phrase
    libelle = Action(action).label
    return f"{OBJETS[objet]} : {libelle.lower()}" if objet in OBJETS else libelle
