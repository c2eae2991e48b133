"""What is asked of a person to open an account, and what may be changed of it."""

from collections.abc import Mapping
from typing import Any

from django import forms

from comptes.models import Civilite, Statut, Utilisateur
from portail.formulaires import ChampCourriel, ChampNom, ChampTelephone, Formulaire
from portail.normalisation import cle_recherche

TERMES_CIVILITE = {
    "M": Civilite.MONSIEUR,
    "MR": Civilite.MONSIEUR,
    "MONSIEUR": Civilite.MONSIEUR,
    "MME": Civilite.MADAME,
    "MADAME": Civilite.MADAME,
}
TERMES_STATUT = {
    "AGENT": Statut.SALARIE,
    "AGENTE": Statut.SALARIE,
    "SALARIE": Statut.SALARIE,
    "SALARIEE": Statut.SALARIE,
    "BENEVOLE": Statut.BENEVOLE,
}


class FormulaireIdentite(Formulaire):
    """The identity of H-02 and H-03."""

    civilite = forms.ChoiceField(label="Civilité", choices=Civilite, widget=forms.RadioSelect)
    nom = ChampNom(label="Nom", max_length=80)
    prenom = ChampNom(label="Prénom", max_length=80)
    fonction = ChampNom(
        label="Fonction",
        max_length=120,
        sante=True,
        help_text="Par exemple : travailleuse sociale, responsable de l’accueil.",
    )
    telephone = ChampTelephone(
        label="Téléphone professionnel", help_text="Par exemple : 06 39 98 00 12."
    )
    email = ChampCourriel(label="Adresse e-mail professionnelle")

    def __init__(self, *args: Any, domaines: list[str] | None = None, **kwargs: Any) -> None:
        """`domaines` are those that the partner registered: they are said beside the field."""
        super().__init__(*args, **kwargs)
        if domaines:
            self.fields["email"].help_text = phrase_domaines(domaines)


class FormulaireTechnicien(FormulaireIdentite):
    """A technicien, with what the gestionnaire declares (H-03)."""

    statut = forms.ChoiceField(
        label="Dans votre structure, cette personne est",
        choices=Statut,
        widget=forms.RadioSelect,
    )
    appartenance = forms.BooleanField(
        label="Je déclare que cette personne est salariée, agente ou bénévole de ma structure.",
    )
    poste = forms.BooleanField(
        label=(
            "Je déclare qu’elle utilisera un équipement professionnel, protégé par un antivirus "
            "à jour."
        ),
    )

    def identite(self) -> dict[str, Any]:
        """What the account keeps of the answers: the declarations are dated by the action."""
        donnees = dict(self.cleaned_data)
        return {nom: donnees[nom] for nom in donnees if nom not in ("appartenance", "poste")}


class ChampTermes(forms.ChoiceField):
    """A choice written in full in a cell: « Mme », « madame » and « Madame » are one."""

    def __init__(self, *, termes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.termes = termes

    def to_python(self, value: Any) -> str:
        lu = super().to_python(value)
        mot = cle_recherche(lu).partition(" ")[0]
        return str(self.termes.get(mot, lu))


class FormulaireLigne(FormulaireIdentite):
    """One row of an import."""

    signale_facultatif = False

    civilite = ChampTermes(
        label="Civilité",
        choices=Civilite,
        termes=TERMES_CIVILITE,
        error_messages={
            "required": "Écrivez Madame ou Monsieur.",
            "invalid_choice": "Écrivez Madame ou Monsieur.",
        },
    )
    statut = ChampTermes(
        label="Statut",
        choices=Statut,
        termes=TERMES_STATUT,
        error_messages={
            "required": "Écrivez salarié ou bénévole.",
            "invalid_choice": "Écrivez salarié ou bénévole.",
        },
    )


class FormulaireComptes(Formulaire):
    """Fields of an account that exists: its values first, then what changes of them."""

    CHAMPS: tuple[str, ...] = ()

    def __init__(
        self, *args: Any, compte: Utilisateur, domaines: list[str] | None = None, **kwargs: Any
    ) -> None:
        self.compte = compte
        kwargs["initial"] = {nom: getattr(compte, nom) for nom in self.CHAMPS}
        super().__init__(*args, **kwargs)
        if domaines and "email" in self.fields:
            self.fields["email"].help_text = phrase_domaines(domaines)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        if not self.errors and not self.changements():
            raise forms.ValidationError("Rien n’est changé : modifiez au moins une réponse.")
        return donnees

    def changements(self) -> dict[str, str]:
        """The new values, those that stay the same left out."""
        return {
            nom: self.cleaned_data[nom]
            for nom in self.CHAMPS
            if nom in self.cleaned_data and self.cleaned_data[nom] != getattr(self.compte, nom)
        }


class FormulaireModification(FormulaireComptes):
    """The four fields that a caisse may change at the partner's request (H-08)."""

    nom = ChampNom(label="Nom", max_length=80)
    fonction = ChampNom(label="Fonction", max_length=120, sante=True)
    telephone = ChampTelephone(label="Téléphone professionnel")
    email = ChampCourriel(label="Adresse e-mail professionnelle")

    CHAMPS = ("nom", "fonction", "telephone", "email")


class FormulaireCoordonnees(FormulaireComptes):
    """What a gestionnaire may change of a technicien at any time."""

    nom = ChampNom(label="Nom", max_length=80)
    prenom = ChampNom(label="Prénom", max_length=80)
    fonction = ChampNom(label="Fonction", max_length=120, sante=True)
    telephone = ChampTelephone(label="Téléphone professionnel")

    CHAMPS = ("nom", "prenom", "fonction", "telephone")


class FormulaireAdresse(FormulaireComptes):
    """The address of an account that nobody activated yet."""

    email = ChampCourriel(label="Adresse e-mail professionnelle")

    CHAMPS = ("email",)


class FormulaireRecherche(Formulaire):
    """Sent by POST: a name never reaches a URL nor a log (D-08, D-17)."""

    signale_facultatif = False

    q = ChampNom(label="Rechercher une personne", required=False, help_text="Nom ou prénom.")


def phrase_domaines(domaines: list[str]) -> str:
    """Which addresses are accepted, in words (H-03)."""
    fins = [f"@{domaine}" for domaine in domaines]
    if len(fins) == 1:
        return f"Elle se termine par {fins[0]}, le domaine de la structure."
    return f"Elle se termine par {', '.join(fins[:-1])} ou {fins[-1]}."
