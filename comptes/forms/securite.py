"""What is typed to choose a password and to prepare a second factor."""

from typing import Any

from django import forms
from django.urls import reverse

from comptes.connexion import normaliser_identifiant
from portail.formulaires import Formulaire


def _actuel() -> forms.CharField:
    return forms.CharField(
        label="Mot de passe actuel",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "fr-password__input"}
        ),
    )


class MotDePasseForm(Formulaire):
    """The password chosen; the rules are asked by the action, and shown while it is typed."""

    signale_facultatif = False

    mot_de_passe = forms.CharField(
        label="Nouveau mot de passe",
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "class": "fr-password__input"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mot_de_passe"].widget.attrs |= {
            "hx-post": reverse("mot_de_passe_force"),
            "hx-trigger": "input changed delay:400ms",
            "hx-target": "#regles-mot-de-passe",
            "hx-swap": "outerHTML",
            "hx-params": "mot_de_passe",
        }


class ChangementForm(MotDePasseForm):
    """The same, by somebody signed in, who proves to be the owner."""

    field_order = ["actuel", "mot_de_passe"]
    actuel = _actuel()


class ActuelForm(Formulaire):
    """The password that does not change, before a new authenticator."""

    signale_facultatif = False
    actuel = _actuel()


class ProprietaireForm(Formulaire):
    """Both factors, to replace the second one."""

    signale_facultatif = False

    actuel = _actuel()
    code = forms.CharField(
        label="Code de connexion ou code de secours",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class PremierCodeForm(Formulaire):
    """The first code of a new authenticator. The focus stays on the QR code above."""

    signale_facultatif = False

    code = forms.CharField(
        label="Code affiché par l’application",
        max_length=20,
        help_text="Six chiffres, qui changent toutes les 30 secondes.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class OubliForm(Formulaire):
    signale_facultatif = False

    identifiant = forms.CharField(
        label="Identifiant",
        max_length=40,
        help_text="Par exemple m.delattre. Ce n’est pas votre adresse électronique.",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_identifiant(self) -> str:
        return normaliser_identifiant(self.cleaned_data["identifiant"])
