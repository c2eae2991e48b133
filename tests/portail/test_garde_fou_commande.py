import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
INJOIGNABLE = {
    "DATABASE_URL": "postgres://personne:rien@127.0.0.1:1/absente",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "LC_ALL": "C",
    "PYTHONIOENCODING": "ascii",
    "PYTHONUTF8": "0",
}


def garde_fou(*arguments: str, entree: bytes = b"", dossier: Path) -> tuple[int, str, str]:
    """Run the command where nothing can be reached, under a locale that is not UTF-8."""
    environnement = {
        nom: valeur
        for nom, valeur in os.environ.items()
        if not nom.startswith(("DJANGO_", "PORTAIL_", "DATABASE_", "REDIS_", "LANG", "LC_"))
    }
    fini = subprocess.run(
        [sys.executable, "manage.py", "garde_fou", *arguments],
        cwd=RACINE,
        env={**environnement, **INJOIGNABLE, "DEMO_DOSSIER": str(dossier)},
        input=entree,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return fini.returncode, fini.stdout.decode("utf-8"), fini.stderr.decode("utf-8")


def lignes(*objets: object) -> bytes:
    return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objets).encode()


@pytest.mark.regle("D-08")
def test_each_line_is_answered_in_order_without_database(tmp_path):
    textes = ["Bonjour", "NIR 1850399123001 à vérifier", "a un cancer\u2028été", ""]
    code, sortie, erreurs = garde_fou(
        "--jsonl", entree=lignes(*({"texte": t} for t in textes)), dossier=tmp_path
    )
    assert (code, erreurs) == (0, "")
    reponses = [json.loads(ligne) for ligne in sortie.split("\n")[:-1]]
    assert [r["verdict"] for r in reponses] == ["ok", "bloque", "bloque", "ok"]
    for texte, reponse in zip(textes, reponses, strict=True):
        assert set(reponse) == {"verdict", "motifs"}
        for motif in reponse["motifs"]:
            assert set(motif) == {"type", "categorie", "debut", "fin", "extrait"}
            assert texte[motif["debut"] : motif["fin"]] == motif["extrait"]
    assert [m["type"] for r in reponses for m in r["motifs"]] == ["nir", "sante"]


@pytest.mark.regle("D-08")
def test_a_bad_line_keeps_its_place_and_fails_the_command(tmp_path):
    entree = b"\n".join(
        [
            b'{"texte": "un"}',
            b"pas du json",
            b'{"autre": 1}',
            b'{"texte": 3}',
            b'["texte"]',
            b'{"texte": "\xff"}',
            b"[" * 100_000,
            '{"texte": "seul : \\ud800, sécu 1850399123001"}'.encode(),
        ]
    )
    code, sortie, erreurs = garde_fou("--jsonl", entree=entree, dossier=tmp_path)
    reponses = [json.loads(ligne) for ligne in sortie.splitlines()]
    assert code != 0
    assert [list(r) for r in reponses[1:7]] == [["erreur"]] * 6
    assert (reponses[0]["verdict"], reponses[7]["verdict"]) == ("ok", "bloque")
    for numero in range(2, 8):
        assert f"Ligne {numero} : " in erreurs
    assert "1850399123001" not in erreurs


@pytest.mark.regle("D-08")
def test_a_blank_line_is_no_text(tmp_path):
    entree = b'{"texte": "un"}\n\n{"texte": "sida"}\n\n'
    code, sortie, erreurs = garde_fou("--jsonl", entree=entree, dossier=tmp_path)
    verdicts = [json.loads(ligne)["verdict"] for ligne in sortie.splitlines()]
    assert (code, verdicts, erreurs) == (0, ["ok", "bloque"], "")


@pytest.mark.regle("D-08")
def test_lines_are_answered_as_they_come(tmp_path):
    with subprocess.Popen(
        [sys.executable, "manage.py", "garde_fou", "--jsonl"],
        cwd=RACINE,
        env={**os.environ, **INJOIGNABLE, "DEMO_DOSSIER": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as processus:
        for texte, verdict in (("bonjour", "ok"), ("NIR 1850399123001", "bloque")):
            processus.stdin.write(lignes({"texte": texte}))
            processus.stdin.flush()
            assert json.loads(processus.stdout.readline())["verdict"] == verdict
        processus.stdin.close()
        assert processus.wait(timeout=30) == 0


@pytest.mark.regle("D-08")
@pytest.mark.parametrize("par", ["argument", "entrée standard"])
def test_a_person_reads_why_in_french(par, tmp_path):
    texte = "Née le 12/03, n° sécu 1850399123001"
    if par == "argument":
        code, sortie, _ = garde_fou(texte, dossier=tmp_path)
    else:
        code, sortie, _ = garde_fou(entree=texte.encode(), dossier=tmp_path)
    assert code == 0
    assert "Bloqué" in sortie
    assert "« 1850399123001 »" in sortie
    assert "Numéro de sécurité sociale" in sortie


@pytest.mark.regle("D-08")
def test_nothing_embedded_is_started(tmp_path):
    code, sortie, _ = garde_fou("Bonjour", dossier=tmp_path)
    assert (code, sortie) == (0, "Rien à signaler.\n")
    assert not list(tmp_path.rglob("*.pid"))
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "valkey").exists()
