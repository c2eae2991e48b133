"""Celery tasks of the shell: they only wrap sweeps, and may run twice."""

from celery import shared_task
from django.utils import timezone

from portail import destructions


@shared_task
def detruire_fichiers() -> int:
    return destructions.detruire(timezone.now())
