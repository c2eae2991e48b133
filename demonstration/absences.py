"""An agent away these days, and the colleague of two caisses who stands in."""

from datetime import datetime, timedelta

import time_machine

from comptes.actions.absences import declarer
from comptes.models import Absence, Utilisateur
from portail.calendrier import jour_civil

AGENT, REMPLACANTE = "helene.nowicki", "amandine.delcourt-ba"
JOUR = timedelta(days=1)


def installer(maintenant: datetime) -> None:
    """From yesterday, for ten days, noted last week."""
    agent = Utilisateur.objects.get(identifiant=AGENT)
    hier = jour_civil(maintenant) - JOUR
    with time_machine.travel(maintenant - 7 * JOUR, tick=False):
        declarer(
            agent,
            du=hier,
            au=hier + 9 * JOUR,
            remplacant=Utilisateur.objects.get(identifiant=REMPLACANTE),
            acteur=agent,
        )


def sont_presentes() -> bool:
    return Absence.objects.filter(agent__identifiant=AGENT).exists()
