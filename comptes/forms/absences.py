"""The days of an absence, and who stands in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from comptes.models import Utilisateur
from portail.formulaires import ChampDate, Formulaire


class ChampRemplacant(forms.ModelChoiceField):
    """A colleague; `reserves` tell, by account, what is to be known before choosing it."""

    reserves: Mapping[int, str] = {}

    def label_from_instance(self, obj: Any) -> str:
        return " – ".join(filter(None, [str(obj), self.reserves.get(obj.pk, "")]))


class FormulaireAbsence(Formulaire):
    """With `commencee`, the first day is a fact: it does not change any more."""

    du = ChampDate(label="Premier jour d’absence")
    au = ChampDate(
        label="Dernier jour d’absence",
        help_text="Ce jour est compris. Le travail reprend le lendemain.",
    )
    remplacant = ChampRemplacant(
        label="Remplaçant",
        queryset=Utilisateur.objects.none(),
        to_field_name="public",
        empty_label="Choisissez un collègue",
        help_text="Un agent actif qui travaille pour la même caisse.",
        error_messages={"required": "Choisissez le collègue qui vous remplace."},
    )

    def __init__(
        self,
        *args: Any,
        candidats: QuerySet[Utilisateur],
        reserves: Mapping[int, str],
        commencee: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["remplacant"]
        champ.queryset, champ.reserves = candidats, reserves
        if commencee:
            self.fields["du"].disabled = True
            self.fields["du"].help_text = "L’absence a commencé : ce jour ne change plus."
