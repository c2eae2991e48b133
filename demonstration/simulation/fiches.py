"""Who is bound to whom at the start: two caisses of one département, a neighbour, their partners.

Each partner and each convention is there for something that has to happen to it.
"""

from dataclasses import dataclass, field
from typing import Any

from comptes.models import Partenaire
from conventions.models import CaisseLiee, Service

CASE, FORMULAIRE = CaisseLiee.ModeConsentement.CASE, CaisseLiee.ModeConsentement.FORMULAIRE
SERVICES = (Service.SIGNALER, Service.HISTORIQUE)
_T = Partenaire.Type


@dataclass(frozen=True)
class FicheCaisse:
    """`agents`: how many work there, after the admins; `reglages`: fields of `Caisse`."""

    code: str
    nom: str
    departement: str
    agents: int
    reglages: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FichePartenaire:
    """`equipe`: gestionnaires then techniciens at the start."""

    code: str
    nom: str
    type: str
    membres: int
    equipe: tuple[int, int]


@dataclass(frozen=True)
class FicheConvention:
    """`terme`: when its anniversary comes, as a part of the simulated days.

    Without it, it took effect on the last 29 February.
    """

    code: str
    caisses: dict[str, str]
    partenaires: tuple[str, ...]
    terme: float | None
    parametres: dict[str, Any] = field(default_factory=dict)


CAISSES = (
    FicheCaisse(
        "artois",
        "CPAM de l’Artois",
        "62",
        5,
        {"conservation_mois": 3, "revue_mois": 4, "mot_de_passe_jours": 90},
    ),
    FicheCaisse(
        "opale",
        "CPAM de la Côte d’Opale",
        "62",
        3,
        {"seuils_alerte": [25, 75, 90], "relance_heures": 12, "revue_mois": 6},
    ),
    FicheCaisse("voisine", "CPAM de Roubaix-Tourcoing", "59", 3, {"revue_mois": None}),
)

PARTENAIRES = (
    FichePartenaire("ccas", "CCAS de Vimereux", _T.CCAS, 8, (1, 3)),
    FichePartenaire("association", "Association Le Pas de côté", _T.ASSOCIATION, 18, (2, 4)),
    FichePartenaire("departement", "Département de la Lys", _T.DEPARTEMENT, 140, (3, 6)),
    FichePartenaire("hopital", "Centre hospitalier d’Hesmond", _T.ETABLISSEMENT, 40, (2, 4)),
    FichePartenaire("ville", "Ville de Frévannes", _T.COMMUNE, 9, (1, 5)),
    FichePartenaire("tutelle", "Service tutélaire des Marais", _T.TUTELLE, 12, (2, 4)),
    FichePartenaire("mission", "Mission locale du Ternois", _T.ASSOCIATION, 24, (2, 3)),
)

CONVENTIONS = (
    # Renewed by tacit agreement; an avenant changes its delays.
    FicheConvention(
        "association", {"artois": CASE}, ("association",), 0.3, {"techniciens_moyen": 6}
    ),
    # One of its two caisses leaves at the anniversary (H-12); unlimited above 25 members (H-07).
    FicheConvention(
        "departement",
        {"artois": CASE, "opale": FORMULAIRE},
        ("departement",),
        0.6,
        {"techniciens_grand": None},
    ),
    # A formal notice, lifted; the smallest teams.
    FicheConvention(
        "ccas",
        {"artois": CASE, "opale": CASE},
        ("ccas",),
        0.85,
        {"conservation_mois": 2, "delai_violation_heures": 48},
    ),
    # The only door of the hospital: its access is cut, then given back (C-10).
    FicheConvention("hopital", {"opale": FORMULAIRE}, ("hopital",), None, {"techniciens_grand": 7}),
    # Unlimited always (Dijon).
    FicheConvention(
        "ville",
        {"voisine": CASE},
        ("ville",),
        0.15,
        dict.fromkeys(("techniciens_petit", "techniciens_moyen", "techniciens_grand")),
    ),
    # Two conventions, the most favourable grid of which ends after a formal notice.
    FicheConvention(
        "mission-artois", {"artois": CASE}, ("mission",), 0.9, {"techniciens_moyen": 5}
    ),
    FicheConvention(
        "mission-voisine", {"voisine": CASE}, ("mission",), 0.5, {"techniciens_moyen": 8}
    ),
    # Denounced: the partner's last one.
    FicheConvention("tutelle", {"opale": CASE}, ("tutelle",), 0.4),
)
