"""What a breach is declared with, added to and closed with (G-02)."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone

from comptes.models import Caisse, Partenaire
from portail.formulaires import ChampDate, ChampTexte, Formulaire
from violations.models import Violation

SANS_PERSONNE = "Sans nommer les assurés : ni numéro de sécurité sociale, ni information de santé."


class ChampConstat(ChampDate):
    """A day already begun, since the RGPD applies."""

    passee = True
    plancher = date(2018, 5, 25)


class FormulaireDeclaration(Formulaire):
    """What was found, when, on which data; the same for both parties."""

    statut = forms.ChoiceField(
        label="La violation est-elle certaine ?",
        choices=[
            (Violation.Statut.SUSPECTEE, "Non, elle est soupçonnée : déclarez-la quand même"),
            (Violation.Statut.AVEREE, "Oui, elle est avérée"),
        ],
        widget=forms.RadioSelect,
    )
    constatee_le = ChampConstat(label="Jour du constat")
    heure = forms.TimeField(
        label="Heure du constat",
        help_text="Même approximative : le délai court à partir de là. Par exemple 14:30.",
        input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M", "%Hh", "%H h"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Saisissez l’heure sous la forme 14:30."},
    )
    atteintes = forms.MultipleChoiceField(
        label="Les données ont été, ou ont pu être",
        choices=Violation.Atteinte,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label="Quelles données ?",
        choices=Violation.Categorie,
        widget=forms.CheckboxSelectMultiple,
    )
    personnes = forms.IntegerField(
        label="Nombre de personnes concernées",
        help_text="Même approximatif. Laissez vide si vous ne savez pas encore.",
        required=False,
        min_value=1,
        validators=[MaxValueValidator(9_999_999)],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Saisissez un nombre entier, par exemple 12.",
            "min_value": "Au moins une personne, ou laissez vide.",
            "max_value": "Ce nombre est trop grand : vérifiez-le.",
        },
    )
    recit = ChampTexte(
        label="Ce qui s’est passé", max_length=3000, lignes=6, help_text=SANS_PERSONNE
    )
    mesures = ChampTexte(
        label="Ce qui a déjà été fait",
        max_length=2000,
        lignes=4,
        required=False,
        help_text=f"Accès coupé, mot de passe changé, plainte… {SANS_PERSONNE}",
    )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        jour, heure = donnees.get("constatee_le"), donnees.get("heure")
        if jour and heure and _instant(jour, heure) > timezone.now():
            self.add_error("heure", "Cet instant est dans le futur : vérifiez l’heure.")
        return donnees

    def donnees(self) -> dict[str, Any]:
        """What `actions.declarer` takes."""
        lues = dict(self.cleaned_data)
        lues["constatee_le"] = _instant(lues["constatee_le"], lues.pop("heure"))
        return lues


class FormulairePartenaire(FormulaireDeclaration):
    """Declared by a partner, to one or several of its caisses; a single one is not asked."""

    caisses = forms.ModelMultipleChoiceField(
        label="Caisses à prévenir",
        help_text="Toutes celles dont des assurés sont peut-être concernés.",
        queryset=Caisse.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("caisses",)

    def __init__(self, *args: Any, caisses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seule = caisses[0] if len(caisses) == 1 else None
        if self._seule:
            del self.fields["caisses"]
        else:
            self.fields["caisses"].queryset = caisses

    @property
    def caisses_choisies(self) -> list[Caisse]:
        return [self._seule] if self._seule else list(self.cleaned_data["caisses"])


class FormulaireCaisse(FormulaireDeclaration):
    """Declared by a caisse, to one of its partners."""

    caisse = forms.ModelChoiceField(
        label="Votre caisse",
        queryset=Caisse.objects.none(),
        to_field_name="code",
        empty_label="Choisissez",
    )
    partenaire = forms.ModelChoiceField(
        label="Partenaire à prévenir",
        queryset=Partenaire.objects.none(),
        to_field_name="code",
        empty_label="Choisissez",
    )
    field_order = ("caisse", "partenaire")

    def __init__(self, *args: Any, caisses: Any, partenaires: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seule = caisses[0] if len(caisses) == 1 else None
        self.fields["partenaire"].queryset = partenaires
        if self._seule:
            del self.fields["caisse"]
        else:
            self.fields["caisse"].queryset = caisses

    @property
    def caisse_choisie(self) -> Caisse:
        return self._seule or self.cleaned_data["caisse"]


class FormulaireComplement(Formulaire):
    texte = ChampTexte(
        label="Ce que vous avez appris depuis", max_length=2000, lignes=4, help_text=SANS_PERSONNE
    )


class FormulaireCloture(Formulaire):
    suite = forms.ChoiceField(
        label="Qu’avez-vous décidé ?", choices=Violation.Suite, widget=forms.RadioSelect
    )
    personnes_informees = forms.BooleanField(
        label="Les personnes concernées ont été informées (RGPD, article 34)", required=False
    )
    conclusion = ChampTexte(
        label="Ce qui a été fait", max_length=2000, lignes=4, help_text=SANS_PERSONNE
    )


def _instant(jour: date, heure: time) -> datetime:
    """That minute in Paris; the earlier of the two when clocks go back."""
    return timezone.make_aware(datetime.combine(jour, heure))
