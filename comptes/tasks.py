"""Celery tasks around the mails, which take a key and re-read the row, and the sign-ins."""

from datetime import timedelta

from axes.models import AccessAttempt
from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from comptes import activation, courriels, sessions

GARDE_DES_ECHECS = timedelta(days=30)


@shared_task
def envoyer_courriel(pk: int) -> None:
    courriels.envoyer(pk)


@shared_task
def relancer_courriels() -> None:
    """Send what a lost task or a postponed delivery left behind."""
    for pk in courriels.en_souffrance():
        courriels.envoyer(pk)


@shared_task
def purger_connexions() -> None:
    """Drop the sessions that are over, and what was counted of failures older than 30 days."""
    call_command("clearsessions")
    sessions.purger(timezone.now())
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - GARDE_DES_ECHECS).delete()


@shared_task
def envoyer_liens_demandes() -> None:
    """Mail the links that people who forgot their password asked for."""
    activation.envoyer_liens_demandes(timezone.now())
