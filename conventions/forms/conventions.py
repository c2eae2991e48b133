"""Forms of a convention: what it says, who is a party of it, how the list is searched."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from comptes.models import Caisse, Partenaire
from conventions.forms.parametres import ChampsParametres
from conventions.models import CaisseLiee, Convention
from portail.formulaires import ChampDate, ChampNom, ChampTexte, Formulaire

LIGNES = 2
PARTIES = ("caisse", "partenaire")
SIGNATAIRE_MAX = 160


class Section(NamedTuple):
    titre: str
    aide: str
    champs: list[BoundField]


class FormulaireConvention(ChampsParametres):
    """A convention to write or to correct. Parties are rows: an empty one counts for nothing.

    `caisses` and `partenaires` are what may be chosen, by code; `siennes` the codes of the caisses
    that the author administers, one of which must be a party. `chercher` finds by its code a
    partner that another caisse wrote down. `ajout` names the kind of party that gets one more row.
    """

    intitule = ChampNom(
        label="Intitulé",
        max_length=200,
        help_text="Pour la retrouver : les parties ou le territoire, par exemple.",
    )
    autre_partenaire = ChampNom(
        label="Code d’un partenaire inscrit par une autre caisse",
        required=False,
        max_length=60,
        help_text="S’il n’est pas dans les listes ci-dessus, demandez son code à l’autre caisse.",
    )
    autres_signataires = ChampTexte(
        label="Autres signataires",
        sante=False,
        required=False,
        lignes=2,
        max_length=2000,
        help_text="Un par ligne, une CARSAT par exemple. Ils signent, mais n’ouvrent aucun accès.",
    )

    def __init__(
        self,
        *args: Any,
        caisses: Mapping[str, Caisse],
        partenaires: Mapping[str, Partenaire],
        siennes: Collection[str],
        chercher: Callable[[str], Partenaire | None],
        ajout: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.caisses, self.partenaires, self.siennes = caisses, partenaires, siennes
        self.chercher = chercher
        self.rangs = {nom: range(1, self._combien(nom) + 1 + (ajout == nom)) for nom in PARTIES}
        for rang in self.rangs["caisse"]:
            self.fields[f"caisse_{rang}"] = _parti("Caisse", rang, caisses)
            self.fields[f"mode_{rang}"] = _mode(rang)
        for rang in self.rangs["partenaire"]:
            self.fields[f"partenaire_{rang}"] = _parti("Partenaire", rang, partenaires)
        if self.data.get("autre_partenaire"):
            self.fields["partenaire_1"].required = False
        parties = [nom for nom in self.fields if nom[-1].isdigit()]
        self.order_fields(["intitule", *parties, "autre_partenaire", "autres_signataires"])

    def clean_autres_signataires(self) -> list[str]:
        lignes = self.cleaned_data["autres_signataires"].splitlines()
        signataires = [" ".join(ligne.split()) for ligne in lignes if ligne.strip()]
        if any(len(signataire) > SIGNATAIRE_MAX for signataire in signataires):
            raise ValidationError(
                f"Un signataire tient en {SIGNATAIRE_MAX} caractères : un par ligne."
            )
        if len(set(signataires)) < len(signataires):
            raise ValidationError("Le même signataire figure deux fois : gardez une seule ligne.")
        return signataires

    def clean_autre_partenaire(self) -> Partenaire | None:
        code = self.cleaned_data["autre_partenaire"].lower()
        trouve = self.chercher(code) if code else None
        if code and trouve is None:
            raise ValidationError(
                "Aucun partenaire ne porte ce code : vérifiez-le, ou inscrivez ce partenaire."
            )
        return trouve

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        self._refuser_les_doublons("caisse")
        self._refuser_les_doublons("partenaire")
        codes = [donnees.get(f"caisse_{rang}") for rang in self.rangs["caisse"]]
        if any(codes) and not set(codes) & set(self.siennes):
            self.add_error("caisse_1", "Choisissez au moins une caisse que vous administrez.")
        return donnees

    def saisie(self) -> dict[str, Any]:
        """What was posted, as initial values: neither judged nor lost."""
        return {nom: self[nom].data for nom in self.fields}

    @property
    def caisses_choisies(self) -> dict[Caisse, str]:
        """How each caisse records consent (D-03), in the order of the page."""
        donnees = self.cleaned_data
        return {
            self.caisses[code]: donnees[f"mode_{rang}"]
            for rang in self.rangs["caisse"]
            if (code := donnees[f"caisse_{rang}"])
        }

    @property
    def partenaires_choisis(self) -> list[Partenaire]:
        codes = (self.cleaned_data[f"partenaire_{rang}"] for rang in self.rangs["partenaire"])
        choisis = [self.partenaires[code] for code in codes if code]
        autre = self.cleaned_data["autre_partenaire"]
        return [*choisis, autre] if autre and autre not in choisis else choisis

    @property
    def champs(self) -> dict[str, Any]:
        """The fields of the convention itself: title, other signatories, parameters."""
        textes = {nom: self.cleaned_data[nom] for nom in ("intitule", "autres_signataires")}
        return {**textes, **self.parametres()}

    @property
    def lignes_caisses(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"caisse_{rang}"], self[f"mode_{rang}"]) for rang in self.rangs["caisse"]]

    @property
    def lignes_partenaires(self) -> list[BoundField]:
        return [self[f"partenaire_{rang}"] for rang in self.rangs["partenaire"]]

    @property
    def sections(self) -> list[Section]:
        """The parameters, grouped as the page shows them."""
        return [Section(titre, aide, [self[nom] for nom in noms]) for titre, aide, noms in SECTIONS]

    def _combien(self, nom: str) -> int:
        """Rows to show: those posted or given, one empty row after them, two at least."""
        source = self.data if self.is_bound else self.initial
        rangs = [int(cle.rpartition("_")[2]) for cle in source if _est_rang(cle, nom)]
        remplis = [rang for rang in rangs if rang < 100 and source.get(f"{nom}_{rang}")]
        return max(LIGNES, *remplis, 0) if self.is_bound else max(LIGNES, len(remplis))

    def _refuser_les_doublons(self, nom: str) -> None:
        vus: set[str] = set()
        for rang in self.rangs[nom]:
            code = self.cleaned_data.get(f"{nom}_{rang}")
            if code and code in vus:
                self.add_error(f"{nom}_{rang}", "Déjà choisi plus haut : videz cette ligne.")
            vus.add(code or "")


def _est_rang(cle: str, nom: str) -> bool:
    debut, _, rang = cle.rpartition("_")
    return debut == nom and rang.isdecimal() and len(rang) < 3


def _parti(libelle: str, rang: int, choix: Mapping[str, Any]) -> forms.ChoiceField:
    """One row; only the first one must be filled in."""
    est_caisse = libelle == "Caisse"
    un, aucun = ("une caisse", "Aucune autre") if est_caisse else ("un partenaire", "Aucun autre")
    return forms.ChoiceField(
        label=f"{libelle} {rang}",
        required=rang == 1,
        choices=[
            ("", f"Choisissez {un}" if rang == 1 else aucun),
            *((code, str(objet)) for code, objet in choix.items()),
        ],
        error_messages={
            "required": f"Choisissez {un} : une convention en lie au moins {un.split()[0]}.",
            "invalid_choice": "Ce choix n’existe plus : choisissez dans la liste.",
        },
    )


def _mode(rang: int) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Recueil du consentement",
        choices=CaisseLiee.ModeConsentement.choices,
        initial=CaisseLiee.ModeConsentement.CASE,
        error_messages={"required": "Choisissez comment cette caisse recueille le consentement."},
    )


SECTIONS: Iterable[tuple[str, str, list[str]]] = (
    ("Services", "", ["services", "justificatif_urgence"]),
    (
        "Délais de traitement",
        "Les délais s’arrêtent tant que la caisse attend une réponse du partenaire.",
        [
            "delai_urgence_heures",
            "delai_contact_heures",
            "delai_instruction_jours",
            "delai_c2s_jours",
        ],
    ),
    (
        "Nombre de techniciens par partenaire",
        "Article 2.2.1 de la convention d’utilisation. Laissez vide pour ne fixer aucune limite. "
        "Quand plusieurs conventions lient un partenaire, la plus favorable s’applique.",
        ["techniciens_petit", "techniciens_moyen", "techniciens_grand"],
    ),
    (
        "Dénonciation",
        "La convention dure un an et se reconduit chaque année, sauf dénonciation dans ce préavis.",
        ["preavis_mois", "regle_preavis"],
    ),
    ("Données personnelles", "", ["delai_violation_heures", "conservation_mois"]),
)


def initiales(convention: Convention) -> dict[str, Any]:
    """What the form shows of a draft."""
    champs = ("intitule", *Convention.PARAMETRES)
    valeurs: dict[str, Any] = {nom: getattr(convention, nom) for nom in champs}
    valeurs["autres_signataires"] = "\n".join(convention.autres_signataires)
    for rang, lien in enumerate(convention.liens.select_related("caisse").order_by("pk"), 1):
        valeurs[f"caisse_{rang}"] = lien.caisse.code
        valeurs[f"mode_{rang}"] = lien.mode_consentement
    for rang, partenaire in enumerate(convention.partenaires.all(), 1):
        valeurs[f"partenaire_{rang}"] = partenaire.code
    return valeurs


class FormulaireRecherche(Formulaire):
    """Sent by POST: what is typed never reaches an address (D-17)."""

    signale_facultatif = False

    q = ChampNom(
        label="Rechercher une convention",
        required=False,
        help_text="Un mot de l’intitulé ou du nom d’un partenaire.",
    )


class FormulaireAu(Formulaire):
    """The day on which the parameters are read (C-05)."""

    signale_facultatif = False

    au = ChampDate(label="Paramètres au", required=False)
