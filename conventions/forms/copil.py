"""Forms of the comité de pilotage: its date, its report (C-09)."""

from conventions.forms.actes import champ_scan
from portail.formulaires import ChampDate, Formulaire

COMPTE_RENDU = "Compte rendu signé, numérisé"


class FormulaireDate(Formulaire):
    """To come or past: the action knows which."""

    jour = ChampDate(
        label="Date de la réunion",
        help_text="Celle dont les parties sont convenues, ou à laquelle elles se sont réunies.",
    )


class FormulaireReunion(FormulaireDate):
    scan = champ_scan(required=False, label=COMPTE_RENDU)


class FormulaireCompteRendu(Formulaire):
    scan = champ_scan(required=True, label=COMPTE_RENDU)
