"""What is typed about a partner: its identity, why its access is cut, what is searched."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from comptes import domaines
from comptes.models import Caisse, Partenaire
from conventions.forms.contacts import JOIGNABLE
from conventions.forms.structures import ChampStructure
from portail.formulaires import (
    ChampCourriel,
    ChampNom,
    ChampTelephone,
    ChampTexte,
    Formulaire,
)

DOMAINES_MAX = 20
SITUATIONS = {
    "vigueur": "Convention en vigueur",
    "preparation": "Convention en préparation",
    "fin": "Fin prévue",
    "terminee": "Conventions terminées",
    "aucune": "Sans convention",
    "coupe": "Accès coupé",
}


class ChampDomaines(ChampTexte):
    """E-mail domains, one per line, returned as a list without repetition (H-03)."""

    default_error_messages = {
        "adresse": "Écrivez le domaine seul, sans ce qui précède le « @ » : « %(domaine)s ».",
        "syntaxe": (
            "« %(domaine)s » n’est pas un nom de domaine. Écrivez par exemple « ccas-ville.fr »."
        ),
        "public": (
            "« %(domaine)s » est une messagerie grand public : n’importe qui peut y ouvrir une "
            "adresse. Indiquez le domaine professionnel de la structure."
        ),
        "trop": "Indiquez vingt domaines au plus.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(sante=False, lignes=3, max_length=2000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        texte = super().clean(value) or ""
        lignes = texte.replace(",", " ").replace(";", " ").split()
        lus = list(dict.fromkeys(self._lire(ligne) for ligne in lignes))
        if len(lus) > DOMAINES_MAX:
            raise ValidationError(self.error_messages["trop"], code="trop")
        return lus

    def _lire(self, ligne: str) -> str:
        if "@" in ligne.removeprefix("@"):
            raise self._refus("adresse", domaines.domaine_de(ligne))
        try:
            domaine = domaines.normaliser(ligne)
        except ValidationError:
            raise self._refus("syntaxe", ligne) from None
        if domaines.est_grand_public(domaine):
            raise self._refus("public", domaine)
        return domaine

    def _refus(self, code: str, domaine: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"domaine": domaine})


class FormulairePartenaire(Formulaire):
    """The identity of a partner, common to all the caisses that work with it."""

    type = forms.ChoiceField(
        label="Type de structure", choices=Partenaire.Type, widget=forms.RadioSelect
    )
    nom = ChampNom(
        label="Nom de la structure",
        max_length=160,
        help_text="Tel qu’il figure dans la convention, par exemple « CCAS de Bondues ».",
    )
    membres = forms.IntegerField(
        label="Nombre de membres",
        min_value=1,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=(
            "Salariés, agents et bénévoles de la structure. Ce nombre fixe les comptes possibles : "
            "de 1 à 10 membres, 2 gestionnaires ; de 11 à 25, 3 ; au-delà, 5. La convention fixe "
            "le nombre de techniciens."
        ),
        error_messages={
            "invalid": "Saisissez un nombre entier, par exemple 12.",
            "min_value": "Une structure compte au moins un membre.",
            "max_value": "Vérifiez ce nombre : il est trop grand.",
        },
    )
    domaines_email = ChampDomaines(
        label="Domaines de messagerie",
        help_text=(
            "Un par ligne : ce qui suit le « @ » des adresses professionnelles, par exemple "
            "« ccas-ville.fr ». Les comptes ne pourront avoir d’adresse que sous ces domaines."
        ),
    )
    adresse = ChampNom(label="Adresse postale", max_length=200, required=False)
    recoit_documents = forms.BooleanField(
        label="Cette structure peut recevoir par le portail les documents d’un assuré",
        required=False,
        help_text=(
            "Réservé aux organismes habilités : tutelles, gestionnaires de l’aide sociale à "
            "l’enfance, organismes dépositaires. Pour toute autre structure, la caisse envoie le "
            "document à l’adresse connue de l’assuré, et le portail note seulement l’envoi."
        ),
    )


class FormulaireNouveauPartenaire(FormulairePartenaire):
    """The same, with the caisse that writes it down and the partner's DPO (C-08)."""

    inscrit_par = ChampStructure(label="Caisse qui inscrit ce partenaire")
    dpo_nom = ChampNom(
        label="Délégué à la protection des données",
        max_length=120,
        required=False,
        help_text=(
            "Une personne ou un service. Vous pourrez aussi le nommer plus tard, sur la page du "
            "partenaire."
        ),
    )
    dpo_telephone = ChampTelephone(label="Téléphone du délégué", required=False)
    dpo_email = ChampCourriel(label="Adresse électronique du délégué", required=False)

    def __init__(self, *args: Any, caisses: Sequence[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inscrit_par"].proposer(caisses)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        joignable = any(
            donnees.get(nom) or nom in self.errors for nom in ("dpo_telephone", "dpo_email")
        )
        if donnees.get("dpo_nom") and not joignable:
            self.add_error("dpo_telephone", JOIGNABLE)
        if joignable and not donnees.get("dpo_nom") and "dpo_nom" not in self.errors:
            self.add_error("dpo_nom", "Donnez le nom du délégué, ou effacez ses coordonnées.")
        return donnees

    def partenaire(self) -> dict[str, Any]:
        """The fields of the partner, its caisse included."""
        noms = (*FormulairePartenaire.base_fields, "inscrit_par")
        return {nom: self.cleaned_data[nom] for nom in noms}

    def dpo(self) -> dict[str, str] | None:
        """The DPO's contact, None when nobody was named."""
        donnees = self.cleaned_data
        if not donnees.get("dpo_nom"):
            return None
        return {nom: donnees[f"dpo_{nom}"] for nom in ("nom", "telephone", "email")}


class FormulaireCoupure(Formulaire):
    """Why the access of a whole structure is cut (C-10)."""

    caisse = ChampStructure(label="Caisse qui coupe l’accès")
    motif = ChampTexte(
        label="Motif",
        max_length=1000,
        lignes=4,
        help_text=(
            "Les faits constatés et leur date. Ne nommez aucun assuré ; ni numéro de sécurité "
            "sociale, ni information de santé."
        ),
    )
    compris = forms.BooleanField(
        label="Je coupe l’accès de toute la structure, dès maintenant",
        error_messages={"required": "Cochez la case pour confirmer la coupure."},
    )

    def __init__(self, *args: Any, caisses: Sequence[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].proposer(caisses)


class FormulaireRechercheNom(Formulaire):
    """Sent by POST, like every search: what is typed here never reaches an address."""

    signale_facultatif = False

    q = ChampNom(
        label="Rechercher un partenaire",
        required=False,
        help_text="Un ou plusieurs mots de son nom.",
    )


class FiltreSituation(Formulaire):
    signale_facultatif = False

    situation = forms.ChoiceField(
        label="Situation", required=False, choices=[("", "Toutes"), *SITUATIONS.items()]
    )
