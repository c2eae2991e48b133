"""Files to erase from the private storage: a row first, the bytes after commit.

The storage and PostgreSQL share no transaction. What must be erased is written with what makes
it useless, so a crash between the two leaves a row, never forgotten bytes. The row is dropped
once the storage really does not hold the file.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from portail.models import Destruction

LOT = 5000
DUREE = 20.0  # seconds: the worker has other sweeps to run
PAS = timedelta(seconds=30)
ATTENTE_MAX = timedelta(hours=1)
# Beyond this, somebody has to look (G-04).
DELAI = timedelta(hours=24)

journal = logging.getLogger(__name__)


class EncorePresent(Exception):
    """The storage took the order without a word, and still holds the file."""


@transaction.atomic
def demander(chemins: Iterable[str]) -> int:
    """Have these files erased once the caller's transaction is committed; returns how many.

    Paths in the private storage; an empty one (a row without bytes) is skipped, and asking twice
    is asking once.
    """
    maintenant = timezone.now()
    lignes = [
        Destruction(chemin=chemin, demandee_le=maintenant, a_tenter_le=maintenant)
        for chemin in dict.fromkeys(chemins)
        if chemin
    ]
    if lignes:
        from portail.tasks import detruire_fichiers

        Destruction.objects.bulk_create(lignes, ignore_conflicts=True)
        detruire_fichiers.delay_on_commit()
    return len(lignes)


def detruire(maintenant: datetime, *, duree: float = DUREE) -> int:
    """Erase what is due, for about `duree` seconds; how many files the storage no longer holds."""
    effaces, fin = 0, time.monotonic() + duree
    dues = Destruction.objects.filter(a_tenter_le__lte=maintenant).order_by("a_tenter_le", "pk")
    for pk in list(dues.values_list("pk", flat=True)[:LOT]):
        if time.monotonic() >= fin:
            break
        effaces += _detruire(pk, maintenant)
    return effaces


@transaction.atomic
def _detruire(pk: int, maintenant: datetime) -> bool:
    """Erase one file, unless another worker is at it; killed here, the row stays."""
    libres = Destruction.objects.select_for_update(skip_locked=True)
    ligne = libres.filter(pk=pk, a_tenter_le__lte=maintenant).first()
    if ligne is None:
        return False
    try:
        _effacer(ligne.chemin)
    except SoftTimeLimitExceeded:
        raise
    except Exception as erreur:
        _reporter(ligne, erreur, maintenant)
        return False
    ligne.delete()
    return True


def _effacer(chemin: str) -> None:
    depot = storages["prive"]
    depot.delete(chemin)
    if depot.exists(chemin):
        raise EncorePresent


def _reporter(ligne: Destruction, erreur: Exception, maintenant: datetime) -> None:
    ligne.tentatives += 1
    ligne.derniere_erreur = type(erreur).__name__[:100]
    ligne.a_tenter_le = maintenant + min(PAS * 2 ** min(ligne.tentatives, 10), ATTENTE_MAX)
    ligne.save(update_fields=["tentatives", "derniere_erreur", "a_tenter_le"])
    journal.warning("destruction %s postponed: %s", ligne.pk, ligne.derniere_erreur)
