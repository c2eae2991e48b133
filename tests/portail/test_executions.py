"""The last run of each periodic task: written around it, whatever happens to either."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from celery import Celery
from django.db import DatabaseError

from portail import executions
from portail.executions import Etat
from portail.models import Execution
from portail.taches import chacun

pytestmark = pytest.mark.django_db

NOM = "essai.balayer"
LUNDI = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Refusee(Exception):
    pass


@pytest.fixture
def app(settings: Any) -> Celery:
    """An application whose tasks do what they are told; `essai.balayer` alone is periodic."""
    settings.CELERY_BEAT_SCHEDULE = {NOM: {"task": NOM, "schedule": 30}}
    app = Celery("essai", task_cls="portail.taches.Tache", set_as_current=False)

    def faire(retour: Any = None, erreur: str = "") -> Any:
        if erreur:
            raise Refusee(erreur)
        return retour

    for nom in (NOM, "essai.autre"):
        app.task(name=nom, shared=False)(faire)
    return app


def lancer(app: Celery, *arguments: Any, a: datetime = LUNDI, nom: str = NOM) -> None:
    with time_machine.travel(a, tick=False):
        app.tasks[nom].apply(arguments)


def test_une_reussite_dit_combien(app: Celery) -> None:
    lancer(app, 12)
    lancer(app, 0, a=LUNDI + timedelta(minutes=1))
    trace = Execution.objects.get()
    assert (trace.nom, trace.resultat, trace.erreur, trace.echecs) == (NOM, "0", "", 0)
    assert trace.debut_le == trace.fin_le == trace.derniere_reussite_le
    assert trace.debut_le == LUNDI + timedelta(minutes=1)
    assert trace.lancements == 2
    assert timedelta(0) <= trace.duree < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("retour", "dit"),
    [(None, ""), ("3 sur 4", "3 sur 4"), ("x" * 500, "x" * 200), (["Marcelle Invention"], "")],
)
def test_un_resultat_est_un_compte_ou_un_texte_court(app: Celery, retour: Any, dit: str) -> None:
    lancer(app, retour)
    assert Execution.objects.get().resultat == dit


@pytest.mark.regle("D-17")
def test_un_echec_ne_dit_que_sa_classe_et_se_compte(app: Celery) -> None:
    lancer(app, 5)
    for minute in (1, 2):
        lancer(app, None, "Marcelle Invention", a=LUNDI + timedelta(minutes=minute))
    trace = Execution.objects.get()
    assert (trace.erreur, trace.echecs, trace.resultat) == ("Refusee", 2, "")
    assert (trace.derniere_reussite_le, trace.lancements) == (LUNDI, 3)
    lancer(app, 5, a=LUNDI + timedelta(minutes=3))
    trace.refresh_from_db()
    assert (trace.erreur, trace.echecs) == ("", 0)


def test_une_tache_d_un_instant_n_est_pas_suivie(app: Celery) -> None:
    lancer(app, 1, nom="essai.autre")
    assert not Execution.objects.exists()


def test_ce_qui_ne_peut_s_ecrire_ne_gene_pas_la_tache(
    app: Celery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def tomber(*_: object, **__: object) -> None:
        raise DatabaseError("Marcelle Invention")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", tomber)
    resultat = app.tasks[NOM].apply((7,))
    assert (resultat.state, resultat.result) == ("SUCCESS", 7)
    assert f"the run of {NOM} was not recorded (DatabaseError)" in caplog.text
    assert "Invention" not in caplog.text


def test_tuee_elle_reste_commencee(app: Celery) -> None:
    """The row of a worker killed in the middle, then the next run."""
    executions.noter_debut(NOM, maintenant=LUNDI)
    trace = Execution.objects.get()
    assert (trace.fin_le, lue(trace, secondes=90)) == (None, "à jour")
    assert lue(trace, secondes=91) == "interrompue"
    lancer(app, 1, a=LUNDI + timedelta(seconds=120))
    trace.refresh_from_db()
    assert lue(trace, secondes=121) == "à jour"


def lue(trace: Execution | None, *, secondes: float, rythme: float = 60) -> Etat:
    return executions.etat(
        trace,
        rythme=timedelta(seconds=rythme),
        limite=timedelta(seconds=90),
        maintenant=LUNDI + timedelta(seconds=secondes),
    )


@pytest.mark.parametrize(
    ("rythme", "secondes", "dit"),
    [
        (20, 300, "à jour"),  # three rhythms are one minute: five are waited for
        (20, 301, "en retard"),
        (100, 300, "à jour"),
        (100, 301, "en retard"),
        (3600, 10_800, "à jour"),
        (3600, 10_801, "en retard"),
    ],
)
def test_le_retard_se_compte_en_rythmes(rythme: float, secondes: float, dit: str) -> None:
    trace = Execution(nom=NOM, debut_le=LUNDI, fin_le=LUNDI, derniere_reussite_le=LUNDI)
    assert lue(trace, secondes=secondes, rythme=rythme) == dit


def test_l_etat_d_une_tache() -> None:
    assert lue(None, secondes=0) == "jamais lancée"
    echouee = Execution(nom=NOM, debut_le=LUNDI, fin_le=LUNDI, erreur="Refusee", echecs=1)
    assert lue(echouee, secondes=1) == "en échec"
    assert lue(echouee, secondes=9_999) == "en échec"
    echouee.fin_le = None  # the run after the failure was killed
    assert lue(echouee, secondes=91) == "interrompue"


def test_chaque_tache_periodique_rend_un_compte() -> None:
    """So that the operations page has something to say of it."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    for entree in settings.CELERY_BEAT_SCHEDULE.values():
        tache = import_string(entree["task"])
        assert tache.run.__annotations__["return"] in (int, str, "int", "str"), entree["task"]


def test_tuee_a_chaque_lancement_elle_n_est_jamais_a_jour() -> None:
    """Each start is recent, and none has ended since the portal was installed."""
    trace = Execution(nom=NOM, debut_le=LUNDI, lancements=1)
    assert lue(trace, secondes=20, rythme=20) == "à jour"
    trace.lancements = 2
    assert lue(trace, secondes=20, rythme=20) == "interrompue"


def test_ce_qui_echoue_ou_dit_non_n_est_pas_compte() -> None:
    """A mail that the server refused was tried, not sent; the next ones still are."""

    def agir(pk: int) -> bool | None:
        if pk == 2:
            raise OSError
        return {1: True, 3: False, 4: None}[pk]

    assert chacun(agir, [1, 2, 3, 4]) == 2
