"""Celery tasks around the sweeps of the teams: they may run twice, or be killed in the middle."""

from celery import shared_task
from django.utils import timezone

from equipes import actions


@shared_task
def executer_inactivations() -> int:
    return actions.executer_inactivations(timezone.now())


@shared_task
def purger() -> int:
    return actions.purger(timezone.now())


@shared_task
def prevenir() -> int:
    return actions.prevenir(timezone.now())


@shared_task
def relancer_revues() -> int:
    return actions.relancer_revues(timezone.now())


@shared_task
def ouvrir_revues_periodiques() -> int:
    return actions.ouvrir_revues_periodiques(timezone.now())
