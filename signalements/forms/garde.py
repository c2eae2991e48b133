"""Forms of those who watch over the guard: an opinion, a text to try, a switch."""

from typing import Any

from django import forms

from portail.formulaires import ChampTexte, Formulaire
from signalements.models import Levee

AVIS = [("", "À relire"), *Levee.Avis.choices]


class FormulaireAvis(Formulaire):
    """An opinion on a contested refusal; `vu` is the one that the page showed."""

    avis = forms.ChoiceField(choices=AVIS, required=False)
    vu = forms.ChoiceField(choices=AVIS, required=False)


class ChampEssai(ChampTexte):
    """A text that is shown to the guard, never refused by it: it is kept nowhere."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        # Said once the button is pressed, word by word: not while typing, as elsewhere.
        attrs.pop("data-garde", None)
        return attrs

    def clean(self, value: Any) -> Any:
        return forms.CharField.clean(self, value)


class FormulaireEssai(Formulaire):
    texte = ChampEssai(
        label="Texte à essayer",
        max_length=5000,
        lignes=6,
        help_text="Ce texte n’est ni conservé, ni transmis. N’y mettez pas de vraie situation.",
    )


class FormulaireReglage(Formulaire):
    """May the users of a caisse answer « Ce n'est pas une donnée de santé »? (D-09)"""

    admises = forms.BooleanField(required=False)
