"""The days of an absence, and who stands in."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from comptes.models import Utilisateur
from portail.formulaires import ChampDate, Formulaire


class FormulaireAbsence(Formulaire):
    """With `commencee`, the first day is a fact: it does not change any more."""

    du = ChampDate(label="Premier jour d’absence")
    au = ChampDate(
        label="Dernier jour d’absence",
        help_text="Ce jour est compris. Le travail reprend le lendemain.",
    )
    remplacant = forms.ModelChoiceField(
        label="Remplaçant",
        queryset=Utilisateur.objects.none(),
        to_field_name="public",
        empty_label="Choisissez un collègue",
        help_text="Un agent actif qui travaille pour la même caisse.",
    )

    def __init__(
        self,
        *args: Any,
        candidats: QuerySet[Utilisateur],
        commencee: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["remplacant"]
        champ.queryset = candidats
        if commencee:
            self.fields["du"].disabled = True
            self.fields["du"].help_text = "L’absence a commencé : ce jour ne change plus."
