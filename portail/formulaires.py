"""Forms: when a field is asked, and the guard on every text a person types."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.html import format_html

from portail.levees import SUFFIXE_RAISON, Contestation, Levee, RefusRaison, garder
from portail.normalisation import date_saisie
from portail.rendu import Champ, genre_de

INVITATIONS = {
    "texte": "Renseignez « {} ».",
    "zone": "Renseignez « {} ».",
    "liste": "Choisissez une réponse pour « {} ».",
    "radios": "Choisissez une réponse pour « {} ».",
    "cases": "Cochez au moins une réponse pour « {} ».",
    "case": "Cochez la case « {} ».",
    "fichier": "Joignez un fichier pour « {} ».",
}
DATE_COMPLETE = re.compile(r"\d{1,2}([/. -])\d{1,2}\1\d{4}|\d{8}|\d{4}-\d{2}-\d{2}", re.ASCII)
DATE_ANNEE_COURTE = re.compile(r"\d{1,2}([/. -])\d{1,2}\1\d{2}", re.ASCII)
PREMIERE_NAISSANCE = date(1900, 1, 1)


class Si:
    """A field is asked only when another field of the form has one of these values.

    Without values, any answer will do (a ticked box, for example). `exige` makes the field
    mandatory whenever it is asked. The browser reads the same rule in `data-si`.
    """

    def __init__(self, champ: str, *valeurs: str, exige: bool = False) -> None:
        self.champ = champ
        self.valeurs = frozenset(str(valeur) for valeur in valeurs)
        self.exige = exige

    def est_remplie(self, reponse: Any) -> bool:
        reponses = reponse if isinstance(reponse, list | tuple) else [reponse]
        donnees = {str(valeur) for valeur in reponses if valeur not in (None, "", False)}
        return bool(donnees & self.valeurs if self.valeurs else donnees)

    def expression(self, nom_html: str) -> str:
        valeurs = "|".join(sorted(self.valeurs))
        return f"{nom_html}={valeurs}" if valeurs else nom_html


class Erreur(NamedTuple):
    """One line of the error summary; `ancre` is empty when no field is concerned."""

    ancre: str
    message: str


class Formulaire(forms.Form):
    """Base of the portal's forms; it also precedes `forms.ModelForm` in a class statement.

    A text with digits that only look like a NIR passes once its author says what they are (D-08);
    with `levees_admises`, one refused for health data passes once contested (D-09). A valid form
    gives both in `levees`.
    """

    conditions: ClassVar[Mapping[str, Si]] = {}
    signale_facultatif: ClassVar[bool] = True

    def __init__(self, *args: Any, levees_admises: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():
            _inviter(nom, champ)
        if self.is_bound:
            for nom, texte in self._textes_contestables():
                texte.contestation = Contestation.postee(
                    nom, self.add_prefix(nom), self.data, sante_admise=levees_admises
                )

    def clean(self) -> dict[str, Any]:
        super().clean()
        for nom, condition in self.conditions.items():
            if nom not in self.fields:
                continue
            if not self.est_demande(nom):
                self._ignorer(nom)
            elif condition.exige and nom not in self.errors and not self.cleaned_data.get(nom):
                self.add_error(nom, _manque(self.fields[nom]))
        return self.cleaned_data

    def est_demande(self, nom: str) -> bool:
        """Whether the answers already given make this field one to fill in."""
        condition = self.conditions.get(nom)
        if condition is None or condition.champ not in self.fields:
            return True
        reponse = self[condition.champ].data
        return self.est_demande(condition.champ) and condition.est_remplie(reponse)

    @property
    def levees(self) -> list[Levee]:
        """The refusals that the author set aside, once the form is valid (D-09)."""
        textes = [texte for nom, texte in self._textes_contestables() if self.est_demande(nom)]
        return [texte.levee for texte in textes if texte.levee]

    @property
    def sorties(self) -> dict[str, str]:
        """By field, the way out of a refusal or what was made of it, as the page shows it."""
        return {
            champ.html_name: self.renderer.render("composants/champ_sortie.html", {"field": champ})
            for champ in self
            if isinstance(champ, Champ) and champ.sortie
        }

    @property
    def erreurs_resume(self) -> list[Erreur]:
        """Errors in the order of the page, for `composants/resume_erreurs.html`."""
        generales = [Erreur("", str(message)) for message in self.non_field_errors()]
        return generales + [
            Erreur(_ancre(self[nom], erreur), _nommer(self[nom], erreur.messages[0]))
            for nom in self.fields
            if nom in self.errors
            for erreur in self.errors[nom].as_data()
        ]

    def _textes_contestables(self) -> list[tuple[str, "ChampTexte"]]:
        textes = [(n, champ) for n, champ in self.fields.items() if isinstance(champ, ChampTexte)]
        return [(nom, texte) for nom, texte in textes if texte.est_contestable]

    def _ignorer(self, nom: str) -> None:
        """Without JavaScript every field shows: what was not asked is neither kept nor refused."""
        self.errors.pop(nom, None)
        self.cleaned_data[nom] = self.fields[nom].to_python(None)


def _inviter(nom: str, champ: forms.Field) -> None:
    if champ.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        libelle = champ.label or forms.utils.pretty_name(nom)
        champ.error_messages["required"] = INVITATIONS[genre_de(champ.widget)].format(libelle)


def _manque(champ: forms.Field) -> ValidationError:
    return ValidationError(champ.error_messages["required"], code="required")


def _ancre(champ: BoundField, erreur: ValidationError) -> str:
    if champ.is_hidden:
        return ""
    if isinstance(erreur, RefusRaison):
        return f"{champ.auto_id}{SUFFIXE_RAISON}"
    return champ.id_for_label or f"{champ.auto_id}_0"


def _nommer(champ: BoundField, message: str) -> str:
    """The message with its field; a box to tick, labelled by a sentence, has its own message."""
    libelle = str(champ.label)
    if libelle in message or genre_de(champ.field.widget) == "case":
        return message
    return format_html("{} : {}", libelle, message)


class ChampTexte(forms.CharField):
    """A text that a person types: neither NIR (D-08) nor health data (D-09).

    Lines count as in the browser: one character for each line break. `lignes` asks for a
    multi-line field of that height, whose length is announced by a counter. A form may let the
    author contest a refusal: `contestation` is what they posted, `levee` what came of it.
    """

    contestation: Contestation | None = None
    levee: Levee | None = None
    default_error_messages = {
        "max_length": "Ce texte compte %(show_value)d caractères, pour %(limit_value)d au maximum.",
    }

    def __init__(
        self, *, sante: bool = True, contestable: bool = True, lignes: int = 0, **kwargs: Any
    ) -> None:
        self.sante = sante
        self.est_contestable = sante and contestable
        if lignes:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": lignes}))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs["data-garde"] = "sante" if self.sante else "nir"
        if not self.est_contestable:
            attrs["data-sans-recours"] = True
        if isinstance(widget, forms.Textarea):
            # A paste that is too long must be seen, not cut in silence.
            attrs.pop("maxlength", None)
        return {"autocomplete": "off", **attrs} if "autocomplete" not in widget.attrs else attrs

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(value)

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        if texte:
            self.levee = self.garder(texte, self.contestation)
        return texte

    def garder(self, texte: str, contestation: Contestation | None = None) -> Levee | None:
        """Guard what `to_python` made of the text, as `portail.levees.garder` does."""
        return garder(texte, sante=self.sante, contestation=contestation)


class ChampNom(ChampTexte):
    """A name or a search: a short line without NIR (D-08) nor, with `sante`, health data (D-09)."""

    def __init__(self, *, sante: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(sante=sante, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"spellcheck": "false", **super().widget_attrs(widget)}

    def to_python(self, value: Any) -> Any:
        texte = super().to_python(value)
        return " ".join(texte.split()) if texte else texte


class ChampTelephone(ChampNom):
    """A phone number, returned as « 06 39 98 00 12 », or « +… » and digits when foreign."""

    widget = forms.TelInput
    default_error_messages = {
        "invalid": (
            "Saisissez un numéro à 10 chiffres, par exemple 06 39 98 00 12, "
            "ou un numéro étranger qui commence par +."
        ),
    }

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        return self._normaliser(texte) if texte else texte

    def garder(self, texte: str, contestation: Contestation | None = None) -> Levee | None:
        """Guard the digits as typed and as kept: a prefix may hide a NIR (D-08)."""
        super().garder(texte, contestation)
        return super().garder(self._composer(texte), contestation)

    def _composer(self, texte: str) -> str:
        """The number without its ornaments, whether or not it can be dialled."""
        numero = re.sub(r"[\s./()-]", "", texte.replace("(0)", ""))
        numero = re.sub(r"^(?:\+33|0033)0?(?=[1-9])", "0", numero)
        return re.sub(r"^00", "+", numero)

    def _normaliser(self, texte: str) -> str:
        numero = self._composer(texte)
        if re.fullmatch(r"0[1-9]\d{8}", numero, re.ASCII):
            return " ".join(re.findall("..", numero))
        if re.fullmatch(r"\+(?!33)[1-9]\d{8,14}", numero, re.ASCII):
            return numero
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class ChampCourriel(ChampNom):
    """An e-mail address: its domain in small letters, the rest as typed."""

    widget = forms.EmailInput
    default_error_messages = {
        "invalid": "Saisissez une adresse complète, par exemple prenom.nom@structure.example.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        if not texte:
            return texte
        try:
            validate_email(texte)
        except ValidationError as erreur:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from erreur
        nom, _, domaine = texte.rpartition("@")
        return f"{nom}@{domaine.lower()}"


class ChampDate(forms.DateField):
    """A day, typed as jj/mm/aaaa or chosen in the browser's calendar (aaaa-mm-jj)."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {
        "invalid": "Saisissez la date sous la forme jj/mm/aaaa, par exemple 31/03/1980.",
        "annee": "Écrivez l’année avec quatre chiffres, par exemple 31/03/1980.",
        "inexistante": "Cette date n’existe pas dans le calendrier.",
        "future": "Cette date est dans le futur : vérifiez le jour, le mois et l’année.",
        "trop_ancienne": "Cette date est trop ancienne : vérifiez l’année.",
    }
    passee = False
    plancher: date | None = None

    def __init__(self, *, passee: bool | None = None, **kwargs: Any) -> None:
        if passee is not None:
            self.passee = passee
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value or None)
        return self._lire(value.strip())

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and self.passee and value > timezone.localdate():
            raise self._refus("future")
        if value and self.plancher and value < self.plancher:
            raise self._refus("trop_ancienne")

    def _lire(self, texte: str) -> date:
        if lue := date_saisie(texte):
            return lue
        if DATE_ANNEE_COURTE.fullmatch(texte):
            raise self._refus("annee")
        raise self._refus("inexistante" if DATE_COMPLETE.fullmatch(texte) else "invalid")

    def _refus(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class ChampDateNaissance(ChampDate):
    """A birth date (D-02): typed, never in the future, not before 1900."""

    widget = forms.DateInput(
        format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 10}
    )
    passee = True
    plancher = PREMIERE_NAISSANCE

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Sous la forme jj/mm/aaaa, par exemple 31/03/1980.")
        super().__init__(**kwargs)
