"""Attachments: what is accepted (D-07), the content checked against the extension.

This is the first of two gates: it keeps out what is not the document it claims to be. The second
one is the antivirus.
"""

import hashlib
import math
import os
import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO, Literal
from urllib.parse import unquote

from portail import contenus

TAILLE_MAX = 5_242_880
NOMBRE_MAX = 8
LONGUEUR_NOM_MAX = 120

_OOXML = "application/vnd.openxmlformats-officedocument."
TYPES_MIME = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": _OOXML + "wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": _OOXML + "spreadsheetml.sheet",
    "csv": "text/csv",
    "tiff": "image/tiff",
    "png": "image/png",
    "jpeg": "image/jpeg",
}
VARIANTES = {"tif": "tiff", "jpg": "jpeg"}
ACCEPT = ",".join(f".{extension}" for extension in (*TYPES_MIME, *VARIANTES))

_BLOC = 65_536

Code = Literal["vide", "trop_gros", "extension", "contenu", "macro", "protege", "demesure"]
_REFUS: dict[Code, str] = {
    "vide": "Ce fichier est vide : vérifiez-le sur votre poste, puis joignez-le de nouveau.",
    "trop_gros": (
        "Ce fichier fait {taille} et la limite est de {limite} : "
        "réduisez-le ou partagez-le en plusieurs fichiers."
    ),
    "extension": "Ce type de fichier n'est pas accepté : joignez un fichier {acceptees} ou jpeg.",
    "contenu": (
        "Ce fichier porte l'extension .{extension} mais son contenu n'y correspond pas, ou il est "
        "abîmé : ouvrez-le, enregistrez-le de nouveau dans ce format, puis joignez-le."
    ),
    "macro": (
        "Ce document contient des macros, que le portail n'accepte pas : "
        "enregistrez-le sans macro ou en PDF, puis joignez-le de nouveau."
    ),
    "protege": (
        "Ce document est protégé par un mot de passe : "
        "enregistrez-le sans mot de passe, puis joignez-le de nouveau."
    ),
    "demesure": (
        "Ce fichier serait démesuré une fois ouvert : "
        "réduisez son nombre de pages ou sa résolution, puis joignez-le de nouveau."
    ),
}


class FichierRefuse(Exception):
    """A file that is not taken: one French sentence for its author, and a short code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True)
class FichierControle:
    """An accepted file. `extension` is canonical (`jpeg`, `tiff`); `taille` is in bytes."""

    nom_propre: str
    extension: str
    type_mime: str
    taille: int
    sha256: str


def controler(nom: str, fichier: BinaryIO, taille: int) -> FichierControle:
    """Check one attachment (D-07) and leave `fichier`, seekable, at its start.

    `taille` is the announced size in bytes; the bytes really read are counted too.
    Raises `FichierRefuse` when the file is empty, too big, of another type, or not what its
    extension says.
    """
    nom_propre = nettoyer_nom(nom)
    extension = _extension(nom_propre)
    _exiger_taille(taille)
    try:
        lus, sha256 = _mesurer(fichier)
        _exiger_taille(lus)
        _exiger_contenu(extension, fichier)
    finally:
        fichier.seek(0)
    return FichierControle(nom_propre, extension, TYPES_MIME[extension], lus, sha256)


def nettoyer_nom(nom: str) -> str:
    """Return a file name safe to store and to show: base name, NFC, at most 120 characters.

    Paths, control and invisible characters are removed, and what a browser encoded (« %20 ») is
    read; the extension is kept, in small letters.
    """
    lisibles = (c for c in _decoder(nom) if c.isspace() or unicodedata.category(c)[0] != "C")
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", "".join(lisibles)))[-1]
    base = re.sub(r'[<>:"|?*]', "_", " ".join(base.split()))
    racine, extension = os.path.splitext(base.strip(" ."))
    extension = extension[:10].lower()
    racine = racine[: LONGUEUR_NOM_MAX - len(extension)].strip(" .") or "document"
    return racine + extension


def _decoder(nom: str) -> str:
    """The name before it was percent-encoded, however many times it was."""
    encode = None
    while nom != encode:
        encode = nom
        try:
            nom = unquote(encode, errors="strict")
        except UnicodeDecodeError:
            return encode
    return nom


def en_mo(octets: int) -> str:
    """Return a size in French, rounded up so that what exceeds a limit shows it.

    `5 Mo`, `5,1 Mo`, `12 Ko`: units of 1,024, and a no-break space.
    """
    if octets <= 100 * 1024:
        return f"{math.ceil(octets / 1024)}\u00a0Ko"
    entier, dixieme = divmod(math.ceil(octets * 10 / 1024**2), 10)
    return f"{entier},{dixieme}\u00a0Mo" if dixieme else f"{entier}\u00a0Mo"


def _refus(code: Code, **valeurs: str) -> FichierRefuse:
    return FichierRefuse(_REFUS[code].format(**valeurs), code)


def _extension(nom: str) -> str:
    extension = os.path.splitext(nom)[1].removeprefix(".")
    extension = VARIANTES.get(extension, extension)
    if extension not in TYPES_MIME:
        raise _refus("extension", acceptees=", ".join(list(TYPES_MIME)[:-1]))
    return extension


def _exiger_taille(octets: int) -> None:
    if octets <= 0:
        raise _refus("vide")
    if octets > TAILLE_MAX:
        raise _refus("trop_gros", taille=en_mo(octets), limite=en_mo(TAILLE_MAX))


def _mesurer(fichier: BinaryIO) -> tuple[int, str]:
    """Count and hash the bytes, no further than what is needed to know that they are too many."""
    fichier.seek(0)
    lus, empreinte = 0, hashlib.sha256()
    while lus <= TAILLE_MAX and (bloc := fichier.read(_BLOC)):
        lus += len(bloc)
        empreinte.update(bloc)
    return lus, empreinte.hexdigest()


def _exiger_contenu(extension: str, fichier: BinaryIO) -> None:
    try:
        contenus.exiger(extension, fichier)
    except contenus.ContenuRefuse as refus:
        raise _refus(refus.motif, extension=extension) from refus
