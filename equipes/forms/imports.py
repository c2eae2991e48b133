"""Several techniciens at once: what was pasted or sent, and the declarations for all (H-03)."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from equipes import tableur
from portail.formulaires import ChampTexte, Formulaire
from portail.levees import Contestation, Levee

OCTETS_MAX = 256 * 1024


class ChampTableau(ChampTexte):
    """A pasted table. Each of its cells is guarded by the form of its row (D-08), and none is kept
    from here: read as one text, neighbouring cells could look like a number that nobody wrote.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(sante=False, contestable=False, strip=False, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {nom: attrs[nom] for nom in attrs if not nom.startswith("data-")}

    def garder(self, texte: str, contestation: Contestation | None = None) -> Levee | None:
        return None


class FormulaireImport(Formulaire):
    """Pasted or sent: one of the two is enough."""

    signale_facultatif = False

    fichier = forms.FileField(
        label="Ou un fichier CSV",
        required=False,
        help_text="Enregistré depuis votre tableur ; il remplace alors le tableau collé.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    tableau = ChampTableau(
        label="Tableau collé",
        required=False,
        lignes=8,
        help_text=(
            "Dans votre tableur, sélectionnez les lignes, copiez-les, puis collez-les ici. "
            f"{tableur.LIGNES_MAX} lignes au maximum."
        ),
    )
    appartenance = forms.BooleanField(
        label=(
            "Je déclare que toutes ces personnes sont salariées, agentes ou bénévoles de ma "
            "structure."
        ),
    )
    poste = forms.BooleanField(
        label=(
            "Je déclare qu’elles utiliseront un équipement professionnel, protégé par un "
            "antivirus à jour."
        ),
    )

    def clean_fichier(self) -> str:
        """The text of the file: the page shows it as if it had been pasted."""
        fichier: UploadedFile | None = self.cleaned_data["fichier"]
        if not fichier:
            return ""
        if (fichier.size or 0) > OCTETS_MAX:
            raise forms.ValidationError(
                f"Ce fichier est trop gros pour {tableur.LIGNES_MAX} lignes : gardez-y une ligne "
                "par personne et les sept colonnes du modèle."
            )
        try:
            return tableur.decoder(fichier.read())
        except tableur.Illisible as refus:
            raise forms.ValidationError(refus.message) from refus

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        if "fichier" in donnees and "tableau" in donnees and not self.texte:
            self.add_error("tableau", "Collez au moins une ligne, ou choisissez un fichier CSV.")
        return donnees

    @property
    def texte(self) -> str:
        """What was sent last: the file rather than what was pasted before."""
        donnees = getattr(self, "cleaned_data", {})
        return str(donnees.get("fichier") or donnees.get("tableau") or "")
