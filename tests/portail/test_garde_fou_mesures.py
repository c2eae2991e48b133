"""The guard keeps its promises on texts that it was never tuned on (D-09)."""

import json
from collections import Counter
from pathlib import Path

import pytest

from portail.garde_fou import verifier

pytestmark = pytest.mark.regle("D-09")

CORPUS = Path(__file__).resolve().parents[2] / "bench" / "garde_fou"


def part_arretee(dossier: str, *labels: str) -> float:
    lus: Counter[bool] = Counter()
    for chemin in sorted((CORPUS / dossier).glob("*.jsonl")):
        for ligne in chemin.read_text(encoding="utf-8").splitlines():
            texte = json.loads(ligne)
            if texte["attendu"] in labels:
                lus[verifier(texte["texte"]).est_bloquant] += 1
    assert lus.total() >= 70, "too few texts to say anything"
    return lus[True] / lus.total()


def test_explicit_terms_are_stopped() -> None:
    assert part_arretee("mesure", "explicite") >= 0.95


def test_half_of_what_is_told_without_a_term_is_stopped() -> None:
    assert part_arretee("mesure", "paraphrase") >= 0.50


def test_ordinary_texts_pass_traps_included() -> None:
    assert part_arretee("mesure", "ordinaire", "piege") <= 0.02


def test_a_hint_is_never_an_obstacle() -> None:
    assert part_arretee("mesure", "indice") == 0


def test_no_text_is_both_tuned_on_and_measured() -> None:
    tus = {
        dossier: {
            json.loads(ligne)["texte"]
            for chemin in (CORPUS / dossier).glob("*.jsonl")
            for ligne in chemin.read_text(encoding="utf-8").splitlines()
        }
        for dossier in ("reglage", "mesure")
    }
    assert not tus["reglage"] & tus["mesure"]
