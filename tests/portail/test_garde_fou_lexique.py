import subprocess
import sys
from pathlib import Path

import pytest

from portail.garde_fou import verifier
from portail.garde_fou.dictionnaire import DOSSIER, charger, compiler, formes
from portail.garde_fou.mots import decouper
from portail.garde_fou.sante import chercher_sante
from portail.garde_fou.syntaxe import LexiqueInvalide, developper, lire_fichier

FICHIERS = sorted(DOSSIER.glob("*.txt"))
ENTETE = "# Catégorie : essai\n# Libellé : un essai\n# Verdict : bloque\n"


def trouves(tmp_path: Path, lexique: str, texte: str) -> list[str]:
    chemin = tmp_path / "essai.txt"
    chemin.write_text(ENTETE + lexique, encoding="utf-8")
    dictionnaire = compiler([lire_fichier(chemin)])
    motifs = chercher_sante(texte, decouper(texte), dictionnaire)
    return [m.extrait for m in sorted(motifs, key=lambda m: m.debut)]


@pytest.mark.parametrize("chemin", FICHIERS, ids=lambda chemin: chemin.stem)
def test_every_file_names_its_category_source_and_licence(chemin):
    fichier = lire_fichier(chemin)
    assert {"categorie", "source", "licence"} <= fichier.entete.keys()
    assert fichier.lignes


@pytest.mark.parametrize("chemin", FICHIERS, ids=lambda chemin: chemin.stem)
def test_no_entry_is_written_twice_in_a_file(chemin):
    lignes = [ligne for _, ligne in lire_fichier(chemin).lignes]
    assert len(lignes) == len(set(lignes))


@pytest.mark.regle("D-09")
def test_the_lexicon_is_wide_enough():
    bloquants = [f for f in map(lire_fichier, FICHIERS) if f.entete.get("verdict") == "bloque"]
    assert len(bloquants) >= 10
    assert sum(len(fichier.lignes) for fichier in bloquants) >= 1000


def test_the_lexicon_is_compiled_at_the_first_use_only():
    assert charger() is charger()
    programme = (
        "from portail.garde_fou import verifier; from portail.garde_fou.dictionnaire import charger"
        "; verifier('1850399123001', sante=False); print(charger.cache_info().currsize)"
    )
    sortie = subprocess.run([sys.executable, "-c", programme], capture_output=True, check=True)
    assert sortie.stdout.strip() == b"0"


@pytest.mark.parametrize(
    ("entree", "texte", "attendus"),
    [
        ("lubie", "des LUBIES", ["LUBIES"]),
        ("lubal", "des lubaux", ["lubaux"]),
        ("lubé~", "elles sont lubées", ["lubées"]),
        ("lubif~", "une lubive", ["lubive"]),
        ("=lubies", "une lubie, deux lubies", ["lubies"]),
        ("lubi*", "lubitudes", ["lubitudes"]),
        ("*lubose", "une métalubose", ["métalubose"]),
        ("LBX", "un LBX, un lbx", ["LBX"]),
        ("crise d’(lube|lubo)", "crise d'lubo, crise", ["crise d'lubo"]),
        ("lube [du] nord", "lube nord, lube du nord", ["lube nord", "lube du nord"]),
        ("lube _ nord", "lube du nord, lube nord", ["lube du nord"]),
        ("lube ... nord", "lube de tout le nord", ["lube de tout le nord"]),
        ("lu-bie", "lu-bie, lubie, lu bie", ["lu-bie", "lubie", "lu bie"]),
        ("lube # un commentaire", "commentaire lube", ["lube"]),
    ],
)
def test_each_mark_of_the_syntax_does_what_the_guide_says(tmp_path, entree, texte, attendus):
    assert trouves(tmp_path, entree, texte) == attendus


def test_a_group_stands_for_each_of_its_words(tmp_path):
    groupes = tmp_path / "groupes.txt"
    groupes.write_text("# Catégorie : groupes\n@ton = rouge vert~\n", encoding="utf-8")
    essai = tmp_path / "essai.txt"
    essai.write_text(ENTETE + "lube @ton\n", encoding="utf-8")
    dictionnaire = compiler(map(lire_fichier, (groupes, essai)))
    texte = "lube verte, lube bleue"
    trouves = chercher_sante(texte, decouper(texte), dictionnaire)
    assert [m.extrait for m in trouves] == ["lube verte"]


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        ("mot\n", "categorie"),
        ("# Catégorie : x\n# Verdict : bloque\nmot\n", "libelle"),
        ("# Catégorie : x\n# Libellé : y\n# Verdict : rouge\nmot\n", "rouge"),
        (ENTETE + "bon\nmal(a|b\n", "ligne 5"),
        (ENTETE + "_ _\n", "vide"),
        (ENTETE + "mot+\n", "mal formé"),
        (ENTETE + "mot @inconnu\n", "@inconnu"),
        ("# Catégorie : groupes\ncorps dos\n", "ligne 2"),
    ],
)
def test_a_badly_written_file_is_refused_by_name(tmp_path, contenu, message):
    chemin = tmp_path / "essai.txt"
    chemin.write_text(contenu, encoding="utf-8")
    with pytest.raises(LexiqueInvalide, match=message):
        compiler([lire_fichier(chemin)])


def test_alternatives_and_options_multiply():
    assert set(developper("mal (au|à la) [gros] dos")) == {
        ("mal", "au", "dos"),
        ("mal", "au", "gros", "dos"),
        ("mal", "a", "la", "dos"),
        ("mal", "a", "la", "gros", "dos"),
    }


@pytest.mark.parametrize(
    ("motif", "attendues"),
    [
        ("dos", {"dos"}),
        ("genou", {"genou", "genous"}),
        ("eau", {"eau", "eaus", "eaux"}),
        ("renal", {"renal", "renaux"}),
        ("=mot", {"mot"}),
    ],
)
def test_regular_plurals_are_understood(motif, attendues):
    assert formes(motif) == attendues


@pytest.mark.regle("D-09")
@pytest.mark.parametrize(
    "mot",
    "accroché artistique célèbre concert manière ennemi dépliant addition migrante".split(),
)
def test_ordinary_words_are_not_taken_for_misspellings(mot):
    assert verifier(f"le {mot} de ce jour").verdict == "ok"
