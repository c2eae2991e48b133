"""Celery tasks: they only wrap actions, take a key, re-read the row, and may run twice."""

from celery import shared_task

from signalements import actions
from signalements.actions import pieces, recepisses


@shared_task
def analyser_piece(pk: int) -> None:
    actions.analyser(pk)


@shared_task
def etablir_recepisse(pk: int) -> None:
    actions.etablir_recepisse(pk)


@shared_task
def balayer_echeances() -> None:
    actions.balayer()


@shared_task
def relancer_pieces() -> None:
    """Scan again what a lost task or a scanner that was down left pending."""
    for pk in pieces.en_attente():
        actions.analyser(pk)


@shared_task
def relancer_recepisses() -> None:
    for pk in recepisses.manquants():
        actions.etablir_recepisse(pk)


@shared_task
def purger_brouillons() -> None:
    actions.purger()
