"""The verbs on one's own notifications: read, unread, all at once and back.

Nobody else is concerned and nothing else changes: no trace.
"""

from datetime import datetime

from comptes.models import Notification, Utilisateur


def marquer_lue(notification: Notification, *, quand: datetime) -> None:
    """It keeps the instant of its first reading."""
    Notification.objects.filter(pk=notification.pk).non_lues().update(lue_le=quand)


def marquer_non_lue(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk).update(lue_le=None)


def tout_lire(*, jusqua: datetime, quand: datetime, acteur: Utilisateur) -> int:
    """Mark as read everything told until `jusqua`; returns how many lines were not.

    The instant that they all carry, `quand`, is what `retablir_non_lues` takes.
    """
    siennes = Notification.objects.visibles_par(acteur).filter(creee_le__lte=jusqua)
    return siennes.non_lues().update(lue_le=quand)


def retablir_non_lues(instant: datetime, *, acteur: Utilisateur) -> int:
    """Undo `tout_lire`."""
    return Notification.objects.visibles_par(acteur).filter(lue_le=instant).update(lue_le=None)
