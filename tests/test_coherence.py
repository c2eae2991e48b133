"""Conventions of the house, held by a test rather than by a paragraph."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import CheckConstraint, Field, UniqueConstraint

from portail.formulaires import ChampTexte, Formulaire

RACINE = Path(__file__).resolve().parents[1]
NOTRES = (
    "portail",
    "comptes",
    "conventions",
    "echeances",
    "violations",
    "equipes",
    "signalements",
    "demonstration",
)

# Rules that the product answers for today.
REGLES = (
    "C-01 C-02 C-03 C-04 C-05 C-06 C-07 C-08 C-09 C-10 "
    "H-01 H-02 H-03 H-04 H-05 H-06 H-07 H-08 H-09 H-10 H-11 H-12 H-13 H-14 H-15 "
    "D-01 D-02 D-03 D-04 D-05 D-06 D-07 D-08 D-09 D-10 D-12 D-14 D-15 D-17 G-02 G-04 G-05 A-01"
).split()

# What a mail may say: a public identifier, an address of ours, words of closed lists (D-17).
DITS_PAR_COURRIEL = {"reference", "adresse_publique", "chemin", "delai", "avancement"}
DITS_PAR_COURRIEL |= {"groupe.titre", "groupe.nombre", "ligne.phrase", "ligne.chemin"}
DITS_PAR_COURRIEL |= {"total", "autres", "genre", "imposee", "reglages"}

# Secrets are typed too, and no guard reads them.
SECRETS = {"ConnexionForm.identifiant", "ConnexionForm.password", "CodeForm.code"}
SECRETS |= {"SecoursForm.code", "PremierCodeForm.code", "ProprietaireForm.code"}
SECRETS |= {"ActuelForm.actuel", "ProprietaireForm.actuel", "ChangementForm.actuel"}
SECRETS |= {"MotDePasseForm.mot_de_passe", "ChangementForm.mot_de_passe", "OubliForm.identifiant"}


def sources(motif: str = "**/*.py") -> Iterator[Path]:
    for app in NOTRES:
        yield from (RACINE / app).glob(motif)


def gabarits() -> list[Path]:
    """Those of the pages; a mail is read where our style sheets are not."""
    tous = (RACINE / "templates").rglob("*.html")
    return sorted(gabarit for gabarit in tous if "courriels" not in gabarit.parts)


def formulaires(racine: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for classe in racine.__subclasses__():
        if classe.__module__.split(".")[0] in NOTRES:
            yield classe
        yield from formulaires(classe)


def lignes_des_regles() -> dict[str, tuple[str, str]]:
    texte = (RACINE / "docs/regles.md").read_text()
    lignes = re.findall(r"^\| ([A-Z]-\d\d) \|[^|]*\| `([^`]+)` \| `([^`]+)` \|$", texte, re.M)
    return {regle: (maison, essai) for regle, maison, essai in lignes}


def regles_des_essais() -> dict[str, set[str]]:
    marquees: dict[str, set[str]] = {}
    for fichier in (RACINE / "tests").rglob("test_*.py"):
        for noeud in ast.walk(ast.parse(fichier.read_text())):
            if isinstance(noeud, ast.Call) and getattr(noeud.func, "attr", "") == "regle":
                regle = ast.literal_eval(noeud.args[0])
                marquees.setdefault(regle, set()).add(str(fichier.relative_to(RACINE)))
    return marquees


@pytest.mark.parametrize("regle", REGLES)
def test_chaque_regle_a_une_maison_et_un_essai(regle: str) -> None:
    maison, essai = lignes_des_regles()[regle]
    assert (RACINE / maison).exists(), maison
    assert essai in regles_des_essais().get(regle, set())


def test_aucune_regle_n_est_essayee_sans_etre_documentee() -> None:
    assert set(regles_des_essais()) <= set(lignes_des_regles())


def test_tout_texte_saisi_passe_par_le_garde_fou() -> None:
    """D-08, D-09: a plain CharField would let a NIR through."""
    champs = {
        f"{classe.__name__}.{nom}"
        for classe in formulaires()
        for nom, champ in classe.base_fields.items()
        if isinstance(champ, forms.CharField) and not isinstance(champ, ChampTexte)
    }
    assert champs <= SECRETS


def test_les_formulaires_ont_la_base_du_portail() -> None:
    assert all(issubclass(classe, Formulaire) for classe in formulaires())


def test_aucune_colonne_ne_peut_porter_un_nir() -> None:
    """D-02: neither by its name nor by its label."""
    champs = [
        champ
        for modele in apps.get_models()
        for champ in modele._meta.get_fields()
        if isinstance(champ, Field) and modele._meta.app_label in NOTRES
    ]
    interdits = re.compile(r"\b(nir|nss|secu|immatriculation)\b")
    assert len(champs) > 100
    assert not [
        str(champ)
        for champ in champs
        if interdits.search(f"{champ.name.replace('_', ' ')} {champ.verbose_name}".lower())
    ]


def test_chaque_contrainte_parle_francais() -> None:
    for modele in apps.get_models():
        if modele._meta.app_label not in NOTRES:
            continue
        for contrainte in modele._meta.constraints:
            if isinstance(contrainte, CheckConstraint | UniqueConstraint):
                message = contrainte.violation_error_message
                assert message != contrainte.default_violation_error_message, contrainte.name


def test_la_base_est_postgresql() -> None:
    assert "sqlite" not in str(settings.DATABASES).lower()
    assert not [f for f in sources() if "sqlite" in f.read_text().lower()]


@pytest.mark.parametrize("gabarit", gabarits(), ids=lambda g: str(g.relative_to(RACINE)))
def test_les_gabarits_tiennent_la_politique_de_securite(gabarit: Path) -> None:
    texte = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", gabarit.read_text(), flags=re.S)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", texte)


@pytest.mark.regle("D-17")
def test_les_courriels_ne_disent_que_la_reference() -> None:
    courriels = list((RACINE / "templates/courriels").rglob("*.txt"))
    assert len(courriels) > 30
    for courriel in courriels:
        variables = set(re.findall(r"{{\s*([\w.]+)", courriel.read_text()))
        assert variables <= DITS_PAR_COURRIEL, courriel.name


def test_le_projet_ne_parle_que_de_lui() -> None:
    """No path of a machine, no registry's address, in what is published."""
    suspects = re.compile(r"/work/|/root/|files\.pythonhosted|--index-url|--extra-index")
    fichiers = [
        f
        for motif in ("*.md", "docs/**/*.md", "requirements/*", "Makefile", "*.toml")
        for f in RACINE.glob(motif)
    ]
    fautifs = [str(f) for f in [*fichiers, *sources()] if suspects.search(f.read_text())]
    assert len(fichiers) > 5
    assert not fautifs
