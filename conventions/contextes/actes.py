"""What the parties sign: the convention d'utilisation of the portal, and its avenants."""

from collections.abc import Callable
from datetime import date
from typing import Any

from comptes.models import Caisse, Partenaire
from conventions import consentement
from conventions.contextes import plan
from conventions.contextes.contacts import caisses_liees, fiches, support
from conventions.contextes.mots import en_toutes_lettres
from conventions.models import Acte, Convention, Document, Service, Signature
from conventions.parametres import MODES, comparer, valeurs
from conventions.quotas import champ_de_grille, limite_gestionnaires
from portail.calendrier import jour_civil

SANS_LIMITE = "sans limite"
# H-06, H-07: each line of the grid, and a size that falls in it.
TRANCHES = (
    ("De 1 à 10 membres", 10),
    ("De 11 à 25 membres", 25),
    ("Plus de 25 membres", 26),
)


def utilisation(document: Document) -> dict[str, Any]:
    """The convention d'utilisation, with the parameters that its act sets (C-04, C-06)."""
    acte, jour = _acte(document), jour_civil(document.demande_le)
    convention, parametres = acte.convention, parametres_de(acte)
    caisses = caisses_liees(convention, jour)
    return {
        **_entete(acte, jour),
        "titre": "Convention d’utilisation de l’Espace Partenaires",
        "parametres": parametres,
        "services": _services(parametres["services"]),
        "grille": _grille(parametres),
        "partenaires": [_partenaire(p, parametres) for p in convention.partenaires.all()],
        "caisses": [_caisse(caisse, parametres[MODES]) for caisse in caisses],
        "mot_de_passe": _par_caisse(caisses, _rotation),
        "revue": _par_caisse(caisses, _revue),
        "fiches": fiches(convention, jour),
        "consentement": consentement.TEXTES[consentement.VERSION],
        "consentement_version": consentement.VERSION,
        "articles": plan.articles(),
    }


def avenant(document: Document) -> dict[str, Any]:
    """What the avenant changes: each parameter, its old value and the new one (C-05)."""
    acte = _acte(document)
    return {
        **_entete(acte, jour_civil(document.demande_le)),
        "titre": f"Avenant n° {acte.numero} à la convention",
        "numero": acte.numero,
        "objet": acte.objet,
        "effet_le": en_toutes_lettres(acte.effet_le),
        "changements": comparer(_avant(acte), acte.changements, _noms(acte.convention)),
    }


def parametres_de(acte: Acte) -> dict[str, Any]:
    """The parameters as the act set them; before it is signed, those that it proposes."""
    version = getattr(acte, "version", None)
    if version is not None:
        return dict(version.parametres)
    return _actuels(acte.convention)


def _actuels(convention: Convention) -> dict[str, Any]:
    liens = convention.liens.select_related("caisse")
    modes = {lien.caisse.code: lien.mode_consentement for lien in liens}
    return {**valeurs(convention), MODES: modes}


def _noms(convention: Convention) -> dict[str, str]:
    """The name of each caisse by its code, as acts and versions name them."""
    return {caisse.code: caisse.nom for caisse in convention.caisses.all()}


def _acte(document: Document) -> Acte:
    actes = Acte.objects.select_related("convention", "version")
    return actes.get(identifiant=document.source)


def _avant(acte: Acte) -> dict[str, Any]:
    """The parameters just before this avenant: those of the version that it replaces."""
    if getattr(acte, "version", None) is None:
        return _actuels(acte.convention)
    anterieures = acte.convention.versions.filter(numero__lt=acte.version.numero)
    precedente = anterieures.order_by("-numero").first()
    return dict(precedente.parametres) if precedente else {}


def _entete(acte: Acte, jour: date) -> dict[str, Any]:
    convention = acte.convention
    return {
        "provisoire": acte.etat == Acte.Etat.BROUILLON,
        "intitule": convention.intitule,
        "acte": acte.reference,
        "jour": en_toutes_lettres(jour),
        "metier_le": en_toutes_lettres(convention.date_effet),
        "utilisation_le": en_toutes_lettres(convention.date_utilisation),
        "parties": _parties(acte, jour),
    }


def _parties(acte: Acte, jour: date) -> list[dict[str, str]]:
    """Those asked to sign, in the order of the act; for a draft, those of the convention."""
    signatures = list(acte.signatures.select_related("caisse", "partenaire"))
    if signatures:
        return [_signataire(signature) for signature in signatures]
    convention = acte.convention
    lignes = [_partie(caisse) for caisse in caisses_liees(convention, jour)]
    lignes += [_partie(partenaire) for partenaire in convention.partenaires.all()]
    return lignes + [_partie(autre) for autre in convention.autres_signataires]


def _signataire(signature: Signature) -> dict[str, str]:
    partie = signature.caisse or signature.partenaire or signature.autre
    return {
        **_partie(partie),
        "signee_le": en_toutes_lettres(signature.signee_le),
        "qualite": signature.qualite if signature.signee_le else "",
    }


def _partie(partie: Caisse | Partenaire | str) -> dict[str, str]:
    if isinstance(partie, Caisse):
        return {"genre": "caisse", "nom": partie.nom, "precision": "caisse d’assurance maladie"}
    if isinstance(partie, Partenaire):
        return {"genre": "partenaire", "nom": partie.nom, "precision": partie.adresse}
    return {"genre": "autre", "nom": partie, "precision": "signataire sans accès au portail"}


def _services(ouverts: list[str]) -> list[dict[str, str]]:
    """Only those that are on (C-06), in the order of the portal."""
    return [
        {"libelle": service.label, "usage": plan.USAGES[service]}
        for service in Service
        if service in ouverts
    ]


def _grille(parametres: dict[str, Any]) -> list[dict[str, str]]:
    return [{"taille": taille, **_plafonds(membres, parametres)} for taille, membres in TRANCHES]


def _plafonds(membres: int, parametres: dict[str, Any]) -> dict[str, str]:
    """What the grid of this convention gives to a structure of that size."""
    techniciens = parametres[champ_de_grille(membres)]
    return {
        "gestionnaires": str(limite_gestionnaires(membres)),
        "techniciens": SANS_LIMITE if techniciens is None else str(techniciens),
    }


def _partenaire(partenaire: Partenaire, parametres: dict[str, Any]) -> dict[str, Any]:
    return {
        "nom": partenaire.nom,
        "membres": partenaire.membres,
        **_plafonds(partenaire.membres, parametres),
        "domaines": partenaire.domaines_email,
        "recoit_documents": partenaire.recoit_documents,
    }


def _caisse(caisse: Caisse, modes: dict[str, str]) -> dict[str, Any]:
    return {
        "nom": caisse.nom,
        "support": support(caisse),
        "consentement": modes.get(caisse.code, ""),
    }


def _par_caisse(caisses: list[Caisse], dire: Callable[[Caisse], str]) -> str:
    """What the caisses decide alike is said once; else, each with whom it holds for."""
    par_phrase: dict[str, list[str]] = {}
    for caisse in caisses:
        par_phrase.setdefault(dire(caisse), []).append(caisse.nom)
    if len(par_phrase) == 1:
        return next(iter(par_phrase))
    return " ; ".join(f"{phrase} ({', '.join(noms)})" for phrase, noms in par_phrase.items())


def _rotation(caisse: Caisse) -> str:
    return f"tous les {caisse.mot_de_passe_jours} jours"


def _revue(caisse: Caisse) -> str:
    if caisse.revue_mois is None:
        return "à la seule demande de la caisse"
    return "chaque mois" if caisse.revue_mois == 1 else f"tous les {caisse.revue_mois} mois"
