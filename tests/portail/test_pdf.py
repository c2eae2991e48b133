import hashlib
import io
import subprocess
import sys

import pytest
from pypdf import PdfReader

from portail import pdf

LETTRE = """{% extends "pdf/base.html" %}
{% block titre %}Récépissé {{ reference }}{% endblock titre %}
{% block contenu %}
  <h1>Récépissé de dépôt</h1>
  <p>Reçu : « {{ texte }} », œuvre de Zoë.</p>
  <h2>Vos pièces</h2>
  <table>
    <thead><tr><th scope="col">Pièce</th></tr></thead>
    <tbody><tr><td>1</td></tr></tbody>
  </table>
  {% for rang in rangs %}<p>Paragraphe {{ rang }}</p>{% endfor %}
{% endblock contenu %}"""


@pytest.fixture
def gabarit(settings, tmp_path):
    """Let a test write its template in place: `gabarit(source)` returns the name to render."""
    (moteur,) = settings.TEMPLATES
    settings.TEMPLATES = [{**moteur, "DIRS": [tmp_path, *moteur["DIRS"]]}]

    def _installer(source: str) -> str:
        (tmp_path / "essai.html").write_text(source, "utf-8")
        return "essai.html"

    return _installer


def _lettre(gabarit, **contexte) -> PdfReader:
    contexte = {"reference": "EP-7KQ2-M9FX", "texte": "bonjour", **contexte}
    return PdfReader(io.BytesIO(pdf.rendre(gabarit(LETTRE), contexte)), strict=True)


def test_the_document_is_tagged_french_and_titled(gabarit):
    lecteur = _lettre(gabarit)
    catalogue = lecteur.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "fr"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalogue["/StructTreeRoot"]["/K"]
    assert lecteur.metadata.title == "Récépissé EP-7KQ2-M9FX"


def test_it_declares_itself_pdf_ua_1(gabarit):
    xmp = _lettre(gabarit).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "http://www.aiim.org/pdfua/ns/id/" in xmp
    assert "part>1<" in xmp or 'part="1"' in xmp


def test_headings_and_table_headers_are_in_the_structure(gabarit):
    genres = _genres(_lettre(gabarit).trailer["/Root"]["/StructTreeRoot"])
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= genres


def _genres(noeud) -> set[str]:
    genres = {noeud["/S"]} if "/S" in noeud else set()
    enfants = noeud.get("/K", [])
    for enfant in enfants if isinstance(enfants, list) else [enfants]:
        if isinstance(enfant.get_object(), dict):
            genres |= _genres(enfant.get_object())
    return genres


def test_every_font_is_inside(gabarit):
    for page in _lettre(gabarit).pages:
        for police in page["/Resources"]["/Font"].values():
            descripteur = police.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descripteur.get_object())


def test_the_text_can_be_read_with_its_header_and_page_numbers(gabarit):
    lecteur = _lettre(gabarit, rangs=range(60))
    textes = [page.extract_text() for page in lecteur.pages]
    assert len(textes) > 1
    assert "Reçu : « bonjour », œuvre de Zoë." in textes[0]
    for numero, texte in enumerate(textes, start=1):
        assert "Espace Partenaires" in texte
        assert f"Page {numero} / {len(textes)}" in texte


def test_no_brand_of_the_state(gabarit):
    texte = _lettre(gabarit).pages[0].extract_text()
    assert "République" not in texte
    assert "Marianne" not in str(_lettre(gabarit).pages[0]["/Resources"]["/Font"])


def test_what_a_person_typed_is_text_never_markup(gabarit):
    lecteur = _lettre(gabarit, texte='<img src="http://exemple.example/a.png"><b>gras</b>')
    assert '<img src="http://exemple.example/a.png"><b>gras</b>' in " ".join(
        lecteur.pages[0].extract_text().split()
    )


def test_the_same_document_has_the_same_bytes(gabarit):
    contexte = {"reference": "EP-7KQ2-M9FX", "texte": "bonjour", "rangs": range(60)}
    premier = pdf.rendre(gabarit(LETTRE), contexte)
    second = pdf.rendre(gabarit(LETTRE), contexte)
    assert premier == second
    assert pdf.empreinte(premier) == hashlib.sha256(premier).hexdigest()


@pytest.mark.parametrize(
    "ressource",
    [
        '<img alt="" src="http://127.0.0.1:9/a.png">',
        '<img alt="" src="https://exemple.example/a.png">',
        '<img alt="" src="file:///etc/hostname">',
        '<img alt="" src="/etc/hostname">',
        '<img alt="" src="../../manage.py">',
        '<img alt="" src="%2e%2e/%2e%2e/manage.py">',
        '<img alt="" src="https://statiques.invalid.example/css/pdf.css">',
        '<img alt="" src="data:image/png;base64,AAAA">',
        '<img alt="" src="css">',
        '<img alt="" src="absent.png">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/a.css">',
        '<object data="ftp://127.0.0.1/a.svg"></object>',
    ],
)
def test_nothing_but_our_static_files_can_be_reached(gabarit, ressource):
    source = '{% extends "pdf/base.html" %}{% block contenu %}' + ressource + "{% endblock %}"
    with pytest.raises(pdf.RessourceRefusee):
        pdf.rendre(gabarit(source), {})


def test_our_static_files_can_be_used(gabarit):
    source = (
        '{% extends "pdf/base.html" %}{% block contenu %}'
        '<img alt="Espace Partenaires" src="img/logo.svg">{% endblock %}'
    )
    assert pdf.rendre(gabarit(source), {}).startswith(b"%PDF-1.7")


def test_weasyprint_is_not_loaded_before_a_document_is_made():
    code = "import sys, portail.pdf; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
