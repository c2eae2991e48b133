"""Logs say what failed and where; never a name, an argument or a row."""

import io
import logging

import pytest
from celery import Celery
from django.conf import settings
from django.db import IntegrityError, connection

from portail.journaux import FormatSobre, SansArguments, SansChemin

NOM = "Marcelle Invention"


@pytest.fixture
def sortie():
    """What the console handler of the settings would print."""
    flux = io.StringIO()
    gestionnaire = logging.StreamHandler(flux)
    gestionnaire.setFormatter(FormatSobre("{levelname} {name} {message}", style="{"))
    gestionnaire.addFilter(SansArguments())
    gestionnaire.addFilter(SansChemin())
    racine = logging.getLogger()
    racine.addHandler(gestionnaire)
    yield flux
    racine.removeHandler(gestionnaire)


def test_every_handler_of_the_settings_is_sober():
    for gestionnaire in settings.LOGGING["handlers"].values():
        assert gestionnaire["formatter"] == "sobre"
        assert gestionnaire["filters"] == ["sobre", "sans_chemin"]
    assert settings.LOGGING["formatters"]["sobre"]["()"] == "portail.journaux.FormatSobre"


@pytest.mark.django_db
def test_a_refused_row_is_not_quoted(sortie):
    try:
        with connection.cursor() as curseur:
            curseur.execute("SELECT %s::integer", [NOM])
    except Exception:
        logging.getLogger("essai").exception("failed")
    texte = sortie.getvalue()
    assert "Invention" not in texte
    assert "test_journaux.py" in texte
    assert "DataError" in texte


def test_a_failing_task_shows_neither_arguments_nor_message(sortie):
    app = Celery("essai", set_as_current=False)

    @app.task(name="essai.echouer", shared=False)
    def echouer(nom: str) -> None:
        raise IntegrityError(f"Key (nom)=({nom}) already exists")

    app.tasks["essai.echouer"].apply((NOM,))
    texte = sortie.getvalue()
    assert "essai.echouer" in texte
    assert "IntegrityError" in texte
    assert "Invention" not in texte


def test_a_finished_task_does_not_show_its_result(sortie, caplog):
    app = Celery("essai", set_as_current=False)
    logging.getLogger("celery.app.trace").setLevel(logging.INFO)

    @app.task(name="essai.rendre", shared=False)
    def rendre(nom: str) -> str:
        return nom

    app.tasks["essai.rendre"].apply((NOM,))
    logging.getLogger("celery.app.trace").setLevel(logging.NOTSET)
    assert "essai.rendre" in sortie.getvalue()
    assert "Invention" not in sortie.getvalue()


@pytest.mark.parametrize(
    ("chemin", "ligne"),
    [
        ("/nulle-part/284036249800164/", "WARNING django.request GET (no page): 404"),
        ("/connexion/", "WARNING django.request PUT connexion: 405"),
    ],
)
@pytest.mark.django_db
def test_a_page_that_answers_badly_is_named_without_its_path(client, sortie, chemin, ligne):
    client.generic(ligne.split()[2], chemin)
    assert sortie.getvalue() == f"{ligne}\n"
