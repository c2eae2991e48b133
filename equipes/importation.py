"""An import, row by row: what is right, what is not and how to correct it, at the cell (H-03)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.http import QueryDict

from comptes.acces import erreurs_de
from comptes.models import Partenaire, Profil
from conventions.forms.erreurs import reporter
from equipes import tableur
from equipes.acces import comptes_de
from equipes.controles import controler_adresse, controler_double
from equipes.forms.comptes import FormulaireLigne
from equipes.forms.imports import FormulaireImport

# Beyond, a page of inputs is no way to correct: the table itself is.
CORRECTIONS_MAX = 60
_EXEMPLES = (
    "Madame;Exemple;Camille;Travailleuse sociale;06 39 98 00 12;c.exemple@{domaine};salarié",
    "Monsieur;Modèle;Dominique;Écrivain public;06 39 98 00 13;d.modele@{domaine};bénévole",
)


@dataclass
class Ligne:
    """A row, its cells as they are written and what is wrong with them."""

    numero: int
    cases: dict[str, str]
    formulaire: FormulaireLigne
    refus: list[str] = field(default_factory=list)

    @property
    def est_valide(self) -> bool:
        return not (self.refus or self.formulaire.errors)

    @property
    def cellules(self) -> list[dict[str, Any]]:
        """For the page: title, value, errors, and the name of the input that corrects it."""
        return [
            {
                "nom": f"case-{self.numero}-{colonne}",
                "titre": tableur.TITRES[colonne],
                "valeur": self.cases[colonne],
                "erreurs": [str(e) for e in self.formulaire.errors.get(colonne, [])],
            }
            for colonne in tableur.COLONNES
        ]


@dataclass
class Lecture:
    lignes: list[Ligne] = field(default_factory=list)
    ignorees: list[str] = field(default_factory=list)
    reste: int | None = None
    titres = tuple(tableur.TITRES.values())

    @property
    def trop(self) -> int:
        """How many rows find no place under the quota (H-07)."""
        return 0 if self.reste is None else max(len(self.lignes) - self.reste, 0)

    @property
    def fausses(self) -> list[Ligne]:
        return [ligne for ligne in self.lignes if not ligne.est_valide]

    @property
    def est_valide(self) -> bool:
        return bool(self.lignes) and not self.fausses

    @property
    def a_corriger_ici(self) -> bool:
        """Are the wrong cells few enough to be corrected in the table of verdicts?"""
        fausses = [c for ligne in self.fausses for c in ligne.cellules if c["erreurs"]]
        return 0 < len(fausses) <= CORRECTIONS_MAX

    @property
    def identites(self) -> list[dict[str, Any]]:
        return [ligne.formulaire.cleaned_data for ligne in self.lignes]

    @property
    def erreurs(self) -> list[ValidationError]:
        return [e for ligne in self.lignes for e in erreurs_de(ligne.formulaire)]


def rassembler(donnees: QueryDict, fichiers: Mapping[str, Any]) -> FormulaireImport:
    """The form, its table rewritten with the cells that were corrected and with the file."""
    formulaire = FormulaireImport(donnees, fichiers)
    formulaire.is_valid()
    texte = formulaire.texte
    corrections = {nom: donnees[nom] for nom in donnees if nom.startswith("case-")}
    if corrections and not formulaire.cleaned_data.get("fichier"):
        texte = _corriger(texte, corrections)
    if texte == formulaire.cleaned_data.get("tableau"):
        return formulaire
    repris = donnees.copy()
    repris["tableau"] = texte or donnees.get("tableau", "")
    erreurs_du_fichier = formulaire.errors.get("fichier")
    formulaire = FormulaireImport(repris)
    for message in erreurs_du_fichier or []:
        formulaire.add_error("fichier", message)
    return formulaire


def verifier(formulaire: FormulaireImport, partenaire: Partenaire, *, reste: int | None) -> Lecture:
    """Every row with its verdict; what cannot be read at all is told at the table."""
    formulaire.is_valid()
    if not formulaire.texte:
        return Lecture()
    try:
        lue = tableur.lire(formulaire.texte)
    except tableur.Illisible as illisible:
        formulaire.add_error("tableau", illisible.message)
        return Lecture()
    lignes = [
        Ligne(numero, cases, FormulaireLigne(cases), list(_en_trop(numero, lue)))
        for numero, cases in lue.lignes
    ]
    pris = _adresses_prises(partenaire)
    for ligne in lignes:
        _controler(ligne, partenaire, pris)
    _comparer(lignes)
    return Lecture(lignes, lue.ignorees, reste)


def modele(partenaire: Partenaire) -> bytes:
    """An example to fill in, with the mark by which spreadsheets know UTF-8."""
    domaine = next(iter(partenaire.domaines_email), "structure.example")
    titres = ";".join(tableur.TITRES[colonne] for colonne in tableur.COLONNES)
    lignes = [titres, *(exemple.format(domaine=domaine) for exemple in _EXEMPLES)]
    return ("\r\n".join(lignes) + "\r\n").encode("utf-8-sig")


def _en_trop(numero: int, lue: tableur.Lecture) -> Iterator[str]:
    if numero in lue.en_trop:
        yield (
            f"Cette ligne a plus de {len(tableur.COLONNES)} colonnes : retirez ce qui dépasse, ou "
            "mettez entre guillemets un texte qui contient le séparateur."
        )


def _adresses_prises(partenaire: Partenaire) -> set[str]:
    siens = comptes_de(partenaire).filter(profil=Profil.TECHNICIEN)
    return set(siens.values_list(Lower("email"), flat=True))


def _controler(ligne: Ligne, partenaire: Partenaire, pris: set[str]) -> None:
    """What only the partner tells: the domain of the address, an account that exists already."""
    ligne.formulaire.is_valid()
    email = ligne.formulaire.cleaned_data.get("email")
    if not email:
        return
    try:
        controler_adresse(partenaire, email)
        if email.lower() in pris:
            controler_double(partenaire, Profil.TECHNICIEN, email)
    except ValidationError as erreur:
        reporter(ligne.formulaire, erreur)


def _comparer(lignes: list[Ligne]) -> None:
    """The same address twice would be two accounts of the same person."""
    vues: dict[str, int] = {}
    for ligne in lignes:
        email = ligne.cases["email"].casefold()
        if email in vues:
            ligne.formulaire.add_error(
                "email",
                f"Cette adresse figure déjà à la ligne {vues[email]} : retirez l’une des deux.",
            )
        elif email:
            vues[email] = ligne.numero


def _corriger(texte: str, corrections: Mapping[str, str]) -> str:
    try:
        lue = tableur.lire(texte)
    except tableur.Illisible:
        return texte
    for numero, cases in lue.lignes:
        for colonne in tableur.COLONNES:
            cases[colonne] = corrections.get(f"case-{numero}-{colonne}", cases[colonne])
    return tableur.ecrire([cases for _, cases in lue.lignes])
