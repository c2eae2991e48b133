"""One's notifications as the page shows them; here, inside the portal, also whom they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from comptes.gabarits import phrase
from comptes.models import Notification, Utilisateur
from portail.calendrier import jour_civil
from portail.templatetags.portail import heure, instant
from signalements.models import Demande

UN_JOUR = timedelta(days=1)
COLONNES = ("reference", "anonymisee_le", "civilite", "prenom", "nom")


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line: what is told, when in words, and the person when the reader may know."""

    identifiant: object
    phrase: str
    quand: str
    lue: bool
    personne: str


def lignes(
    notifications: Sequence[Notification], acteur: Utilisateur, maintenant: datetime
) -> list[Ligne]:
    """Ready to print; one query more, however many."""
    personnes = _personnes({n.reference for n in notifications}, acteur)
    return [
        Ligne(
            identifiant=n.identifiant,
            phrase=phrase(n.gabarit, n.reference, n.details),
            quand=quand(n.creee_le, maintenant),
            lue=n.lue_le is not None,
            personne=personnes.get(n.reference, ""),
        )
        for n in notifications
    ]


def quand(moment: datetime, maintenant: datetime) -> str:
    """« aujourd’hui à 10 h 12 », « hier à 10 h 12 », then the date: civil days in Paris."""
    jours = {jour_civil(maintenant): "aujourd’hui", jour_civil(maintenant) - UN_JOUR: "hier"}
    if (jour := jours.get(jour_civil(moment))) is None:
        return f"le {instant(moment)}"
    return f"{jour} à {heure(moment)}"


def _personnes(references: set[str], acteur: Utilisateur) -> dict[str, str]:
    """By reference, the person of each request that the reader sees (D-17: only in the portal)."""
    vues = Demande.objects.visibles_par(acteur).filter(reference__in=references)
    return {d.reference: d.personne for d in vues.only(*COLONNES)}
