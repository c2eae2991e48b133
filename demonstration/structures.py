"""The caisses, the partner bodies and the conventions of the source documents.

Their parameters are those of the documents. The contacts are invented: `.example` addresses,
and phone numbers that ARCEP keeps for fiction. The guardianship body and the hospital too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from comptes.models import Caisse, Partenaire
from conventions.models import CaisseLiee, Service

CASE = CaisseLiee.ModeConsentement.CASE
FORMULAIRE = CaisseLiee.ModeConsentement.FORMULAIRE
TOUS = tuple(Service.values)
SANS_CONTACTER = tuple(service for service in TOUS if service != Service.CONTACTER)


@dataclass(frozen=True)
class FicheCaisse:
    code: str
    nom: str
    departement: str
    telephone: str
    referent: str

    @property
    def domaine(self) -> str:
        return f"{self.code}.example"


@dataclass(frozen=True)
class FichePartenaire:
    code: str
    nom: str
    type: str
    membres: int
    referent: str
    recoit_documents: bool = False

    @property
    def domaine(self) -> str:
        return f"{self.code}.example"


@dataclass(frozen=True)
class FicheConvention:
    """Signed by the last party so many days ago, by the caisses the week before.

    Without `utilisation`, only the caisse has signed that one. `fin` is how many days ago the
    convention ended after a formal notice, None while it holds; `avenant` is what one changed.
    """

    intitule: str
    caisses: dict[str, str]
    partenaires: tuple[str, ...]
    metier: int
    utilisation: int | None
    fin: int | None = None
    services: tuple[str, ...] = TOUS
    autres_signataires: tuple[str, ...] = ()
    parametres: dict[str, Any] = field(default_factory=dict)
    avenant: dict[str, Any] = field(default_factory=dict)


CAISSES = (
    FicheCaisse("cpam-var", "CPAM du Var", "83", "04 65 71 83 10", "Solène Garrigue"),
    FicheCaisse("cpam-artois", "CPAM de l’Artois", "62", "03 53 01 62 10", "Baptiste Wibaux"),
    FicheCaisse(
        "cpam-cote-opale", "CPAM de la Côte d’Opale", "62", "03 53 01 62 20", "Clarisse Hennuyer"
    ),
    FicheCaisse(
        "cpam-roubaix-tourcoing",
        "CPAM de Roubaix-Tourcoing",
        "59",
        "03 53 01 59 10",
        "Nadège Vandaele",
    ),
    FicheCaisse("cpam-loire", "CPAM de la Loire", "42", "04 65 71 42 10", "Corentin Chazelle"),
    FicheCaisse(
        "cpam-cote-or", "CPAM de la Côte-d’Or", "21", "03 53 01 21 10", "Apolline Marchandier"
    ),
)

_T = Partenaire.Type
PARTENAIRES = (
    FichePartenaire("ccas-frejus", "CCAS de Fréjus", _T.CCAS, 18, "Ludivine Arnoux"),
    FichePartenaire(
        "trois-pins",
        "Association tutélaire Les Trois Pins",
        _T.TUTELLE,
        9,
        "Gaspard Reboul",
        recoit_documents=True,
    ),
    FichePartenaire(
        "departement-pas-de-calais",
        "Département du Pas-de-Calais",
        _T.DEPARTEMENT,
        140,
        "Marjolaine Dufay",
    ),
    FichePartenaire("ccas-bondues", "CCAS de Bondues", _T.CCAS, 7, "Octave Desrumaux"),
    FichePartenaire("ccas-montbrison", "CCAS de Montbrison", _T.CCAS, 12, "Philomène Giraudet"),
    FichePartenaire(
        "ch-valmorin", "Centre hospitalier de Valmorin", _T.ETABLISSEMENT, 24, "Séverin Paccard"
    ),
    FichePartenaire("ville-dijon", "Ville de Dijon", _T.COMMUNE, 20, "Blandine Mugnier"),
    FichePartenaire("ccas-dijon", "CCAS de Dijon", _T.CCAS, 45, "Anatole Perreau"),
    FichePartenaire("dijon-metropole", "Dijon Métropole", _T.COMMUNE, 16, "Rosalie Courtin"),
)

CONVENTIONS = (
    FicheConvention(
        "Convention de partenariat CPAM du Var – CCAS de Fréjus",
        {"cpam-var": CASE},
        ("ccas-frejus",),
        metier=430,
        utilisation=400,
        autres_signataires=("CARSAT Sud-Est",),
        parametres={"delai_violation_heures": 48},
        avenant={"techniciens_moyen": 18},
    ),
    FicheConvention(
        "Convention de partenariat CPAM du Var – Association tutélaire Les Trois Pins",
        {"cpam-var": CASE},
        ("trois-pins",),
        metier=210,
        utilisation=180,
        parametres={"delai_violation_heures": 48},
    ),
    FicheConvention(
        "Convention relative à l’accès aux droits, aux soins et à la santé – Pas-de-Calais",
        {"cpam-artois": CASE, "cpam-cote-opale": FORMULAIRE},
        ("departement-pas-de-calais",),
        metier=330,
        utilisation=300,
        parametres={"techniciens_grand": None},
    ),
    FicheConvention(
        "Convention de partenariat CPAM de Roubaix-Tourcoing – CCAS de Bondues",
        {"cpam-roubaix-tourcoing": CASE},
        ("ccas-bondues",),
        metier=160,
        utilisation=160,
        parametres={"justificatif_urgence": True, "delai_violation_heures": 48},
    ),
    FicheConvention(
        "Convention locale de partenariat CPAM de la Loire – CCAS de Montbrison",
        {"cpam-loire": CASE},
        ("ccas-montbrison",),
        metier=520,
        utilisation=480,
        autres_signataires=("CARSAT Rhône-Alpes",),
        parametres={"conservation_mois": 2},
    ),
    FicheConvention(
        "Convention locale de partenariat CPAM de la Loire – Centre hospitalier de Valmorin",
        {"cpam-loire": CASE},
        ("ch-valmorin",),
        metier=250,
        utilisation=220,
        autres_signataires=("CARSAT Rhône-Alpes",),
    ),
    FicheConvention(
        "Convention accès aux droits et aux soins CPAM de la Côte-d’Or – Dijon",
        {"cpam-cote-or": CASE},
        ("ville-dijon", "ccas-dijon", "dijon-metropole"),
        metier=290,
        utilisation=260,
        services=SANS_CONTACTER,
        parametres=dict.fromkeys(
            ("techniciens_petit", "techniciens_moyen", "techniciens_grand"), None
        ),
    ),
    # Near misses: one is over, the other waits for its convention d'utilisation (C-04).
    FicheConvention(
        "Convention CPAM de la Côte-d’Or – Centre hospitalier de Valmorin",
        {"cpam-cote-or": CASE},
        ("ch-valmorin",),
        metier=390,
        utilisation=380,
        fin=25,
    ),
    FicheConvention(
        "Convention CPAM de la Loire – Association tutélaire Les Trois Pins",
        {"cpam-loire": CASE},
        ("trois-pins",),
        metier=15,
        utilisation=None,
        autres_signataires=("CARSAT Rhône-Alpes",),
    ),
)
NOMS = {fiche.code: fiche.nom for fiche in (*CAISSES, *PARTENAIRES)}
DOMAINES = {fiche.code: fiche.domaine for fiche in (*CAISSES, *PARTENAIRES)}
TYPES_TENANT: dict[str, type[Caisse | Partenaire]] = {
    **{fiche.code: Caisse for fiche in CAISSES},
    **{fiche.code: Partenaire for fiche in PARTENAIRES},
}


def tenants(codes: Iterable[str]) -> list[Caisse | Partenaire]:
    """The rows of these codes, in the same order."""
    return [TYPES_TENANT[code].objects.get(code=code) for code in codes]
