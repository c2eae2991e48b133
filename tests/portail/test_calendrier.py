from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from portail.calendrier import apres_heures, fin_de_jour_civil, jour_civil, jours_ouvres, reste

PARIS = ZoneInfo("Europe/Paris")
REUNION = timezone(timedelta(hours=4))


def _paris(annee, mois, jour, heure=0, minute=0, seconde=0, fold=0) -> datetime:
    return datetime(annee, mois, jour, heure, minute, seconde, tzinfo=PARIS, fold=fold)


@pytest.mark.regle("D-12")
@pytest.mark.parametrize(
    ("debut", "fin_sur_l_horloge"),
    [
        (_paris(2026, 11, 20, 15, 30), "2026-11-22T15:30:00+01:00"),
        (_paris(2026, 3, 28, 10), "2026-03-30T11:00:00+02:00"),
        (_paris(2026, 3, 27, 2, 30), "2026-03-29T03:30:00+02:00"),
        (_paris(2026, 10, 24, 10), "2026-10-26T09:00:00+01:00"),
        (_paris(2026, 10, 23, 2, 30), "2026-10-25T02:30:00+02:00"),
        (_paris(2024, 2, 28, 8), "2024-03-01T08:00:00+01:00"),
        (_paris(2025, 12, 30, 23, 59, 59), "2026-01-01T23:59:59+01:00"),
    ],
)
def test_48_hours_are_elapsed_time_whatever_the_clocks_do(debut, fin_sur_l_horloge):
    fin = apres_heures(debut, 48)
    assert fin.astimezone(PARIS).isoformat() == fin_sur_l_horloge
    assert fin.timestamp() - debut.timestamp() == 48 * 3600


def test_the_repeated_hour_of_october_is_counted_once_each():
    premiere, seconde = _paris(2026, 10, 25, 2, 30), _paris(2026, 10, 25, 2, 30, fold=1)
    assert apres_heures(premiere, 1) == seconde.astimezone(UTC)
    assert apres_heures(seconde, 1).astimezone(PARIS).hour == 3


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("instant", "jours", "fin"),
    [
        (_paris(2026, 11, 22, 10), 0, "2026-11-22T23:59:59+01:00"),
        (_paris(2026, 11, 22, 0), 30, "2026-12-22T23:59:59+01:00"),
        (_paris(2026, 11, 22, 23, 59, 59), 31, "2026-12-23T23:59:59+01:00"),
        (_paris(2026, 3, 28, 12), 1, "2026-03-29T23:59:59+02:00"),
        (_paris(2026, 3, 29, 1), 0, "2026-03-29T23:59:59+02:00"),
        (_paris(2026, 10, 24, 12), 1, "2026-10-25T23:59:59+01:00"),
        (_paris(2026, 1, 30, 9), 30, "2026-03-01T23:59:59+01:00"),
        (_paris(2028, 1, 30, 9), 30, "2028-02-29T23:59:59+01:00"),
        (_paris(2026, 12, 31, 23), 31, "2027-01-31T23:59:59+01:00"),
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), 0, "2026-11-22T23:59:59+01:00"),
        (datetime(2026, 11, 22, 23, 0, 0, tzinfo=UTC), 0, "2026-11-23T23:59:59+01:00"),
        (datetime(2026, 7, 1, 22, 0, 0, tzinfo=UTC), 0, "2026-07-02T23:59:59+02:00"),
        (datetime(2026, 7, 2, 1, 0, 0, tzinfo=REUNION), 0, "2026-07-01T23:59:59+02:00"),
    ],
)
def test_days_are_those_of_paris_and_end_at_their_last_second(instant, jours, fin):
    echeance = fin_de_jour_civil(instant, jours)
    assert echeance.astimezone(PARIS).isoformat() == fin
    assert echeance.utcoffset() == timedelta(0)


@pytest.mark.regle("H-02")
@pytest.mark.parametrize(
    ("debut", "n", "departement", "fin"),
    [
        # Monday 2 to Monday 9 November 2026, then over the 11th.
        (date(2026, 11, 2), 5, "83", date(2026, 11, 9)),
        (date(2026, 11, 6), 1, "83", date(2026, 11, 9)),
        (date(2026, 11, 7), 1, "83", date(2026, 11, 9)),
        (date(2026, 11, 8), 1, "83", date(2026, 11, 9)),
        (date(2026, 11, 9), 5, "62", date(2026, 11, 17)),
        # Easter 2026: Good Friday 3 April in Alsace-Moselle only, Monday 6 April everywhere.
        (date(2026, 4, 2), 1, "42", date(2026, 4, 3)),
        (date(2026, 4, 2), 1, "57", date(2026, 4, 7)),
        (date(2026, 4, 2), 1, "67", date(2026, 4, 7)),
        (date(2026, 4, 2), 1, "68", date(2026, 4, 7)),
        (date(2026, 4, 2), 1, "88", date(2026, 4, 3)),
        # 26 December 2025 is a Friday: Saint Stephen's Day in Alsace-Moselle.
        (date(2025, 12, 24), 1, "21", date(2025, 12, 26)),
        (date(2025, 12, 24), 1, "67", date(2025, 12, 29)),
        # The abolition of slavery, on its own day in each overseas territory.
        (date(2026, 5, 26), 1, "971", date(2026, 5, 28)),
        (date(2026, 5, 21), 1, "972", date(2026, 5, 26)),
        (date(2026, 6, 9), 1, "973", date(2026, 6, 11)),
        (date(2024, 12, 19), 1, "974", date(2024, 12, 23)),
        (date(2026, 4, 24), 1, "976", date(2026, 4, 28)),
        (date(2026, 5, 26), 1, "59", date(2026, 5, 27)),
        # From one year to the next, and Corsica.
        (date(2026, 12, 31), 1, "2A", date(2027, 1, 4)),
        (date(2028, 2, 28), 2, "2B", date(2028, 3, 1)),
    ],
)
def test_working_days_skip_week_ends_and_the_holidays_of_the_departement(
    debut, n, departement, fin
):
    assert jours_ouvres(debut, n, departement) == fin


def test_an_instant_counts_as_its_day_in_paris():
    dimanche_a_paris = datetime(2026, 11, 7, 23, 30, tzinfo=UTC)
    assert jour_civil(dimanche_a_paris) == date(2026, 11, 8)
    vendredi_a_paris = datetime(2026, 11, 5, 23, 30, tzinfo=UTC)
    assert jours_ouvres(vendredi_a_paris, 1, "83") == date(2026, 11, 9)


@pytest.mark.parametrize(
    "departement", ["", "20", "96", "99", "1", "2a", "970", "2C", "6AE", "Zone A"]
)
def test_an_unknown_departement_is_an_error(departement):
    with pytest.raises(ValueError, match="département"):
        jours_ouvres(date(2026, 11, 2), 1, departement)


@pytest.mark.parametrize(
    "departement", ["01", "95", "2A", "971", "972", "973", "974", "975", "976", "977", "978",
                    "986", "987", "988"],
)  # fmt: skip
def test_every_departement_has_its_calendar(departement):
    assert jours_ouvres(date(2026, 7, 13), 1, departement) == date(2026, 7, 15)


@pytest.mark.parametrize("n", [0, -1])
def test_no_working_day_at_all_is_an_error(n):
    with pytest.raises(ValueError, match="working days"):
        jours_ouvres(date(2026, 11, 2), n, "83")


@pytest.mark.parametrize(
    ("ecart", "texte"),
    [
        (timedelta(0), "dans moins d'une minute"),
        (timedelta(seconds=59), "dans moins d'une minute"),
        (timedelta(seconds=60), "dans 1 min"),
        (timedelta(minutes=59, seconds=59), "dans 59 min"),
        (timedelta(hours=1), "dans 1 h"),
        (timedelta(hours=3), "dans 3 h"),
        (timedelta(hours=3, minutes=5), "dans 3 h 05"),
        (timedelta(hours=23, minutes=59, seconds=59), "dans 23 h 59"),
        (timedelta(hours=24), "dans 1 j"),
        (timedelta(hours=47, minutes=59), "dans 1 j 23 h"),
        (timedelta(hours=48), "dans 2 j"),
        (timedelta(hours=53), "dans 2 j 5 h"),
        (timedelta(days=3, hours=23), "dans 3 j"),
        (timedelta(days=30), "dans 30 j"),
        (timedelta(microseconds=-1), "en retard de moins d'une minute"),
        (timedelta(minutes=-40), "en retard de 40 min"),
        (timedelta(hours=-3), "en retard de 3 h"),
        (timedelta(days=-2), "en retard de 2 j"),
        (timedelta(days=-12, hours=-5), "en retard de 12 j"),
    ],
)
def test_time_left_reads_well(ecart, texte):
    maintenant = datetime(2026, 11, 22, 10, tzinfo=UTC)
    ecrit = reste(maintenant + ecart, maintenant)
    assert ecrit.replace("\u00a0", " ") == texte


def test_a_duration_is_never_cut_at_the_end_of_a_line():
    maintenant = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert reste(maintenant + timedelta(hours=3, minutes=20), maintenant) == (
        "dans 3\u00a0h\u00a020"
    )


def test_time_left_is_elapsed_even_between_two_readings_of_the_wall_clock():
    assert reste(_paris(2026, 3, 29, 12), _paris(2026, 3, 28, 12)).endswith("23\u00a0h")
    assert (
        reste(_paris(2026, 10, 25, 12), _paris(2026, 10, 24, 12)) == "dans 1\u00a0j\u00a01\u00a0h"
    )


@pytest.mark.parametrize(
    "appel",
    [
        lambda naif: apres_heures(naif, 1),
        lambda naif: fin_de_jour_civil(naif, 1),
        lambda naif: jours_ouvres(naif, 1, "83"),
        lambda naif: reste(naif, datetime(2026, 1, 1, tzinfo=UTC)),
        lambda naif: reste(datetime(2026, 1, 1, tzinfo=UTC), naif),
    ],
)
def test_an_instant_without_time_zone_is_an_error(appel):
    naif = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        appel(naif)
