"""Forms of the acts: a signature, an avenant."""

from typing import Any
from uuid import UUID

from django import forms

from conventions import parametres
from conventions.forms.parametres import ChampsParametres
from conventions.models import Acte, CaisseLiee, Convention
from portail.formulaires import ChampDate, ChampNom, ChampTexte, Formulaire, Si

# A signature is a picture of paper.
IMAGES = ".pdf,.tif,.tiff,.png,.jpg,.jpeg"


def champ_scan(*, required: bool, label: str = "Document signé, numérisé") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=required,
        widget=forms.FileInput(attrs={"accept": IMAGES}),
        help_text="PDF ou image, 5 Mo au maximum. L’antivirus le vérifie avant toute lecture."
        + ("" if required else " Vous pourrez aussi l’ajouter plus tard."),
    )


class FormulaireScan(Formulaire):
    """The signed paper of a signature that is recorded already."""

    scan = champ_scan(required=True)


class FormulaireSignature(Formulaire):
    signee_le = ChampDate(
        label="Date de signature",
        passee=True,
        help_text="Celle qui figure à côté de la signature, sur le document.",
    )
    qualite = ChampNom(
        label="Qualité du signataire",
        max_length=120,
        help_text="Par exemple : directrice, président du conseil départemental, maire.",
    )
    scan = champ_scan(required=False)


# The grid may be emptied: no limit. A box that is not ticked is an answer.
SANS_EXIGENCE = {
    "techniciens_petit",
    "techniciens_moyen",
    "techniciens_grand",
    "justificatif_urgence",
}


class FormulaireAvenant(ChampsParametres):
    """What changes is ticked, then its new value is asked (C-05)."""

    conditions = {
        nom: Si("changements", nom, exige=nom not in SANS_EXIGENCE) for nom in Convention.PARAMETRES
    }

    objet = ChampTexte(
        label="Objet de l’avenant",
        lignes=3,
        max_length=2000,
        contestable=False,
        help_text="Pourquoi les parties changent la convention. Ce texte figure dans l’avenant.",
    )
    effet_le = ChampDate(
        label="Prend effet le",
        required=False,
        help_text="Au plus tôt à la dernière signature. Vide : le jour de la dernière signature.",
    )
    changements = forms.MultipleChoiceField(
        label="Ce que change l’avenant",
        widget=forms.CheckboxSelectMultiple,
        choices=[(p.nom, p.libelle) for p in parametres.PARAMETRES],
        help_text="Ce qui n’est pas coché reste comme aujourd’hui.",
    )

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        self.actuels = parametres.valeurs(convention)
        kwargs["initial"] = {**self.actuels, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self._ajouter_les_modes(convention)
        self.order_fields(["objet", "effet_le", "changements", *Convention.PARAMETRES])
        for nom, parametre in parametres.PAR_NOM.items():
            champ, dit = self.fields[nom], parametre.dire(self.actuels[nom])
            champ.required = False
            ecrit = " ; ".join(dit) if isinstance(dit, list) else dit
            champ.help_text = f"Aujourd’hui : {ecrit}."
            if nom.startswith("techniciens_"):
                champ.label = parametre.libelle
                champ.help_text += " Vide : sans limite."

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        if not self.errors and not self.changes:
            self.add_error(
                "changements",
                "Les nouvelles valeurs sont celles d’aujourd’hui : modifiez-en au moins une.",
            )
        return donnees

    def _ajouter_les_modes(self, convention: Convention) -> None:
        """How each caisse records consent is an answer of its own (D-03)."""
        liens = convention.liens.filter(close_le__isnull=True).select_related("caisse")
        self.modes = {lien.caisse.code: lien.mode_consentement for lien in liens}
        self.conditions = dict(self.conditions)
        choix: Any = self.fields["changements"]
        choix.choices = [*choix.choices, (parametres.MODES, parametres.LIBELLE_MODES)]
        for lien in liens:
            nom = f"mode_{lien.caisse.code}"
            self.fields[nom] = forms.ChoiceField(
                label=f"{parametres.LIBELLE_MODES} : {lien.caisse}",
                choices=CaisseLiee.ModeConsentement.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=self.initial.get(nom, lien.mode_consentement),
                help_text=f"Aujourd’hui : {parametres.dire_mode(lien.mode_consentement)}.",
            )
            self.conditions[nom] = Si("changements", parametres.MODES)

    @property
    def changes(self) -> dict[str, Any]:
        """The ticked parameters whose value is really new."""
        coches = set(self.cleaned_data.get("changements", []))
        nouvelles = {nom: self.cleaned_data[nom] for nom in coches - {parametres.MODES}}
        change = {nom: v for nom, v in nouvelles.items() if not _egales(v, self.actuels[nom])}
        modes = self._modes_changes() if parametres.MODES in coches else {}
        return {**change, **({parametres.MODES: modes} if modes else {})}

    def _modes_changes(self) -> dict[str, str]:
        choisis = {code: self.cleaned_data[f"mode_{code}"] for code in self.modes}
        return {code: m for code, m in choisis.items() if m and m != self.modes[code]}


def reprendre(convention: Convention, identifiant: str) -> dict[str, Any]:
    """The answers of an avenant of this convention, to prepare another one; else none."""
    try:
        cle = UUID(identifiant)
    except ValueError:
        return {}
    avenants = convention.actes.filter(nature=Acte.Nature.AVENANT, identifiant=cle)
    acte = avenants.first()
    if acte is None:
        return {}
    valeurs = dict(acte.changements)
    modes = valeurs.pop(parametres.MODES, {})
    return {
        "objet": acte.objet,
        "effet_le": acte.effet_le,
        "changements": list(acte.changements),
        **valeurs,
        **{f"mode_{code}": mode for code, mode in modes.items()},
    }


def _egales(nouvelle: Any, actuelle: Any) -> bool:
    if isinstance(nouvelle, list):
        return set(nouvelle) == set(actuelle)
    return bool(nouvelle == actuelle)
