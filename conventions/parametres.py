"""How the parameters of a convention are said: their order, their label, their value in French."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conventions.models import CaisseLiee, Convention, Service

ESPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Parametre:
    """One parameter; `dire` turns its value into words."""

    nom: str
    libelle: str
    dire: Callable[[Any], Any]


def _unite(mot: str) -> Callable[[Any], str]:
    return lambda valeur: f"{valeur}{ESPACE}{mot}{'s' if valeur > 1 and mot[-1] != 's' else ''}"


def _services(valeur: list[str]) -> list[str] | str:
    return [service.label for service in Service if service in valeur] or "Aucun"


def _effectif(valeur: int | None) -> str:
    return "Sans limite" if valeur is None else f"{valeur} au plus"


PARAMETRES = (
    Parametre("services", "Services ouverts", _services),
    Parametre(
        "justificatif_urgence",
        "Justificatif d’une demande urgente",
        lambda valeur: "Obligatoire" if valeur else "Facultatif",
    ),
    Parametre("delai_urgence_heures", "Prise en compte d’une demande urgente", _unite("heure")),
    Parametre("delai_contact_heures", "Premier contact avec l’assuré", _unite("heure")),
    Parametre("delai_instruction_jours", "Instruction d’un dossier", _unite("jour")),
    Parametre("delai_c2s_jours", "Instruction d’un dossier C2S complet", _unite("jour")),
    Parametre("preavis_mois", "Préavis de dénonciation", _unite("mois")),
    Parametre(
        "regle_preavis",
        "Lecture du préavis",
        lambda valeur: Convention.ReglePreavis(valeur).label,
    ),
    Parametre("techniciens_petit", "Techniciens, de 1 à 10 membres", _effectif),
    Parametre("techniciens_moyen", "Techniciens, de 11 à 25 membres", _effectif),
    Parametre("techniciens_grand", "Techniciens, plus de 25 membres", _effectif),
    Parametre("delai_violation_heures", "Annonce d’une violation de données", _unite("heure")),
    Parametre("conservation_mois", "Conservation d’une demande close", _unite("mois")),
)
MODES = "modes_consentement"
LIBELLE_MODES = "Recueil du consentement"
PAR_NOM = {parametre.nom: parametre for parametre in PARAMETRES}


def valeurs(convention: Convention) -> dict[str, Any]:
    """The parameters that the convention holds now, by name."""
    return {parametre.nom: getattr(convention, parametre.nom) for parametre in PARAMETRES}


def lignes(
    parametres: Mapping[str, Any], caisses: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The lines of a definition list, in the order of the house.

    `caisses` gives the name of each code, for how each records consent (D-03).
    """
    return [
        {"libelle": libelle, "valeurs": dits}
        if len(dits) > 1
        else {"libelle": libelle, "valeur": dits[0]}
        for libelle, dits in _dire(parametres, caisses or {})
    ]


def comparer(
    avant: Mapping[str, Any], apres: Mapping[str, Any], caisses: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What an avenant changes: each parameter with what it was and what it becomes (C-05)."""
    modes = apres.get(MODES, {})
    touches = {nom: valeur for nom, valeur in avant.items() if nom in apres}
    if modes:
        touches[MODES] = {c: m for c, m in avant.get(MODES, {}).items() if c in modes}
    anciens = dict(_dire(touches, caisses))
    return [
        {"libelle": libelle, "avant": anciens.get(libelle, []), "apres": dits}
        for libelle, dits in _dire(apres, caisses)
    ]


def dire_mode(mode: str) -> str:
    return CaisseLiee.ModeConsentement(mode).label.lower()


def _dire(
    parametres: Mapping[str, Any], caisses: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Each parameter given, with its label and its value in words, one or several."""
    for parametre in PARAMETRES:
        if parametre.nom in parametres:
            dit = parametre.dire(parametres[parametre.nom])
            yield parametre.libelle, dit if isinstance(dit, list) else [dit]
    if modes := parametres.get(MODES):
        yield (
            LIBELLE_MODES,
            [f"{caisses.get(code, code)} : {dire_mode(mode)}" for code, mode in modes.items()],
        )
