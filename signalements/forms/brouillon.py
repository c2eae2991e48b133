"""What a draft keeps of what was typed so far, under the names of the form that it came from."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from portail.formulaires import ChampTexte
from portail.levees import SUFFIXE_EMPREINTE, SUFFIXE_RAISON, Contestation, garder
from signalements.forms.depot import ChampFichiers, FormulaireSignalement, garder_identite

Contenu = dict[str, list[str]]

# Longer than any field, so that a text to shorten is kept; no longer, so that a draft stays small.
LONGUEUR_GARDEE = 20_000
IDENTITE = ("nom", "prenom")
NOMS_GARDES = [
    nom
    for nom, champ in FormulaireSignalement.base_fields.items()
    if not isinstance(champ, ChampFichiers)
]


def trier_saisie(
    donnees: MultiValueDict[str, str], precedent: Contenu, *, levees_admises: bool = False
) -> tuple[Contenu, dict[str, ValidationError]]:
    """Split a post into what a draft may keep and what the guard refuses (D-08, D-09).

    A refused field keeps its `precedent` value in the draft: the last one that was accepted.
    With `levees_admises`, a health refusal that was contested is kept with its text.
    """
    gardes: Contenu = {}
    refuses: dict[str, ValidationError] = {}
    for nom in NOMS_GARDES:
        try:
            gardes |= _gardables(nom, donnees, levees_admises)
        except ValidationError as erreur:
            refuses[nom] = erreur
            gardes |= {nom: []} | {n: precedent[n] for n in _noms(nom) if n in precedent}
    try:
        garder_identite(*("".join(gardes[nom]) for nom in IDENTITE))
    except ValidationError as erreur:
        refuses.setdefault("prenom", erreur)
        gardes |= {nom: precedent.get(nom, []) for nom in IDENTITE}
    return gardes, refuses


def _noms(nom: str) -> tuple[str, ...]:
    return nom, nom + SUFFIXE_EMPREINTE, nom + SUFFIXE_RAISON


def _gardables(nom: str, donnees: MultiValueDict[str, str], levees_admises: bool) -> Contenu:
    """What a draft keeps of one field. Raises `ValidationError` for what the guard refuses."""
    champ, valeurs = FormulaireSignalement.base_fields[nom], donnees.getlist(nom)
    if isinstance(champ, forms.BooleanField):
        return {nom: ["on"] if valeurs else []}
    if isinstance(champ, forms.ChoiceField):
        return {nom: [v for v in valeurs if champ.valid_value(v)]}
    textes = [valeur.replace("\0", "") for valeur in valeurs[-1:]]
    if any(len(texte) > LONGUEUR_GARDEE for texte in textes):
        raise ValidationError("Ce texte est bien trop long pour être enregistré.")
    if isinstance(champ, ChampTexte):
        return _texte_gardable(nom, champ, textes, donnees, levees_admises)
    for texte in textes:
        garder(texte, sante=False)
    return {nom: textes}


def _texte_gardable(
    nom: str,
    champ: ChampTexte,
    textes: list[str],
    donnees: MultiValueDict[str, str],
    levees_admises: bool,
) -> Contenu:
    """The text, and beside it what set its refusal aside, read in `donnees`."""
    contestation = None
    if champ.est_contestable:
        contestation = Contestation.postee(nom, nom, donnees, sante_admise=levees_admises)
    gardes = {nom: textes}
    for texte in textes:
        levee = champ.garder(champ.to_python(texte), contestation)
        if levee:
            gardes[nom + SUFFIXE_EMPREINTE] = [levee.empreinte]
            gardes[nom + SUFFIXE_RAISON] = [levee.raison]
    return gardes


def donnees_postees(contenu: Contenu) -> MultiValueDict[str, str]:
    """A draft's content as the post that it came from."""
    return MultiValueDict(contenu)
