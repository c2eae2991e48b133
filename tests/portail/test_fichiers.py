import hashlib
import io
import itertools
import unicodedata

import pytest

from portail.fichiers import FichierRefuse, controler, en_mo, nettoyer_nom
from tests.portail import echantillons

pytestmark = pytest.mark.regle("D-07")
CINQ_MO = 5 * 1024 * 1024
MIME = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "tiff": "image/tiff",
    "tif": "image/tiff",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
}


def _controler(nom: str, contenu: bytes):
    return controler(nom, io.BytesIO(contenu), len(contenu))


def _refus(nom: str, contenu: bytes, taille: int | None = None) -> FichierRefuse:
    with pytest.raises(FichierRefuse) as refus:
        controler(nom, io.BytesIO(contenu), len(contenu) if taille is None else taille)
    return refus.value


@pytest.mark.parametrize("extension", MIME)
def test_every_accepted_type_passes_and_is_described(extension):
    contenu = echantillons.tous()[extension]
    fichier = io.BytesIO(contenu)
    fichier.seek(5)
    controle = controler(f"Pièce.{extension.upper()}", fichier, len(contenu))
    assert controle.nom_propre == f"Pièce.{extension}"
    assert controle.extension == {"tif": "tiff", "jpg": "jpeg"}.get(extension, extension)
    assert controle.type_mime == MIME[extension]
    assert controle.taille == len(contenu)
    assert controle.sha256 == hashlib.sha256(contenu).hexdigest()
    assert fichier.tell() == 0
    assert not fichier.closed


def test_five_mo_exactly_is_accepted():
    contenu = echantillons.pdf(CINQ_MO)
    assert len(contenu) == 5_242_880
    assert _controler("piece.pdf", contenu).taille == 5_242_880


def test_one_byte_more_is_refused_with_both_sizes():
    refus = _refus("piece.pdf", echantillons.pdf(CINQ_MO + 1))
    assert refus.code == "trop_gros"
    assert "fait 5,1\u00a0Mo et la limite est de 5\u00a0Mo" in refus.message


def test_the_bytes_count_whatever_size_was_announced():
    assert _refus("piece.pdf", echantillons.pdf(CINQ_MO + 1), taille=12).code == "trop_gros"
    assert _refus("piece.pdf", b"", taille=12).code == "vide"


def test_a_size_announced_too_big_is_refused_without_reading():
    class Illisible(io.BytesIO):
        def read(self, *arguments):
            raise AssertionError("read")

    with pytest.raises(FichierRefuse, match="la limite est de"):
        controler("piece.pdf", Illisible(), 80_000_000)


@pytest.mark.parametrize("extension", MIME)
def test_an_empty_file_is_refused_as_empty(extension):
    refus = _refus(f"piece.{extension}", b"")
    assert refus.code == "vide"
    assert refus.message.startswith("Ce fichier est vide")


@pytest.mark.parametrize(
    "nom",
    ["virus.exe", "page.html", "dessin.svg", "notes.txt", "archive.zip", "macro.docm", "photo.heic",
     "piece", "piece.pdf.exe", ".pdf", "pdf", "piece.pdfx", "piece.p df", ""],
)  # fmt: skip
def test_an_unknown_extension_is_refused_with_the_list(nom):
    refus = _refus(nom, echantillons.pdf())
    assert refus.code == "extension"
    assert refus.message.endswith("pdf, doc, docx, xls, xlsx, csv, tiff, png ou jpeg.")


def test_a_refusal_leaves_the_file_at_its_start():
    fichier = io.BytesIO(b"MZ" + bytes(500))
    with pytest.raises(FichierRefuse):
        controler("piece.pdf", fichier, 502)
    assert fichier.tell() == 0


@pytest.mark.parametrize(
    ("vrai", "faux"), [(v, f) for v, f in itertools.permutations(MIME, 2) if MIME[v] != MIME[f]]
)
def test_each_type_under_the_extension_of_another_is_refused(vrai, faux):
    refus = _refus(f"piece.{faux}", echantillons.tous()[vrai])
    assert refus.code == "contenu"
    assert "son contenu n'y correspond pas" in refus.message


@pytest.mark.parametrize(
    ("nom", "propre"),
    [
        ("rapport.pdf", "rapport.pdf"),
        ("C:\\fakepath\\Rapport social.PDF", "Rapport social.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("/srv/./a.csv", "a.csv"),
        ("a\x00b\x1bc.png", "abc.png"),
        ("ligne1\r\nligne2.png", "ligne1 ligne2.png"),
        ("facture\u202efdp.exe.pdf", "facturefdp.exe.pdf"),
        ("zéro\u200bespace.pdf", "zéroespace.pdf"),
        ("espaces\u00a0 \u3000divers.pdf", "espaces divers.pdf"),
        ('a<b>c:"d|e?f*.pdf', "a_b_c__d_e_f_.pdf"),
        ("  .. piece .pdf. ", "piece.pdf"),
        ("...", "document"),
        ("", "document"),
        ("dossier/", "document"),
        ("sans extension", "sans extension"),
        ("demi\ud800paire.pdf", "demipaire.pdf"),
        ("Pi%C3%A8ce%20n%C2%B0%201.pdf", "Pièce n° 1.pdf"),
        ("pi%25C3%25A8ce%252520jointe.pdf", "pièce jointe.pdf"),
        ("..%2F..%5Cpasswd%00.pdf", "passwd.pdf"),
        ("taux de 50%.pdf", "taux de 50%.pdf"),
        ("latin%E9%20.pdf", "latin%E9%20.pdf"),
    ],
)
def test_file_names_are_cleaned(nom, propre):
    assert nettoyer_nom(nom) == propre


def test_a_decomposed_name_is_composed():
    assert nettoyer_nom(unicodedata.normalize("NFD", "pièce d'été.pdf")) == "pièce d'été.pdf"


@pytest.mark.parametrize("extension", [".pdf", ".docx"])
def test_a_long_name_is_shortened_and_keeps_its_extension(extension):
    propre = nettoyer_nom("é" * 300 + extension)
    assert len(propre) == 120
    assert propre.endswith("é" + extension)


@pytest.mark.parametrize("nom", ["a" * 300, "a." + "b" * 300, "/" * 300, "é\u0301" * 200 + ".tiff"])
def test_no_name_exceeds_its_column(nom):
    assert 0 < len(nettoyer_nom(nom)) <= 120
    assert nettoyer_nom(nettoyer_nom(nom)) == nettoyer_nom(nom)


@pytest.mark.parametrize(
    ("octets", "texte"),
    [
        (0, "0 Ko"),
        (1, "1 Ko"),
        (12_000, "12 Ko"),
        (102_400, "100 Ko"),
        (102_401, "0,1 Mo"),
        (1_048_576, "1 Mo"),
        (1_048_577, "1,1 Mo"),
        (5_242_880, "5 Mo"),
        (5_242_881, "5,1 Mo"),
        (41_943_040, "40 Mo"),
    ],
)
def test_sizes_are_written_in_french_and_rounded_up(octets, texte):
    assert en_mo(octets) == texte.replace(" ", "\u00a0")
