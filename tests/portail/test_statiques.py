"""What a page or a style sheet asks for exists; production would refuse to collect otherwise."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

RACINE = Path(__file__).resolve().parents[2]


def demandes() -> set[str]:
    textes = [f.read_text("utf-8") for f in (RACINE / "templates").rglob("*.html")]
    trouvees = {nom for t in textes for nom in re.findall(r"{% static ['\"]([^'\"]+)['\"]", t)}
    assert len(trouvees) > 5
    return trouvees


@pytest.mark.parametrize("nom", sorted(demandes()))
def test_every_static_file_of_the_templates_exists(nom):
    de_la_demonstration = RACINE / "demonstration" / "static" / nom
    assert finders.find(nom) or de_la_demonstration.exists()


FEUILLES = sorted((RACINE / "static").rglob("*.css"))


@pytest.mark.parametrize("feuille", FEUILLES, ids=lambda feuille: feuille.name)
def test_our_style_sheets_import_nothing_from_elsewhere(feuille):
    texte = feuille.read_text("utf-8")
    for adresse in re.findall(r"url\(['\"]?([^'\")]+)", texte) + re.findall(
        r"@import\s+(\S+)", texte
    ):
        assert "//" not in adresse
        assert adresse.startswith("data:") or (feuille.parent / adresse).exists()
