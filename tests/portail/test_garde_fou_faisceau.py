"""Health told without a term: the words of a sentence are weighed together (D-09)."""

from pathlib import Path

import pytest

from portail.garde_fou import verifier
from portail.garde_fou.dictionnaire import charger as charger_dictionnaire
from portail.garde_fou.faisceau import (
    Balance,
    Pesee,
    faisceaux,
    lire,
    parle_d_autre_chose,
    peser,
    phrases,
    ponderer,
    racine,
)
from portail.garde_fou.mots import Mot, decouper
from portail.garde_fou.resultats import Motif
from portail.garde_fou.sante import etiqueter
from portail.garde_fou.syntaxe import LexiqueInvalide, lire_fichier

pytestmark = pytest.mark.regle("D-09")

BALANCE = Balance(
    {"machin": 2.0, "fois": 1.0, "semain": 1.0, "laver": -3.0, "@corps": 1.5}, -2.0, 1.0, -0.5
)


def chercher(texte: str) -> list[Motif]:
    mots = decouper(texte)
    return faisceaux(texte, mots, pesees_de(mots), BALANCE)


def pesees_de(mots: list[Mot]) -> list[Pesee]:
    etiquettes = etiqueter(mots, charger_dictionnaire())
    ponderes = [ponderer(*couple, BALANCE) for couple in zip(mots, etiquettes, strict=True)]
    return peser(mots, ponderes, BALANCE)


def test_des_mots_anodins_s_additionnent() -> None:
    [motif] = chercher("Il va à la machine trois fois par semaine, dit-il.")
    assert motif.extrait == "machine trois fois par semaine"
    assert (motif.type, motif.categorie, motif.verdict) == ("sante", "paraphrase", "bloque")
    assert "ensemble" in motif.explication


def test_un_mot_qui_pese_contre_retient_la_phrase() -> None:
    assert chercher("La machine à laver tourne trois fois par semaine.") == []


def test_un_mot_repete_ne_pese_qu_une_fois() -> None:
    assert chercher("Machine, machine, machine et encore machine.") == []


def test_deux_phrases_ne_s_additionnent_pas() -> None:
    assert chercher("La machine est en panne. Il passe trois fois par semaine.") == []


def test_un_groupe_de_mots_a_son_poids() -> None:
    [motif] = chercher("La machine lui tient le genou et le bras.")
    assert motif.extrait == "machine lui tient le genou"


def test_les_phrases_sont_celles_du_texte() -> None:
    mots = decouper("Bonjour. Elle part demain ! Merci à vous")
    assert list(phrases(mots)) == [(1, 4), (4, 7)]


@pytest.mark.parametrize(
    ("forme", "attendue"),
    [
        ("jambes", "jamb"),
        ("souffle", "souffl"),
        ("souffler", "souffl"),
        ("lit", "lit"),
        ("os", "os"),
    ],
)
def test_racine(forme: str, attendue: str) -> None:
    assert racine(forme) == attendue


@pytest.mark.parametrize("ligne", ["jambe", "jambe lourde", "jambe +1,5"])
def test_un_fichier_de_poids_mal_ecrit_est_refuse(tmp_path: Path, ligne: str) -> None:
    chemin = tmp_path / "poids.txt"
    chemin.write_text(f"# Biais : -1\n# Seuil : 1\n# Plancher : 0\n\n{ligne}\n", encoding="utf-8")
    with pytest.raises(LexiqueInvalide, match=r"poids\.txt, ligne 5"):
        lire(lire_fichier(chemin))


def test_un_fichier_sans_seuil_est_refuse(tmp_path: Path) -> None:
    chemin = tmp_path / "poids.txt"
    chemin.write_text("# Biais : -1\n\njambe +1.5\n", encoding="utf-8")
    with pytest.raises(LexiqueInvalide, match="seuil"):
        lire(lire_fichier(chemin))


def test_une_phrase_peut_parler_tout_a_fait_d_autre_chose() -> None:
    mots = decouper("Elle est là. La lessive est à laver")
    pesees = pesees_de(mots)
    assert parle_d_autre_chose(4, pesees, BALANCE)
    assert not parle_d_autre_chose(0, pesees, Balance({}, 0.0, 1.0, -2.5))


def test_un_terme_montre_ses_mots_et_non_la_phrase() -> None:
    texte = "Elle ne sort plus du lit, un cancer, dit sa fille qui la porte aux toilettes."
    [motif] = [m for m in verifier(texte).motifs if m.categorie != "paraphrase"]
    assert motif.extrait == "cancer"
