"""How one wants to be told: one question for each kind of event, and the hour of the digest."""

from collections.abc import Sequence
from typing import Any

from django import forms

from comptes.models import Remise
from comptes.preferences import Choix
from portail.formulaires import Formulaire

HEURES = [(heure, f"{heure}\u00a0h") for heure in range(24)]


class PreferencesForm(Formulaire):
    heure = forms.TypedChoiceField(
        label="Heure du récapitulatif quotidien",
        choices=HEURES,
        coerce=int,
        help_text="Heure de Paris. Un e-mail par jour au plus, et aucun s’il n’y a rien à lire.",
    )

    def __init__(self, *args: Any, choix: Sequence[Choix], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._genres = [un.genre for un in choix]
        for un in choix:
            self.fields[un.genre] = forms.ChoiceField(
                label=un.genre.label,
                choices=Remise.choices,
                widget=forms.RadioSelect,
                initial=un.remise,
                help_text=f"Conseillé : {un.conseillee.label.lower()}.",
            )
        self.order_fields([*self._genres, "heure"])

    @property
    def remises(self) -> dict[str, str]:
        return {genre: self.cleaned_data[genre] for genre in self._genres}
