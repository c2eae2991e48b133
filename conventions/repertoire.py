"""The list of conventions: its tabs, its search, its pages, what each line says."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from conventions.etats import VIVANTES
from conventions.frise import prochaine_date
from conventions.models import Acte, Convention, Service
from conventions.models.conventions import ConventionQuerySet
from portail import pages
from portail.normalisation import cle_recherche
from portail.pagination import Page

TAILLE = 25
MARQUES = {
    Convention.Etat.BROUILLON: "info",
    Convention.Etat.SIGNATURE: "info",
    Convention.Etat.EN_VIGUEUR: "success",
    Convention.Etat.DENONCEE: "warning",
    Convention.Etat.MISE_EN_DEMEURE: "warning",
}
Etat = Convention.Etat


@dataclass(frozen=True, slots=True)
class Onglet:
    nom: str
    libelle: str
    filtre: Q


ONGLETS = {
    onglet.nom: onglet
    for onglet in (
        Onglet("", "Toutes", Q()),
        Onglet(
            "a_completer",
            "À compléter",
            Q(etat__in=(Etat.BROUILLON, Etat.SIGNATURE))
            | Q(etat=Etat.EN_VIGUEUR, date_utilisation__isnull=True),
        ),
        Onglet("en_vigueur", "En vigueur", Q(etat=Etat.EN_VIGUEUR)),
        Onglet("fin_prevue", "Fin prévue", Q(etat__in=(Etat.DENONCEE, Etat.MISE_EN_DEMEURE))),
        Onglet("terminees", "Terminées", Q(etat__in=(Etat.TERMINEE, Etat.ABANDONNEE))),
    )
}


def onglets(conventions: ConventionQuerySet) -> list[dict[str, Any]]:
    """Each tab with how many conventions it holds, in one query."""
    comptes = conventions.aggregate(
        **{f"n_{nom}": Count("pk", filter=o.filtre) for nom, o in ONGLETS.items()}
    )
    return [
        {"nom": nom, "libelle": onglet.libelle, "compte": comptes[f"n_{nom}"]}
        for nom, onglet in ONGLETS.items()
    ]


def cherchees(conventions: ConventionQuerySet, texte: str) -> ConventionQuerySet:
    """Those whose title, or a partner's name, holds these words; accents and case are dropped.

    A caisse has a few hundred conventions at most: their names are read, then compared.
    """
    mots = cle_recherche(texte).split()
    noms: dict[int, list[str]] = {}
    for pk, *textes in conventions.values_list("pk", "intitule", "partenaires__nom"):
        noms.setdefault(pk, []).extend(nom for nom in textes if nom)
    trouvees = [pk for pk, siens in noms.items() if _porte(mots, cle_recherche(*siens))]
    return conventions.filter(pk__in=trouvees)


def _porte(mots: list[str], cle: str) -> bool:
    return all(mot in cle for mot in mots)


def page(conventions: ConventionQuerySet, curseur: str | None) -> Page[Convention]:
    """One page by title. The cursor is the public identifier of the row at the edge."""
    return pages.page(
        _garnir(conventions),
        curseur,
        tri=("intitule", "pk"),
        cle="identifiant",
        parmi=conventions,
        taille=TAILLE,
    )


def _garnir(conventions: ConventionQuerySet) -> ConventionQuerySet:
    attendus = Acte.objects.filter(etat=Acte.Etat.SIGNATURE).annotate(
        attendues=Count("signatures"),
        signees=Count("signatures", filter=Q(signatures__signee_le__isnull=False)),
    )
    return conventions.prefetch_related(
        "partenaires", "caisses", Prefetch("actes", attendus, to_attr="a_signer")
    )


def presenter(conventions: list[Convention], jour: date) -> list[dict[str, Any]]:
    """What a line says of each; nothing here asks the database."""
    return [_ligne(convention, jour) for convention in conventions]


def _ligne(convention: Any, jour: date) -> dict[str, Any]:
    return {
        "convention": convention,
        "marque": MARQUES.get(Etat(convention.etat), "new"),
        "portail_ferme": convention.etat in VIVANTES and convention.date_utilisation is None,
        "adresse": reverse("conventions:convention", args=[convention.identifiant]),
        "partenaires": [str(partenaire) for partenaire in convention.partenaires.all()],
        "caisses": [str(caisse) for caisse in convention.caisses.all()],
        "a_signer": convention.a_signer,
        "repere": prochaine_date(convention, jour),
        "services": len(set(convention.services) & set(Service.values)),
    }
