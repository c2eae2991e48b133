"""Which of one's caisses, or which partner, a page is about."""

from collections.abc import Sequence
from typing import Any

from django import forms


class ChampStructure(forms.ChoiceField):
    """One of the structures on which the account has a right; alone, it is not asked."""

    def proposer(self, structures: Sequence[Any]) -> None:
        self._par_code = {structure.code: structure for structure in structures}
        choix = [(code, str(structure)) for code, structure in self._par_code.items()]
        self.choices = [("", "Choisissez une caisse"), *choix]
        if len(structures) == 1:
            self.widget = forms.HiddenInput()

    def clean(self, value: Any) -> Any:
        if len(self._par_code) == 1:
            return next(iter(self._par_code.values()))
        return self._par_code[super().clean(value)]
