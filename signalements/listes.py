"""The lists: the agents' queue with its counted baskets, and the partner's history (D-15)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, Q, Subquery

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import Service
from portail.calendrier import fin_de_jour_civil, reste
from signalements.delais import ALERTE
from signalements.models import Demande, Etat
from signalements.models.demandes import JAMAIS, DemandeQuerySet

COMPTE_MAX = 1000

Tri = Callable[[DemandeQuerySet, Utilisateur, datetime], DemandeQuerySet]


@dataclass(frozen=True, slots=True)
class Corbeille:
    """A work basket of the queue: a name for the URL, a label, and which rows it holds."""

    nom: str
    libelle: str
    tri: Tri


CORBEILLES = {
    c.nom: c
    for c in [
        Corbeille("nouvelles", "Nouvelles", lambda q, a, m: q.filter(etat=Etat.DEPOSEE)),
        Corbeille("miennes", "Les miennes", lambda q, a, m: q.ouvertes().filter(agent=a)),
        Corbeille("urgentes", "Urgentes", lambda q, a, m: q.ouvertes().filter(urgente=True)),
        Corbeille(
            "retard",
            "En retard ou presque",
            lambda q, a, m: q.ouvertes().filter(a_traiter_avant__lte=m + ALERTE),
        ),
        Corbeille(
            "repondues",
            "Le partenaire a répondu",
            lambda q, a, m: q.ouvertes().filter(partenaire_a_repondu=True),
        ),
        Corbeille(
            "non_attribuees",
            "Non attribuées",
            lambda q, a, m: q.ouvertes().filter(agent=None),
        ),
        Corbeille("ouvertes", "Toutes en cours", lambda q, a, m: q.ouvertes()),
        Corbeille("closes", "Clôturées", lambda q, a, m: q.filter(etat=Etat.CLOTUREE)),
    ]
}
COMPTEES = [nom for nom in CORBEILLES if nom != "closes"]


class _Compte(Subquery):
    """The size of a slice: a count that costs the same with a thousand rows or a million."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) lignes)"
    output_field = IntegerField()


def compter(acteur: Utilisateur, maintenant: datetime) -> dict[str, str]:
    """How many rows each basket holds, in one query, « 1000+ » past a thousand."""
    visibles = Demande.objects.visibles_par(acteur)
    comptes = {
        nom: _Compte(
            CORBEILLES[nom].tri(visibles, acteur, maintenant).order_by().values("pk")[:COMPTE_MAX]
        )
        for nom in COMPTEES
    }
    ligne = Utilisateur.objects.filter(pk=acteur.pk).order_by().values(**comptes).get()
    return {nom: f"{n}+" if n == COMPTE_MAX else str(n) for nom, n in ligne.items()}


def file_de(acteur: Utilisateur, corbeille: Corbeille, maintenant: datetime) -> DemandeQuerySet:
    """The rows of one basket, with what a row shows."""
    visibles = Demande.objects.visibles_par(acteur)
    return corbeille.tri(visibles, acteur, maintenant).select_related(
        "partenaire", "caisse", "agent"
    )


def historique_de(acteur: Utilisateur) -> DemandeQuerySet:
    """All the partner's requests, whoever filed them (D-15)."""
    return Demande.objects.visibles_par(acteur).select_related("caisse", "auteur")


def filtrer(demandes: DemandeQuerySet, choisis: dict[str, Any]) -> DemandeQuerySet:
    """Apply the filters that are set; days are Paris civil days."""
    condition = Q()
    if "etape" in choisis:
        condition &= Q(etat=choisis["etape"])
    if "service" in choisis:
        condition &= Q(service=choisis["service"])
    if "caisse" in choisis:
        condition &= Q(caisse__code=choisis["caisse"])
    if "partenaire" in choisis:
        condition &= Q(partenaire__code=choisis["partenaire"])
    if "du" in choisis:
        condition &= Q(deposee_le__gte=_debut(choisis["du"]))
    if "au" in choisis:
        condition &= Q(deposee_le__lte=fin_de_jour_civil(_debut(choisis["au"]), 0))
    return demandes.filter(condition)


def options(acteur: Utilisateur) -> dict[str, list[tuple[str, str]]]:
    """The choices of the filters: what the account may see, and nothing else."""
    caisses = habilitations.caisses(acteur, "instruire")
    partenaires = habilitations.partenaires(acteur, "deposer")
    choix: dict[str, list[tuple[str, str]]] = {"service": list(Service.choices)}
    if caisses:
        lies = Partenaire.objects.filter(conventions__caisses__in=sorted(caisses)).distinct()
        choix["partenaire"] = list(lies.values_list("code", "nom"))
        siennes = Caisse.objects.filter(pk__in=sorted(caisses))
    else:
        siennes = Caisse.objects.filter(
            conventions__partenaires__in=sorted(partenaires)
        ).distinct()
    choix["caisse"] = list(siennes.values_list("code", "nom"))
    return choix


def delai(demande: Demande, maintenant: datetime) -> tuple[str, str]:
    """The deadline as a badge: its kind (retard, proche, normal, pause, aucun) and its text."""
    if demande.etat == Etat.CLOTUREE:
        return "aucun", "Terminée"
    if demande.attente_depuis:
        return "pause", "En attente du partenaire"
    if demande.a_traiter_avant == JAMAIS:
        return "aucun", "Sans échéance"
    texte = reste(demande.a_traiter_avant, maintenant)
    if demande.a_traiter_avant < maintenant:
        return "retard", texte
    return ("proche" if demande.a_traiter_avant - maintenant <= ALERTE else "normal"), texte


def habiller(lignes: list[Demande], maintenant: datetime) -> list[Demande]:
    """Give each row the badge that its template shows."""
    for demande in lignes:
        demande.delai_genre, demande.delai_texte = delai(demande, maintenant)  # type: ignore[attr-defined]
    return lignes


def _debut(jour: Any) -> datetime:
    from django.utils.timezone import get_current_timezone

    return datetime(jour.year, jour.month, jour.day, tzinfo=get_current_timezone())
