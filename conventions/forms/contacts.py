"""What is typed about a contact (C-08)."""

from collections.abc import Sequence
from typing import Any

from django import forms

from conventions.forms.structures import ChampStructure
from conventions.models import Contact
from portail.formulaires import ChampCourriel, ChampNom, ChampTelephone, Formulaire

JOIGNABLE = "Donnez un téléphone ou une adresse électronique."


class FormulaireContact(Formulaire):
    """A person or a desk; at least one way to reach it."""

    nom = ChampNom(
        label="Nom ou service",
        max_length=120,
        help_text="Par exemple « Camille Delattre » ou « Service des relations partenaires ».",
    )
    fonction = ChampNom(label="Fonction", max_length=120, required=False, sante=True)
    telephone = ChampTelephone(
        label="Téléphone", required=False, help_text="Par exemple 06 39 98 00 12."
    )
    email = ChampCourriel(label="Adresse électronique", required=False)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        if not any(donnees.get(nom) or nom in self.errors for nom in ("telephone", "email")):
            self.add_error("telephone", JOIGNABLE)
        return donnees


class FormulaireNouveauContact(FormulaireContact):
    """The same, with its role; `structures` are the parties for which one may be named."""

    field_order = ("structure", "role", "nom", "fonction", "telephone", "email")

    structure = ChampStructure(label="Pour")
    role = forms.ChoiceField(label="Rôle", widget=forms.RadioSelect)

    def __init__(self, *args: Any, structures: Sequence[Any], roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["structure"].proposer(structures)
        self.fields["role"].choices = [(role.value, Contact.Role(role).label) for role in roles]
