import re

import pytest

from portail import references

EXEMPLE = "EP-7KQ2-M9FX"
LETTRES = "23456789ABCDEFGHJKMNPQRTVWXYZ"


def _corps(reference: str) -> str:
    return reference.removeprefix("EP-").replace("-", "")


def test_drawn_references_have_the_announced_shape_and_pass_their_own_check():
    for _ in range(500):
        reference = references.tirer()
        assert re.fullmatch(rf"EP-[{LETTRES}]{{4}}-[{LETTRES}]{{4}}", reference)
        assert references.normaliser(reference) == reference


def test_drawn_references_do_not_repeat():
    assert len({references.tirer() for _ in range(2_000)}) == 2_000


def test_no_look_alike_in_the_alphabet():
    assert not set(references.ALPHABET) & set("01ILOUS")
    assert len(set(references.ALPHABET)) == 29


def test_the_example_of_the_documentation_is_a_valid_reference():
    assert references.normaliser(EXEMPLE) == EXEMPLE


@pytest.mark.parametrize("depart", [EXEMPLE, *(references.tirer() for _ in range(5))])
def test_every_single_wrong_character_is_refused(depart):
    corps = _corps(depart)
    for rang, juste in enumerate(corps):
        for faux in set(LETTRES) - {juste}:
            assert references.normaliser(corps[:rang] + faux + corps[rang + 1 :]) is None


@pytest.mark.parametrize("depart", [EXEMPLE, *(references.tirer() for _ in range(20))])
def test_every_swap_of_two_different_characters_is_refused(depart):
    corps = _corps(depart)
    for premier in range(8):
        for second in range(premier + 1, 8):
            lettres = list(corps)
            lettres[premier], lettres[second] = lettres[second], lettres[premier]
            if lettres != list(corps):
                assert references.normaliser("".join(lettres)) is None


@pytest.mark.parametrize(
    "saisie",
    [
        "ep-7kq2-m9fx",
        "EP7KQ2M9FX",
        "7kq2m9fx",
        "  7KQ2 M9FX ",
        "EP 7KQ2 M9FX",
        "ep‑7kq2–m9fx",
        "7kq2.m9fx",
        "\u00a07KQ2/M9FX\n",
        "EP-7KQ2-M9FX",
    ],
)
def test_a_reference_is_understood_however_it_is_typed(saisie):
    assert references.normaliser(saisie) == EXEMPLE


def test_look_alikes_absent_from_the_alphabet_are_read_as_what_they_resemble():
    reference = next(r for r in iter(references.tirer, None) if "5" in r and "V" in r)
    assert references.normaliser(reference.replace("5", "S").replace("V", "u")) == reference


def test_a_body_that_begins_like_the_prefix_is_kept_whole():
    (corps,) = (c for c in (f"EP22222{lettre}" for lettre in LETTRES) if references.normaliser(c))
    assert references.normaliser(f"EP{corps}") == f"EP-{corps[:4]}-{corps[4:]}"


@pytest.mark.parametrize(
    "saisie",
    [
        "",
        "EP",
        "EP-",
        "7KQ2-M9F",
        "7KQ2-M9FXX",
        "EP-7KQ2-M9F0",
        "EX-7KQ2-M9FX",
        "🙂" * 8,
        "\x00" * 8,
    ],
)
def test_what_is_not_a_reference_is_none(saisie):
    assert references.normaliser(saisie) is None
