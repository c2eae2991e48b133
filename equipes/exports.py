"""The table of habilitations, as files that a spreadsheet opens (H-15): CSV and XLSX.

The XLSX is written by hand: a zip of five small XML files, one sheet of plain text. A library
would bring styles, formulas and a reader that nothing here needs, to be kept up to date for ever;
and a cell that is declared as text (`inlineStr`) is never a formula.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from comptes.models import Utilisateur
from equipes.models import LigneRevue
from portail.templatetags.portail import instant, jour

TITRES = (
    "Profil",
    "Civilité",
    "Nom",
    "Prénom",
    "Fonction",
    "Adresse e-mail",
    "Téléphone",
    "Statut",
    "Gestionnaire responsable",
    "État",
    "Créé le",
    "Activé le",
    "Dernière connexion",
    "Inactivé le",
    "Cause de l’inactivation",
)
TYPES_MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a spreadsheet would run, or read as something else than text.
_FORMULE = ("=", "+", "-", "@", "\t", "\r", "\n")
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DEBUT = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OOXML = "http://schemas.openxmlformats.org"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CADRE = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_OOXML}/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_OOXML}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OOXML}/officeDocument/2006/relationships/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_OOXML}/spreadsheetml/2006/main"'
        f' xmlns:r="{_OOXML}/officeDocument/2006/relationships">'
        '<sheets><sheet name="Habilitations" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_OOXML}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OOXML}/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def tableau(comptes: Iterable[Utilisateur]) -> list[list[str]]:
    """The rows, titles first; `responsable` is read: select it with the accounts."""
    return [list(TITRES), *(_rangee(compte) for compte in comptes)]


def tableau_de_revue(lignes: Iterable[LigneRevue]) -> list[list[str]]:
    """The same rows under review, each with its decision first (H-15)."""
    return [
        ["Décision", *TITRES],
        *(
            [ligne.get_decision_display() or "À décider", *_rangee(ligne.compte)]
            for ligne in lignes
        ),
    ]


def en_csv(rangees: list[list[str]]) -> bytes:
    """Semicolons and the UTF-8 mark, as French spreadsheets expect; no cell is a formula."""
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=";", lineterminator="\r\n").writerows(
        [neutraliser(case) for case in rangee] for rangee in rangees
    )
    return sortie.getvalue().encode("utf-8-sig")


def en_xlsx(rangees: list[list[str]]) -> bytes:
    """One sheet whose every cell is text, the titles frozen above."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in {**_CADRE, "xl/worksheets/sheet1.xml": _feuille(rangees)}.items():
            archive.writestr(nom, _DEBUT + contenu)
    return sortie.getvalue()


def neutraliser(case: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{case}" if case.startswith(_FORMULE) else case


FORMATS = {"csv": en_csv, "xlsx": en_xlsx}


def _rangee(compte: Utilisateur) -> list[str]:
    return [
        compte.get_profil_display(),
        compte.get_civilite_display(),
        compte.nom,
        compte.prenom,
        compte.fonction,
        compte.email,
        compte.telephone,
        compte.get_statut_display(),
        str(compte.responsable or ""),
        compte.get_etat_display(),
        jour(compte.cree_le),
        jour(compte.active_le),
        instant(compte.last_login),
        jour(compte.inactif_le),
        compte.get_cause_inactivation_display(),
    ]


def _feuille(rangees: list[list[str]]) -> str:
    lignes = "".join(f"<row>{''.join(_case(case) for case in rangee)}</row>" for rangee in rangees)
    return (
        f'<worksheet xmlns="{_OOXML}/spreadsheetml/2006/main"><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/>'
        f'</sheetView></sheetViews><cols><col min="1" max="{len(rangees[0])}" width="22"'
        f' customWidth="1"/></cols><sheetData>{lignes}</sheetData></worksheet>'
    )


def _case(texte: str) -> str:
    propre = escape(_INTERDITS.sub("", texte))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{propre}</t></is></c>'
