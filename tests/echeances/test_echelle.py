"""The steps of a deadline, in exact instants: 50 %, 80 %, due, then each reminder (D-14)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from echeances.delais import Echelle

PARIS = ZoneInfo("Europe/Paris")
pytestmark = pytest.mark.regle("D-14")


def i(texte: str) -> datetime:
    return datetime.fromisoformat(texte)


def h(heures: int, minutes: int = 0, secondes: int = 0) -> timedelta:
    return timedelta(hours=heures, minutes=minutes, seconds=secondes)


def table(*lignes):
    return [pytest.param(*ligne[1:], id=ligne[0]) for ligne in lignes]


# The deadline, its length without pauses, then the instants of its steps.
INSTANTS = table(
    ("48 h of a plain week", "2026-06-03T10:15+02", h(48), {50: "2026-06-02T10:15+02", 80: "2026-06-03T00:39+02", 100: "2026-06-03T10:15:01+02", 101: "2026-06-04T10:15:01+02", 107: "2026-06-10T10:15:01+02"}),
    ("48 h over the missing hour", "2026-03-30T11:00+02", h(48), {50: "2026-03-29T11:00+02", 80: "2026-03-30T01:24+02", 100: "2026-03-30T11:00:01+02"}),
    ("48 h over the repeated hour", "2026-10-26T09:00+01", h(48), {50: "2026-10-25T09:00+01", 80: "2026-10-25T23:24+01", 100: "2026-10-26T09:00:01+01"}),
    ("its half is in the second 02:30", "2026-10-26T02:30+01", h(48), {50: "2026-10-25T02:30+01"}),
    ("its half is in the first 02:30", "2026-10-26T01:30+01", h(48), {50: "2026-10-25T02:30+02"}),
    ("a reminder each 24 h, not at each noon", "2026-10-24T12:00+02", h(48), {100: "2026-10-24T12:00:01+02", 101: "2026-10-25T11:00:01+01", 102: "2026-10-26T11:00:01+01"}),
    ("over the end of the year", "2027-01-01T18:00+01", h(48), {50: "2026-12-31T18:00+01", 80: "2027-01-01T08:24+01", 101: "2027-01-02T18:00:01+01"}),
    ("over 29 February 2028", "2028-03-01T08:00+01", h(48), {50: "2028-02-29T08:00+01", 101: "2028-03-02T08:00:01+01"}),
    # From 2 March at 09:00 to the end of 1 April: 30 days and 15 hours on the clock, one less elapsed.
    ("30 days over the change of March", "2026-04-01T23:59:59+02", timedelta(days=30) + h(13, 59, 59), {50: "2026-03-17T15:59:59.5+01", 100: "2026-04-02T00:00+02", 101: "2026-04-03T00:00+02"}),
    ("30 days from a first second", "2026-06-30T23:59:59+02", timedelta(days=30) - h(0, 0, 1), {50: "2026-06-15T23:59:59.5+02", 80: "2026-06-24T23:59:59.2+02", 100: "2026-07-01T00:00+02"}),
    # 48 h from 1 June at 10:15; 24 h of pause before its half put everything off.
    ("after a pause before its half", "2026-06-04T10:15+02", h(48), {50: "2026-06-03T10:15+02", 80: "2026-06-04T00:39+02", 100: "2026-06-04T10:15:01+02"}),
    # 14 h 24 of pauses.
    ("after two pauses that end on another day", "2026-06-04T00:39+02", h(48), {50: "2026-06-03T00:39+02", 80: "2026-06-03T15:03+02"}),
    # 3 h of pause, of which one on the clock was repeated.
    ("after a pause over the repeated hour", "2026-10-26T12:00+01", h(48), {50: "2026-10-25T12:00+01", 80: "2026-10-26T02:24+01"}),
)  # fmt: skip


@pytest.mark.parametrize(("fin", "duree", "instants"), INSTANTS)
def test_each_step_has_its_instant(fin: str, duree: timedelta, instants: dict[int, str]) -> None:
    echelle = Echelle(i(fin), duree, [50, 80], 24)
    assert {palier: echelle.instant(palier) for palier in instants} == {
        palier: i(instant) for palier, instant in instants.items()
    }


# 48 h from Monday 1 June at 10:15: what has been reached, then the next instant to look at.
ATTEINTS = table(
    ("at its start", "2026-06-01T10:15+02", 0, "2026-06-02T10:15+02"),
    ("a second before half", "2026-06-02T10:14:59+02", 0, "2026-06-02T10:15+02"),
    ("half", "2026-06-02T10:15+02", 50, "2026-06-03T00:39+02"),
    ("a second before 80 %", "2026-06-03T00:38:59+02", 50, "2026-06-03T00:39+02"),
    ("80 %", "2026-06-03T00:39+02", 80, "2026-06-03T10:15:01+02"),
    ("its last second", "2026-06-03T10:15+02", 80, "2026-06-03T10:15:01+02"),
    ("the last microsecond of it", "2026-06-03T10:15:00.999999+02", 80, "2026-06-03T10:15:01+02"),
    ("the second after", "2026-06-03T10:15:01+02", 100, "2026-06-04T10:15:01+02"),
    ("a microsecond before the first reminder", "2026-06-04T10:15:00.999999+02", 100, "2026-06-04T10:15:01+02"),
    ("the first reminder", "2026-06-04T10:15:01+02", 101, "2026-06-05T10:15:01+02"),
    ("nobody looked for ten days", "2026-06-13T11:00+02", 110, "2026-06-14T10:15:01+02"),
    ("before its start, on a clock set back", "2026-05-31T10:15+02", 0, "2026-06-02T10:15+02"),
)  # fmt: skip


@pytest.mark.parametrize(("maintenant", "atteint", "suivant"), ATTEINTS)
def test_what_is_reached_and_what_comes_next(maintenant: str, atteint: int, suivant: str) -> None:
    echelle = Echelle(i("2026-06-03T10:15+02"), h(48), [50, 80], 24)
    assert echelle.atteint(i(maintenant)) == atteint
    assert echelle.suivant(i(maintenant)) == i(suivant)


@pytest.mark.parametrize(
    ("maintenant", "echue"),
    [
        ("2026-04-01T23:59:59+02", False),
        ("2026-04-01T23:59:59.999999+02", False),
        ("2026-04-02T00:00:00+02", True),
        # The same instants, read in other places.
        ("2026-04-02T01:59:59.999999+04", False),
        ("2026-04-01T22:00:00+00", True),
    ],
)
def test_a_day_is_in_time_to_its_last_second(maintenant: str, echue: bool) -> None:
    echelle = Echelle(i("2026-04-01T23:59:59+02"), timedelta(days=30), [50, 80], 24)
    assert echelle.est_echue(i(maintenant)) is echue


@pytest.mark.parametrize(
    ("seuils", "relance", "maintenant", "atteint", "suivant", "bientot"),
    [
        # Thresholds are parameters of the caisse: none, one, unsorted, many.
        ([], 24, "2026-06-03T10:15+02", 0, "2026-06-03T10:15:01+02", "2026-06-03T10:15+02"),
        ([75], 24, "2026-06-02T22:15+02", 75, "2026-06-03T10:15:01+02", "2026-06-02T22:15+02"),
        ([75, 25], 24, "2026-06-02T22:14:59+02", 25, "2026-06-02T22:15+02", "2026-06-02T22:15+02"),
        ([1, 99], 24, "2026-06-03T09:46:12+02", 99, "2026-06-03T10:15:01+02", "2026-06-03T09:46:12+02"),
        ([50], 1, "2026-06-03T11:15:01+02", 101, "2026-06-03T12:15:01+02", "2026-06-02T10:15+02"),
        ([50], 72, "2026-06-06T10:15:00+02", 100, "2026-06-06T10:15:01+02", "2026-06-02T10:15+02"),
    ],
)  # fmt: skip
def test_thresholds_and_reminders_are_parameters(
    seuils, relance, maintenant, atteint, suivant, bientot
) -> None:
    echelle = Echelle(i("2026-06-03T10:15+02"), h(48), seuils, relance)
    assert echelle.atteint(i(maintenant)) == atteint
    assert echelle.suivant(i(maintenant)) == i(suivant)
    assert echelle.bientot == i(bientot)


def test_steps_are_elapsed_time_even_for_clocks_of_paris() -> None:
    """Half of 48 h that end on Monday 26 October at 02:30: the second 02:30 of Sunday."""
    echelle = Echelle(datetime(2026, 10, 26, 2, 30, tzinfo=PARIS), h(48), [50], 24)
    assert echelle.atteint(datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)) == 0
    assert echelle.atteint(datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1)) == 50
    assert echelle.suivant(datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)) == i("2026-10-25T01:30+00")


@pytest.mark.parametrize(
    ("quand", "ecoule"),
    [
        ("2026-06-01T10:15+02", 0),
        ("2026-05-31T10:15+02", 0),
        ("2026-06-02T10:14:59+02", 49),
        ("2026-06-02T10:15+02", 50),
        ("2026-06-03T00:39+02", 80),
        ("2026-06-03T10:14:59+02", 99),
        ("2026-06-03T10:15+02", 100),
        ("2026-06-13T10:15+02", 100),
    ],
)
def test_how_much_of_it_is_gone(quand: str, ecoule: int) -> None:
    assert Echelle(i("2026-06-03T10:15+02"), h(48), [50, 80], 24).ecoule(i(quand)) == ecoule


@pytest.mark.parametrize("question", ["atteint", "suivant", "est_echue", "ecoule"])
def test_an_instant_without_time_zone_is_an_error(question: str) -> None:
    naif = datetime(2026, 6, 3, tzinfo=UTC).replace(tzinfo=None)
    sur = Echelle(datetime(2026, 6, 3, tzinfo=UTC), h(48), [50], 24)
    for echelle, instant in ((sur, naif), (Echelle(naif, h(48), [50], 24), sur.fin)):
        with pytest.raises(ValueError, match="time zone"):
            getattr(echelle, question)(instant)
