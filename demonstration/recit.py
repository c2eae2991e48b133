"""The words in which the scenarios are told: who asked what, then what happened, step by step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demonstration.agenda import Agenda, Moment, apres

ECART = timedelta(minutes=6)


@dataclass(frozen=True)
class Personne:
    """An invented insured person; `lieu` is a département number or a country (D-02)."""

    civilite: str
    prenom: str
    nom: str
    naissance: str
    lieu: str
    residence: str


@dataclass(frozen=True)
class Pas:
    """One thing that happened: a step of the circuit, or one of the verbs of `rejeu.VERBES`.

    `par` is a login; by default the request's agent or, for the partner's verbs, its author.
    """

    verbe: str
    quand: Moment
    donnees: Mapping[str, str] = field(default_factory=dict)
    par: str = ""


@dataclass(frozen=True)
class Dossier:
    """A request and its story. `mas` holds the lists that a MAS request fills in (D-05)."""

    caisse: str
    auteur: str
    agent: str
    personne: Personne
    motif: str
    commentaires: str
    depot: Moment
    suite: tuple[Pas, ...] = ()
    mas: Mapping[str, list[str]] = field(default_factory=dict)
    urgente: bool = False
    pieces: tuple[str, ...] = ()

    @property
    def graine(self) -> str:
        return f"{self.personne.nom}-{self.personne.prenom}"

    def instants(self, maintenant: datetime) -> list[datetime]:
        """When it was filed, then when each step happened: in order, all in the past.

        Raises `ValueError` for a story that would end after `maintenant`.
        """
        return _derouler(self.graine, [self.depot, *(pas.quand for pas in self.suite)], maintenant)


@dataclass(frozen=True)
class Constat:
    """A data breach: when it was found, when it was told to the other party, and what followed.

    `reponses` is what the form asks, but for the instant. The verbs of `suite` are steps of its
    circuit, each with the login that takes it.
    """

    caisse: str
    partenaire: str
    auteur: str
    quand: Moment
    declaration: Moment
    reponses: Mapping[str, str | list[str]]
    suite: tuple[Pas, ...] = ()

    @property
    def graine(self) -> str:
        return f"{self.partenaire}-{self.caisse}-{self.auteur}"

    def instants(self, maintenant: datetime) -> list[datetime]:
        """When it was found, when it was declared, then each step: in order, all in the past.

        Raises `ValueError` for a story that would end after `maintenant`.
        """
        moments = [self.quand, self.declaration, *(pas.quand for pas in self.suite)]
        return _derouler(self.graine, moments, maintenant)


@dataclass(frozen=True)
class Ebauche:
    """A draft left in the middle."""

    caisse: str
    auteur: str
    contenu: Mapping[str, list[str]]
    quand: Moment
    pieces: tuple[str, ...] = ()

    def instant(self, maintenant: datetime) -> datetime:
        return self.quand(Agenda(maintenant, f"{self.auteur}-{self.caisse}"), None)


def _derouler(graine: str, moments: Iterable[Moment], maintenant: datetime) -> list[datetime]:
    """These moments in order; raises `ValueError` when the last one is not over."""
    agenda = Agenda(maintenant, graine)
    instants: list[datetime] = []
    for moment in moments:
        quand = moment(agenda, instants[-1] if instants else None)
        instants.append(max(quand, instants[-1] + ECART) if instants else quand)
    if instants[-1] >= maintenant:
        raise ValueError(f"{graine}: the story ends in the future")
    return instants


def mas(
    *contextes: str, soins: str = "", depuis: str = "", causes: str = ""
) -> dict[str, list[str]]:
    """The lists of a MAS request; `soins` and `causes` are separated by spaces."""
    return {
        "contextes": list(contextes),
        "soins": soins.split(),
        "anciennete": [depuis],
        "causes": causes.split(),
    }


def _pas(verbe: str, quand: int | Moment, par: str = "", **donnees: str) -> Pas:
    moment = apres(quand) if isinstance(quand, int) else quand
    return Pas(verbe, moment, {cle: valeur for cle, valeur in donnees.items() if valeur}, par)


def prise(quand: int | Moment = 1) -> Pas:
    return _pas("prendre_en_charge", quand)


def tentative(quand: int | Moment, canal: str = "telephone") -> Pas:
    return _pas("noter_tentative", quand, canal=canal)


def jointe(quand: int | Moment = 0, canal: str = "telephone") -> Pas:
    return _pas("confirmer_contact", quand, canal=canal, consentement="on")


def bilan(quand: int | Moment) -> Pas:
    return _pas("realiser_bilan", quand)


def recontact(quand: int | Moment, canal: str = "telephone") -> Pas:
    return _pas("recontacter", quand, canal=canal)


def plan(quand: int | Moment) -> Pas:
    return _pas("proposer_plan", quand)


def engage(quand: int | Moment) -> Pas:
    return _pas("engager_accompagnement", quand)


def close(quand: int | Moment, issue: str, texte: str) -> Pas:
    return _pas("cloturer", quand, issue=issue, texte=texte)


def sans_suite(quand: int | Moment, issue: str, texte: str) -> Pas:
    return _pas("cloturer_sans_suite", quand, issue=issue, texte=texte)


def refus(quand: int | Moment, texte: str, canal: str = "telephone") -> Pas:
    return _pas("refus_personne", quand, canal=canal, texte=texte)


def complement(quand: int | Moment, texte: str) -> Pas:
    """The caisse asks the partner for something, and waits."""
    return _pas("demander_complement", quand, texte=texte)


def reprise(quand: int | Moment) -> Pas:
    return _pas("reprendre", quand)


def remise(quand: int | Moment) -> Pas:
    """Back to the queue, for a colleague."""
    return _pas("liberer", quand)


def attribuee(quand: int | Moment, par: str) -> Pas:
    return _pas("attribuer", quand, par)


def message(quand: int | Moment, texte: str) -> Pas:
    """From the caisse."""
    return _pas("message", quand, texte=texte)


def reponse(quand: int | Moment, texte: str, par: str = "") -> Pas:
    """From the partner."""
    return _pas("reponse", quand, par, texte=texte)


def note_contestee(quand: int | Moment, texte: str, raison: str) -> Pas:
    """An internal note that the guard refused, and that its author set right (D-09)."""
    return _pas("note", quand, texte=texte, raison=raison)


def reponse_contestee(quand: int | Moment, texte: str, raison: str) -> Pas:
    """A partner's answer that the guard refused, and that its author set right (D-09)."""
    return _pas("reponse", quand, texte=texte, raison=raison)


def ajout(quand: int | Moment, nom: str) -> Pas:
    """The partner attaches one more file."""
    return _pas("ajout", quand, nom=nom)


def note(quand: int | Moment, texte: str) -> Pas:
    """An internal note of the caisse."""
    return _pas("note", quand, texte=texte)


def lecture(quand: int | Moment) -> Pas:
    """The partner comes and reads."""
    return _pas("lecture", quand)
