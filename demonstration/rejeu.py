"""Tells the scenarios again, at their own past instants, through the actions of the screens."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from comptes.models import Utilisateur
from conventions import offre
from conventions.models import Service
from demonstration.fichiers import PIECES
from demonstration.recit import Dossier, Ebauche, Pas
from demonstration.structures import tenants
from echeances.models import Echeance
from portail.formulaires import Formulaire
from portail.levees import SUFFIXE_EMPREINTE, SUFFIXE_RAISON, empreinte
from signalements import actions
from signalements.acces import partenaire_de
from signalements.forms.brouillon import donnees_postees, trier_saisie
from signalements.forms.depot import FormulaireSignalement
from signalements.forms.suivi import (
    FormulaireMessage,
    FormulaireNote,
    formulaire_etape,
    parametres_etape,
)
from signalements.models import Brouillon, Demande, Piece
from signalements.registre import circuit

REDACTION = timedelta(minutes=11)
RETARD_BALAYAGE = timedelta(seconds=20)
USAGES = {
    "consentement_signe.pdf": Piece.Usage.CONSENTEMENT,
    "justificatif_urgence.pdf": Piece.Usage.URGENCE,
}


class ScenarioInvalide(Exception):
    """A scenario holds something that the screens would refuse."""


@dataclass
class Rejeu:
    """Where the stories stand: the people by login, the requests by scenario."""

    maintenant: datetime
    acteurs: dict[str, Utilisateur] = field(default_factory=dict)
    demandes: dict[str, Demande] = field(default_factory=dict)

    def acteur(self, identifiant: str) -> Utilisateur:
        if identifiant not in self.acteurs:
            self.acteurs[identifiant] = Utilisateur.objects.get(identifiant=identifiant)
        return self.acteurs[identifiant]


def raconter(
    dossiers: tuple[Dossier, ...],
    ebauches: tuple[Ebauche, ...],
    maintenant: datetime,
    avancer: Callable[[int, int], None] = lambda fait, total: None,
) -> None:
    """Everything in the order in which it happened, late deadlines marked on the way.

    `avancer` hears how many steps are done, out of how many. Raises `ScenarioInvalide`.
    """
    jouer(_faits(Rejeu(maintenant), dossiers, ebauches), maintenant, avancer)


class Acte(Protocol):
    """Something that somebody did; `nom` tells whoever corrects a scenario which one fails."""

    @property
    def nom(self) -> str: ...

    def __call__(self, instant: datetime) -> None: ...


Fait = tuple[datetime, Acte]


def jouer(
    faits: Iterable[Fait],
    maintenant: datetime,
    avancer: Callable[[int, int], None] = lambda fait, total: None,
) -> None:
    """Do them in order, with the sweeps that ran meanwhile. Raises `ScenarioInvalide`."""
    ordonnes = sorted(faits, key=lambda fait: fait[0])
    for rang, (instant, faire) in enumerate(ordonnes):
        _balayer_jusqu_a(instant)
        try:
            faire(instant)
        except Exception as erreur:
            raise ScenarioInvalide(f"{faire.nom}: {erreur}") from erreur
        avancer(rang + 1, len(ordonnes))
    _balayer_jusqu_a(maintenant)


def _faits(
    rejeu: Rejeu, dossiers: tuple[Dossier, ...], ebauches: tuple[Ebauche, ...]
) -> Iterator[Fait]:
    for rang, dossier in enumerate(dossiers):
        depot, *suite = dossier.instants(rejeu.maintenant)
        yield depot, _Depot(rejeu, dossier, f"06 39 98 {rang // 100:02d} {rang % 100:02d}")
        for instant, pas in zip(suite, dossier.suite, strict=True):
            yield instant, _Suite(rejeu, dossier, pas)
    for ebauche in ebauches:
        yield ebauche.instant(rejeu.maintenant), _Redaction(rejeu, ebauche)


def _balayer_jusqu_a(instant: datetime) -> None:
    """Run the sweep soon after each step that a deadline reaches before that instant."""
    while atteinte := _premiere_alerte(instant - RETARD_BALAYAGE):
        with time_machine.travel(atteinte + RETARD_BALAYAGE, tick=False):
            actions.balayer()


def _premiere_alerte(instant: datetime) -> datetime | None:
    return Echeance.objects.a_alerter(instant).values_list("a_alerter_le", flat=True).first()


@contextmanager
def au_moment(instant: datetime) -> Iterator[None]:
    """At that instant, as the portal reads the clock."""
    with time_machine.travel(instant, tick=False):
        yield


@dataclass(frozen=True)
class _Redaction:
    """Somebody fills in the form, and leaves it there."""

    rejeu: Rejeu
    ebauche: Ebauche

    @property
    def nom(self) -> str:
        return f"draft of {self.ebauche.auteur}"

    def __call__(self, instant: datetime) -> None:
        ebauche, acteur = self.ebauche, self.rejeu.acteur(self.ebauche.auteur)
        contenu = {nom: list(valeurs) for nom, valeurs in ebauche.contenu.items()}
        _rediger(acteur, ebauche.caisse, contenu, ebauche.pieces, instant)


@dataclass(frozen=True)
class _Depot:
    """Somebody fills in the form, re-reads it and files it."""

    rejeu: Rejeu
    dossier: Dossier
    telephone: str

    @property
    def nom(self) -> str:
        return f"deposit {self.dossier.graine}"

    def __call__(self, instant: datetime) -> None:
        dossier, acteur = self.dossier, self.rejeu.acteur(self.dossier.auteur)
        contenu = _contenu(dossier, self.telephone)
        debut = instant - REDACTION
        brouillon = _rediger(acteur, dossier.caisse, contenu, dossier.pieces, debut)
        with au_moment(instant):
            donnees = valider(_formulaire(brouillon, contenu))
            demande = actions.deposer(brouillon, donnees, acteur=acteur)
        self.rejeu.demandes[dossier.graine] = demande


@dataclass(frozen=True)
class _Suite:
    """Somebody opens the request, and does one thing with it."""

    rejeu: Rejeu
    dossier: Dossier
    pas: Pas

    @property
    def nom(self) -> str:
        return f"{self.pas.verbe} {self.dossier.graine}"

    def __call__(self, instant: datetime) -> None:
        demande = self.rejeu.demandes[self.dossier.graine]
        faire, par_le_partenaire = VERBES.get(self.pas.verbe, (_franchir, False))
        habituel = self.dossier.auteur if par_le_partenaire else self.dossier.agent
        acteur = self.rejeu.acteur(self.pas.par or habituel)
        with au_moment(instant - timedelta(minutes=1)):
            actions.consulter(demande, acteur=acteur)
        with au_moment(instant):
            demande.refresh_from_db()
            faire(demande, self.pas, acteur)


def _rediger(
    acteur: Utilisateur,
    code_caisse: str,
    contenu: dict[str, list[str]],
    noms_pieces: tuple[str, ...],
    debut: datetime,
) -> Brouillon:
    """Open a draft, type, attach; what the guard refuses stops the load."""
    caisse: Any = tenants([code_caisse])[0]
    with au_moment(debut):
        brouillon = actions.commencer(
            acteur=acteur,
            partenaire=partenaire_de(acteur),
            caisse=caisse,
            service=Service.SIGNALER,
        )
    with au_moment(debut + timedelta(minutes=4)):
        gardes, refuses = trier_saisie(donnees_postees(contenu), brouillon.contenu)
        if refuses:
            raise ScenarioInvalide(f"{acteur.identifiant}: {refuses}")
        brouillon = actions.enregistrer(brouillon, gardes, acteur=acteur)
    with au_moment(debut + timedelta(minutes=7)):
        for nom in noms_pieces:
            _joindre(brouillon, nom, acteur)
    return brouillon


def _contenu(dossier: Dossier, telephone: str) -> dict[str, list[str]]:
    """What the browser would post."""
    personne = dossier.personne
    return {
        "motif": [dossier.motif],
        "consentement": ["on"],
        "civilite": [personne.civilite],
        "nom": [personne.nom],
        "prenom": [personne.prenom],
        "date_naissance": [personne.naissance],
        "lieu_naissance": [personne.lieu],
        "departement_residence": [personne.residence],
        "telephone": [telephone],
        "commentaires": [dossier.commentaires],
        **({"urgente": ["on"]} if dossier.urgente else {}),
        **dossier.mas,
    }


def _formulaire(brouillon: Brouillon, contenu: dict[str, list[str]]) -> FormulaireSignalement:
    """The form as the page would build it at that instant."""
    convention = offre.convention_pour(
        brouillon.caisse, brouillon.partenaire, brouillon.service, timezone.localdate()
    )
    if convention is None:
        raise ScenarioInvalide(f"no convention: {brouillon.caisse} – {brouillon.partenaire}")
    return FormulaireSignalement(
        donnees_postees(contenu),
        convention=convention,
        mode_consentement=offre.mode_consentement(convention, brouillon.caisse),
        pieces=brouillon.pieces.all(),
    )


def valider(formulaire: Formulaire) -> dict[str, Any]:
    """What the form cleaned. Raises `ScenarioInvalide` for what the page would refuse."""
    if not formulaire.is_valid():
        raise ScenarioInvalide(formulaire.errors.as_json())
    return formulaire.cleaned_data


def _joindre(parent: Brouillon | Demande, nom: str, acteur: Utilisateur) -> None:
    usage = USAGES.get(nom, Piece.Usage.AUTRE)
    fichier = SimpleUploadedFile(nom, PIECES[nom]())
    actions.joindre(parent, fichier, usage=usage, acteur=acteur)


def _franchir(demande: Demande, pas: Pas, acteur: Utilisateur) -> None:
    etape: Any = circuit(demande)[pas.verbe]
    postees = {f"{etape.nom}-{nom}": [valeur] for nom, valeur in pas.donnees.items()}
    formulaire = formulaire_etape(etape, demande, MultiValueDict(postees))
    if formulaire:
        valider(formulaire)
    parametres = parametres_etape(etape, formulaire)
    actions.franchir(demande, pas.verbe, acteur=acteur, **parametres)


def _ecrire(demande: Demande, pas: Pas, acteur: Utilisateur) -> None:
    formulaire = FormulaireMessage(_postees(pas), levees_admises=demande.caisse.levees_admises)
    texte = valider(formulaire)["texte"]
    actions.ecrire(demande, texte, acteur=acteur, levees=formulaire.levees)


def _annoter(demande: Demande, pas: Pas, acteur: Utilisateur) -> None:
    formulaire = FormulaireNote(_postees(pas), levees_admises=demande.caisse.levees_admises)
    texte = valider(formulaire)["texte"]
    actions.annoter(demande, texte, acteur=acteur, levees=formulaire.levees)


def _postees(pas: Pas) -> dict[str, str]:
    """What the browser would post: the text and, once it was refused, why it is right."""
    texte = pas.donnees["texte"]
    if "raison" not in pas.donnees:
        return {"texte": texte}
    return {
        "texte": texte,
        f"texte{SUFFIXE_EMPREINTE}": empreinte(texte),
        f"texte{SUFFIXE_RAISON}": pas.donnees["raison"],
    }


def _ajouter(demande: Demande, pas: Pas, acteur: Utilisateur) -> None:
    _joindre(demande, pas.donnees["nom"], acteur)


def _lire(demande: Demande, pas: Pas, acteur: Utilisateur) -> None:
    """Reading is what `_Suite` already did."""


# What is not a step of a circuit: how it is done, and whether it is the partner who does it.
VERBES: dict[str, tuple[Callable[[Demande, Pas, Utilisateur], None], bool]] = {
    "message": (_ecrire, False),
    "note": (_annoter, False),
    "reponse": (_ecrire, True),
    "ajout": (_ajouter, True),
    "lecture": (_lire, True),
}
