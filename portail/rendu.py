"""How a field is shown: its DSFR classes, its counter, its condition, its way out of a refusal."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from portail.levees import RefusRaison, Sortie, sortie

if TYPE_CHECKING:
    from portail.formulaires import Si

GENRES: tuple[tuple[str, type[forms.Widget]], ...] = (
    ("cases", forms.CheckboxSelectMultiple),
    ("radios", forms.RadioSelect),
    ("liste", forms.Select),
    ("case", forms.CheckboxInput),
    ("fichier", forms.FileInput),
    ("zone", forms.Textarea),
)
CLASSES = {"texte": "fr-input", "zone": "fr-input", "liste": "fr-select", "fichier": "fr-upload"}
GROUPES = {
    "texte": "fr-input-group",
    "zone": "fr-input-group",
    "liste": "fr-select-group",
    "fichier": "fr-upload-group",
    "case": "fr-checkbox-group",
    "cases": "fr-fieldset",
    "radios": "fr-fieldset",
}


def genre_de(widget: forms.Widget) -> str:
    """Which branch of the field template shows this widget."""
    return next((genre for genre, type_ in GENRES if isinstance(widget, type_)), "texte")


class Champ(BoundField):
    """A bound field with its DSFR classes, its counter and the condition that shows it."""

    @property
    def genre(self) -> str:
        return genre_de(self.field.widget)

    @property
    def classes_groupe(self) -> str:
        groupe = GROUPES[self.genre]
        return f"ep-champ {groupe} {groupe}--error" if self.errors else f"ep-champ {groupe}"

    @property
    def condition(self) -> "Si | None":
        return getattr(self.form, "conditions", {}).get(self.name)

    @property
    def si(self) -> str:
        """The condition as the browser reads it, empty when the field is always asked."""
        condition = self.condition
        return condition.expression(self.form.add_prefix(condition.champ)) if condition else ""

    @property
    def facultatif(self) -> bool:
        if not getattr(self.form, "signale_facultatif", True) or self.genre == "case":
            return False
        return not (self.field.required or (self.condition and self.condition.exige))

    @property
    def messages(self) -> list[str]:
        """The errors to tell at the field; those of the reason are told at its own input."""
        erreurs = self.errors.as_data()
        return [e.messages[0] for e in erreurs if not isinstance(e, RefusRaison)]

    @property
    def est_arrete(self) -> bool:
        """Did the guard refuse this text (D-08, D-09)?"""
        return not {e.code for e in self.errors.as_data()}.isdisjoint({"nir", "numero", "sante"})

    @property
    def sortie(self) -> Sortie | None:
        """The way out of the guard's doubts (D-08, D-09), on the fields that have one."""
        if not self.form.is_bound or not getattr(self.field, "sante", False):
            return None
        texte = self.field.to_python(self.data) or ""
        contestation = getattr(self.field, "contestation", None)
        return sortie(texte, self.errors.as_data(), contestation)

    @property
    def compteur(self) -> int | None:
        """The length that the counter announces, on multi-line fields only."""
        return getattr(self.field, "max_length", None) if self.genre == "zone" else None

    @property
    def aria_describedby(self) -> str | None:
        decrit = super().aria_describedby
        if self.auto_id and self.compteur and decrit is not None:
            return f"{decrit} {self.auto_id}_compteur".strip()
        return decrit

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not widget.is_hidden:
            self._habiller(attrs, widget)
        return attrs

    def _habiller(self, attrs: dict[str, Any], widget: forms.Widget) -> None:
        # Our own messages are clearer than the browser's, and a draft is sent incomplete.
        attrs.pop("required", None)
        genre = genre_de(widget)
        if genre == "radios":
            attrs.pop("aria-invalid", None)
        elif self.field.required and genre not in ("cases", "fichier"):
            attrs["aria-required"] = "true"
        if genre in CLASSES:
            attrs["class"] = f"{CLASSES[genre]} {widget.attrs.get('class', '')}".strip()
        if self.compteur:
            attrs["data-compteur"] = self.compteur


class Rendu(TemplatesSetting):
    """How every form of the portal is rendered, Django's own ones included."""

    form_template_name = "composants/formulaire.html"
    field_template_name = "composants/champ.html"
    bound_field_class = Champ
