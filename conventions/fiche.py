"""What the page of a convention shows, to an admin of its caisses or to a gestionnaire."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from comptes import habilitations
from comptes.models import Partenaire, Utilisateur
from conventions import copil, parametres, reste
from conventions.actions import restaurables, version_au
from conventions.etats import GESTE_DE_RUPTURE, VIVANTES, possibles
from conventions.frise import frise
from conventions.models import Acte, CaisseLiee, Convention, Document, Rupture, Signature
from conventions.offre import est_joignable
from conventions.repertoire import MARQUES
from conventions.reste import Geste

ETAPES = ("Brouillon", "Signatures", "En vigueur", "Portail ouvert")
FINS = {
    Rupture.Cause.DENONCIATION: "Dénoncer la convention",
    Rupture.Cause.MANQUEMENT: "Mettre en demeure pour manquement",
    Rupture.Cause.SECRET: "Rompre pour violation du secret professionnel",
    Rupture.Cause.UTILISATION: "Mettre en demeure au titre de la convention d’utilisation",
}
REGLES = {
    Rupture.Cause.DENONCIATION: "La convention se reconduit chaque année, sauf si l’une des "
    "parties la dénonce dans le préavis. Elle finit alors la veille de son anniversaire.",
    Rupture.Cause.MANQUEMENT: "La mise en demeure part en lettre recommandée. Sans réparation, la "
    "convention finit 15 jours plus tard. Si le manquement est réparé, vous pourrez la lever.",
    Rupture.Cause.SECRET: "La violation du secret professionnel met fin à la convention "
    "immédiatement : les accès se ferment dès l’enregistrement.",
    Rupture.Cause.UTILISATION: "Article 8.2 de la convention d’utilisation : sans réparation, elle "
    "finit 30 jours calendaires après la mise en demeure. La convention métier, elle, continue.",
}


def est_cote_caisse(convention: Convention, acteur: Utilisateur) -> bool:
    """Does the actor administer one of the caisses that are parties?"""
    administrees = habilitations.caisses(acteur, "administrer")
    return convention.liens.filter(caisse__in=administrees).exists()


def composer(
    convention: Convention, acteur: Utilisateur, jour: date, *, au: date | None = None
) -> dict[str, Any]:
    """The context of the page; the gestionnaire's has no gesture at all."""
    cote_caisse = est_cote_caisse(convention, acteur)
    actes, ruptures = (
        list(actes_avec_signatures(convention)),
        list(convention.ruptures.select_related("caisse")),
    )
    liens = _liens(convention)
    permis = permissions(convention, acteur)
    comite = copil.composer(convention, acteur, jour)
    contexte = {
        "convention": convention,
        "cote_caisse": cote_caisse,
        "marque": MARQUES.get(Convention.Etat(convention.etat), "new"),
        "parcours": parcours(convention),
        "liens": liens,
        "tous_actes": actes,
        "ruptures": ruptures,
        "actes": [a for a in actes if a.signatures.all()],
        "avenants": [a for a in actes if a.nature == Acte.Nature.AVENANT],
        "copil": comite,
        "frise": frise(
            convention,
            actes=actes,
            ruptures=ruptures,
            liens=liens,
            copil=comite["reperes"],
            jour=jour,
        ),
        "parametres": _parametres(convention, au, noms(liens)),
        "documents": _documents(convention, actes),
        "permis": permis,
    }
    if cote_caisse:
        contexte |= _cote_caisse(convention, acteur, contexte, jour)
    return contexte


def actes_avec_signatures(convention: Convention) -> QuerySet[Acte]:
    signatures = Signature.objects.select_related(
        "caisse", "partenaire", "scan", "acte__convention"
    )
    return convention.actes.prefetch_related(Prefetch("signatures", signatures))


def composer_acte(convention: Convention, acte: Acte, acteur: Utilisateur) -> dict[str, Any]:
    """The page of an act: what it changes, beside what was in force before it (C-05)."""
    cote_caisse = est_cote_caisse(convention, acteur)
    permis = permissions(convention, acteur)
    document = _dernier_document(convention, acte)
    nature = NATURES.get(Acte.Nature(acte.nature))
    return {
        "convention": convention,
        "acte": acte,
        "cote_caisse": cote_caisse,
        "permis": permis,
        "changements": parametres.comparer(
            _avant(convention, acte),
            acte.changements,
            noms(_liens(convention)),
        ),
        "document": document,
        "nature": nature,
        "a_demander": bool(nature) and a_demander(document),
    }


def _avant(convention: Convention, acte: Acte) -> dict[str, Any]:
    """The parameters that an avenant changes: those of the version before its own."""
    versions = list(convention.versions.order_by("numero"))
    sienne = next((v.numero for v in versions if v.acte_id == acte.pk), None)
    if sienne is None:
        modes = {li.caisse.code: li.mode_consentement for li in _liens(convention)}
        return {**parametres.valeurs(convention), parametres.MODES: modes}
    avant = [v.parametres for v in versions if v.numero < sienne]
    return avant[-1] if avant else {}


def _dernier_document(convention: Convention, acte: Acte) -> Document | None:
    siens = convention.documents.filter(source=acte.identifiant)
    return siens.order_by("demande_le", "pk").last()


def noms(liens: Iterable[CaisseLiee]) -> dict[str, str]:
    """The name of each caisse by its code, as versions and avenants name them."""
    return {lien.caisse.code: lien.caisse.nom for lien in liens}


def composer_rupture(convention: Convention, cause: str) -> dict[str, Any]:
    """What the page of an end says of its cause."""
    connue = Rupture.Cause(cause)
    return {
        "convention": convention,
        "cause": cause,
        "titre": FINS[connue],
        "regle": REGLES[connue],
    }


def permissions(convention: Convention, acteur: Utilisateur) -> frozenset[str]:
    """The names of the steps that the actor may take now."""
    return frozenset(transition.nom for transition in possibles(convention, acteur))


def _liens(convention: Convention) -> list[CaisseLiee]:
    return list(convention.liens.select_related("caisse").order_by("caisse__nom"))


def parcours(convention: Convention) -> dict[str, Any] | None:
    """Where the convention stands among the four steps; None once it is over."""
    if convention.etat in (Convention.Etat.TERMINEE, Convention.Etat.ABANDONNEE):
        return None
    if convention.date_utilisation:
        numero = 4
    else:
        numero = {Convention.Etat.BROUILLON: 1, Convention.Etat.SIGNATURE: 2}.get(
            Convention.Etat(convention.etat), 3
        )
    return {
        "numero": numero,
        "total": len(ETAPES),
        "titre": ETAPES[numero - 1],
        "suivante": ETAPES[numero] if numero < len(ETAPES) else "",
    }


def _cote_caisse(
    convention: Convention, acteur: Utilisateur, contexte: dict[str, Any], jour: date
) -> dict[str, Any]:
    """What only the caisses see: what remains, how to end, the accounts to give back."""
    permis = contexte["permis"]
    taches = reste.reste_a_faire(
        convention,
        actes=contexte["tous_actes"],
        ruptures=contexte["ruptures"],
        possibles=permis,
        siennes=habilitations.caisses(acteur, "administrer"),
    )
    fins = [
        Geste(libelle, reverse("conventions:rompre", args=[convention.identifiant, cause.value]))
        for cause, libelle in FINS.items()
        if GESTE_DE_RUPTURE[cause] in permis
    ]
    rendre = a_rendre(convention, jour) if permis else []
    taches += copil.taches(contexte["copil"])
    return {"taches": taches, "fins": fins, "a_rendre": rendre}


def a_rendre(convention: Convention, jour: date) -> list[tuple[Partenaire, int]]:
    """Partners in reach again whose accounts an end had closed, with how many (H-12)."""
    if convention.etat not in VIVANTES:
        return []
    siens = [p for p in convention.partenaires.all() if est_joignable(p, jour)]
    comptes = [(partenaire, restaurables(partenaire)) for partenaire in siens]
    return [(partenaire, combien) for partenaire, combien in comptes if combien]


def _parametres(convention: Convention, au: date | None, caisses: dict[str, str]) -> dict[str, Any]:
    """Those in force, or those of a day; `absents` when nothing was signed yet on that day."""
    version = version_au(convention, au) if au else None
    valeurs = version.parametres if version else None
    if au is None:
        valeurs = parametres.valeurs(convention)
    return {
        "au": au,
        "absents": valeurs is None,
        "lignes": parametres.lignes(valeurs, caisses) if valeurs else [],
    }


def _documents(convention: Convention, actes: list[Acte]) -> list[dict[str, Any]]:
    """What may be asked as a PDF, with the latest one made of each."""
    nature = Document.Nature
    faits: dict[tuple[str, Any], Document] = {}
    for document in convention.documents.order_by("demande_le", "pk"):
        source = document.source if document.nature != nature.CONTACTS else None
        faits[document.nature, source] = document
    utiles = [a for a in actes if a.etat != Acte.Etat.ABANDONNE]
    lignes = [
        {"titre": str(acte), "nature": NATURES[acte.nature], "source": acte.identifiant}
        for acte in utiles
        if acte.nature in NATURES
    ]
    lignes.append({"titre": "Fiche des contacts", "nature": nature.CONTACTS, "source": None})
    for ligne in lignes:
        ligne["document"] = faits.get((ligne["nature"], ligne["source"]))
        ligne["a_demander"] = a_demander(ligne["document"])
    return lignes


def a_demander(document: Document | None) -> bool:
    """Nothing was made, or only what told the state of a day: a final one is made once (C-05)."""
    return document is None or document.garde_jusqu_au is not None


NATURES = {
    Acte.Nature.UTILISATION: Document.Nature.UTILISATION,
    Acte.Nature.AVENANT: Document.Nature.AVENANT,
}
