"""Celery tasks of the shell: they only wrap sweeps, and may run twice."""

from celery import shared_task
from django.utils import timezone

from portail import destructions, orphelins


@shared_task
def detruire_fichiers() -> int:
    return destructions.detruire(timezone.now())


@shared_task
def chercher_orphelins() -> int:
    """Go on with the walk through the private storage; a tour may take several runs."""
    return orphelins.balayer(timezone.now())
