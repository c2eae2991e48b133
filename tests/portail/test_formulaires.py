from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from pytest_django.asserts import assertInHTML

from portail.formulaires import (
    ChampDate,
    ChampDateNaissance,
    ChampNom,
    ChampTelephone,
    ChampTexte,
    Formulaire,
    Si,
)

NIR = "2 85 05 78 006 084 41"  # the key of 2850578006084 is 97 - (2850578006084 mod 97)


class Saisine(Formulaire):
    conditions = {
        "contextes": Si("motif", "mas", exige=True),
        "soins": Si("motif", "mas"),
        "precision": Si("contextes", "autre", exige=True),
        "justificatif": Si("urgent", exige=True),
    }

    motif = forms.ChoiceField(
        label="Motif",
        choices=[("droits", "Droits"), ("mas", "Mission accompagnement santé")],
        widget=forms.RadioSelect,
    )
    contextes = forms.MultipleChoiceField(
        label="Dans quel contexte ?",
        required=False,
        choices=[("acces", "Accès aux droits"), ("autre", "Autre")],
        widget=forms.CheckboxSelectMultiple,
    )
    soins = ChampNom(label="Soins non obtenus", required=False)
    precision = ChampNom(label="Précision", required=False)
    urgent = forms.BooleanField(label="Demande urgente", required=False)
    justificatif = ChampNom(label="Justificatif", required=False)
    commentaires = ChampTexte(label="Commentaires", max_length=5000, lignes=6, help_text="Sobre.")


def saisine(**reponses):
    return Saisine({"motif": "droits", "commentaires": "Bonjour", **reponses})


def erreur(champ, valeur):
    with pytest.raises(ValidationError) as refus:
        champ.clean(valeur)
    return refus.value


# --- the guard -------------------------------------------------------------------------------
@pytest.mark.regle("D-08")
@pytest.mark.parametrize("champ", [ChampTexte(), ChampNom(), ChampTelephone()])
def test_a_nir_is_refused_in_every_kind_of_text(champ):
    assert [e.code for e in erreur(champ, NIR).error_list] == ["nir"]


@pytest.mark.regle("D-08")
def test_the_message_marks_the_digits_and_escapes_the_rest():
    (refus,) = erreur(ChampTexte(), f"<script>x</script> & {NIR}").error_list
    assert isinstance(refus.message, SafeString)
    assert f"<mark>{NIR}</mark>" in refus.message
    assert "&lt;script&gt;x&lt;/script&gt; &amp; " in refus.message
    assert "<script>" not in refus.message


@pytest.mark.regle("D-08")
def test_the_marked_digits_reach_the_page_next_to_the_field_and_in_the_summary():
    page = str(saisine(commentaires=f"<b> {NIR}"))
    assert page.count(f"<mark>{NIR}</mark>") == 2
    assert "<b>" not in page


@pytest.mark.regle("D-09")
def test_a_health_term_is_refused_in_free_text_but_not_in_a_name():
    assert [e.code for e in erreur(ChampTexte(), "Madame a un cancer du sein.").error_list] == [
        "sante"
    ]
    assert ChampNom().clean("Cancer") == "Cancer"


@pytest.mark.regle("D-08")
def test_ordinary_numbers_pass():
    texte = "Née le 31/03/1980, joignable au 06 39 98 00 12, dossier 2026-11-00042."
    assert ChampTexte().clean(texte) == texte


# --- length ----------------------------------------------------------------------------------
@pytest.mark.regle("D-06")
def test_a_line_break_counts_for_one_character_as_in_the_browser():
    juste = "a\r\n" * 2499 + "ab"
    assert len(ChampTexte(max_length=5000, sante=False).clean(juste)) == 5000


@pytest.mark.regle("D-06")
def test_one_character_too_many_is_refused_with_both_numbers():
    refus = erreur(ChampTexte(max_length=5000, sante=False), "a" * 5001)
    assert "5001" in refus.messages[0]
    assert "5000" in refus.messages[0]


def test_the_counter_is_announced_and_a_long_paste_is_not_cut():
    page = str(saisine()["commentaires"].as_field_group())
    assert 'data-compteur="5000"' in page
    assert 'aria-describedby="id_commentaires_helptext id_commentaires_compteur"' in page
    assert "5\u202f000 caractères au maximum" in page
    assert "maxlength" not in page


def test_spaces_of_a_name_are_tidied():
    assert ChampNom().clean("  Lecœur -\t Noël  ") == "Lecœur - Noël"


# --- phone -----------------------------------------------------------------------------------
@pytest.mark.regle("D-02")
@pytest.mark.parametrize(
    ("saisi", "garde"),
    [
        ("0639980012", "06 39 98 00 12"),
        ("06.39.98.00.12", "06 39 98 00 12"),
        ("06-39-98-00-12", "06 39 98 00 12"),
        ("+33 6 39 98 00 12", "06 39 98 00 12"),
        ("+33 (0)6 39 98 00 12", "06 39 98 00 12"),
        ("0033 639980012", "06 39 98 00 12"),
        ("0692 00 00 12", "06 92 00 00 12"),
        ("+32 470 00 00 12", "+32470000012"),
        ("0032 470 00 00 12", "+32470000012"),
    ],
)
def test_phone_numbers_take_one_form(saisi, garde):
    assert ChampTelephone().clean(saisi) == garde


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "saisi", ["00284036249800164", "+2(0)84036249800164", "002840362(0)49800164", "002840362498001"]
)
def test_a_dialling_prefix_does_not_hide_a_nir(saisi):
    assert [e.code for e in erreur(ChampTelephone(), saisi).error_list] == ["nir"]


@pytest.mark.parametrize(
    "saisi",
    ["063998001", "06399800123", "0039980012x", "+33 39980012", "3646", "+0123456789", "bureau"],
)
def test_what_is_not_a_phone_number_is_refused_with_an_example(saisi):
    assert "06 39 98 00 12" in erreur(ChampTelephone(), saisi).messages[0]


# --- dates -----------------------------------------------------------------------------------
@pytest.mark.regle("D-02")
@pytest.mark.parametrize(
    "saisi", ["31/03/1980", "31-3-1980", " 31.03.1980", "31031980", "1980-03-31"]
)
def test_a_birth_date_is_read_as_typed_or_as_the_calendar_gives_it(saisi):
    assert ChampDateNaissance().clean(saisi) == date(1980, 3, 31)


@pytest.mark.parametrize(
    ("saisi", "message"),
    [
        ("31/02/1980", "n’existe pas"),
        ("1980-02-31", "n’existe pas"),
        ("31/03/80", "quatre chiffres"),
        ("mars 1980", "jj/mm/aaaa"),
        ("03/31/1980", "n’existe pas"),
        ("31/12/1899", "trop ancienne"),
    ],
)
def test_a_wrong_birth_date_says_what_is_wrong(saisi, message):
    assert message in erreur(ChampDateNaissance(), saisi).messages[0]


def test_today_is_a_birth_date_and_tomorrow_is_not():
    aujourdhui = timezone.localdate()
    assert ChampDateNaissance().clean(aujourdhui.isoformat()) == aujourdhui
    demain = aujourdhui + timedelta(days=1)
    assert "futur" in erreur(ChampDateNaissance(), f"{demain:%d/%m/%Y}").messages[0]
    assert ChampDate().clean(demain.isoformat()) == demain


def test_dates_come_back_in_the_form_that_their_field_reads():
    class Dates(Formulaire):
        naissance = ChampDateNaissance()
        depuis = ChampDate()

    form = Dates(initial={"naissance": date(1980, 3, 31), "depuis": date(2026, 1, 2)})
    assert 'value="31/03/1980"' in str(form["naissance"])
    assert 'value="2026-01-02"' in str(form["depuis"])


# --- conditions ------------------------------------------------------------------------------
def test_a_field_that_was_not_asked_is_neither_kept_nor_refused():
    form = saisine(contextes=["inconnu"], soins=NIR, justificatif="x")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["contextes"] == []
    assert form.cleaned_data["soins"] == form.cleaned_data["justificatif"] == ""


def test_a_field_is_mandatory_only_once_asked():
    assert list(saisine(motif="mas").errors) == ["contextes"]
    assert list(saisine(urgent="on").errors) == ["justificatif"]
    assert saisine(motif="mas", contextes=["acces"]).is_valid()


def test_a_question_under_a_hidden_question_is_hidden_too():
    assert saisine(motif="droits", contextes=["autre"]).is_valid()
    assert list(saisine(motif="mas", contextes=["autre"]).errors) == ["precision"]


def test_the_browser_reads_the_same_condition_under_the_form_prefix():
    form = Saisine(prefix="a")
    assert form["contextes"].si == "a-motif=mas"
    assert form["justificatif"].si == "a-urgent"
    assert 'data-si="a-motif=mas"' in form["contextes"].as_field_group()


# --- what is shown ---------------------------------------------------------------------------
def test_missing_answers_name_what_to_do():
    form = Saisine({})
    assert form.errors["motif"] == ["Choisissez une réponse pour « Motif »."]
    assert form.errors["commentaires"] == ["Renseignez « Commentaires »."]


def test_a_message_written_for_one_field_is_kept():
    class Accord(Formulaire):
        accord = forms.BooleanField(error_messages={"required": "Recueillez d’abord l’accord."})

    assert Accord({}).errors["accord"] == ["Recueillez d’abord l’accord."]


def test_the_summary_leads_to_each_field_in_the_order_of_the_page():
    form = Saisine({"motif": "mas", "urgent": "on"})
    form.add_error(None, "La caisse a fermé ce service.")
    assert [ligne.ancre for ligne in form.erreurs_resume] == [
        "",
        "id_contextes_0",
        "id_justificatif",
        "id_commentaires",
    ]
    resume = render_to_string("composants/resume_erreurs.html", {"form": form})
    assert "4 points sont à corriger" in resume
    for ligne in form.erreurs_resume[1:]:
        assert f'id="{ligne.ancre}"' in str(form)


def test_optional_fields_say_so_and_the_others_do_not():
    form = Saisine()
    facultatifs = {champ.name for champ in form if "(facultatif)" in champ.as_field_group()}
    assert facultatifs == {"soins"}


def test_errors_are_tied_to_their_field():
    page = Saisine({"motif": "mas"})["commentaires"].as_field_group()
    assert 'aria-invalid="true"' in page
    assert (
        'aria-describedby="id_commentaires_helptext id_commentaires_error id_commentaires_compteur"'
        in page
    )
    assert 'id="id_commentaires_error"' in page


def test_choices_stand_in_a_named_group_and_keep_what_was_ticked():
    page = saisine(motif="mas")["motif"].as_field_group()
    assert 'role="radiogroup"' in page
    assert 'aria-required="true"' in page
    assertInHTML('<input type="radio" name="motif" value="mas" id="id_motif_1" checked>', page)
    assertInHTML('<label class="fr-label" for="id_motif_0">Droits</label>', page)


def test_the_browser_never_blocks_a_draft():
    assert " required" not in str(Saisine())


def test_labels_and_typed_values_are_escaped():
    class Piege(Formulaire):
        nom = ChampNom(label="<i>Nom</i>", help_text="<i>aide</i>")

    page = str(Piege({"nom": '"><script>' * 20}))
    assert "<script>" not in page
    assert "<i>" not in page
