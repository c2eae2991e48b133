"""What looks like an accepted file and is not: each is one step away from a true one."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from portail.contenus import ContenuRefuse, exiger
from tests.portail import echantillons
from tests.portail.echantillons import EXCEL, WORD, archive, image, ole, ooxml, pdf

pytestmark = pytest.mark.regle("D-07")
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00\x03" + bytes(300) + b"PE\x00\x00" + bytes(300)
ELF = b"\x7fELF\x02\x01\x01" + bytes(400)
ZIP = archive({"charge.js": b"alert(1)"})
EXTENSIONS = ["pdf", "doc", "docx", "xls", "xlsx", "csv", "tiff", "png", "jpeg"]


def _accepte(extension: str, contenu: bytes) -> bool:
    try:
        exiger(extension, io.BytesIO(contenu))
    except ContenuRefuse:
        return False
    return True


def _motif(extension: str, contenu: bytes) -> str:
    with pytest.raises(ContenuRefuse) as refus:
        exiger(extension, io.BytesIO(contenu))
    return refus.value.motif


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("contenu", [HTML, SVG, EXE, ELF, ZIP, b"\x00" * 600])
def test_web_pages_programs_and_archives_are_refused_under_any_extension(extension, contenu):
    assert _motif(extension, contenu) == "contenu"


@pytest.mark.parametrize("extension", ["pdf", "doc", "docx", "xls", "xlsx", "tiff", "png", "jpeg"])
def test_a_file_cut_in_the_middle_is_refused(extension):
    contenu = echantillons.tous()[extension]
    assert _motif(extension, contenu[: len(contenu) // 2]) == "contenu"


@pytest.mark.parametrize("extension", ["pdf", "png", "jpeg", "tiff"])
def test_an_archive_hidden_behind_a_true_file_is_refused(extension):
    contenu = echantillons.tous()[extension]
    assert _motif(extension, contenu + ZIP) == "contenu"


@pytest.mark.parametrize(
    "contenu",
    [
        pytest.param(EXE + pdf(), id="program before"),
        pytest.param(pdf() + EXE, id="program after"),
        pytest.param(pdf() + HTML, id="page after"),
        pytest.param(pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n" + HTML + b"\n"), id="page inside"),
        pytest.param(b"%PDF-1.4\n" + HTML + b"\nstartxref\n9\n%%EOF", id="header and trailer only"),
        pytest.param(pdf().replace(b"/Root", b"/Rout"), id="no catalogue"),
        pytest.param(pdf().replace(b"startxref", b"startxxxx"), id="no trailer"),
        pytest.param(pdf().replace(b"%PDF-", b"%PFD-"), id="no header"),
        pytest.param(pdf().replace(b"%%EOF\n", ZIP + b"%%EOF"), id="archive before the end"),
    ],
)
def test_what_only_pretends_to_be_a_pdf_is_refused(contenu):
    assert _motif("pdf", contenu) == "contenu"


@pytest.mark.parametrize(
    "contenu",
    [
        b"\xef\xbb\xbf" + pdf(),
        b"\r\n" + pdf(),
        pdf() + b"\r\n\x00\x00",
        pdf() + pdf()[8:],
        pdf(9000),
    ],
)
def test_the_harmless_oddities_of_real_pdfs_are_accepted(contenu):
    assert _accepte("pdf", contenu)


@pytest.mark.parametrize(
    "texte",
    [
        "nom;prénom\nDupré;Zoé\n",
        "\ufeffnom;prénom\r\n",
        'a,"b\nc",d\n',
        "tab\tulation\n",
        "1 < 2;b > a\n",
        "x",
    ],
)
def test_text_is_a_csv(texte):
    assert _accepte("csv", texte.encode())


def test_a_csv_of_windows_is_read_too():
    assert _accepte("csv", "préfecture;œuvre;montant €\n".encode("cp1252"))


@pytest.mark.parametrize(
    "contenu",
    [
        pytest.param("nom;prénom\n".encode("utf-16"), id="utf-16"),
        pytest.param(b"a;b\x00;c\n", id="nul"),
        pytest.param(b"a;b\x1b[31m\n", id="escape"),
        pytest.param(b"pr\xc3\x28nom;\x81\x8d\n", id="neither encoding"),
        pytest.param(b"a;b\n<ScRiPt >alert(1)</script>\n", id="script inside"),
        pytest.param(b"\xef\xbb\xbf  \n<table><tr><td>1</td></tr></table>", id="table of a page"),
        pytest.param(b"#!/bin/sh\nrm -r .\n", id="shell"),
        pytest.param(b"{\\rtf1\\ansi bonjour}", id="rtf"),
        pytest.param(b"%!PS-Adobe-3.0\n", id="postscript"),
    ],
)
def test_what_is_not_plain_text_is_no_csv(contenu):
    assert _motif("csv", contenu) == "contenu"


def _scan(largeur: int, hauteur: int) -> bytes:
    """A blank page in black and white, as scanners and fax machines write it."""
    tampon = io.BytesIO()
    Image.new("1", (largeur, hauteur)).save(tampon, "TIFF", compression="group4")
    return tampon.getvalue()


def _png_geant() -> bytes:
    """A PNG that announces 30,000 by 30,000 pixels; its header is otherwise right."""
    contenu = image("PNG")
    entete = b"IHDR" + struct.pack(">II", 30_000, 30_000) + contenu[24:29]
    return contenu[:12] + entete + struct.pack(">I", zlib.crc32(entete)) + contenu[33:]


def test_an_image_that_would_fill_the_memory_is_refused():
    assert _motif("png", _png_geant()) == "demesure"
    assert _motif("tiff", _scan(9_000, 9_000)) == "demesure"


def test_a_large_scan_is_accepted():
    assert _accepte("tiff", _scan(4_960, 7_016))


def test_a_tiff_of_several_pages_is_accepted_and_each_page_is_checked():
    pages = [Image.new("1", (50, 50)) for _ in range(3)]
    tampon = io.BytesIO()
    pages[0].save(tampon, "TIFF", save_all=True, append_images=pages[1:])
    assert _accepte("tiff", tampon.getvalue())
    assert _motif("tiff", tampon.getvalue()[:-20]) == "contenu"


def test_a_png_with_a_damaged_block_is_refused():
    contenu = bytearray(image("PNG"))
    contenu[contenu.index(b"IDAT") + 6] ^= 0xFF
    assert _motif("png", bytes(contenu)) == "contenu"


def test_a_photo_of_two_pictures_is_accepted():
    tampon = io.BytesIO()
    photo = Image.new("RGB", (40, 30))
    photo.save(tampon, "MPO", save_all=True, append_images=[photo])
    assert _accepte("jpeg", tampon.getvalue())


@pytest.mark.parametrize(("extension", "principale"), [("docx", WORD), ("xlsx", EXCEL)])
class TestOfficeOpenXml:
    def test_a_renamed_main_part_is_accepted(self, extension, principale):
        partie = principale[0].replace(".xml", "2.xml")
        assert _accepte(extension, ooxml((partie, principale[1])))

    @pytest.mark.parametrize(
        "nom", ["../sortie.xml", "word/../../sortie.xml", "/etc/passwd", "..\\sortie", "C:\\a.xml"]
    )
    def test_a_path_that_climbs_out_is_refused(self, extension, principale, nom):
        assert _motif(extension, ooxml(principale, {nom: b"x"})) == "contenu"

    @pytest.mark.parametrize(
        "reste",
        [
            '<Override PartName="/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
            '<Default Extension="bin" ContentType="application/vnd.ms-excel.macrosheet+xml"/>',
        ],
    )
    def test_declared_macros_are_refused(self, extension, principale, reste):
        assert _motif(extension, ooxml(principale, reste=reste)) == "macro"

    @pytest.mark.parametrize("nom", ["word/vbaProject.bin", "xl/VBAPROJECT.BIN"])
    def test_undeclared_macros_are_refused(self, extension, principale, nom):
        assert _motif(extension, ooxml(principale, {nom: b"x"})) == "macro"

    def test_a_macro_enabled_document_renamed_is_refused(self, extension, principale):
        principale = (principale[0], "application/vnd.ms-word.document.macroEnabled.main+xml")
        assert _motif(extension, ooxml(principale)) == "macro"

    def test_a_bomb_is_refused(self, extension, principale):
        bombe = ooxml(principale, {f"word/{n}.xml": bytes(50_000_001) for n in range(4)})
        assert len(bombe) < 1_000_000
        assert _motif(extension, bombe) == "demesure"

    def test_thousands_of_parts_are_refused(self, extension, principale):
        parties = {f"word/{rang}.xml": b"" for rang in range(5_001)}
        assert _motif(extension, ooxml(principale, parties)) == "demesure"

    def test_an_encrypted_part_is_refused(self, extension, principale):
        contenu = ooxml(principale)
        repertoire = contenu.rindex(b"PK\x01\x02")
        contenu = contenu[: repertoire + 8] + b"\x01\x00" + contenu[repertoire + 10 :]
        assert _motif(extension, contenu) == "protege"

    def test_a_document_with_a_password_is_told_apart(self, extension, principale):
        chiffre = ole("EncryptedPackage", "EncryptionInfo")
        assert _motif(extension, chiffre) == "protege"
        assert _motif(extension, ole("EncryptedPackagf")) == "contenu"

    def test_without_its_table_or_its_folder_it_is_refused(self, extension, principale):
        partie, _ = principale
        assert _motif(extension, archive({partie: b"<racine/>"})) == "contenu"
        assert _motif(extension, ooxml(("ailleurs/document.xml", principale[1]))) == "contenu"

    def test_something_before_the_archive_is_refused(self, extension, principale):
        contenu = ooxml(principale)
        assert zipfile.is_zipfile(io.BytesIO(EXE + contenu))
        assert _motif(extension, EXE + contenu) == "contenu"


@pytest.mark.parametrize(
    ("extension", "flux"),
    [
        ("doc", ["1Table", "WordDocument", "Data"]),
        ("xls", ["Workbook"]),
        ("xls", ["Book"]),
        ("xls", ["\x05SummaryInformation", "\x05DocumentSummaryInformation", "Workbook", "a", "b"]),
    ],
)
def test_office_97_documents_are_known_by_their_main_stream(extension, flux):
    assert _accepte(extension, ole(*flux))


@pytest.mark.parametrize(
    ("extension", "contenu"),
    [
        ("doc", ole("Workbook")),
        ("xls", ole("WordDocument")),
        ("doc", ole("PowerPoint Document")),
        ("doc", ole("WordDocumen")),
        ("doc", ole()),
        ("doc", ole("PowerPoint Document", sous_objet="WordDocument")),
        ("xls", ole("__properties_version1.0", sous_objet="Workbook")),
    ],
)
def test_other_ole_files_are_refused_even_with_a_document_inside(extension, contenu):
    assert _motif(extension, contenu) == "contenu"


@pytest.mark.parametrize(("extension", "flux"), [("doc", "WordDocument"), ("xls", "Workbook")])
def test_macros_of_office_97_are_refused_however_deep(extension, flux):
    assert _motif(extension, ole(flux, "_VBA_PROJECT")) == "macro"
    assert _motif(extension, ole(flux, sous_objet="_VBA_PROJECT")) == "macro"


def test_an_ole_directory_that_loops_ends():
    contenu = bytearray(ole("WordDocument"))
    contenu[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    contenu[1024 + 128 + 72 : 1024 + 128 + 76] = struct.pack("<I", 1)
    assert _accepte("doc", bytes(contenu))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(donnees=st.data())
def test_no_damage_ever_breaks_the_check_itself(donnees):
    extension = donnees.draw(st.sampled_from(EXTENSIONS))
    contenu = bytearray(echantillons.tous()[extension])
    for _ in range(donnees.draw(st.integers(1, 8))):
        rang = donnees.draw(st.integers(0, len(contenu) - 1))
        contenu[rang] = donnees.draw(st.integers(0, 255))
    assert _accepte(extension, bytes(contenu)) in (True, False)
