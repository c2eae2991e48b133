"""The demarches that a partner puts to a caisse about its gestionnaires (H-02, H-08, H-09)."""

from typing import Any

from equipes.forms.comptes import FormulaireIdentite, FormulaireModification
from equipes.forms.gestes import FormulaireCaisse

IDENTITE = ("civilite", "nom", "prenom", "fonction", "telephone", "email")


class FormulaireHabilitation(FormulaireIdentite, FormulaireCaisse):
    """The person to habilitate as a gestionnaire, and the caisse that decides (H-02)."""

    field_order = (*IDENTITE, "caisse")

    def donnees(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in IDENTITE}


class FormulaireChangement(FormulaireModification, FormulaireCaisse):
    """The new values asked of a caisse, by the partner (H-08)."""

    field_order = (*FormulaireModification.CHAMPS, "caisse")
