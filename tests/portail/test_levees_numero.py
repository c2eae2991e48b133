"""Digits that only look like a NIR pass once their author says what they are; a NIR never does."""

import re

import pytest

from portail.formulaires import ChampNom, ChampTexte, Formulaire
from portail.levees import empreinte

pytestmark = pytest.mark.regle("D-08")

DOUTEUX = "2 85 05 78 006 084"  # the thirteen digits of a NIR, without key nor label
COMPLET = f"{DOUTEUX} 41"  # 97 - (2850578006084 mod 97) is 41
TEXTE = f"À classer avec {DOUTEUX}, merci."
RAISON = "Référence de la commande du lit."


class Courrier(Formulaire):
    texte = ChampTexte(label="Votre message", max_length=500, lignes=4)
    nom = ChampNom(label="Nom", required=False)


def courrier(texte=TEXTE, admises=True, **saisie):
    return Courrier({"texte": texte, **saisie}, levees_admises=admises)


def confirme(texte=TEXTE, raison=RAISON, **reste):
    return courrier(texte, texte_levee=empreinte(TEXTE), texte_raison=raison, **reste)


def codes(form, nom="texte"):
    return [erreur.code for erreur in form.errors[nom].as_data()] if nom in form.errors else []


def test_a_doubtful_number_is_asked_about():
    form = courrier()
    assert codes(form) == ["numero"]
    page = str(form)
    assert f"<mark>{DOUTEUX}</mark>" in page
    assert "Ce n’est pas un numéro de sécurité sociale" in page
    assert "donnée de santé" not in page


@pytest.mark.parametrize("admises", [True, False])
def test_it_passes_once_its_author_says_what_it_is(admises):
    """The caisse's switch is about health data; anybody may say what a number is."""
    (offerte,) = re.findall(r'name="texte_levee"\s+value="([0-9a-f]{64})"', str(courrier()))
    form = courrier(texte_levee=offerte, texte_raison=RAISON, admises=admises)
    assert form.is_valid(), form.errors
    assert [levee.texte for levee in form.levees] == [TEXTE]
    assert "Ce n’est pas un numéro de sécurité sociale" in str(form["texte"].sortie and form)


@pytest.mark.parametrize(
    ("form", "attendu"),
    [
        (confirme(raison=""), ["numero", "raison_absente"]),
        (confirme(raison="lit"), ["numero", "raison_courte"]),
        (confirme(raison=f"C'est {COMPLET}"), ["numero", "nir"]),
        (confirme(TEXTE + " Merci."), ["numero"]),
        (courrier(texte_levee="0" * 64, texte_raison=RAISON), ["numero"]),
    ],
)
def test_a_near_miss_is_refused(form, attendu):
    assert codes(form) == attendu


@pytest.mark.parametrize(
    "texte", [TEXTE.replace(DOUTEUX, COMPLET), TEXTE.replace("À classer avec", "Son n° sécu est")]
)
def test_a_certain_nir_has_no_way_out(texte):
    form = courrier(texte, texte_levee=empreinte(texte), texte_raison=RAISON)
    assert codes(form) == ["nir"]
    assert "Ce n’est pas un numéro" not in str(form)


def test_health_data_beside_it_follows_the_caisse():
    texte = f"À classer avec {DOUTEUX}, diabète."
    posee = {"texte_levee": empreinte(texte), "texte_raison": RAISON}
    assert courrier(texte, **posee).is_valid()
    assert sorted(codes(courrier(texte, admises=False, **posee))) == ["numero", "sante"]


def test_both_are_asked_about_in_one_question():
    """Who explains a word has not said what the digits are: the page asks for both."""
    texte = f"À classer avec {DOUTEUX}, diabète."
    question = "Ce n’est ni une donnée de santé, ni un numéro de sécurité sociale"
    assert question in str(courrier(texte))
    acquise = courrier(texte, texte_levee=empreinte(texte), texte_raison=RAISON)
    assert acquise.is_valid()
    assert question in str(acquise)
    assert question not in str(courrier()) + str(courrier("Elle a un diabète."))


def test_a_name_can_confirm_nothing():
    form = courrier("Bonjour.", nom=f"Roux {DOUTEUX}", nom_levee=empreinte(f"Roux {DOUTEUX}"))
    assert codes(form, "nom") == ["nir"]
