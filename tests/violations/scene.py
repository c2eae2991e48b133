"""Two neighbours at work on Monday 2 March 2026 at 9:00, and what is told of a breach.

A breach was found at 8:00; under a convention of 24 hours, half of the delay is gone on Monday at
20:00, 80 % of it on Tuesday at 3:12, all of it on Tuesday at 8:00.
"""

from datetime import datetime

from comptes.models import Courriel, Notification, Utilisateur
from tests.personas import Personas
from tests.voisinage import declarer_violation
from violations.models import Violation

DEBUT = "2026-03-02T09:00+01"
MOITIE, PROCHE, ECHUE, RAPPEL = (
    "2026-03-02T20:00:00+01",
    "2026-03-03T03:12:00+01",
    "2026-03-03T08:00:01+01",
    "2026-03-04T08:00:01+01",
)
Ligne = tuple[str, str]


def i(texte: str) -> datetime:
    return datetime.fromisoformat(texte)


def declaree(pres: Personas, par: str = "technicien_a", **donnees: object) -> Violation:
    """Declared between the two near tenants by that persona."""
    return declarer_violation(pres.caisse_a, pres.partenaire_a, getattr(pres, par), **donnees)


def courriels() -> list[Ligne]:
    """To whom, account or desk, which mail about a breach; twice if it is twice."""
    ecrits = Courriel.objects.filter(gabarit__contains="violation").select_related("destinataire")
    return sorted((_nom(c.destinataire) or c.adresse, c.gabarit) for c in ecrits)


def lignes() -> list[Ligne]:
    """To whom which line of the portal about a breach."""
    dites = Notification.objects.filter(gabarit__contains="violation")
    return sorted(dites.values_list("destinataire__identifiant", "gabarit"))


def oublier() -> None:
    """What comes next is what is looked at."""
    Courriel.objects.all().delete()
    Notification.objects.all().delete()


def tous(gabarit: str, *identifiants: str) -> list[Ligne]:
    return sorted((identifiant, gabarit) for identifiant in identifiants)


def _nom(compte: Utilisateur | None) -> str:
    return compte.identifiant if compte else ""
