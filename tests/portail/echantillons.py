"""Small, true files of every accepted type, made here: no binary in the repository."""

import io
import struct
import zipfile

from PIL import Image

LIBRE, FIN, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{partie}" ContentType="{type_mime}"/>{reste}</Types>'
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = ("word/document.xml", f"{_OFFICE}wordprocessingml.document.main+xml")
EXCEL = ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet.main+xml")


def pdf(taille: int = 0) -> bytes:
    """A one-page PDF, filled up to exactly `taille` bytes when given."""
    return _pdf(b"\n" * max(0, taille - len(_pdf(b""))))


def _pdf(contenu: bytes) -> bytes:
    objets = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %010d >>\nstream\n%s\nendstream" % (len(contenu), contenu),
    ]
    document, positions = b"%PDF-1.4\n", []
    for numero, objet in enumerate(objets, start=1):
        positions.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    table = b"".join(b"%010d 00000 n \n" % position for position in positions)
    return document + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\n"
        b"startxref\n%010d\n%%%%EOF\n" % (table, len(document))
    )


def image(format_pillow: str, cotes: tuple[int, int] = (40, 30), **options) -> bytes:
    tampon = io.BytesIO()
    Image.new("RGB", cotes, (0, 99, 203)).save(tampon, format_pillow, **options)
    return tampon.getvalue()


def archive(parties: dict[str, bytes]) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as sortie:
        for nom, contenu in parties.items():
            sortie.writestr(nom, contenu)
    return tampon.getvalue()


def ooxml(principale: tuple[str, str], autres: dict[str, bytes] | None = None, reste="") -> bytes:
    partie, type_mime = principale
    types = _TYPES.format(partie=partie, type_mime=type_mime, reste=reste).encode()
    return archive({"[Content_Types].xml": types, partie: b"<racine/>", **(autres or {})})


def docx() -> bytes:
    return ooxml(WORD)


def xlsx() -> bytes:
    return ooxml(EXCEL)


def ole(*flux: str, sous_objet: str = "") -> bytes:
    """An OLE2 file (512-byte sectors) whose root holds these streams, as a chain of siblings.

    `sous_objet` adds a storage `ObjectPool` that holds a stream of that name.
    """
    entrees = [_entree_ole("Root Entry", 5, enfant=1)]
    noms = [*flux, "ObjectPool"] if sous_objet else list(flux)
    for rang, nom in enumerate(noms, start=1):
        droite = rang + 1 if rang < len(noms) else LIBRE
        enfant = len(noms) + 1 if nom == "ObjectPool" else LIBRE
        entrees.append(_entree_ole(nom, 1 if nom == "ObjectPool" else 2, droite, enfant))
    if sous_objet:
        entrees.append(_entree_ole(sous_objet, 2))
    repertoire = b"".join(entrees)
    repertoire += _entree_ole("", 0) * (-len(entrees) % 4)
    secteurs = len(repertoire) // 512
    chaine = [TABLE, *range(2, secteurs + 1), FIN]
    table = struct.pack("<128I", *chaine, *[LIBRE] * (128 - len(chaine)))
    return _entete_ole() + table + repertoire


def _entete_ole() -> bytes:
    """One allocation sector (number 0), the directory from sector 1 on, no mini-stream."""
    return struct.pack(
        "<8s16x5H6x9I109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, FIN, 0, FIN, 0),
        *(0, *[LIBRE] * 108),
    )


def _entree_ole(nom: str, genre: int, droite: int = LIBRE, enfant: int = LIBRE) -> bytes:
    code = nom.encode("utf-16-le")
    longueur = len(code) + 2 if nom else 0
    return struct.pack(
        "<64sHBB3I16x4x8x8xIQ", code, longueur, genre, 1, LIBRE, droite, enfant, FIN, 0
    )


CSV = "nom;prénom;département\nDupré;Anne-Lise;59\n".encode()


def tous() -> dict[str, bytes]:
    """One true file for each accepted extension."""
    return {
        "pdf": pdf(),
        "doc": ole("WordDocument", "1Table"),
        "docx": docx(),
        "xls": ole("Workbook"),
        "xlsx": xlsx(),
        "csv": CSV,
        "tiff": image("TIFF"),
        "tif": image("TIFF", compression="tiff_lzw"),
        "png": image("PNG"),
        "jpeg": image("JPEG"),
        "jpg": image("JPEG", progressive=True),
    }
