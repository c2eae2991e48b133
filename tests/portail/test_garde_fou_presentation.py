import dataclasses

import pytest

from portail.garde_fou import Motif, Verdict, extraits, message, surligner, verifier
from portail.garde_fou.presentation import decouper, genre


def test_a_text_without_anything_is_ok():
    assert verifier("") == Verdict("ok", ())
    assert verifier("Bonjour, merci d’étudier ce dossier.") == Verdict("ok", ())


def test_the_verdict_is_the_gravest_and_the_spans_follow_the_text():
    verdict = verifier("En ALD, NIR 1850399123001, cancer du sein")
    assert verdict.verdict == "bloque"
    assert [m.extrait for m in verdict.motifs] == ["ALD", "1850399123001", "cancer du sein"]


def test_results_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        verifier("cancer").verdict = "ok"


@pytest.mark.parametrize(
    ("verdict", "bloquant"),
    [("bloque", True), ("confirme", True), ("indice", False), ("ok", False)],
)
def test_only_hints_and_clean_texts_go_through(verdict, bloquant):
    assert Verdict(verdict).est_bloquant is bloquant


def test_the_spans_that_refuse_are_told_from_the_hints():
    verdict = verifier("En ALD, NIR 1850399123001")
    assert [m.type for m in verdict.motifs] == ["sante", "nir"]
    assert [m.type for m in verdict.bloquants] == ["nir"]


def test_every_span_says_why_in_one_french_sentence():
    for motif in verifier("En ALD pour un diabète, NIR 1850399123001").motifs:
        assert motif.explication.endswith(".")
        assert motif.explication.count(".") == 1
        assert "\n" not in motif.explication


def test_highlighting_cuts_the_text_without_losing_a_character():
    texte = "Il a un cancer et de l’asthme."
    segments = surligner(texte, verifier(texte).motifs)
    assert segments == [
        (False, "Il a un "),
        (True, "cancer"),
        (False, " et de l’"),
        (True, "asthme"),
        (False, "."),
    ]


def test_highlighting_leaves_the_text_raw_for_the_template_to_escape():
    texte = "<b>cancer</b>"
    assert surligner(texte, verifier(texte).motifs) == [
        (False, "<b>"),
        (True, "cancer"),
        (False, "</b>"),
    ]


def test_highlighting_nothing_gives_one_segment_and_an_empty_text_none():
    assert surligner("Bonjour", ()) == [(False, "Bonjour")]
    assert surligner("", ()) == []


def test_excerpts_show_each_span_in_its_context():
    texte = "a" * 100 + " cancer " + "b" * 100 + " asthme"
    premier, second = extraits(texte, verifier(texte).motifs, contexte=5)
    points = (False, "…")
    assert premier == [points, (False, "aaaa "), (True, "cancer"), (False, " bbbb"), points]
    assert second == [points, (False, "bbbb "), (True, "asthme")]


def test_neighbouring_excerpts_are_one():
    texte = "Un cancer, un diabète, " + "x" * 200
    (seul,) = extraits(texte, verifier(texte).motifs)
    assert [morceau for marque, morceau in seul if marque] == ["cancer", "diabète"]
    assert seul[-1] == (False, "…")


def test_excerpts_of_a_clean_text_are_none():
    assert extraits("Bonjour", ()) == []


@pytest.mark.regle("D-09")
def test_the_health_message_says_what_to_write_instead_and_obeys_itself():
    phrase = message("sante")
    assert "Indiquez le besoin ou la démarche, pas la maladie." in phrase
    conseil = phrase.split("«")[1].split("»")[0]
    deconseille = phrase.split("«")[2].split("»")[0]
    assert verifier(conseil).verdict == "ok"
    assert verifier(deconseille).verdict == "bloque"


@pytest.mark.regle("D-08")
def test_the_nir_message_says_what_to_do():
    assert "sécurité sociale" in message("nir")
    assert "Effacez" in message("nir")


def test_the_sentence_of_a_hint_would_not_be_stopped():
    phrase = message("indice")
    assert "seulement si la caisse en a besoin" in phrase
    assert not verifier(phrase).est_bloquant


def test_a_span_is_a_hint_a_nir_or_health_data_to_the_person():
    verdict = verifier("En ALD pour un diabète, NIR 1850399123001")
    assert [genre(m) for m in verdict.motifs] == ["indice", "sante", "nir"]


def test_cutting_gives_each_segment_its_span():
    texte = "En ALD, asthme"
    verdict = verifier(texte)
    ald, asthme = verdict.motifs
    assert decouper(texte, verdict.motifs) == [
        (None, "En "),
        (ald, "ALD"),
        (None, ", "),
        (asthme, "asthme"),
    ]


def test_there_is_no_message_for_another_type():
    with pytest.raises(KeyError):
        message("autre")


def test_overlapping_spans_given_by_hand_do_not_repeat_text():
    motifs = [
        Motif("sante", "x", 0, 6, "cancer", "bloque", "."),
        Motif("sante", "x", 3, 9, "cer du", "bloque", "."),
    ]
    assert surligner("cancer du sein", motifs) == [(True, "cancer"), (False, " du sein")]
