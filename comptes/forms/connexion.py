"""What is typed to sign in and to accept the terms."""

from django import forms

from comptes.connexion import normaliser_identifiant
from portail.formulaires import Formulaire


class ConnexionForm(Formulaire):
    signale_facultatif = False

    identifiant = forms.CharField(
        label="Identifiant",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label="Mot de passe",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_identifiant(self) -> str:
        return normaliser_identifiant(self.cleaned_data["identifiant"])


class CodeForm(Formulaire):
    signale_facultatif = False

    code = forms.CharField(
        label="Code de connexion",
        max_length=20,
        help_text="Les 6 chiffres affichés par votre application d’authentification.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class SecoursForm(Formulaire):
    signale_facultatif = False

    code = forms.CharField(
        label="Code de secours",
        max_length=40,
        help_text=(
            "L’un des dix codes remis avec votre compte, par exemple 7KQ2-M9FX-3BTH. "
            "Chaque code ne sert qu’une fois."
        ),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class AcceptationForm(Formulaire):
    """The box to tick (H-05).

    The view gives it the version's own prefix: a tick under another text is no tick.
    """

    accepte = forms.BooleanField(
        label="J’ai lu les conditions générales d’utilisation et je les accepte",
        error_messages={
            "required": "Cochez la case pour accepter les conditions générales d’utilisation."
        },
    )
