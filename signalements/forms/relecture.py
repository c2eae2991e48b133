"""What the author re-reads before sending: each answer with its label, section by section."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.forms.boundfield import BoundField

from portail.levees import SUFFIXE_RAISON
from signalements.forms.depot import ChampFichiers, FormulaireSignalement


class Ligne(NamedTuple):
    """A question, its answers, and where to change them in the form."""

    libelle: str
    valeurs: list[str]
    ancre: str


class Rubrique(NamedTuple):
    titre: str
    lignes: list[Ligne]


def rubriques(formulaire: FormulaireSignalement) -> list[Rubrique]:
    """The answers of a valid form, without the questions that were not asked, nor the files."""
    toutes = (
        Rubrique(section.titre, list(_lignes(formulaire, section.champs)))
        for section in formulaire.sections
    )
    return [rubrique for rubrique in toutes if rubrique.lignes]


def _lignes(formulaire: FormulaireSignalement, champs: list[BoundField]) -> Iterator[Ligne]:
    for champ in champs:
        if champ.name == "fichiers_consentement":
            yield Ligne("Consentement de la personne", _formulaire_signe(champ), _ancre(champ))
        elif not isinstance(champ.field, ChampFichiers) and formulaire.est_demande(champ.name):
            valeurs = _valeurs(champ, formulaire.cleaned_data[champ.name])
            yield Ligne(_libelle(champ), valeurs, _ancre(champ))
    noms = [champ.name for champ in champs]
    for levee in formulaire.levees:
        if levee.champ in noms:
            ancre = formulaire[levee.champ].auto_id + SUFFIXE_RAISON
            yield Ligne("Votre explication sur le passage signalé", [levee.raison], ancre)


def _ancre(champ: BoundField) -> str:
    return champ.id_for_label or f"{champ.auto_id}_0"


def _libelle(champ: BoundField) -> str:
    """The label; the consent's, a whole sentence, is its own answer (D-03)."""
    return "Consentement de la personne" if champ.name == "consentement" else str(champ.label)


def _valeurs(champ: BoundField, valeur: Any) -> list[str]:
    if champ.name == "consentement":
        return [f"Oui. {champ.label}"]
    if isinstance(valeur, bool):
        return ["Oui" if valeur else "Non"]
    if isinstance(valeur, date):
        return [f"{valeur:%d/%m/%Y}"]
    valeurs = valeur if isinstance(valeur, list) else [valeur]
    libelles = dict(getattr(champ.field, "choices", ()))
    return [str(libelles.get(v, v)) for v in valeurs if v]


def _formulaire_signe(champ: Any) -> list[str]:
    """Only the files that the antivirus did not refuse will be sent."""
    noms = [piece.nom for piece in champ.pieces if not piece.est_refusee]
    return [f"Formulaire signé joint : {nom}" for nom in noms]
