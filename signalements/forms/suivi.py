"""Forms of a filed request: messages, steps of the circuit, lists."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from portail.fichiers import ACCEPT
from portail.formulaires import ChampDate, ChampNom, ChampTexte, Formulaire
from signalements.collegues import Collegue, collegues
from signalements.etats import Attribution, Etape
from signalements.forms.depot import FORMATS, ChampFichiers
from signalements.models import Canal, Demande, Etat, Issue, Piece


class FormulaireMessage(Formulaire):
    texte = ChampTexte(
        label="Votre message",
        max_length=5000,
        lignes=4,
        help_text="Ni numéro de sécurité sociale, ni information de santé.",
    )


class FormulaireNote(FormulaireMessage):
    texte = ChampTexte(
        label="Note interne",
        max_length=5000,
        lignes=3,
        help_text="Le partenaire ne voit pas cette note. Ni NIR, ni information de santé.",
    )


class FormulaireTentative(Formulaire):
    canal = forms.ChoiceField(label="Moyen", choices=Canal.choices, widget=forms.RadioSelect)


class FormulaireRecontact(FormulaireTentative):
    pass


class FormulaireContact(FormulaireTentative):
    consentement = forms.BooleanField(
        label="La personne confirme son consentement",
        error_messages={
            "required": (
                "Sans consentement confirmé, l'accompagnement s'arrête : "
                "choisissez « La personne refuse »."
            )
        },
    )


class FormulaireJoindre(Formulaire):
    """Files that the partner adds to a filed request (D-07)."""

    signale_facultatif = False

    fichiers = ChampFichiers(
        usage=Piece.Usage.AUTRE, label="Ajouter des fichiers", help_text=FORMATS
    )


class FormulaireCloture(Formulaire):
    issue = forms.ChoiceField(label="Issue", widget=forms.RadioSelect)
    texte = ChampTexte(
        label="Réponse au partenaire",
        max_length=5000,
        lignes=4,
        help_text="Ni numéro de sécurité sociale, ni information de santé.",
    )


class FormulaireRefus(FormulaireTentative):
    texte = ChampTexte(
        label="Message au partenaire",
        max_length=5000,
        lignes=3,
        required=False,
        help_text="Ni numéro de sécurité sociale, ni information de santé.",
    )


class FormulaireConfier(Formulaire):
    """To whom the request goes; each choice says who is away, and who stands in."""

    agent = forms.ChoiceField(label="Collègue")

    def __init__(self, *args: Any, demande: Demande, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._demande = demande
        self._collegues = {
            str(collegue.agent.public): collegue
            for collegue in collegues(demande, timezone.localdate())
        }
        vide = "Choisissez un collègue" if self._collegues else "Aucun autre agent actif"
        noms = [(public, str(collegue)) for public, collegue in self._collegues.items()]
        self.fields["agent"].choices = [("", vide), *noms]  # type: ignore[attr-defined]

    def clean_agent(self) -> Collegue:
        collegue = self._collegues[self.cleaned_data["agent"]]
        if raison := collegue.refus(self._demande):
            raise ValidationError(raison)
        return collegue


class FormulaireUrgence(Formulaire):
    """What a partner joins when its request becomes urgent (D-10)."""

    justificatif = forms.FileField(
        label="Justificatif de l’urgence",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=(
            "Certificat médical, bulletin d’hospitalisation ou attestation de besoin de soins. "
            f"Formats acceptés : {FORMATS}"
        ),
    )

    def __init__(self, *args: Any, exige: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["justificatif"].required = exige


FORMULAIRES: dict[str, type[Formulaire]] = {
    "message": FormulaireMessage,
    "contact": FormulaireContact,
    "tentative": FormulaireTentative,
    "recontact": FormulaireRecontact,
    "cloture": FormulaireCloture,
    "refus": FormulaireRefus,
    "confier": FormulaireConfier,
}


def formulaire_etape(etape: Etape, demande: Demande, donnees: Any = None) -> Formulaire | None:
    """The form that a step needs, with the outcomes that it offers; None for a plain button."""
    if etape.formulaire is None:
        return None
    reste: dict[str, Any] = {"prefix": etape.nom, "levees_admises": demande.caisse.levees_admises}
    if etape.attribution is Attribution.CHOISI:
        reste["demande"] = demande
    formulaire = FORMULAIRES[etape.formulaire](donnees, **reste)
    if "issue" in formulaire.fields:
        formulaire.fields["issue"].choices = [(i.value, i.label) for i in etape.issues]
    return formulaire


def parametres_etape(etape: Etape, formulaire: Formulaire | None) -> dict[str, Any]:
    """What `franchir` needs of the answers; a single possible outcome needs no question."""
    donnees = formulaire.cleaned_data if formulaire else {}
    parametres = {nom: donnees[nom] for nom in ("texte", "issue", "canal") if nom in donnees}
    parametres["levees"] = formulaire.levees if formulaire else []
    if etape.attribution is Attribution.CHOISI:
        parametres["agent"] = donnees["agent"].agent
    if etape.issues and "issue" not in parametres:
        parametres["issue"] = Issue(etape.issues[0]).value
    return parametres


def annoncer_etape(etape: Etape, formulaire: Formulaire | None) -> str:
    """What is said once the step is taken."""
    choisi: Collegue | None = formulaire.cleaned_data.get("agent") if formulaire else None
    return choisi.annonce if choisi else etape.explication


class FormulaireRecherche(Formulaire):
    """Sent by POST: a name or a birth date never reaches a URL nor a log (D-08, D-17)."""

    signale_facultatif = False

    q = ChampNom(
        label="Rechercher une demande",
        required=False,
        help_text="Nom, date de naissance (jj/mm/aaaa) ou référence.",
    )


class Filtres(Formulaire):
    """Filters of a list; nothing here is personal, so they may travel in the URL."""

    signale_facultatif = False

    etape = forms.ChoiceField(
        label="Étape", required=False, choices=[("", "Toutes"), *Etat.choices]
    )
    service = forms.ChoiceField(label="Service", required=False)
    partenaire = forms.ChoiceField(label="Partenaire", required=False)
    caisse = forms.ChoiceField(label="Caisse", required=False)
    du = ChampDate(label="Déposée du", required=False)
    au = ChampDate(label="au", required=False)
    urgence = forms.BooleanField(label="Urgentes seulement", required=False)

    def __init__(self, *args: Any, **choix: list[tuple[str, str]]) -> None:
        """`choix` gives the options of the filters to show; the others are left out."""
        super().__init__(*args)
        for nom, tous in (("service", "Tous"), ("partenaire", "Tous"), ("caisse", "Toutes")):
            if len(choix.get(nom, [])) > 1:
                self.fields[nom].choices = [("", tous), *choix[nom]]
            else:
                del self.fields[nom]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and du > au:
            self.add_error("au", "La fin de la période précède son début.")
        return donnees

    def choisis(self) -> dict[str, Any]:
        """The filters that are set and make sense; a wrong one is left out and shown."""
        self.is_valid()
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}
