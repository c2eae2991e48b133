from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

from portail.templatetags import portail as balises

GABARITS = Path(settings.TEMPLATES[0]["DIRS"][0])
PAGES_ERREUR = ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"]


def statique(chemin):
    return Path(finders.find(chemin)).read_text(encoding="utf-8")


@pytest.mark.parametrize("gabarit", PAGES_ERREUR)
def test_error_pages_need_neither_request_nor_database(gabarit):
    page = get_template(gabarit).render()
    assert page.count("<h1>") == 1
    assert 'href="/"' in page
    assert "Espace Partenaires</title>" in page


def test_pages_do_not_wear_the_brand_of_the_state():
    page = get_template("404.html").render().lower()
    for marque in ("marianne", "république", "fr-logo", "gouv.fr"):
        assert marque not in page


def test_no_typeface_of_the_state_is_asked_for():
    theme = statique("css/theme.css")
    assert "Marianne" not in theme
    assert "Spectral" not in theme
    assert "font-family: var(--ep-police) !important" in theme


def test_our_style_sheets_stay_small():
    assert len((statique("css/theme.css") + statique("css/portail.css")).encode()) < 20_000


def test_pages_carry_no_inline_script_nor_style():
    for gabarit in [*GABARITS.glob("*.html"), *GABARITS.glob("composants/*.html")]:
        source = gabarit.read_text(encoding="utf-8")
        for interdit in ("<style", " style=", "<script>", " onclick=", "javascript:", "hx-on"):
            assert interdit not in source, gabarit.name


def test_every_component_is_used():
    sources = [gabarit.read_text(encoding="utf-8") for gabarit in GABARITS.rglob("*.html")]
    sources += [f.read_text("utf-8") for f in Path(settings.RACINE, "portail").rglob("*.py")]
    composants = [f"composants/{fichier.name}" for fichier in GABARITS.glob("composants/*.html")]
    assert len(composants) > 10
    assert not [nom for nom in composants if not any(f'"{nom}"' in s for s in sources)]


def test_a_name_in_the_header_is_escaped():
    compte = SimpleNamespace(is_authenticated=True, get_full_name="<b>Zoé</b>")
    page = render_to_string("composants/entete.html", {"user": compte, "profil": "Agent"})
    assert "&lt;b&gt;Zoé&lt;/b&gt;" in page
    assert 'method="post"' in page


def test_pages_of_a_list_keep_the_filters_of_the_address(rf):
    page = SimpleNamespace(precedent=None, suivant="2026~EP")
    rendu = render_to_string(
        "composants/pagination.html", {"page": page}, rf.get("/", {"etape": "close"})
    )
    assert 'href="?etape=close&amp;curseur=2026~EP"' in rendu
    assert "Page précédente" not in rendu


def test_pages_of_a_search_leave_the_address_alone(rf):
    page = SimpleNamespace(precedent="avant~x", suivant="2026~EP")
    contexte = {"page": page, "formulaire": "recherche"}
    rendu = render_to_string("composants/pagination.html", contexte, rf.get("/"))
    assert rendu.count('form="recherche"') == 2
    assert 'value="avant~x"' in rendu
    assert "href" not in rendu


def test_the_breadcrumb_ends_on_the_current_page():
    source = '{% load portail %}{% fil_ariane "Demandes" "/demandes/" page %}'
    rendu = Template(source).render(Context({"page": "<EP>"}))
    assert 'href="/demandes/">Demandes</a>' in rendu
    assert 'aria-current="page">&lt;EP&gt;</a>' in rendu


@pytest.mark.parametrize(
    ("octets", "attendu"),
    [
        (None, ""),
        (1, "1\u00a0octet"),
        (1023, "1023\u00a0octets"),
        (1536, "1,5\u00a0ko"),
        (5_242_880, "5\u00a0Mo"),
        (4_404_019, "4,2\u00a0Mo"),
    ],
)
def test_file_sizes_are_in_french(octets, attendu):
    assert balises.taille(octets) == attendu


def test_instants_are_shown_in_paris():
    assert balises.instant(datetime(2026, 7, 14, 22, 5, tzinfo=UTC)) == (
        "15/07/2026 à 0\u00a0h\u00a005"
    )
    assert balises.jour(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "01/01/2027"
    assert balises.instant(None) == balises.jour(None) == ""
