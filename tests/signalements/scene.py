"""One Monday, one caisse and one partner at work, and what is told to whom."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from comptes.models import Caisse, Notification, Utilisateur
from echeances.models import Echeance
from signalements.models import Demande
from tests.factories import UtilisateurFactory

PARIS = ZoneInfo("Europe/Paris")


def paris(jour: int, heure: int, minute: int = 0, *, mois: int = 3, seconde: int = 0) -> datetime:
    """A day of 2026, in Paris; March unless said otherwise."""
    return datetime(2026, mois, jour, heure, minute, seconde, tzinfo=PARIS)


LUNDI = paris(2, 9)


def horloges(demande: Demande, nature: str) -> list[Echeance]:
    """The clocks of that nature, the oldest first."""
    return list(demande.echeances.filter(nature=nature).order_by("debut_le"))


def collegue(caisse: Caisse, prenom: str, nom: str, civilite: str = "madame") -> Utilisateur:
    compte: Utilisateur = UtilisateurFactory(
        profil="agent", prenom=prenom, nom=nom, civilite=civilite, sur=caisse
    )
    return compte


def dits(gabarit: str) -> list[Utilisateur]:
    """Who was told so, by account."""
    lignes: Iterable[Notification] = Notification.objects.filter(gabarit=gabarit)
    return [ligne.destinataire for ligne in lignes.order_by("destinataire", "pk")]
