"""What the national support types: caisses, terms of use, announcements."""

from typing import Any

from django import forms
from django.core.validators import validate_slug

from comptes.models import Annonce, Caisse, Civilite
from portail.departements import DEPARTEMENTS
from portail.formulaires import ChampCourriel, ChampNom, ChampTelephone, ChampTexte, Formulaire

CHOIX = [(numero, f"{numero} – {nom}") for numero, nom in DEPARTEMENTS.items()]
# The class by which Django's admin gives a field its width.
LARGE = {"class": "vTextField"}
A_LA_MINUTE = "%Y-%m-%dT%H:%M"


class ChampInstant(forms.DateTimeField):
    """A day and an hour of Paris, chosen in the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=A_LA_MINUTE, attrs={"type": "datetime-local"})
        super().__init__(widget=widget, input_formats=[A_LA_MINUTE, "%d/%m/%Y %H:%M"], **kwargs)


class FormulaireCaisse(Formulaire, forms.ModelForm):
    code = ChampNom(
        label="Code",
        max_length=40,
        validators=[validate_slug],
        help_text="Un mot qui reste, sans espace ni accent, par exemple : artois.",
    )
    nom = ChampNom(
        label="Nom",
        max_length=120,
        widget=forms.TextInput(attrs=LARGE),
        help_text="Par exemple : CPAM de l’Artois.",
    )
    departement = forms.ChoiceField(label="Département", choices=CHOIX)
    contact_support = ChampTexte(
        label="Contact de support",
        max_length=200,
        required=False,
        sante=False,
        widget=forms.TextInput(attrs=LARGE),
        help_text="Montré aux partenaires sur toutes les pages. Les administrateurs de la caisse "
        "peuvent le remplacer.",
    )

    class Meta:
        model = Caisse
        fields = ("code", "nom", "departement", "contact_support")


class FormulaireAnnonce(Formulaire, forms.ModelForm):
    titre = ChampTexte(
        label="Titre", max_length=80, contestable=False, widget=forms.TextInput(attrs=LARGE)
    )
    texte = ChampTexte(
        label="Texte",
        max_length=300,
        contestable=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="300 caractères au plus. Dites le jour, l’heure, et ce qu’il faut faire.",
    )
    debut = ChampInstant(label="Affichée à partir du")
    fin = ChampInstant(label="Jusqu’au")

    class Meta:
        model = Annonce
        fields = ("titre", "texte", "debut", "fin")


class FormulaireVersion(Formulaire):
    """The terms of use: a legal text, which speaks of health data without giving any."""

    numero = ChampNom(label="Numéro de version", max_length=20, help_text="Par exemple : 2.0.")
    texte = ChampTexte(
        label="Texte",
        lignes=20,
        max_length=50_000,
        sante=False,
        help_text=(
            "Une ligne vide entre deux paragraphes. « # » au début d’une ligne en fait un titre, "
            "« - » une puce."
        ),
    )


class FormulairePremierAdmin(Formulaire):
    """The first admin of a caisse, who invites everybody else."""

    civilite = forms.ChoiceField(label="Civilité", choices=Civilite, widget=forms.RadioSelect)
    nom = ChampNom(label="Nom", max_length=80)
    prenom = ChampNom(label="Prénom", max_length=80)
    fonction = ChampNom(label="Fonction", max_length=120, sante=True, required=False)
    telephone = ChampTelephone(label="Téléphone professionnel", required=False)
    email = ChampCourriel(label="Adresse e-mail professionnelle")
