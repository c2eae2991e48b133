"""What each gesture on an account asks before it is done."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from comptes.models import Caisse, CauseInactivation, Utilisateur
from equipes.models import Incident
from portail.formulaires import ChampDate, ChampTexte, Formulaire
from portail.templatetags.portail import jour

CAUSES = [
    (CauseInactivation.DEPART.value, "Elle quitte la structure ou change de poste"),
    (CauseInactivation.DEMANDE.value, "Autre raison, sans incident de sécurité"),
]


class ChampCaisse(forms.ModelChoiceField):
    """The caisse concerned; asked only when there are several."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Caisse concernée")
        super().__init__(queryset=Caisse.objects.none(), empty_label="Choisissez", **kwargs)


class FormulaireCaisse(Formulaire):
    """A form about one caisse among `caisses`; a single one needs no question."""

    caisse = ChampCaisse(to_field_name="code")

    def __init__(self, *args: Any, caisses: Sequence[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seule = caisses[0] if len(caisses) == 1 else None
        if self._seule:
            del self.fields["caisse"]
        else:
            pks = [caisse.pk for caisse in caisses]
            self.fields["caisse"].queryset = Caisse.objects.filter(pk__in=pks)

    @property
    def caisse_choisie(self) -> Caisse:
        return self._seule or self.cleaned_data["caisse"]


class FormulaireInactivation(Formulaire):
    cause = forms.ChoiceField(
        label="Pourquoi cette personne n’utilisera-t-elle plus le portail ?",
        choices=CAUSES,
        widget=forms.RadioSelect,
    )


class ChampCompte(forms.ModelChoiceField):
    """An account, named by its public identifier."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", "Choisissez")
        super().__init__(queryset=Utilisateur.objects.none(), to_field_name="public", **kwargs)


class FormulaireAttribution(Formulaire):
    responsable = ChampCompte(label="Gestionnaire responsable")

    def __init__(self, *args: Any, responsables: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = responsables


class FormulaireFraude(FormulaireCaisse):
    """Fraud, theft or loss (H-13)."""

    nature = forms.ChoiceField(
        label="Que signalez-vous ?", choices=Incident.Nature, widget=forms.RadioSelect
    )
    constate_le = ChampDate(label="Date du constat", passee=True)
    recit = ChampTexte(
        label="Ce qui s’est passé",
        max_length=2000,
        lignes=5,
        help_text=(
            "Les faits, en quelques phrases : ce qui a été constaté, par qui, ce qui a déjà été "
            "fait. Ni numéro de sécurité sociale, ni information de santé."
        ),
    )
    field_order = ("nature", "constate_le", "recit", "caisse")


class FormulaireFin(FormulaireCaisse):
    """The wanted end of a gestionnaire's account, and who takes over (H-09, H-10)."""

    date_voulue = ChampDate(label="Dernier jour d’utilisation souhaité")
    repreneur = ChampCompte(
        label="Gestionnaire qui reprend les comptes des techniciens",
        help_text="Les techniciens restent actifs et lui sont rattachés.",
    )
    field_order = ("date_voulue", "repreneur", "caisse")

    def __init__(self, *args: Any, au_plus_tot: date, repreneurs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.au_plus_tot = au_plus_tot
        self.fields[
            "date_voulue"
        ].help_text = f"Au moins 15 jours à l’avance : le {jour(au_plus_tot)} au plus tôt."
        self.fields["date_voulue"].widget.attrs["min"] = au_plus_tot.isoformat()
        self.fields["repreneur"].queryset = repreneurs

    def clean_date_voulue(self) -> date:
        voulue: date = self.cleaned_data["date_voulue"]
        if voulue < self.au_plus_tot:
            raise forms.ValidationError(
                "La caisse doit être prévenue au moins 15 jours à l’avance : choisissez le "
                f"{jour(self.au_plus_tot)} ou une date plus tardive."
            )
        return voulue


class FormulaireRefus(Formulaire):
    motif = ChampTexte(
        label="Motif du refus",
        max_length=1000,
        lignes=4,
        help_text=(
            "Le partenaire le lira : dites ce qu’il peut corriger. Ni numéro de sécurité sociale, "
            "ni information de santé."
        ),
    )
