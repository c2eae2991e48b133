"""Celery tasks around the mails, which take a key and re-read the row, and the sign-ins."""

from datetime import timedelta

from axes.models import AccessAttempt
from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from comptes import activation, courriels, recapitulatifs, sessions
from portail.taches import chacun

GARDE_DES_ECHECS = timedelta(days=30)


@shared_task
def envoyer_courriel(pk: int) -> None:
    courriels.envoyer(pk)


@shared_task
def relancer_courriels() -> int:
    """Send what a lost task or a postponed delivery left behind."""
    return chacun(courriels.envoyer, courriels.en_souffrance())


@shared_task
def purger_courriels() -> int:
    return courriels.purger(timezone.now())


@shared_task
def purger_connexions() -> int:
    """Drop the sessions that are over, and what was counted of failures older than 30 days."""
    maintenant = timezone.now()
    call_command("clearsessions")
    anciens = AccessAttempt.objects.filter(attempt_time__lt=maintenant - GARDE_DES_ECHECS)
    return sessions.purger(maintenant) + anciens.delete()[0]


@shared_task
def envoyer_liens_demandes() -> int:
    """Mail the links that people who forgot their password asked for."""
    return activation.envoyer_liens_demandes(timezone.now())


@shared_task
def recapituler() -> int:
    """Write the daily digests whose hour has come (D-17)."""
    return recapitulatifs.recapituler(timezone.now())


@shared_task
def purger_notifications() -> int:
    """Drop what people were told more than 400 days ago."""
    return recapitulatifs.purger(timezone.now())
