"""The fields of what a convention sets, with the articles they come from."""

from collections.abc import Iterable
from typing import Any

from django import forms

from conventions.models import Convention, Service
from portail.formulaires import Formulaire

ENTIER = {"inputmode": "numeric", "size": 4}
UTILISATION = "convention d’utilisation"


class ChampEntier(forms.IntegerField):
    """A whole number between two limits, typed; empty when it is not `required`."""

    widget = forms.TextInput

    def __init__(self, *, min_value: int, max_value: int, **kwargs: Any) -> None:
        entre = f"Saisissez un nombre entier, de {min_value} à {max_value}."
        erreurs = {"invalid": entre, "min_value": entre, "max_value": entre}
        super().__init__(
            min_value=min_value,
            max_value=max_value,
            widget=forms.TextInput(attrs=ENTIER),
            error_messages=erreurs,
            **kwargs,
        )


def _techniciens(membres: str) -> ChampEntier:
    return ChampEntier(
        label=f"Structure de {membres}", min_value=1, max_value=30_000, required=False
    )


class ChampsParametres(Formulaire):
    """The parameters (C-02, C-06, D-10, D-14, H-07, G-02, G-04), for a draft or an avenant."""

    services = forms.MultipleChoiceField(
        label="Services ouverts aux partenaires",
        choices=Service.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=f"Article 1.2 de la {UTILISATION}. Un service fermé n’est ni montré, ni accepté.",
    )
    justificatif_urgence = forms.BooleanField(
        label="Une demande urgente doit être accompagnée d’un justificatif",
        required=False,
        help_text="Certificat médical, bulletin d’hospitalisation ou attestation de besoin de "
        "soins, selon l’article sur les urgences de la convention métier.",
    )
    delai_urgence_heures = ChampEntier(
        label="Prise en compte d’une demande urgente, en heures",
        min_value=1,
        max_value=720,
        help_text="Article sur les délais de la convention métier : 48 heures le plus souvent.",
    )
    delai_contact_heures = ChampEntier(
        label="Premier contact avec l’assuré, en heures",
        min_value=1,
        max_value=720,
        help_text=f"Annexe 3 de la {UTILISATION}, accompagnement santé : 48 heures.",
    )
    delai_instruction_jours = ChampEntier(
        label="Instruction d’un dossier d’accès aux droits, en jours",
        min_value=1,
        max_value=366,
        help_text="Article sur les délais de la convention métier : 30 jours le plus souvent.",
    )
    delai_c2s_jours = ChampEntier(
        label="Instruction d’une demande de Complémentaire santé solidaire, en jours",
        min_value=1,
        max_value=366,
        help_text="Jours calendaires à partir du dossier complet : 31.",
    )
    preavis_mois = ChampEntier(
        label="Préavis de dénonciation, en mois",
        min_value=1,
        max_value=11,
        help_text="Article « Durée » de la convention métier : 3 mois le plus souvent.",
    )
    regle_preavis = forms.ChoiceField(
        label="Comment se lit ce préavis",
        choices=Convention.ReglePreavis.choices,
        widget=forms.RadioSelect,
    )
    techniciens_petit = _techniciens("1 à 10 membres")
    techniciens_moyen = _techniciens("11 à 25 membres")
    techniciens_grand = _techniciens("plus de 25 membres")
    delai_violation_heures = forms.TypedChoiceField(
        label="Délai pour annoncer une violation de données",
        choices=[(24, "24 heures"), (48, "48 heures")],
        coerce=int,
        widget=forms.RadioSelect,
        help_text="Annexe sur la protection des données de la convention.",
    )
    conservation_mois = ChampEntier(
        label="Conservation d’une demande après sa clôture, en mois",
        min_value=1,
        max_value=120,
        help_text="Passé ce délai, la demande est rendue anonyme.",
    )

    def parametres(self, noms: Iterable[str] = Convention.PARAMETRES) -> dict[str, Any]:
        """The cleaned values of these parameters."""
        return {nom: self.cleaned_data[nom] for nom in noms}
