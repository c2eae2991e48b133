"""Celery tasks around the sweeps of the teams: they may run twice, or be killed in the middle."""

from celery import shared_task
from django.utils import timezone

from equipes import actions


@shared_task
def executer_inactivations() -> None:
    actions.executer_inactivations(timezone.now())


@shared_task
def purger() -> None:
    actions.purger(timezone.now())


@shared_task
def prevenir() -> None:
    actions.prevenir(timezone.now())


@shared_task
def relancer_revues() -> None:
    actions.relancer_revues(timezone.now())


@shared_task
def ouvrir_revues_periodiques() -> None:
    actions.ouvrir_revues_periodiques(timezone.now())
