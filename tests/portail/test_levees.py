"""« Ce n'est pas une donnée de santé »: one text, its hash, a reason; nothing else passes."""

import re

import pytest

from portail.formulaires import ChampNom, ChampTexte, Formulaire
from portail.levees import empreinte

pytestmark = pytest.mark.regle("D-09")

TEXTE = "Relance du dossier : diabète."
RAISON = "Diabète est le nom de la péniche de la personne."
NIR = "2 85 05 78 006 084 41"  # the key of 2850578006084 is 97 - (2850578006084 mod 97)


class Courrier(Formulaire):
    texte = ChampTexte(label="Votre message", max_length=500, lignes=4)
    objet = ChampNom(label="Objet", sante=True, required=False)
    nom = ChampNom(label="Nom", required=False)
    lieu = ChampTexte(label="Lieu", contestable=False, required=False)


def courrier(admises=True, prefix=None, **saisie):
    saisie = {"texte": TEXTE, **saisie}
    if prefix:
        saisie = {f"{prefix}-{nom}": valeur for nom, valeur in saisie.items()}
    return Courrier(saisie, levees_admises=admises, prefix=prefix)


def conteste(texte=TEXTE, raison=RAISON, **reste):
    contestation = {"texte_levee": empreinte(TEXTE), "texte_raison": raison}
    return courrier(texte=texte, **{**contestation, **reste})


def codes(form, nom="texte"):
    return [erreur.code for erreur in form.errors[nom].as_data()] if nom in form.errors else []


def posee(page):
    """The hash that the page offers, beside the only text that it refuses."""
    (trouvee,) = re.findall(r'name="texte_levee"\s+value="([0-9a-f]{64})"', page)
    return trouvee


# --- what passes -----------------------------------------------------------------------------
def test_a_contested_text_passes_and_tells_what_was_set_aside():
    form = conteste()
    assert form.is_valid(), form.errors
    assert form.cleaned_data["texte"] == TEXTE
    (levee,) = form.levees
    assert (levee.champ, levee.texte, levee.raison) == ("texte", TEXTE, RAISON)
    assert levee.empreinte == empreinte(TEXTE)
    assert [motif.extrait.lower() for motif in levee.motifs] == ["diabète"]


def test_what_the_page_offers_is_what_lets_the_text_through():
    refusee = courrier()
    assert codes(refusee) == ["sante"]
    assert posee(str(refusee)) == empreinte(TEXTE)
    assert courrier(texte_levee=posee(str(refusee)), texte_raison=RAISON).is_valid()


@pytest.mark.parametrize(
    "texte", [f"  {TEXTE}\r\n", TEXTE.replace(" : ", " :\r\n"), TEXTE.replace(" : ", " :\r")]
)
def test_line_breaks_are_hashed_as_the_server_reads_them(texte):
    offerte = posee(str(courrier(texte=texte)))
    assert courrier(texte=texte.strip(), texte_levee=offerte, texte_raison=RAISON).is_valid()


def test_each_field_has_its_own_contestation_under_its_own_prefix():
    form = courrier(prefix="a", texte_levee=empreinte(TEXTE), texte_raison=RAISON, objet="diabète")
    assert codes(form) == []
    assert codes(form, "objet") == ["sante"]
    form = courrier(
        texte="Bonjour.", objet="diabète", objet_levee=empreinte("diabète"), objet_raison=RAISON
    )
    assert form.is_valid()
    assert [levee.champ for levee in form.levees] == ["objet"]


def test_a_text_that_nobody_refuses_sets_nothing_aside():
    form = conteste(texte="Relance du dossier.")
    assert form.is_valid()
    assert form.levees == []


# --- near misses -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "texte",
    [
        TEXTE + " Merci",
        TEXTE[:-1],
        TEXTE.replace("d", "D", 1),
        TEXTE.replace("diabète", "diabete"),
        TEXTE.replace(" : ", "  : "),
        TEXTE.replace("diabète", "diabète et cancer du sein"),
    ],
)
def test_another_text_is_asked_anew_and_keeps_the_reason(texte):
    form = conteste(texte=texte)
    assert codes(form) == ["sante"]
    page = str(form)
    assert posee(page) == empreinte(texte)
    assert f'value="{RAISON}"' in page
    assert "Le texte ou son destinataire a changé" in page


@pytest.mark.parametrize("forgee", ["", "0" * 64, empreinte("autre"), TEXTE, "é", "\0"])
def test_a_forged_hash_opens_nothing(forgee):
    assert codes(conteste(texte_levee=forgee)) == ["sante"]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "texte", [f"{TEXTE} {NIR}", f"{TEXTE[:-1]} de type {NIR}", f"{NIR} {TEXTE}"]
)
def test_a_nir_has_no_way_out_whatever_the_hash(texte):
    form = courrier(texte=texte, texte_levee=empreinte(texte), texte_raison=RAISON)
    assert "nir" in codes(form)
    assert not form.levees
    assert "Ce n’est pas une donnée de santé" not in str(form)
    assert "texte_levee" not in str(form)


def test_a_caisse_that_switched_it_off_does_not_even_show_it():
    form = courrier(admises=False, texte_levee=empreinte(TEXTE), texte_raison=RAISON)
    assert codes(form) == ["sante"]
    page = str(form)
    for absent in ("Ce n’est pas une donnée de santé", "texte_levee", "texte_raison", RAISON):
        assert absent not in page
    assert page.count("La caisse n’admet pas d’explication") == 1


def test_a_form_offers_no_way_out_unless_told_to():
    assert not Courrier({"texte": TEXTE, "texte_levee": empreinte(TEXTE)}).is_valid()
    assert "texte_levee" not in str(Courrier({"texte": TEXTE}))


def test_a_field_that_is_not_contestable_stays_shut():
    form = courrier(texte="Bonjour.", lieu=TEXTE, lieu_levee=empreinte(TEXTE), lieu_raison=RAISON)
    assert codes(form, "lieu") == ["sante"]
    assert "lieu_levee" not in str(form)


def test_another_mistake_in_the_same_text_comes_first():
    long = TEXTE + " " + "a" * 500
    form = courrier(texte=long, texte_levee=empreinte(long), texte_raison=RAISON)
    assert codes(form) == ["max_length"]
    assert "texte_levee" not in str(form)


# --- the reason ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raison", "code"),
    [
        ("", "raison_absente"),
        (" \t\r\n\u00a0", "raison_absente"),
        ("\u200b\u200b\u200b\u200b\u200b\u200b", "raison_absente"),
        ("Nom", "raison_courte"),
        ("......", "raison_courte"),
        ("1 2 3 4 5 6", "raison_courte"),
        ("a" * 301, "raison_longue"),
        (f"C'est le numéro {NIR}.", "nir"),
        (NIR, "nir"),
        ("Elle a un cancer du sein, pas un diabète.", "sante"),
    ],
)
def test_a_reason_that_will_not_do_is_told_at_its_own_input(raison, code):
    form = conteste(raison=raison)
    assert codes(form) == ["sante", code]
    page = form["texte"].as_field_group()
    assert re.search(r'id="id_texte_raison"[^>]*aria-invalid="true"', page)
    assert "<details open>" in page
    ancres = [erreur.ancre for erreur in form.erreurs_resume]
    assert ancres == ["id_texte", "id_texte_raison"]
    assert not form.levees


@pytest.mark.parametrize(
    "raison",
    [
        "Cinq!" + "a",
        "a" * 300,
        "DIABETE est le nom de sa péniche.",
        "  Diabète,\n c'est une marque.  ",
    ],
)
def test_the_contested_words_may_stand_in_the_reason(raison):
    form = conteste(raison=raison)
    assert form.is_valid(), form.errors
    assert form.levees[0].raison == " ".join(raison.split())


def test_the_reason_is_escaped_and_kept():
    page = str(conteste(raison='"><script>'))
    assert "<script>" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


# --- what is shown ---------------------------------------------------------------------------
def test_the_way_out_tells_who_will_read_and_is_tied_to_its_input():
    page = " ".join(courrier()["texte"].as_field_group().split())
    assert "<mark>diabète</mark>" in page
    assert '<a class="fr-btn fr-btn--sm" href="#id_texte">Modifier le texte</a>' in page
    assert "<details >" in page or "<details>" in page  # closed: to change the text comes first
    assert '<label class="fr-label" for="id_texte_raison">Pourquoi ?</label>' in page
    assert "Le passage, votre explication et votre nom seront lus par" in page
    (decrit,) = re.findall(r'id="id_texte_raison".*?aria-describedby="([^"]+)"', page, re.S)
    for identifiant in decrit.split():
        assert page.count(f'id="{identifiant}"') == 1


def test_the_explanation_goes_with_the_text_when_another_answer_is_wrong():
    """Otherwise what was contested would have to be contested again."""
    form = conteste(nom=f"Roux {NIR}")
    assert list(form.errors) == ["nom"]
    page = form["texte"].as_field_group()
    assert posee(page) == empreinte(TEXTE)
    assert f'value="{RAISON}"' in page
    assert "data-acquise" in page
    assert "fr-input-group--error" not in page


def test_the_refusal_says_which_field_it_is_about_for_scripts():
    assert 'data-refus="texte"' in courrier()["texte"].as_field_group()
    assert "data-refus" not in courrier(texte="")["texte"].as_field_group()
