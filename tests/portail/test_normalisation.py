from datetime import date

import pytest

from portail.normalisation import cle_recherche, date_saisie


@pytest.mark.parametrize(
    ("texte", "cle"),
    [
        ("Lefèvre", "LEFEVRE"),
        ("LEFÈVRE", "LEFEVRE"),
        ("Lefe\u0300vre", "LEFEVRE"),
        ("Cœur", "COEUR"),
        ("Lætitia", "LAETITIA"),
        ("Weiß", "WEISS"),
        ("Øystein Łukasz Đorđe", "OYSTEIN LUKASZ DORDE"),
        ("ﬁls ﬂamand", "FILS FLAMAND"),
        ("Jean-Noël  d’Aubigné", "JEAN NOEL D AUBIGNE"),
        ("D'ARTAGNAN", "D ARTAGNAN"),
        ("  __N'Guyen (épouse) ", "N GUYEN EPOUSE"),
        ("Ç. Muñoz-Ångström", "C MUNOZ ANGSTROM"),
        ("ªº²", "AO2"),
        ("İnci ıraz", "INCI IRAZ"),
        ("", ""),
        (" \t.-' ", ""),
    ],
)
def test_search_keys_ignore_case_accents_and_punctuation(texte, cle):
    assert cle_recherche(texte) == cle


def test_pieces_are_joined_by_one_space_and_empty_ones_vanish():
    assert cle_recherche("Dupré", "", " Anne-Lise ") == "DUPRE ANNE LISE"
    assert cle_recherche() == ""


@pytest.mark.parametrize("texte", ["Lecœur-Noël Zoé", "Weiß & fils", "ŉ ǆ ﬃ ½ Ⅻ", "Ωμέγα Ёлка"])
def test_the_key_of_a_key_is_itself(texte):
    cle = cle_recherche(texte)
    assert cle_recherche(cle) == cle == cle.upper()


@pytest.mark.parametrize(
    "texte",
    ["03/09/1984", "03-09-1984", "03.09.1984", "03 09 1984", "3/9/1984", "03091984",
     "1984-09-03", "  03/09/1984 "],
)  # fmt: skip
def test_the_usual_ways_to_type_a_date_give_the_same_day(texte):
    assert date_saisie(texte) == date(1984, 9, 3)


def test_a_leap_day_exists_in_leap_years_only():
    assert date_saisie("29/02/2024") == date(2024, 2, 29)
    assert date_saisie("29/02/2023") is None
    assert date_saisie("29/02/1900") is None


@pytest.mark.parametrize(
    "texte",
    ["", "Dupré", "31/04/1980", "32/01/1980", "00/01/1980", "01/13/1980", "03/09/84", "03-09/1984",
     "0309984", "030919841", "03/09/1984 bis", "03/09/0000", "1984-9-3", "٠٣/٠٩/١٩٨٤",
     "1984/09/03"],
)  # fmt: skip
def test_what_is_not_a_date_is_none(texte):
    assert date_saisie(texte) is None
