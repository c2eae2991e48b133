"""What an admin sets for a caisse: passwords, reviews, alerts, retention."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portail.formulaires import ChampNom, Formulaire

SEUILS_MAX = 5


class ChampSeuils(ChampNom):
    """Percents typed as « 50, 80 », returned as sorted integers."""

    default_error_messages = {
        "invalid": "Saisissez des nombres entiers de 1 à 99 séparés par des virgules : 50, 80.",
        "double": "Le seuil %(seuil)s est écrit deux fois.",
        "nombre": f"Choisissez {SEUILS_MAX} seuils au plus.",
    }

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        morceaux = re.split(r"\s*[,;]\s*|\s+", re.sub(r"\s*%", "", texte).strip(" ,;"))
        if not all(re.fullmatch(r"[1-9]\d?", morceau, re.ASCII) for morceau in morceaux):
            raise self._erreur("invalid")
        seuils = sorted(map(int, morceaux))
        if double := next((s for s in seuils if seuils.count(s) > 1), None):
            raise self._erreur("double", seuil=double)
        if len(seuils) > SEUILS_MAX:
            raise self._erreur("nombre")
        return seuils

    def _erreur(self, code: str, **valeurs: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=valeurs)


class ChampNombre(forms.IntegerField):
    """A whole number; passing either bound says both."""

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        bornes = f"Saisissez un nombre entier de {min_value} à {max_value}."
        erreurs = dict.fromkeys(("invalid", "min_value", "max_value"), bornes)
        super().__init__(
            min_value=min_value, max_value=max_value, error_messages=erreurs, **options
        )


class FormulaireReglages(Formulaire):
    """How long a password lasts (H-04), how often habilitations are reviewed (H-15), when alerts
    are given (D-14), how long a closed request is kept (G-04)."""

    mot_de_passe_jours = ChampNombre(
        label="Durée de vie d’un mot de passe, en jours",
        min_value=30,
        max_value=730,
        help_text=(
            "De 30 à 730. Passé ce délai, le mot de passe doit être changé. Un compte qui "
            "travaille avec plusieurs caisses suit la durée la plus courte."
        ),
    )
    revue_mois = ChampNombre(
        label="Intervalle entre deux revues des habilitations, en mois",
        min_value=1,
        max_value=36,
        required=False,
        help_text="De 1 à 36. Laissez vide pour n’ouvrir de revue qu’à la demande.",
    )
    seuils_alerte = ChampSeuils(
        label="Alertes avant l’échéance, en % du délai écoulé",
        help_text=(
            "De 1 à 99, cinq au plus, par exemple : 50, 80. La première prévient qui suit la "
            "demande, les suivantes toute l’équipe ; à partir de la dernière, le délai est "
            "orange. Un changement vaut pour les délais qui commencent ensuite."
        ),
    )
    relance_heures = ChampNombre(
        label="Intervalle entre deux alertes après l’échéance, en heures",
        min_value=1,
        max_value=720,
        help_text=(
            "De 1 à 720. Les administrateurs sont prévenus aussi. Un changement vaut pour les "
            "délais qui commencent ensuite."
        ),
    )
    conservation_mois = ChampNombre(
        label="Conservation d’une demande close, en mois",
        min_value=1,
        max_value=120,
        required=False,
        help_text=(
            "De 1 à 120. Laissez vide pour suivre chaque convention ; sinon, la plus courte des "
            "deux durées vaut. Passé ce délai, la demande est anonymisée et ses pièces détruites."
        ),
    )

    @property
    def abrege(self) -> bool:
        """Would closed requests be kept for less long? What is anonymised does not come back."""
        voulue, actuelle = self.cleaned_data["conservation_mois"], self.initial["conservation_mois"]
        return voulue is not None and (actuelle is None or voulue < actuelle)
