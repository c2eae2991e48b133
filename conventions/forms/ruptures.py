"""Forms of the ends: notify one, lift it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from comptes.models import Caisse
from conventions.models import Rupture
from portail.formulaires import ChampDate, ChampTexte, Formulaire

TOUTES = "toutes"
NOTIFIEE_LE = {
    Rupture.Cause.DENONCIATION: "Date d’envoi de la lettre recommandée de dénonciation.",
    Rupture.Cause.MANQUEMENT: "Date d’envoi de la lettre recommandée de mise en demeure.",
    Rupture.Cause.SECRET: "Date à laquelle la rupture est notifiée à l’autre partie.",
    Rupture.Cause.UTILISATION: "Date de réception de la lettre recommandée de mise en demeure.",
}


class FormulaireRupture(Formulaire):
    """Who leaves, since when, why. `caisses`: those that may leave alone, when others remain.

    `avertissement` says, before anything is typed, why today would not do.
    """

    avertissement = ""

    notifiee_le = ChampDate(label="Notifiée le", passee=True)
    caisse = forms.ChoiceField(label="Qui est concerné", widget=forms.RadioSelect, initial=TOUTES)
    motif = ChampTexte(
        label="Motif",
        lignes=3,
        max_length=1000,
        contestable=False,
        help_text="Les faits, sans nommer d’assuré. Ce texte reste entre les parties.",
    )
    # The last day that the page showed before the author confirmed.
    vu = ChampDate(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, cause: str, caisses: Sequence[Caisse] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.par_code = {caisse.code: caisse for caisse in caisses}
        self.fields["notifiee_le"].help_text = NOTIFIEE_LE[Rupture.Cause(cause)]
        choix = [(code, f"{caisse} seulement") for code, caisse in self.par_code.items()]
        self.fields["caisse"].choices = [(TOUTES, "Toute la convention"), *choix]
        if not caisses:
            del self.fields["caisse"]

    @property
    def caisse_choisie(self) -> Caisse | None:
        return self.par_code.get(self.cleaned_data.get("caisse", TOUTES))


class FormulaireLevee(Formulaire):
    levee_le = ChampDate(label="Date", passee=True)
    motif = ChampTexte(
        label="Motif",
        lignes=3,
        max_length=1000,
        contestable=False,
        help_text="Ce qui a été réparé, ou pourquoi la dénonciation est retirée.",
    )
