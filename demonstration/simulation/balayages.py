"""The tasks of beat, at the instant of the simulation: all those of the schedule, in any order."""

import random
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from demonstration.simulation import dehors

# Sending is what `dehors.poster` does without any dialogue.
POSTE = "comptes.tasks.relancer_courriels"
# The walk through the whole storage is long: one night in forty is enough.
PROMENADE, NUITS = "portail.tasks.chercher_orphelins", 40
FREQUENTE = 300  # seconds: what people notice within the day


def balayer(hasard: random.Random) -> None:
    """What runs every few minutes."""
    _lancer(_taches(frequentes=True), hasard)


def faire_la_nuit(hasard: random.Random) -> None:
    """Everything: what runs every hour finds there that the day has changed."""
    taches = _taches(frequentes=False)
    if hasard.randrange(NUITS):
        taches = [tache for tache in taches if tache.name != PROMENADE]
    _lancer(taches, hasard)


def poster(maintenant: datetime) -> int:
    return dehors.poster(maintenant)


def _taches(*, frequentes: bool) -> list[Any]:
    noms = [
        entree["task"]
        for entree in settings.CELERY_BEAT_SCHEDULE.values()
        if entree["task"] != POSTE and (not frequentes or entree["schedule"] <= FREQUENTE)
    ]
    return [import_string(nom) for nom in noms]


def _lancer(taches: list[Any], hasard: random.Random) -> None:
    """Nothing promises their order."""
    hasard.shuffle(taches)
    for tache in taches:
        tache()
