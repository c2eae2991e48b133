"""The last run of each task of the beat schedule, as the operations page tells it.

Written around the task, never by it: in a short transaction of its own, which may fail without
the task knowing. A worker that is killed leaves a run started and not ended: `interrompue`.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from portail.models import Execution

# A task is late when it has not succeeded for three rhythms, and for five minutes at least.
RYTHMES = 3
RETARD_MIN = timedelta(minutes=5)

journal = logging.getLogger(__name__)


class Etat(StrEnum):
    A_JOUR = "à jour"
    EN_RETARD = "en retard"
    EN_ECHEC = "en échec"
    INTERROMPUE = "interrompue"
    JAMAIS = "jamais lancée"


def est_suivie(nom: str) -> bool:
    """Is this a task of the beat schedule?"""
    return any(nom == entree["task"] for entree in settings.CELERY_BEAT_SCHEDULE.values())


def derniers_departs() -> dict[str, datetime]:
    """When each task last started; nothing when PostgreSQL does not answer."""
    try:
        _rouvrir()
        return dict(Execution.objects.values_list("nom", "debut_le"))
    except DatabaseError as erreur:
        journal.warning("the last runs are not known (%s)", type(erreur).__name__)
        return {}


def noter_debut(nom: str, *, maintenant: datetime) -> None:
    def ecrire() -> None:
        lignes = Execution.objects.filter(nom=nom)
        if not lignes.update(debut_le=maintenant, fin_le=None, lancements=F("lancements") + 1):
            nouvelle = Execution(nom=nom, debut_le=maintenant, lancements=1)
            Execution.objects.bulk_create([nouvelle], ignore_conflicts=True)

    _sans_gener(nom, ecrire)


def noter_reussite(nom: str, retour: object, *, maintenant: datetime, duree: timedelta) -> None:
    """`retour` is told when it is a count or a short text; a task returns no personal data."""
    resultat = str(retour)[:200] if isinstance(retour, int | str) else ""
    _noter_fin(
        nom,
        fin_le=maintenant,
        duree=duree,
        resultat=resultat,
        erreur="",
        derniere_reussite_le=maintenant,
        echecs=0,
    )


def noter_echec(nom: str, erreur: BaseException, *, maintenant: datetime, duree: timedelta) -> None:
    """The class of the error only: PostgreSQL and SMTP quote values in their messages."""
    _noter_fin(
        nom,
        fin_le=maintenant,
        duree=duree,
        resultat="",
        erreur=type(erreur).__name__[:100],
        echecs=F("echecs") + 1,
    )


def etat(
    execution: Execution | None, *, rythme: timedelta, limite: timedelta, maintenant: datetime
) -> Etat:
    """How a task does; `limite` is how long one run may last."""
    if execution is None:
        return Etat.JAMAIS
    if execution.fin_le is None and execution.debut_le + limite < maintenant:
        return Etat.INTERROMPUE
    if execution.echecs:
        return Etat.EN_ECHEC
    if execution.lancements > 1 and execution.derniere_reussite_le is None:
        # Started again and again, never ended: each run was killed before the next.
        return Etat.INTERROMPUE
    derniere = execution.derniere_reussite_le or execution.debut_le
    if derniere + max(RYTHMES * rythme, RETARD_MIN) < maintenant:
        return Etat.EN_RETARD
    return Etat.A_JOUR


def _noter_fin(nom: str, **champs: object) -> None:
    _sans_gener(nom, lambda: Execution.objects.filter(nom=nom).update(**champs))


def _rouvrir() -> None:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _sans_gener(nom: str, ecrire: Callable[[], object]) -> None:
    """For a periodic task; whatever happens to the record, the task goes on."""
    if not est_suivie(nom):
        return
    try:
        _rouvrir()
        with transaction.atomic():
            ecrire()
    except Exception as erreur:
        journal.warning("the run of %s was not recorded (%s)", nom, type(erreur).__name__)
