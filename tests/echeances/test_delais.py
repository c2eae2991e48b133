"""The arithmetic of the delays: every date below was read on a calendar, none was computed.

Instants carry their offset, so that a wrong zone in the code cannot hide in the expectation. The
first column names the text that gives the result. In 2026 the clocks of Paris change on Sunday
29 March and Sunday 25 October; Easter is on 5 April 2026, 28 March 2027 and 16 April 2028.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from echeances import delais
from echeances.delais import JAMAIS
from echeances.natures import Nature

PARIS = ZoneInfo("Europe/Paris")
CONTACT, URGENT, I30, C2S, JO5 = (
    Nature.CONTACT_48H,
    Nature.URGENT_48H,
    Nature.INSTRUCTION_30J,
    Nature.C2S_31J,
    Nature.HABILITATION_5JO,
)


def i(texte: str) -> datetime:
    return datetime.fromisoformat(texte)


def table(*lignes):
    return [pytest.param(*ligne[1:], id=ligne[0]) for ligne in lignes]


# --- 48 hours: elapsed time (D-12, D-14) ------------------------------------------------------
HEURES = table(
    ("Pas-de-Calais annexe 3, a plain week", "2026-06-01T10:15+02", "2026-06-03T10:15+02"),
    ("Pas-de-Calais annexe 3, Saturday and Sunday count", "2026-06-05T17:00+02", "2026-06-07T17:00+02"),
    ("Pas-de-Calais annexe 3, the last second of a day", "2026-04-30T23:59:59+02", "2026-05-02T23:59:59+02"),
    ("Code du travail L3133-1, 1 May counts all the same", "2026-04-30T09:00+02", "2026-05-02T09:00+02"),
    ("D-12, noon is lost an hour in March", "2026-03-28T10:00+01", "2026-03-30T11:00+02"),
    ("D-12, from the second before the missing hour", "2026-03-29T01:59:59+01", "2026-03-31T02:59:59+02"),
    ("D-12, it would end in the missing hour", "2026-03-27T02:30+01", "2026-03-29T03:30+02"),
    ("D-12, it ends as the missing hour begins", "2026-03-27T02:00+01", "2026-03-29T03:00+02"),
    ("D-12, an hour is given back in October", "2026-10-24T10:00+02", "2026-10-26T09:00+01"),
    ("D-12, it ends in the first 02:30", "2026-10-23T02:30+02", "2026-10-25T02:30+02"),
    ("D-12, it ends in the second 02:30", "2026-10-23T03:30+02", "2026-10-25T02:30+01"),
    ("D-12, from the first 02:30", "2026-10-25T02:30+02", "2026-10-27T01:30+01"),
    ("D-12, from the second 02:30", "2026-10-25T02:30+01", "2026-10-27T02:30+01"),
    ("D-12, over the end of the year", "2026-12-30T23:59:59+01", "2027-01-01T23:59:59+01"),
    ("Code du travail L3133-1, 1 January counts", "2026-12-31T18:00+01", "2027-01-02T18:00+01"),
    ("D-12, 28 February 2027 is the last one", "2027-02-27T08:00+01", "2027-03-01T08:00+01"),
    ("D-12, 29 February 2028 counts", "2028-02-28T08:00+01", "2028-03-01T08:00+01"),
    ("D-12, it ends on 29 February 2028", "2028-02-27T08:00+01", "2028-02-29T08:00+01"),
    ("L3134-13, Good Friday and Easter count", "2026-04-03T08:00+02", "2026-04-05T08:00+02"),
)  # fmt: skip


@pytest.mark.regle("D-12")
@pytest.mark.parametrize(("debut", "fin"), HEURES)
@pytest.mark.parametrize("nature", [CONTACT, URGENT])
def test_48_hours_are_elapsed_time(nature: str, debut: str, fin: str) -> None:
    assert delais.echeance(nature, i(debut), 48, "57") == i(fin)


@pytest.mark.regle("D-12")
@pytest.mark.parametrize(
    ("debut", "fin"),
    table(
        ("the hour that comes twice, the first time", datetime(2026, 10, 25, 2, 30, tzinfo=PARIS), "2026-10-27T01:30+01"),
        ("the hour that comes twice, the second time", datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1), "2026-10-27T02:30+01"),
        ("the hour that never was, read as before the change", datetime(2026, 3, 29, 2, 30, tzinfo=PARIS), "2026-03-31T03:30+02"),
        ("the hour that never was, read as after the change", datetime(2026, 3, 29, 2, 30, tzinfo=PARIS, fold=1), "2026-03-31T02:30+02"),
    ),
)  # fmt: skip
def test_48_hours_from_what_a_clock_on_the_wall_shows(debut: datetime, fin: str) -> None:
    assert delais.echeance(CONTACT, debut, 48) == i(fin)


# --- 30 and 31 days: civil days of Paris (D-14) -----------------------------------------------
JOURS = table(
    ("Pas-de-Calais art. 3, March has 31 days", I30, "2026-03-02T09:00+01", "2026-04-01T23:59:59+02"),
    ("règlement 1182/71 art. 3 §1, the day of the event is not counted: its first second", I30, "2026-03-02T00:00+01", "2026-04-01T23:59:59+02"),
    ("règlement 1182/71 art. 3 §1, nor at its last second", I30, "2026-03-02T23:59:59+01", "2026-04-01T23:59:59+02"),
    ("règlement 1182/71 art. 3 §1, one second earlier is a day less", I30, "2026-03-01T23:59:59+01", "2026-03-31T23:59:59+02"),
    ("Code civil 2229, the last day is whole: 29 March has 23 hours", I30, "2026-02-27T09:00+01", "2026-03-29T23:59:59+02"),
    ("Code civil 2229, the last day is whole: 25 October has 25", I30, "2026-09-25T09:00+02", "2026-10-25T23:59:59+01"),
    ("Code civil 2228, days and not hours: over the change of March", I30, "2026-03-15T23:30+01", "2026-04-14T23:59:59+02"),
    ("Pas-de-Calais art. 3, calendar days: a Sunday stays", I30, "2026-05-01T09:00+02", "2026-05-31T23:59:59+02"),
    ("Pas-de-Calais art. 3, calendar days: a holiday stays (L3133-1)", I30, "2026-06-14T09:00+02", "2026-07-14T23:59:59+02"),
    ("Pas-de-Calais art. 3, from 31 August", I30, "2026-08-31T09:00+02", "2026-09-30T23:59:59+02"),
    ("Pas-de-Calais art. 3, from 30 April", I30, "2026-04-30T09:00+02", "2026-05-30T23:59:59+02"),
    ("Pas-de-Calais art. 3, over the end of the year", I30, "2026-12-31T16:00+01", "2027-01-30T23:59:59+01"),
    ("Pas-de-Calais art. 3, February 2027 has 28 days", I30, "2027-01-30T09:00+01", "2027-03-01T23:59:59+01"),
    ("Pas-de-Calais art. 3, it ends on 28 February 2027", I30, "2027-01-29T09:00+01", "2027-02-28T23:59:59+01"),
    ("Pas-de-Calais art. 3, it ends on 29 February 2028", I30, "2028-01-30T09:00+01", "2028-02-29T23:59:59+01"),
    ("Pas-de-Calais art. 3, from 29 February 2028", I30, "2028-02-29T09:00+01", "2028-03-30T23:59:59+02"),
    ("Pas-de-Calais art. 3, over 29 February 2028", I30, "2028-02-10T09:00+01", "2028-03-11T23:59:59+01"),
    ("Pas-de-Calais art. 3, the day is that of Paris: 23:30 UTC is tomorrow", I30, "2026-03-01T23:30+00", "2026-04-01T23:59:59+02"),
    ("Pas-de-Calais art. 3, the day is that of Paris: one in Réunion is still yesterday", I30, "2026-07-02T01:00+04", "2026-07-31T23:59:59+02"),
    ("Bondues 4.1, 31 calendar days", C2S, "2026-03-02T09:00+01", "2026-04-02T23:59:59+02"),
    ("Bondues 4.1, it ends on 28 February 2027", C2S, "2027-01-28T09:00+01", "2027-02-28T23:59:59+01"),
    ("Bondues 4.1, it ends on 29 February 2028", C2S, "2028-01-29T09:00+01", "2028-02-29T23:59:59+01"),
    ("Bondues 4.1, over 28 February 2027", C2S, "2027-01-29T09:00+01", "2027-03-01T23:59:59+01"),
    ("Bondues 4.1, from 29 February 2028", C2S, "2028-02-29T09:00+01", "2028-03-31T23:59:59+02"),
    ("Bondues 4.1, from 31 August", C2S, "2026-08-31T09:00+02", "2026-10-01T23:59:59+02"),
    ("Bondues 4.1, from the eve of the new year", C2S, "2026-12-31T09:00+01", "2027-01-31T23:59:59+01"),
    ("Bondues 4.1, from the repeated hour", C2S, "2026-10-25T02:30+01", "2026-11-25T23:59:59+01"),
)  # fmt: skip


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(("nature", "debut", "fin"), JOURS)
def test_days_are_civil_days_and_the_last_one_is_whole(nature: str, debut: str, fin: str) -> None:
    assert delais.echeance(nature, i(debut), 30 if nature == I30 else 31, "67") == i(fin)


# --- 5 working days: the public holidays of the département (H-02, EP 2.2.1) ------------------
OUVRES = table(
    ("EP 2.2.1, asked on a Monday", "59", "2026-06-01T10:00+02", "2026-06-08T23:59:59+02"),
    ("EP 2.2.1, asked on a Friday", "59", "2026-06-05T10:00+02", "2026-06-12T23:59:59+02"),
    ("EP 2.2.1, asked on a Saturday", "59", "2026-06-06T10:00+02", "2026-06-12T23:59:59+02"),
    ("EP 2.2.1, asked on a Sunday", "59", "2026-06-07T23:59:59+02", "2026-06-12T23:59:59+02"),
    ("EP 2.2.1, Thursday at 23:59:59", "59", "2026-06-04T23:59:59+02", "2026-06-11T23:59:59+02"),
    ("EP 2.2.1, Friday at 00:00:00", "59", "2026-06-05T00:00+02", "2026-06-12T23:59:59+02"),
    ("EP 2.2.1, half past midnight in Paris is still yesterday in UTC", "59", "2026-06-04T22:30+00", "2026-06-12T23:59:59+02"),
    ("EP 2.2.1, the day is that of Paris, in Réunion too", "974", "2026-06-05T01:00+04", "2026-06-11T23:59:59+02"),
    ("L3133-1, 14 July", "59", "2026-07-13T10:00+02", "2026-07-21T23:59:59+02"),
    ("L3133-1, asked on 14 July", "59", "2026-07-14T10:00+02", "2026-07-21T23:59:59+02"),
    ("L3133-1, 15 August is a Saturday", "59", "2026-08-13T10:00+02", "2026-08-20T23:59:59+02"),
    ("L3133-1, 1 and 8 May are two Fridays", "59", "2026-04-30T10:00+02", "2026-05-11T23:59:59+02"),
    ("L3133-1, 8 May", "59", "2026-05-04T10:00+02", "2026-05-12T23:59:59+02"),
    ("L3133-1, asked on 8 May, over Ascension Day", "59", "2026-05-08T10:00+02", "2026-05-18T23:59:59+02"),
    ("L3133-1, Ascension Day; its bridge is worked", "59", "2026-05-11T10:00+02", "2026-05-19T23:59:59+02"),
    ("L3133-1, Whit Monday", "59", "2026-05-21T10:00+02", "2026-05-29T23:59:59+02"),
    ("L3133-1, 11 November", "62", "2026-11-09T10:00+01", "2026-11-17T23:59:59+01"),
    ("L3133-1, All Saints’ Day, over the change of October", "42", "2027-10-28T10:00+02", "2027-11-05T23:59:59+01"),
    ("L3133-1, Christmas", "59", "2026-12-21T10:00+01", "2026-12-29T23:59:59+01"),
    ("L3133-1, Christmas and New Year’s Day are two Fridays", "21", "2026-12-24T10:00+01", "2027-01-04T23:59:59+01"),
    ("L3133-1, Christmas and New Year’s Day are two Mondays", "21", "2028-12-22T10:00+01", "2029-01-02T23:59:59+01"),
    ("L3133-1, 1 January 2028 is a Saturday", "83", "2027-12-30T10:00+01", "2028-01-06T23:59:59+01"),
    ("EP 2.2.1, over 29 February 2028", "83", "2028-02-24T10:00+01", "2028-03-02T23:59:59+01"),
    ("L3133-1, Easter Monday 2026; Good Friday is worked", "59", "2026-03-30T10:00+02", "2026-04-07T23:59:59+02"),
    ("L3133-1, Easter Monday 2027, the day after the clocks change", "59", "2027-03-22T10:00+01", "2027-03-30T23:59:59+02"),
    ("L3134-13, Good Friday 2026 in Bas-Rhin", "67", "2026-03-30T10:00+02", "2026-04-08T23:59:59+02"),
    ("L3134-13, Good Friday 2026 in Haut-Rhin", "68", "2026-03-30T10:00+02", "2026-04-08T23:59:59+02"),
    ("L3134-13, Good Friday 2027 in Moselle", "57", "2027-03-22T10:00+01", "2027-03-31T23:59:59+02"),
    ("L3134-13, not in the Vosges", "88", "2026-03-30T10:00+02", "2026-04-07T23:59:59+02"),
    ("L3134-13, not in Belfort, which stayed French", "90", "2026-03-30T10:00+02", "2026-04-07T23:59:59+02"),
    ("L3134-13, 26 December 2025 is a Friday in Bas-Rhin", "67", "2025-12-22T10:00+01", "2025-12-31T23:59:59+01"),
    ("L3133-1, 26 December 2025 is worked in Nord", "59", "2025-12-22T10:00+01", "2025-12-30T23:59:59+01"),
    ("L3134-13, 26 December 2026 is a Saturday", "68", "2026-12-21T10:00+01", "2026-12-29T23:59:59+01"),
    ("L3134-13, 25 and 26 December 2028, then 1 January", "57", "2028-12-22T10:00+01", "2029-01-03T23:59:59+01"),
    ("L3133-1, Corsica has no day of its own", "2A", "2026-09-07T10:00+02", "2026-09-14T23:59:59+02"),
    ("L3422-2, 27 May in Guadeloupe, after Whit Monday", "971", "2026-05-21T10:00+02", "2026-06-01T23:59:59+02"),
    ("L3422-2, 22 May in Martinique, before Whit Monday", "972", "2026-05-21T10:00+02", "2026-06-01T23:59:59+02"),
    ("L3422-2, 10 June in Guyane", "973", "2026-06-08T10:00+02", "2026-06-16T23:59:59+02"),
    ("L3422-2, 10 June is worked in Nord", "59", "2026-06-08T10:00+02", "2026-06-15T23:59:59+02"),
    ("L3422-2, 20 December 2027 is a Monday in Réunion", "974", "2027-12-17T10:00+01", "2027-12-27T23:59:59+01"),
    ("L3422-2, 20 December 2027 is worked in Nord", "59", "2027-12-17T10:00+01", "2027-12-24T23:59:59+01"),
    ("L3422-2, 20 December 2026 is a Sunday in Réunion", "974", "2026-12-18T10:00+01", "2026-12-28T23:59:59+01"),
    ("L3422-2, 27 April in Mayotte, then 1 May", "976", "2026-04-24T10:00+02", "2026-05-05T23:59:59+02"),
    ("L3422-2, 27 April is worked in Nord", "59", "2026-04-24T10:00+02", "2026-05-04T23:59:59+02"),
    ("loi 83-550, 9 October in Saint-Barthélemy", "977", "2026-10-05T10:00+02", "2026-10-13T23:59:59+02"),
    ("loi 83-550, 28 May in Saint-Martin", "978", "2026-05-21T10:00+02", "2026-06-01T23:59:59+02"),
    ("Nouvelle-Calédonie, 24 September", "988", "2026-09-21T10:00+02", "2026-09-29T23:59:59+02"),
    ("L3133-1, 24 September is worked in Nord", "59", "2026-09-21T10:00+02", "2026-09-28T23:59:59+02"),
)  # fmt: skip


@pytest.mark.regle("H-02")
@pytest.mark.parametrize(("departement", "debut", "fin"), OUVRES)
def test_5_working_days_are_those_of_the_departement(
    departement: str, debut: str, fin: str
) -> None:
    assert delais.echeance(JO5, i(debut), 5, departement) == i(fin)


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("nature", "longueur", "fin"),
    [
        (URGENT, 24, "2026-06-02T09:00+02"),
        (CONTACT, 72, "2026-06-04T09:00+02"),
        (CONTACT, 1, "2026-06-01T10:00+02"),
        (I30, 10, "2026-06-11T23:59:59+02"),
        (I30, 1, "2026-06-02T23:59:59+02"),
        (C2S, 45, "2026-07-16T23:59:59+02"),
        (JO5, 1, "2026-06-02T23:59:59+02"),
    ],
)
def test_the_length_is_a_parameter(nature: str, longueur: int, fin: str) -> None:
    assert delais.echeance(nature, i("2026-06-01T09:00+02"), longueur, "62") == i(fin)


# --- pauses: the clock stops while the caisse waits for the partner (D-14) --------------------
PAUSES = table(
    ("hours: a whole day", CONTACT, "2026-06-03T10:15+02", [("2026-06-01T12:00+02", "2026-06-02T12:00+02")], "2026-06-04T10:15+02"),
    ("hours: two of them, over midnight", CONTACT, "2026-06-03T10:15+02", [("2026-06-01T23:00+02", "2026-06-02T01:00+02")], "2026-06-03T12:15+02"),
    ("hours: none", CONTACT, "2026-06-03T10:15+02", [("2026-06-01T12:00+02", "2026-06-01T12:00+02")], "2026-06-03T10:15+02"),
    ("hours: one second", URGENT, "2026-06-03T10:15+02", [("2026-06-01T23:59:59+02", "2026-06-02T00:00+02")], "2026-06-03T10:15:01+02"),
    ("hours: three pauses add up", CONTACT, "2026-06-03T10:15+02", [("2026-06-01T12:00+02", "2026-06-01T13:00+02"), ("2026-06-01T14:00+02", "2026-06-01T14:30+02"), ("2026-06-02T09:00+02", "2026-06-03T09:00+02")], "2026-06-04T11:45+02"),
    ("hours: over the missing hour", CONTACT, "2026-03-30T11:00+02", [("2026-03-29T01:00+01", "2026-03-29T04:00+02")], "2026-03-30T13:00+02"),
    ("hours: over the repeated hour", CONTACT, "2026-10-26T09:00+01", [("2026-10-25T01:00+02", "2026-10-25T04:00+01")], "2026-10-26T13:00+01"),
    ("hours: the same reading of the clock, an hour later", CONTACT, "2026-10-26T09:00+01", [("2026-10-25T02:30+02", "2026-10-25T02:30+01")], "2026-10-26T10:00+01"),
    ("hours: a clock set back one hour gives nothing back", CONTACT, "2026-06-03T10:15+02", [("2026-06-01T12:00+02", "2026-06-01T11:00+02")], "2026-06-03T10:15+02"),
    ("hours: begun before the deadline, ended after it", CONTACT, "2026-06-03T10:15+02", [("2026-06-03T10:00+02", "2026-06-10T10:00+02")], "2026-06-10T10:15+02"),
    ("hours: from a deadline of winter to one of summer", CONTACT, "2026-03-28T12:00+01", [("2026-03-28T11:00+01", "2026-03-29T12:00+02")], "2026-03-29T13:00+02"),
    ("hours: over 29 February 2028", URGENT, "2028-02-29T08:00+01", [("2028-02-28T10:00+01", "2028-03-01T10:00+01")], "2028-03-02T08:00+01"),
    ("days: three", I30, "2026-04-01T23:59:59+02", [("2026-03-10T09:00+01", "2026-03-13T09:00+01")], "2026-04-04T23:59:59+02"),
    ("days: within one, nothing", I30, "2026-04-01T23:59:59+02", [("2026-03-10T00:00+01", "2026-03-10T23:59:59+01")], "2026-04-01T23:59:59+02"),
    ("days: one night is one midnight", I30, "2026-04-01T23:59:59+02", [("2026-03-10T23:00+01", "2026-03-11T01:00+01")], "2026-04-02T23:59:59+02"),
    ("days: one second over midnight", I30, "2026-04-01T23:59:59+02", [("2026-03-10T23:59:59+01", "2026-03-11T00:00+01")], "2026-04-02T23:59:59+02"),
    ("days: midnight in Paris, not in UTC", I30, "2026-04-01T23:59:59+02", [("2026-03-10T22:30+00", "2026-03-10T23:30+00")], "2026-04-02T23:59:59+02"),
    ("days: midnight in UTC is nothing", I30, "2026-04-01T23:59:59+02", [("2026-03-10T23:30+00", "2026-03-11T00:30+00")], "2026-04-01T23:59:59+02"),
    ("days: two nights, two pauses", C2S, "2026-04-02T23:59:59+02", [("2026-03-10T20:00+01", "2026-03-11T08:00+01"), ("2026-03-11T20:00+01", "2026-03-12T08:00+01")], "2026-04-04T23:59:59+02"),
    ("days: of zero length at midnight", C2S, "2026-04-02T23:59:59+02", [("2026-03-11T00:00+01", "2026-03-11T00:00+01")], "2026-04-02T23:59:59+02"),
    ("days: over the change of March", I30, "2026-04-01T23:59:59+02", [("2026-03-27T09:00+01", "2026-03-30T09:00+02")], "2026-04-04T23:59:59+02"),
    ("days: over the change of October", I30, "2026-10-30T23:59:59+01", [("2026-10-24T23:00+02", "2026-10-25T23:00+01")], "2026-10-31T23:59:59+01"),
    ("days: from a deadline of summer to one of winter", I30, "2026-10-20T23:59:59+02", [("2026-10-10T09:00+02", "2026-10-20T09:00+02")], "2026-10-30T23:59:59+01"),
    ("days: 29 February 2028 is one more", I30, "2028-03-10T23:59:59+01", [("2028-02-28T12:00+01", "2028-03-01T12:00+01")], "2028-03-12T23:59:59+01"),
    ("days: not in 2027", I30, "2027-03-10T23:59:59+01", [("2027-02-28T12:00+01", "2027-03-01T12:00+01")], "2027-03-11T23:59:59+01"),
    ("days: over the end of the year", I30, "2026-12-31T23:59:59+01", [("2026-12-30T12:00+01", "2027-01-02T12:00+01")], "2027-01-03T23:59:59+01"),
    ("days: begun before the deadline, ended after it", I30, "2026-04-01T23:59:59+02", [("2026-03-30T09:00+02", "2026-04-15T09:00+02")], "2026-04-17T23:59:59+02"),
    ("days: begun in its last second", I30, "2026-04-01T23:59:59+02", [("2026-04-01T23:59:59+02", "2026-04-02T00:00+02")], "2026-04-02T23:59:59+02"),
    ("days: a clock set back over midnight gives nothing back", I30, "2026-04-01T23:59:59+02", [("2026-03-11T00:10+01", "2026-03-10T23:50+01")], "2026-04-01T23:59:59+02"),
)  # fmt: skip


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(("nature", "fin", "pauses", "attendue"), PAUSES)
def test_a_pause_puts_the_deadline_off_by_its_length(
    nature: str, fin: str, pauses: list[tuple[str, str]], attendue: str
) -> None:
    obtenue = i(fin)
    for depuis, jusqu_a in pauses:
        obtenue = delais.prolongee(nature, obtenue, i(depuis), i(jusqu_a))
    assert obtenue == i(attendue)


@pytest.mark.regle("D-14")
def test_a_pause_read_on_a_clock_of_paris_is_elapsed_time() -> None:
    """Python subtracts what two instants of one zone show: here nothing, for one hour."""
    premiere = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    seconde = premiere.replace(fold=1)
    fin = datetime(2026, 10, 26, 9, tzinfo=PARIS)
    assert delais.prolongee(CONTACT, fin, premiere, seconde) == i("2026-10-26T10:00+01")


@dataclass
class Horloge:
    echeance_le: datetime
    terminee_le: datetime | None = None
    suspendue_le: datetime | None = None


@pytest.mark.regle("D-14")
def test_the_next_deadline_is_the_first_one_that_runs() -> None:
    passee, proche, loin = i("2026-03-01T00:00Z"), i("2026-03-04T00:00Z"), i("2026-04-01T00:00Z")
    finie = Horloge(passee, terminee_le=passee)
    arretee = Horloge(passee, suspendue_le=passee)
    assert delais.prochaine([Horloge(loin), finie, Horloge(proche), arretee]) == proche
    assert delais.prochaine([finie, arretee]) == JAMAIS
    assert delais.prochaine([]) == JAMAIS


NAIF = datetime(2026, 6, 1, tzinfo=UTC).replace(tzinfo=None)
SUR = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("appel", "message"),
    [
        (lambda: delais.echeance("autre", SUR, 48), "autre"),
        (lambda: delais.echeance(CONTACT, SUR, 0), "length"),
        (lambda: delais.echeance(JO5, SUR, -5, "59"), "length"),
        (lambda: delais.echeance(JO5, SUR, 5), "département"),
        (lambda: delais.echeance(JO5, SUR, 5, "20"), "département"),
        *((lambda n=n: delais.echeance(n, NAIF, 48, "59"), "time zone") for n in Nature),
        *((lambda n=n: delais.prolongee(n, NAIF, SUR, SUR), "time zone") for n in (CONTACT, I30)),
        *((lambda n=n: delais.prolongee(n, SUR, NAIF, SUR), "time zone") for n in (CONTACT, I30)),
        *((lambda n=n: delais.prolongee(n, SUR, SUR, NAIF), "time zone") for n in (CONTACT, I30)),
    ],
)
def test_what_has_no_answer_is_an_error(appel, message) -> None:
    with pytest.raises(ValueError, match=message):
        appel()
