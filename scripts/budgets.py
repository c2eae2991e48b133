"""Sizes that must not drift: files, functions, views, templates, style sheets, scripts.

Prints what is over its budget and ends with 1; otherwise prints where the house stands.
"""

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
APPS = (
    "portail",
    "comptes",
    "conventions",
    "echeances",
    "violations",
    "equipes",
    "signalements",
    "demonstration",
    "scripts",
)

FICHIER = 400  # lines of a source file
FICHIER_ESSAI = 500
FONCTION = 40  # lines, signature and docstring included, decorators excluded
VUE = 25
MEDIANE = 10
GABARIT = 150
CSS = 32_000  # bytes of ours that browsers load, the DSFR excluded
CSS_PDF = 9_000  # bytes that no browser loads: what WeasyPrint reads
JS = 60_000


def main() -> None:
    depassements = [*_fichiers(), *_fonctions(), *_gabarits(), *_poids()]
    for depassement in depassements:
        print(depassement)
    longueurs = [lignes for _, _, lignes in _toutes_les_fonctions()]
    print(
        f"{len(longueurs)} functions, median {statistics.median(longueurs):.0f} lines,"
        f" longest {max(longueurs)}; CSS {_octets('css')} of {CSS} bytes,"
        f" for PDFs {_octets('css', 'pdf')} of {CSS_PDF}, JS {_octets('js')} of {JS};"
        f" {len(depassements)} over budget"
    )
    sys.exit(bool(depassements))


def _sources() -> Iterator[Path]:
    for app in APPS:
        for fichier in sorted((RACINE / app).rglob("*.py")):
            if "migrations" not in fichier.parts:
                yield fichier


def _fichiers() -> Iterator[str]:
    groupes = ((_sources(), FICHIER), ((RACINE / "tests").rglob("*.py"), FICHIER_ESSAI))
    for fichiers, limite in groupes:
        for fichier in fichiers:
            yield from _trop_long(fichier, _lignes(fichier), limite)


def _gabarits() -> Iterator[str]:
    for fichier in sorted((RACINE / "templates").rglob("*.html")):
        yield from _trop_long(fichier, _lignes(fichier), GABARIT)


def _toutes_les_fonctions() -> Iterator[tuple[Path, str, int]]:
    for fichier in _sources():
        for noeud in ast.walk(ast.parse(fichier.read_text("utf-8"))):
            if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
                yield fichier, noeud.name, (noeud.end_lineno or 0) - noeud.lineno + 1


def _fonctions() -> Iterator[str]:
    for fichier, nom, lignes in _toutes_les_fonctions():
        limite = VUE if "views" in (fichier.stem, fichier.parent.name) else FONCTION
        yield from _trop_long(fichier, lignes, limite, nom)
    mediane = statistics.median(lignes for _, _, lignes in _toutes_les_fonctions())
    if mediane > MEDIANE:
        yield f"median function: {mediane:.0f} lines, budget {MEDIANE}"


def _poids() -> Iterator[str]:
    for genre, prefixe, limite in (("css", "", CSS), ("css", "pdf", CSS_PDF), ("js", "", JS)):
        if (octets := _octets(genre, prefixe)) > limite:
            yield f"static/{genre}/{prefixe}*: {octets} bytes, budget {limite}"


def _octets(genre: str, prefixe: str = "") -> int:
    """The files of that kind: those for PDFs with the prefix « pdf », the others without."""
    fichiers = (RACINE / "static").rglob(f"*.{genre}")
    return sum(f.stat().st_size for f in fichiers if f.name.startswith("pdf") == bool(prefixe))


def _lignes(fichier: Path) -> int:
    return len(fichier.read_text("utf-8").splitlines())


def _trop_long(fichier: Path, lignes: int, limite: int, nom: str = "") -> Iterator[str]:
    if lignes > limite:
        ou = f"{fichier.relative_to(RACINE)}{f':{nom}' if nom else ''}"
        yield f"{ou}: {lignes} lines, budget {limite}"


if __name__ == "__main__":
    main()
