"""Is this content what its extension says? Headers, tables of contents and sizes (D-07).

Nothing is decompressed or drawn: that is enough to tell, and a hostile file costs little. What
this lets through still goes to the antivirus.
"""

import os
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any, BinaryIO, Literal

from PIL import Image

Motif = Literal["contenu", "macro", "protege", "demesure"]

_PIXELS_MAX = 80_000_000  # an A4 page scanned at 600 dpi has 35 million
_PAGES_TIFF_MAX = 500
_ENTREES_ZIP_MAX = 5_000
_DECOMPRESSE_MAX = 200_000_000
_TYPES_OOXML_MAX = 262_144
_OOXML = b"application/vnd.openxmlformats-officedocument."


class ContenuRefuse(Exception):
    """The content is not acceptable; `motif` says in one word why."""

    def __init__(self, motif: Motif) -> None:
        self.motif: Motif = motif
        super().__init__(motif)


def exiger(extension: str, fichier: BinaryIO) -> None:
    """Raise `ContenuRefuse` unless `fichier`, read from its start, is of this type (D-07).

    `extension` is one of `VERIFICATIONS`. Whatever a parser chokes on is refused.
    """
    fichier.seek(0)
    try:
        conforme = VERIFICATIONS[extension](fichier)
    except ContenuRefuse:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as erreur:
        raise ContenuRefuse("demesure") from erreur
    except Exception as erreur:
        raise ContenuRefuse("contenu") from erreur
    if not conforme:
        raise ContenuRefuse("contenu")


_HTML = re.compile(rb"<\s*(!doctype|html|head|body|script|iframe|svg|\?xml)", re.IGNORECASE)


def _est_pdf(fichier: BinaryIO) -> bool:
    """A header at the very start, objects, a catalogue and a trailer at the very end."""
    donnees = fichier.read().lstrip(b"\xef\xbb\xbf \t\r\n").rstrip(b" \t\r\n\0\x1a")
    return (
        donnees.startswith(b"%PDF-")
        and donnees.endswith(b"%%EOF")
        and b"startxref" in donnees[-1024:]
        and b" obj" in donnees
        and b"/Root" in donnees
        and not _HTML.search(donnees[:1024])
        and not zipfile.is_zipfile(fichier)
    )


_CONTROLE_TEXTE = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _est_csv(fichier: BinaryIO) -> bool:
    """Text in UTF-8 or Windows-1252, and no other known format written as text."""
    donnees = fichier.read()
    debut = donnees[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _CONTROLE_TEXTE.search(donnees) or _HTML.search(donnees):
        return False
    if debut.startswith((b"<", b"#!", b"%PDF", b"%!PS", b"{\\rtf")):
        return False
    try:
        donnees.decode("utf-8")
    except UnicodeDecodeError:
        donnees.decode("cp1252")
    return True


def _image(format_pillow: str, *signatures: bytes) -> Callable[[BinaryIO], bool]:
    def est_image(fichier: BinaryIO) -> bool:
        if not fichier.read(8).startswith(signatures) or zipfile.is_zipfile(fichier):
            return False
        fichier.seek(0)
        with Image.open(fichier, formats=[format_pillow]) as image:
            if image.width * image.height > _PIXELS_MAX:
                raise ContenuRefuse("demesure")
            return _ENTIERES[format_pillow](image, fichier)

    return est_image


def _png_entier(image: Any, fichier: BinaryIO) -> bool:
    image.verify()
    return True


def _jpeg_entier(image: Any, fichier: BinaryIO) -> bool:
    """Pillow stops reading where the picture begins: its end marker must follow."""
    return b"\xff\xd9" in fichier.read()


def _tiff_entier(image: Any, fichier: BinaryIO) -> bool:
    """On each page, the strips or tiles announced lie inside the file."""
    fin = fichier.seek(0, os.SEEK_END)
    for page in range(_PAGES_TIFF_MAX + 1):
        try:
            image.seek(page)
        except EOFError:
            return True
        debuts = image.tag_v2.get(273) or image.tag_v2.get(324) or ()
        longueurs = image.tag_v2.get(279) or image.tag_v2.get(325) or ()
        if not debuts or len(debuts) != len(longueurs):
            return False
        if any(d + n > fin for d, n in zip(debuts, longueurs, strict=True)):
            return False
    raise ContenuRefuse("demesure")


_ENTIERES = {"PNG": _png_entier, "JPEG": _jpeg_entier, "TIFF": _tiff_entier}


def _ooxml(dossier: str, partie_principale: bytes) -> Callable[[BinaryIO], bool]:
    def est_ooxml(fichier: BinaryIO) -> bool:
        if fichier.read(8) == _SIGNATURE_OLE:
            _refuser_ole_protege(fichier)
            return False
        fichier.seek(0)
        if fichier.read(4) != b"PK\x03\x04":
            return False
        with zipfile.ZipFile(fichier) as archive:
            entrees = archive.infolist()
            _exiger_archive_sobre(entrees)
            with archive.open("[Content_Types].xml") as partie:
                types = partie.read(_TYPES_OOXML_MAX)
        _refuser_macros_ooxml(entrees, types)
        return partie_principale in types and any(e.filename.startswith(dossier) for e in entrees)

    return est_ooxml


def _exiger_archive_sobre(entrees: list[zipfile.ZipInfo]) -> None:
    """Neither a bomb, nor a path that climbs out, nor an encrypted part."""
    if len(entrees) > _ENTREES_ZIP_MAX or sum(e.file_size for e in entrees) > _DECOMPRESSE_MAX:
        raise ContenuRefuse("demesure")
    for entree in entrees:
        if entree.flag_bits & 0x1:
            raise ContenuRefuse("protege")
        morceaux = re.split(r"[/\\]", entree.orig_filename)
        if ".." in morceaux or not morceaux[0] or ":" in morceaux[0]:
            raise ValueError("path outside of the archive")


def _refuser_macros_ooxml(entrees: list[zipfile.ZipInfo], types: bytes) -> None:
    declarees = re.search(rb"vbaproject|macroenabled|macrosheet", types, re.IGNORECASE)
    if declarees or any(e.filename.lower().endswith("vbaproject.bin") for e in entrees):
        raise ContenuRefuse("macro")


_SIGNATURE_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTEUR_MAX = 0xFFFFFFFA


def _ole(*flux_attendus: str) -> Callable[[BinaryIO], bool]:
    def est_ole(fichier: BinaryIO) -> bool:
        if fichier.read(8) != _SIGNATURE_OLE:
            return False
        entrees = _repertoire_ole(fichier)
        if any(_nom_ole(entree) == "_VBA_PROJECT" for entree in entrees):
            raise ContenuRefuse("macro")
        return not _flux_racine_ole(entrees).isdisjoint(flux_attendus)

    return est_ole


def _refuser_ole_protege(fichier: BinaryIO) -> None:
    """A docx or xlsx with a password is an OLE2 file around its encrypted self."""
    if "EncryptedPackage" in _flux_racine_ole(_repertoire_ole(fichier)):
        raise ContenuRefuse("protege")


def _repertoire_ole(fichier: BinaryIO) -> list[bytes]:
    """Return the 128-byte directory entries of an OLE2 file ([MS-CFB] 2.2, 2.3, 2.6).

    The header lists the first 109 sectors of the allocation table, enough for 7 MB.
    """
    fichier.seek(0)
    donnees = fichier.read()
    taille = {9: 512, 12: 4096}[struct.unpack_from("<H", donnees, 30)[0]]

    def secteur(numero: int) -> bytes:
        return donnees[(numero + 1) * taille : (numero + 2) * taille]

    table = b"".join(
        secteur(n) for n in struct.unpack_from("<109I", donnees, 76) if n < _SECTEUR_MAX
    )
    suivants = [n for (n,) in struct.iter_unpack("<I", table)]
    (numero,) = struct.unpack_from("<I", donnees, 48)
    secteurs: list[bytes] = []
    while numero < _SECTEUR_MAX and len(secteurs) < len(suivants):
        secteurs.append(secteur(numero))
        numero = suivants[numero]
    contenu = b"".join(secteurs)
    return [contenu[rang : rang + 128] for rang in range(0, len(contenu) - 127, 128)]


def _nom_ole(entree: bytes) -> str:
    (longueur,) = struct.unpack_from("<H", entree, 64)
    return entree[: max(0, min(longueur, 64) - 2)].decode("utf-16-le", "replace")


def _flux_racine_ole(entrees: list[bytes]) -> set[str]:
    """Return the names of the root's own children: an embedded object's streams do not count."""
    a_voir = list(struct.unpack_from("<I", entrees[0], 76))
    vus: set[int] = set()
    while a_voir:
        rang = a_voir.pop()
        if rang < len(entrees) and rang not in vus:
            vus.add(rang)
            a_voir.extend(struct.unpack_from("<2I", entrees[rang], 68))
    return {_nom_ole(entrees[rang]) for rang in vus}


VERIFICATIONS: dict[str, Callable[[BinaryIO], bool]] = {
    "pdf": _est_pdf,
    "doc": _ole("WordDocument"),
    "docx": _ooxml("word/", _OOXML + b"wordprocessingml.document.main+xml"),
    "xls": _ole("Workbook", "Book"),
    "xlsx": _ooxml("xl/", _OOXML + b"spreadsheetml.sheet.main+xml"),
    "csv": _est_csv,
    "tiff": _image("TIFF", b"II*\0", b"MM\0*"),
    "png": _image("PNG", b"\x89PNG\r\n\x1a\n"),
    "jpeg": _image("JPEG", b"\xff\xd8\xff"),
}
