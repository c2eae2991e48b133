"""The form of `signaler`: the fields, choices and order of the official one (D-02 to D-07, D-10)."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict

from comptes.models import Civilite
from conventions.models import CaisseLiee
from portail import departements
from portail.fichiers import ACCEPT
from portail.formulaires import (
    ChampDateNaissance,
    ChampNom,
    ChampTelephone,
    ChampTexte,
    Formulaire,
    Si,
    garder,
)
from signalements.models import Anciennete, Cause, Contexte, Motif, Piece, Soin
from signalements.registre import CONSENTEMENT_TEXTE

FORMATS = "pdf, doc, docx, xls, xlsx, csv, tiff, png, jpeg. 5 Mo par fichier, 8 fichiers au total."


class ChampLieuNaissance(ChampNom):
    """A département number or the name of a country (D-02)."""

    default_error_messages = {
        "invalid": (
            "Saisissez le numéro du département (par exemple 59 ou 2A) ou le nom du pays de "
            "naissance (par exemple Portugal)."
        ),
    }

    def clean(self, value: Any) -> Any:
        lieu = super().clean(value)
        if not lieu:
            return lieu
        numero = lieu.upper().zfill(2)
        if numero in departements.DEPARTEMENTS or numero in departements.ANCIENS:
            return numero
        if re.fullmatch(r"[^\W\d_]{3}[^\d_]*", lieu):
            return lieu
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class FichiersInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ChampFichiers(forms.FileField):
    """Files to add to the draft; they are kept by `joindre`, not by the form."""

    def __init__(self, *, usage: str, **kwargs: Any) -> None:
        self.usage = usage
        widget = FichiersInput(attrs={"accept": ACCEPT, "data-depot": usage})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> None:
        return None


class FormulaireSignalement(Formulaire):
    """One report. `pieces` are the files already attached to its draft."""

    motif = forms.ChoiceField(label="Motif de la demande", choices=[("", "Choisissez un motif")])
    consentement = forms.BooleanField(
        label=CONSENTEMENT_TEXTE,
        error_messages={
            "required": (
                "Sans le consentement de la personne, la demande ne peut pas être transmise : "
                "recueillez-le puis cochez la case."
            )
        },
    )
    fichiers_consentement = ChampFichiers(
        usage=Piece.Usage.CONSENTEMENT,
        label="Formulaire de consentement signé",
        help_text=(
            "Cette caisse demande le formulaire signé par la personne. Joignez-le : "
            f"{FORMATS}"
        ),
    )
    contextes = forms.MultipleChoiceField(
        label="Accompagnement santé sollicité dans le cadre de",
        choices=Contexte.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Une ou plusieurs réponses.",
    )
    soins = forms.MultipleChoiceField(
        label="Quels soins ne sont pas réalisés ?",
        choices=Soin.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Cochez les réponses de la liste, sans préciser de maladie.",
    )
    anciennete = forms.ChoiceField(
        label="Depuis quand dure le renoncement ?",
        choices=[("", "Non précisé"), *Anciennete.choices],
        required=False,
    )
    causes = forms.MultipleChoiceField(
        label="Quelles en sont les causes ? Un problème de :",
        choices=Cause.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    civilite = forms.ChoiceField(
        label="Civilité", choices=Civilite.choices, widget=forms.RadioSelect
    )
    nom = ChampNom(label="Nom", max_length=80)
    prenom = ChampNom(label="Prénom", max_length=80)
    date_naissance = ChampDateNaissance(label="Date de naissance")
    lieu_naissance = ChampLieuNaissance(
        label="Lieu de naissance",
        max_length=60,
        help_text="Numéro du département, ou nom du pays.",
    )
    departement_residence = forms.ChoiceField(
        label="Département de résidence",
        choices=[("", "Choisissez un département"), *departements.choix()],
    )
    telephone = ChampTelephone(
        label="Téléphone", help_text="Numéro auquel la caisse peut joindre la personne."
    )
    urgente = forms.BooleanField(
        label="Cette demande est urgente",
        required=False,
        help_text="La caisse prend en compte une demande urgente sous 48 heures.",
    )
    fichiers_urgence = ChampFichiers(
        usage=Piece.Usage.URGENCE,
        label="Justificatif de l'urgence",
        help_text=(
            "Certificat médical, bulletin d'hospitalisation ou attestation de besoin de soins. "
            "Joignez-le si vous l'avez."
        ),
    )
    fichiers = ChampFichiers(
        usage=Piece.Usage.AUTRE, label="Pièces jointes", help_text=f"Formats acceptés : {FORMATS}"
    )
    commentaires = ChampTexte(
        label="Commentaires",
        max_length=5000,
        lignes=8,
        help_text=(
            "Décrivez le besoin et les démarches déjà faites. "
            "Ni numéro de sécurité sociale, ni information de santé."
        ),
    )

    conditions: ClassVar[dict[str, Si]] = {
        "contextes": Si("motif", Motif.MAS, exige=True),
        "soins": Si("motif", Motif.MAS),
        "anciennete": Si("motif", Motif.MAS),
        "causes": Si("motif", Motif.MAS),
        "fichiers_urgence": Si("urgente"),
    }
    # The page shows them under these headings, in the order of the official form.
    SECTIONS: ClassVar[list[tuple[str, tuple[str, ...]]]] = [
        ("Demande", ("motif", "consentement", "fichiers_consentement")),
        ("Accompagnement", ("contextes", "soins", "anciennete", "causes")),
        (
            "Personne concernée",
            (
                "civilite",
                "nom",
                "prenom",
                "date_naissance",
                "lieu_naissance",
                "departement_residence",
                "telephone",
            ),
        ),
        ("Urgence et pièces jointes", ("urgente", "fichiers_urgence", "fichiers")),
        ("Commentaires", ("commentaires",)),
    ]

    def __init__(
        self,
        *args: Any,
        mode_consentement: str,
        justificatif_urgence: bool,
        pieces: Iterable[Piece] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pieces = list(pieces)
        self.justificatif_urgence = justificatif_urgence
        self.fields["motif"].choices = [("", "Choisissez un motif"), *Motif.choices]
        inutile = {
            CaisseLiee.ModeConsentement.CASE: "fichiers_consentement",
            CaisseLiee.ModeConsentement.FORMULAIRE: "consentement",
        }[mode_consentement]
        del self.fields[inutile]
        if justificatif_urgence:
            self.fields["fichiers_urgence"].help_text = (
                "Obligatoire pour une demande urgente auprès de cette caisse : certificat "
                "médical, bulletin d'hospitalisation ou attestation de besoin de soins."
            )

    @property
    def sections(self) -> list[tuple[str, list[Any]]]:
        return [
            (titre, [self[nom] for nom in noms if nom in self.fields])
            for titre, noms in self.SECTIONS
        ]

    def sans_controle(self, refus: dict[str, ValidationError]) -> "FormulaireSignalement":
        """The form as typed, showing only what the guard refuses: a draft may be incomplete."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for nom, erreur in refus.items():
            self.add_error(nom, erreur)
        return self

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        self._exiger_piece("fichiers_consentement", "Joignez le formulaire de consentement signé.")
        if donnees.get("urgente") and self.justificatif_urgence:
            self._exiger_piece("fichiers_urgence", "Joignez un justificatif de l'urgence.")
        return donnees

    def _exiger_piece(self, champ: str, message: str) -> None:
        """A mandatory document, present and not refused by the antivirus (D-03, D-10)."""
        if champ not in self.fields:
            return
        usage = self.fields[champ].usage
        if not any(p.usage == usage and p.etat != Piece.Etat.INFECTEE for p in self.pieces):
            self.add_error(champ, message)


NOMS_GARDES = [
    nom
    for nom, champ in FormulaireSignalement.base_fields.items()
    if not isinstance(champ, ChampFichiers)
]


def trier_saisie(donnees: Any) -> tuple[dict[str, list[str]], dict[str, ValidationError]]:
    """Split a post into what a draft may keep and what the guard refuses (D-08, D-09)."""
    gardes: dict[str, list[str]] = {}
    refuses: dict[str, ValidationError] = {}
    for nom in NOMS_GARDES:
        champ = FormulaireSignalement.base_fields[nom]
        try:
            if isinstance(champ, ChampTexte):
                garder(donnees.get(nom, ""), sante=champ.sante)
        except ValidationError as erreur:
            refuses[nom] = erreur
        else:
            gardes[nom] = [v[:5500] for v in donnees.getlist(nom)]
    return gardes, refuses


def donnees_initiales(contenu: dict[str, list[str]]) -> dict[str, Any]:
    """A draft's content as a form's initial values."""
    initial: dict[str, Any] = {}
    for nom, valeurs in contenu.items():
        multiple = isinstance(
            FormulaireSignalement.base_fields.get(nom), forms.MultipleChoiceField
        )
        initial[nom] = valeurs if multiple else (valeurs or [""])[0]
    return initial


def donnees_postees(contenu: dict[str, list[str]]) -> MultiValueDict[str, str]:
    """A draft's content as the post that it came from."""
    return MultiValueDict(contenu)
