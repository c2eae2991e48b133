"""The form of `signaler`: fields, choices and order of the official one (D-02 to D-07, D-10)."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorDict

from comptes.models import Civilite
from conventions.models import CaisseLiee, Convention
from portail import departements
from portail.fichiers import ACCEPT
from portail.formulaires import (
    ChampDateNaissance,
    ChampNom,
    ChampTelephone,
    ChampTexte,
    Formulaire,
    Si,
)
from portail.levees import garder
from signalements.models import Anciennete, Cause, Contexte, Motif, Piece, Soin
from signalements.registre import CONSENTEMENT_TEXTE

FORMATS = (
    "pdf, doc, docx, xls, xlsx, csv, tiff, png, jpeg. "
    "5\u00a0Mo au plus par fichier, 8\u00a0fichiers au plus pour la demande."
)


class ChampLieuNaissance(ChampNom):
    """A département number or the name of a country (D-02): neither NIR nor health data.

    No place is called as a disease: there is nothing to contest.
    """

    default_error_messages = {
        "invalid": (
            "Saisissez le numéro du département (par exemple 59 ou 2A) ou le nom du pays de "
            "naissance (par exemple Portugal)."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(sante=True, contestable=False, **kwargs)

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
    """Files to add to the draft; they are kept by `joindre`, not by the form.

    `required` only drops the mention « facultatif »: the form counts the files already attached.
    """

    def __init__(self, *, usage: str, **kwargs: Any) -> None:
        self.usage = usage
        widget = FichiersInput(attrs={"accept": ACCEPT, "data-depot": usage})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> None:
        return None


class Section(NamedTuple):
    """A part of the page. `si` is the condition that all of its fields share, if they do."""

    titre: str
    ancre: str
    champs: list[Any]
    si: str


class FormulaireSignalement(Formulaire):
    """One report, as `convention` asks for it.

    `mode_consentement` is the caisse's (D-03); `pieces` are the files already attached to its
    draft.
    """

    motif = forms.ChoiceField(
        label="Motif de la demande", choices=[("", "Choisissez un motif"), *Motif.choices]
    )
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
            "Cette caisse demande le formulaire signé par la personne. "
            f"Formats acceptés : {FORMATS}"
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
        help_text="Celui où la personne habite aujourd'hui.",
    )
    telephone = ChampTelephone(
        label="Téléphone", help_text="Numéro auquel la caisse peut joindre la personne."
    )
    urgente = forms.BooleanField(label="Cette demande est urgente", required=False)
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
    SECTIONS: ClassVar[list[tuple[str, str, tuple[str, ...]]]] = [
        ("Demande", "demande", ("motif", "consentement", "fichiers_consentement")),
        (
            "Accompagnement santé",
            "accompagnement",
            ("contextes", "soins", "anciennete", "causes"),
        ),
        (
            "Personne concernée",
            "personne",
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
        ("Urgence et pièces jointes", "fichiers", ("urgente", "fichiers_urgence", "fichiers")),
        ("Situation et démarches", "situation", ("commentaires",)),
    ]

    def __init__(
        self,
        *args: Any,
        convention: Convention,
        mode_consentement: str,
        pieces: Iterable[Piece] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.convention = convention
        self.pieces = list(pieces)
        inutile = {
            CaisseLiee.ModeConsentement.CASE: "fichiers_consentement",
            CaisseLiee.ModeConsentement.FORMULAIRE: "consentement",
        }[mode_consentement]
        del self.fields[inutile]
        self._annoncer_les_exigences()
        self._ranger_les_pieces()

    @property
    def sections(self) -> list[Section]:
        sections = []
        for titre, ancre, noms in self.SECTIONS:
            champs = [self[nom] for nom in noms if nom in self.fields]
            conditions = {champ.si for champ in champs}
            si = conditions.pop() if len(conditions) == 1 else ""
            sections.append(Section(titre, ancre, champs, si))
        return sections

    @property
    def exige_formulaire(self) -> bool:
        """Does this caisse ask for the signed consent form (D-03)?"""
        return "fichiers_consentement" in self.fields

    @property
    def champs_fichiers(self) -> list[Any]:
        return [self[nom] for nom, champ in self.fields.items() if isinstance(champ, ChampFichiers)]

    def sans_controle(self, refus: dict[str, ValidationError]) -> "FormulaireSignalement":
        """The form as typed, showing only what is refused: a draft may be incomplete."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        self.ajouter_refus(refus)
        return self

    def ajouter_refus(self, refus: dict[str, ValidationError]) -> None:
        """Show what the guard or a file's check refuses, unless the field says so already."""
        for nom, erreur in refus.items():
            champ = nom if nom in self.fields else None
            dits = self.errors.get(champ or NON_FIELD_ERRORS, ())
            nouveaux = [e for e in erreur.error_list if e.messages[0] not in dits]
            if nouveaux:
                self.add_error(champ, ValidationError(nouveaux))

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        try:
            garder_identite(donnees.get("nom", ""), donnees.get("prenom", ""))
        except ValidationError as erreur:
            self.add_error("prenom", erreur)
        self._exiger_piece("fichiers_consentement", "Joignez le formulaire de consentement signé.")
        if donnees.get("urgente") and self.convention.justificatif_urgence:
            self._exiger_piece("fichiers_urgence", "Joignez un justificatif de l'urgence.")
        return donnees

    @property
    def urgence_oubliee(self) -> bool:
        """A valid form whose motif is an urgency that nobody flagged: it would wait 30 days."""
        donnees = self.cleaned_data
        return donnees.get("motif") == Motif.URGENCE and not donnees.get("urgente")

    def _exiger_piece(self, champ: str, message: str) -> None:
        """A mandatory document, present and not refused by the antivirus (D-03, D-10)."""
        if champ not in self.fields:
            return
        usage = self.fields[champ].usage
        if not any(p.usage == usage and not p.est_refusee for p in self.pieces):
            self.add_error(champ, message)

    def _annoncer_les_exigences(self) -> None:
        delai = f"{self.convention.delai_urgence_heures}\u00a0heures"
        aide = f"La caisse prend en compte une demande urgente sous {delai}."
        self.fields["urgente"].help_text = aide
        if self.exige_formulaire:
            self.fields["fichiers_consentement"].required = True
        if self.convention.justificatif_urgence:
            self.fields["fichiers_urgence"].required = True
            self.fields["fichiers_urgence"].help_text = (
                "Obligatoire pour une demande urgente auprès de cette caisse : certificat "
                "médical, bulletin d'hospitalisation ou attestation de besoin de soins."
            )

    def _ranger_les_pieces(self) -> None:
        """Each file goes under its field; one whose field this caisse does not show, last."""
        champs = {champ.field.usage: champ for champ in self.champs_fichiers}
        for champ in champs.values():
            champ.pieces = []
        for piece in self.pieces:
            champs.get(piece.usage, champs[Piece.Usage.AUTRE]).pieces.append(piece)


def garder_identite(nom: str, prenom: str) -> None:
    """Refuse a NIR cut in two between the fields of the name, in either order (D-08)."""
    if nom and prenom:
        for entre in (" ", ""):
            garder(f"{nom}{entre}{prenom}", sante=False)
            garder(f"{prenom}{entre}{nom}", sante=False)
