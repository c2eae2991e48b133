"""What an admin sets for a caisse: passwords, reviews, alerts, retention."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from comptes.conservation import PLAFOND
from portail.denombrement import denombrer
from portail.formulaires import ChampNom, Formulaire
from portail.templatetags.portail import nombre as en_chiffres

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
    are given (D-14), how long a closed request is kept (G-04).

    `compter` says how many closed requests a shorter delay would anonymise at once: nothing of
    them comes back, so that very number is confirmed for that very delay.
    """

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

    def __init__(self, *args: Any, compter: Callable[[int], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compter = compter

    def clean(self) -> dict[str, Any]:
        voulue = super().clean().get("conservation_mois")
        actuelle = self.initial["conservation_mois"]
        if voulue is not None and (actuelle is None or voulue < actuelle):
            self._faire_confirmer(voulue, self.compter(voulue))
        return self.cleaned_data

    def _faire_confirmer(self, mois: int, nombre: int) -> None:
        if not nombre:
            return
        case = f"confirme_{mois}_{nombre}"
        self.fields[case] = forms.BooleanField(label=_confirmation(nombre))
        if case not in self.data:
            self.add_error("conservation_mois", _avertissement(nombre))


def _avertissement(nombre: int) -> str:
    pertes = denombrer(min(nombre, PLAFOND), "une demande close", "demandes closes")
    if nombre == 1:
        suite = "sera anonymisée et ses pièces détruites"
    else:
        suite = "seront anonymisées et leurs pièces détruites"
    return (
        f"Rien n’est encore enregistré. {'Plus de ' if nombre > PLAFOND else ''}{pertes} {suite} "
        "dans les minutes qui suivent, sans retour possible. Cochez la confirmation pour "
        "continuer, ou saisissez une durée plus longue."
    )


def _confirmation(nombre: int) -> str:
    if nombre == 1:
        return "Je confirme : cette demande sera anonymisée définitivement."
    ces = f"ces {en_chiffres(nombre)}\u00a0demandes"
    if nombre > PLAFOND:
        ces = f"ces demandes, plus de {en_chiffres(PLAFOND)},"
    return f"Je confirme : {ces} seront anonymisées définitivement."
