"""What a data protection officer and an administrator read about the guard (D-08, D-09)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast

from comptes import journal
from comptes.models import Profil, Utilisateur
from portail import garde_fou
from portail.garde_fou import presentation
from portail.garde_fou.categories import libelle
from portail.garde_fou.resultats import Verdict
from portail.garde_fou.version import version
from signalements.models import Arret, Demande, Etat, Levee, Relecture

COMPTE_MAX = 1000
TAILLE = 20
# Of the request and of the accounts, nothing is read but what a row shows.
COLONNES_ARRET = ("lieu", "passages", "categories", "caisse__nom", "demande__reference")
COLONNES_LEVEE = (
    *COLONNES_ARRET,
    "identifiant",
    "raison",
    "avis",
    "creee_le",
    "relue_le",
    "partenaire__nom",
    "auteur__etat",
    "auteur__profil",
    "auteur__prenom",
    "auteur__nom",
    "auteur__profil",
    "relue_par__etat",
    "relue_par__profil",
    "relue_par__prenom",
    "relue_par__nom",
)
VERDICTS = {
    "bloque": ("error", "Ce texte serait refusé."),
    "confirme": ("warning", "Ce texte serait arrêté, sauf si son auteur le confirme."),
    "indice": ("info", "Ce texte serait accepté, avec un conseil à côté du champ."),
    "ok": ("success", "Ce texte serait accepté : le garde-fou n’y trouve rien."),
}
EFFETS = {"bloque": "Refusé", "confirme": "À confirmer", "indice": "Conseil"}
TYPES = {"nir": "Numéro de sécurité sociale", "sante": "Donnée de santé"}


def levees(acteur: Utilisateur, *, relues: bool) -> QuerySet[Levee]:
    """The contested refusals of the caisses whose data the actor protects, ready to paginate."""
    siennes = Levee.objects.visibles_par(acteur)
    siennes = siennes.filter(avis__gt="") if relues else siennes.filter(avis="")
    jointes = siennes.select_related("demande", "caisse", "partenaire", "auteur", "relue_par")
    return jointes.only(*COLONNES_LEVEE).annotate(reference=Cast("identifiant", CharField()))


def arrets(acteur: Utilisateur, relecture: Relecture | None) -> QuerySet[Arret]:
    """What that reading stopped in requests that are still open, ready to paginate."""
    siens = Arret.objects.visibles_par(acteur).filter(relecture=relecture)
    ouverts = siens.exclude(demande__etat=Etat.CLOTUREE).select_related("demande", "caisse")
    return ouverts.only(*COLONNES_ARRET).annotate(
        reference=Cast("pk", CharField()), quand=F("demande__deposee_le")
    )


def compter(lignes: QuerySet[Any]) -> str:
    """How many rows, « 1000+ » past a thousand: the cost stays bounded."""
    nombre = lignes.order_by()[: COMPTE_MAX + 1].count()
    return f"{COMPTE_MAX}+" if nombre > COMPTE_MAX else str(nombre)


def presenter(lignes: Iterable[Any], acteur: Utilisateur, liste: str) -> list[Any]:
    """Rows ready to print; that the actor read words of these requests leaves a trace (G-05)."""
    pretes = list(lignes)
    for ligne in pretes:
        ligne.pris_pour = [libelle(categorie) for categorie in ligne.categories]
        if isinstance(ligne, Levee):
            partenaire = ligne.auteur.profil in (Profil.TECHNICIEN, Profil.GESTIONNAIRE)
            ligne.structure = ligne.partenaire.nom if partenaire else ligne.caisse.nom
    if pretes:
        references = sorted({ligne.demande.reference for ligne in pretes})
        journal.tracer(acteur, journal.Action.LECTURE, None, liste=liste, demandes=references)
    return pretes


@dataclass(frozen=True, slots=True)
class Avancement:
    """Where the reading of open requests stands; `reste` is bounded by `COMPTE_MAX`."""

    lexique: str
    derniere: Relecture | None
    en_cours: Relecture | None = None
    reste: int = 0

    @property
    def est_a_jour(self) -> bool:
        return self.derniere is not None and self.derniere.lexique == self.lexique

    @property
    def total(self) -> int:
        return self.reste + (self.en_cours.lues if self.en_cours else 0)


def avancement() -> Avancement:
    """The last reading that ended, and the one that runs when the lexicon is another."""
    lexique, derniere = version(), Relecture.objects.derniere_terminee()
    if derniere and derniere.lexique == lexique:
        return Avancement(lexique, derniere)
    en_cours = Relecture.objects.filter(lexique=lexique, terminee_le__isnull=True).first()
    if en_cours is None:
        return Avancement(lexique, derniere)
    a_lire = Demande.objects.ouvertes().filter(pk__gt=en_cours.derniere).order_by()
    return Avancement(lexique, derniere, en_cours, a_lire[:COMPTE_MAX].count())


@dataclass(frozen=True, slots=True)
class Essai:
    """What the guard says of a text that somebody tries: nothing of it is kept."""

    genre: str
    phrase: str
    segments: list[tuple[bool, str]]
    lignes: list[dict[str, str]]
    conseils: list[str]
    est_contestable: bool


def essayer(texte: str) -> Essai:
    """Say what would happen to this text, word by word."""
    verdict = garde_fou.verifier(texte)
    genre, phrase = VERDICTS[verdict.verdict]
    genres = list(dict.fromkeys(map(presentation.genre, verdict.bloquants)))
    return Essai(
        genre=genre,
        phrase=phrase,
        segments=garde_fou.surligner(texte, verdict.motifs),
        lignes=_lignes(verdict),
        conseils=[garde_fou.message(genre_) for genre_ in genres],
        est_contestable=genres == ["sante"],
    )


def _lignes(verdict: Verdict) -> list[dict[str, str]]:
    return [
        {
            "extrait": motif.extrait,
            "type": TYPES[motif.type],
            "libelle": libelle(motif.categorie),
            "effet": EFFETS[motif.verdict],
            "pourquoi": motif.explication,
        }
        for motif in verdict.motifs
    ]
