"""What holds of every deadline, whatever the dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echeances import delais
from echeances.delais import ECHU, Echelle
from echeances.natures import EN_HEURES, EN_JOURS, Nature
from portail.departements import DEPARTEMENTS

pytestmark = pytest.mark.regle("D-14")

ZONES = st.sampled_from([UTC, *map(ZoneInfo, ("Europe/Paris", "Indian/Reunion", "Pacific/Noumea"))])
# Any second of 2026 to 2030: the hour that comes twice comes twice here too.
INSTANTS = st.builds(datetime.fromtimestamp, st.integers(1_767_225_600, 1_924_991_999), ZONES)
LONGUEURS = st.integers(1, 60)
ATTENTES = st.timedeltas(timedelta(0), timedelta(days=40))
QUI_SE_SUSPENDENT = st.sampled_from(sorted(EN_HEURES | EN_JOURS))


@st.composite
def echelles(tirer) -> Echelle:
    return Echelle(
        fin=tirer(INSTANTS),
        duree=tirer(st.timedeltas(timedelta(seconds=1), timedelta(days=60))),
        seuils=tirer(st.lists(st.integers(1, 99), max_size=5)),
        relance_heures=tirer(st.integers(1, 720)),
    )


def plus_tard(instant: datetime, ecart: timedelta) -> datetime:
    """Elapsed time, in the zone of `instant`."""
    return (instant.astimezone(UTC) + ecart).astimezone(instant.tzinfo)


@given(st.sampled_from(Nature), INSTANTS, LONGUEURS, st.sampled_from(sorted(DEPARTEMENTS)))
def test_a_deadline_falls_after_its_start_and_grows_with_its_length(nature, debut, n, departement):
    fin = delais.echeance(nature, debut, n, departement)
    assert debut < fin < delais.echeance(nature, debut, n + 1, departement)


@given(st.sampled_from(Nature), INSTANTS, ATTENTES, LONGUEURS)
def test_who_asks_later_is_never_due_earlier(nature, debut, ecart, n):
    fin = delais.echeance(nature, debut, n, "67")
    assert fin <= delais.echeance(nature, plus_tard(debut, ecart), n, "67")


@given(QUI_SE_SUSPENDENT, INSTANTS, INSTANTS, INSTANTS)
def test_a_pause_never_brings_a_deadline_forward(nature, fin, depuis, jusqu_a):
    fin = delais.echeance(nature, fin, 10)
    assert delais.prolongee(nature, fin, depuis, jusqu_a) >= fin


@given(QUI_SE_SUSPENDENT, INSTANTS, INSTANTS, ATTENTES, ATTENTES)
def test_two_pauses_end_to_end_are_one(nature, fin, depuis, premiere, seconde):
    fin = delais.echeance(nature, fin, 10)
    milieu = plus_tard(depuis, premiere)
    jusqu_a = plus_tard(milieu, seconde)
    en_deux = delais.prolongee(
        nature, delais.prolongee(nature, fin, depuis, milieu), milieu, jusqu_a
    )
    assert en_deux == delais.prolongee(nature, fin, depuis, jusqu_a)


@given(echelles(), INSTANTS, ATTENTES)
def test_steps_only_go_up(echelle, maintenant, ecart):
    assert echelle.atteint(maintenant) <= echelle.atteint(plus_tard(maintenant, ecart))


@given(echelles(), INSTANTS)
def test_the_next_step_is_ahead_and_nothing_happens_before_it(echelle, maintenant):
    suivant = echelle.suivant(maintenant)
    atteint = echelle.atteint(maintenant)
    assert suivant > maintenant
    assert echelle.atteint(suivant) > atteint
    assert echelle.atteint(suivant - timedelta(microseconds=1)) == atteint


@given(echelles(), st.integers(ECHU, ECHU + 500))
def test_a_step_is_reached_at_its_instant(echelle, palier):
    paliers = [*echelle.seuils, palier]
    assert [echelle.atteint(echelle.instant(p)) for p in paliers] == paliers


@given(echelles(), ATTENTES)
def test_a_pause_moves_every_step_alike(echelle, attente):
    decalee = Echelle(
        plus_tard(echelle.fin, attente), echelle.duree, echelle.seuils, echelle.relance_heures
    )
    for palier in (*echelle.seuils, ECHU, ECHU + 3):
        assert decalee.instant(palier) - echelle.instant(palier) == attente
