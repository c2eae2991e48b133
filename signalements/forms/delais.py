"""Which caisse to look at, for who administers several."""

from collections.abc import Sequence
from typing import Any

from django import forms

from comptes.models import Caisse
from portail.formulaires import Formulaire


class FormulaireCaisse(Formulaire):
    """A filter that travels in the address; with one caisse to administer, it has no field."""

    signale_facultatif = False

    caisse = forms.ChoiceField(label="Caisse", required=False)

    def __init__(self, *args: Any, caisses: Sequence[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._caisses = {caisse.code: caisse.pk for caisse in caisses}
        choix = [(caisse.code, caisse.nom) for caisse in caisses]
        self.fields["caisse"].choices = [("", "Toutes"), *choix]  # type: ignore[attr-defined]
        if len(choix) == 1:
            del self.fields["caisse"]

    def choisies(self) -> list[int]:
        """The chosen caisse, or all of one's; one that is not one's own is left out."""
        choisie = self.cleaned_data.get("caisse") if self.is_valid() else ""
        return [self._caisses[choisie]] if choisie else list(self._caisses.values())
