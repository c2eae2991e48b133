"""A list of people pasted from a spreadsheet, or read from a CSV file: text in, rows out.

Pure functions: nothing is created here, and nothing is refused but what cannot be read as rows.
"""

import csv
import io
from dataclasses import dataclass, field

from portail.normalisation import cle_recherche

COLONNES = ("civilite", "nom", "prenom", "fonction", "telephone", "email", "statut")
TITRES = {
    "civilite": "Civilité",
    "nom": "Nom",
    "prenom": "Prénom",
    "fonction": "Fonction",
    "telephone": "Téléphone",
    "email": "Adresse e-mail",
    "statut": "Statut",
}
LIGNES_MAX = 200
_SYNONYMES = {
    "civilite": ("CIVILITE", "TITRE", "GENRE"),
    "nom": ("NOM", "NOM DE FAMILLE"),
    "prenom": ("PRENOM", "PRENOMS"),
    "fonction": ("FONCTION", "POSTE", "METIER"),
    "telephone": ("TELEPHONE", "TEL", "PORTABLE", "MOBILE", "NUMERO DE TELEPHONE"),
    "email": (
        "ADRESSE E MAIL",
        "ADRESSE EMAIL",
        "ADRESSE MAIL",
        "ADRESSE ELECTRONIQUE",
        "COURRIEL",
        "E MAIL",
        "EMAIL",
        "MAIL",
    ),
    "statut": ("STATUT",),
}
_ENTETES = {mot: colonne for colonne, mots in _SYNONYMES.items() for mot in mots}


class Illisible(Exception):
    """What was given is no list of rows. `message` is a French sentence that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Lecture:
    """The rows, each with its number in the text and its cells by column name.

    `en_trop` are the numbers of the rows that have more cells than there are columns;
    `ignorees` the titles of columns that are not read.
    """

    lignes: list[tuple[int, dict[str, str]]]
    en_trop: frozenset[int] = frozenset()
    ignorees: list[str] = field(default_factory=list)


def decoder(octets: bytes) -> str:
    """The text of a CSV file: UTF-8, with or without its mark, UTF-16, or Windows' own."""
    if octets.startswith(b"PK"):
        raise Illisible(
            "Ce fichier est un classeur, pas un fichier CSV : ouvrez-le, puis copiez-collez le "
            "tableau, ou enregistrez-le au format CSV."
        )
    encodage = "utf-16" if octets.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for essai in (encodage, "cp1252"):
        try:
            texte = octets.decode(essai)
        except UnicodeDecodeError:
            continue
        if "\0" not in texte:
            return texte
    raise Illisible(
        "Ce fichier n’est pas lisible : enregistrez-le au format CSV, ou copiez-collez le tableau."
    )


def lire(texte: str) -> Lecture:
    """Read rows separated by tabs, semicolons or commas, with or without a row of titles.

    Raises `Illisible` when there is no row, too many of them, or titles without a needed column.
    """
    rangees = _rangees(texte.removeprefix("\ufeff"))
    if not rangees:
        raise Illisible("Collez au moins une ligne, ou choisissez un fichier.")
    titres = _titres(rangees[0][1])
    if titres:
        _exiger_colonnes(titres)
        ignorees = [t.strip() for t, c in zip(rangees[0][1], titres, strict=True) if not c and t]
        rangees = rangees[1:]
    else:
        titres, ignorees = list(COLONNES), []
    if not rangees:
        raise Illisible("Le tableau ne contient que ses titres : ajoutez une ligne par personne.")
    if len(rangees) > LIGNES_MAX:
        raise Illisible(
            f"Le tableau compte {len(rangees)} lignes, pour {LIGNES_MAX} au maximum : "
            "importez-le en plusieurs fois."
        )
    return Lecture(
        [(numero, _cellules(titres, cases)) for numero, cases in rangees],
        frozenset(numero for numero, cases in rangees if any(cases[len(titres) :])),
        ignorees,
    )


def ecrire(lignes: list[dict[str, str]]) -> str:
    """The rows as text that `lire` reads again, titles first."""
    sortie = io.StringIO()
    plume = csv.writer(sortie, delimiter=";", lineterminator="\n")
    plume.writerow(TITRES[colonne] for colonne in COLONNES)
    plume.writerows([ligne.get(colonne, "") for colonne in COLONNES] for ligne in lignes)
    return sortie.getvalue()


def _rangees(texte: str) -> list[tuple[int, list[str]]]:
    """The rows that hold something, with the number of the line where each one ends."""
    tampon = io.StringIO(texte, newline="")
    lecteur = csv.reader(tampon, delimiter=_separateur(texte), strict=True)
    try:
        lues = [(lecteur.line_num, cases) for cases in lecteur]
    except csv.Error as erreur:
        raise Illisible(
            "Le tableau n’est pas lisible : vérifiez qu’un guillemet ouvert est refermé."
        ) from erreur
    return [(numero, cases) for numero, cases in lues if any(c.strip() for c in cases)]


def _separateur(texte: str) -> str:
    """The one that cuts the first row into most cells; a tab wins, nobody types one."""
    premiere = next((ligne for ligne in texte.splitlines() if ligne.strip()), "")
    if "\t" in premiere:
        return "\t"
    return max(";,", key=lambda s: len(next(csv.reader([premiere], delimiter=s))))


def _titres(cases: list[str]) -> list[str]:
    """The column that each title names, "" for an unknown one; no title at all: a row of data."""
    colonnes = [_ENTETES.get(cle_recherche(case), "") for case in cases]
    return colonnes if sum(map(bool, colonnes)) >= 2 else []


def _exiger_colonnes(titres: list[str]) -> None:
    for colonne in COLONNES:
        if titres.count(colonne) > 1:
            raise Illisible(f"La colonne « {TITRES[colonne]} » figure deux fois : gardez-en une.")
    manquantes = [TITRES[colonne] for colonne in COLONNES if colonne not in titres]
    if manquantes:
        raise Illisible(
            f"Il manque une colonne : {', '.join(manquantes)}. Ajoutez-la au tableau, ou "
            "retirez la ligne de titres et suivez l’ordre du modèle."
        )


def _cellules(titres: list[str], cases: list[str]) -> dict[str, str]:
    lues = {colonne: " ".join(case.split()) for colonne, case in zip(titres, cases, strict=False)}
    return {colonne: lues.get(colonne, "") for colonne in COLONNES}
