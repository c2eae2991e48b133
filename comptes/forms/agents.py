"""What an admin types about the staff of its caisses, and sets for them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from comptes import domaines, personnel
from comptes.models import Caisse, CauseInactivation, Civilite, Profil
from portail.formulaires import ChampCourriel, ChampNom, ChampTelephone, Formulaire

PROFILS = [(profil.value, profil.label) for profil in map(Profil, personnel.PROFILS)]
CAUSES = [
    (CauseInactivation.DEPART.value, "Départ ou changement de poste"),
    (CauseInactivation.FRAUDE.value, "Usage frauduleux, vol ou perte"),
]


class FormulaireAgent(Formulaire):
    """An account of the caisse to open; with one caisse to administer, it is not asked."""

    profil = forms.ChoiceField(
        label="Profil",
        choices=PROFILS,
        widget=forms.RadioSelect,
        help_text=(
            "L’agent instruit les demandes. L’administrateur gère les conventions et les comptes. "
            "Le délégué à la protection des données relit ce que le garde-fou a arrêté."
        ),
    )
    caisses = forms.ModelMultipleChoiceField(
        label="Caisses", queryset=Caisse.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    civilite = forms.ChoiceField(label="Civilité", choices=Civilite, widget=forms.RadioSelect)
    nom = ChampNom(label="Nom", max_length=80)
    prenom = ChampNom(label="Prénom", max_length=80)
    fonction = ChampNom(label="Fonction", max_length=120, sante=True, required=False)
    telephone = ChampTelephone(
        label="Téléphone professionnel",
        required=False,
        help_text="Par exemple : 06 39 98 00 12.",
    )
    email = ChampCourriel(
        label="Adresse e-mail professionnelle",
        help_text="Le lien d’activation y est envoyé.",
    )

    def __init__(self, *args: Any, caisses: Sequence[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._caisses = caisses
        if len(caisses) == 1:
            del self.fields["caisses"]
        else:
            permises = Caisse.objects.filter(pk__in=[caisse.pk for caisse in caisses])
            self.fields["caisses"].queryset = permises  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if domaines.est_grand_public(domaines.domaine_de(email)):
            raise ValidationError(
                "C’est une messagerie grand public : indiquez l’adresse professionnelle."
            )
        return email

    def demande(self) -> dict[str, Any]:
        """What `inviter_agent` takes."""
        donnees = dict(self.cleaned_data)
        caisses = donnees.pop("caisses", self._caisses)
        return {**donnees, "caisses": list(caisses)}


class FormulaireCaisse(Formulaire):
    """Which caisse to give to an account, or to take away from it."""

    caisse = forms.ModelChoiceField(
        label="Caisse",
        queryset=Caisse.objects.none(),
        to_field_name="code",
        empty_label="Choisissez une caisse",
    )

    def __init__(self, *args: Any, caisses: Sequence[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["caisse"]
        champ.queryset = Caisse.objects.filter(pk__in=[caisse.pk for caisse in caisses])
        if len(caisses) == 1:
            champ.initial, champ.empty_label = caisses[0].code, None


class FormulaireRattachement(FormulaireCaisse):
    """An account that another caisse opened: both must be known, so that nobody can be guessed."""

    field_order = ("identifiant", "email", "caisse")
    identifiant = ChampNom(label="Identifiant", max_length=40)
    email = ChampCourriel(label="Adresse e-mail professionnelle")


class FormulaireCause(Formulaire):
    cause = forms.ChoiceField(label="Cause", choices=CAUSES, widget=forms.RadioSelect)
