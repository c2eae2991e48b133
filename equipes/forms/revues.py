"""What a caisse asks when it opens reviews (H-15)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from comptes.models import Caisse, Partenaire
from equipes.forms.gestes import FormulaireCaisse
from portail.formulaires import ChampDate

DELAI = timedelta(days=30)


class FormulaireRevues(FormulaireCaisse):
    """A review for one partner, or a campaign."""

    tous = forms.BooleanField(
        label="Tous les partenaires proposés ci-dessous (campagne)", required=False
    )
    partenaires = forms.ModelMultipleChoiceField(
        label="Partenaires à interroger",
        queryset=Partenaire.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    echeance_le = ChampDate(
        label="À rendre au plus tard le",
        help_text="Des rappels sont envoyés aux gestionnaires jusqu’à cette date.",
    )
    field_order = ("caisse", "tous", "partenaires", "echeance_le")
    signale_facultatif = False

    def __init__(self, *args: Any, caisses: list[Caisse], partenaires: Any, **kwargs: Any) -> None:
        initial = {"echeance_le": timezone.localdate() + DELAI, **kwargs.pop("initial", {})}
        super().__init__(*args, caisses=caisses, initial=initial, **kwargs)
        self.fields["partenaires"].queryset = partenaires

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        if donnees.get("tous"):
            donnees["partenaires"] = self.fields["partenaires"].queryset
        elif "partenaires" in donnees and not donnees["partenaires"]:
            self.add_error("partenaires", "Cochez au moins un partenaire, ou « tous ».")
        return donnees

    def clean_echeance_le(self) -> date:
        echeance: date = self.cleaned_data["echeance_le"]
        if echeance <= timezone.localdate():
            raise forms.ValidationError("Choisissez une date à venir.")
        return echeance
