"""Celery tasks: they only wrap actions, take a key, re-read the row, and may run twice."""

from celery import shared_task
from django.utils import timezone

from portail.taches import chacun
from signalements import actions
from signalements.actions import pieces, recepisses


@shared_task
def analyser_piece(pk: int) -> None:
    actions.analyser(pk)


@shared_task
def etablir_recepisse(pk: int) -> None:
    actions.etablir_recepisse(pk)


@shared_task
def balayer_echeances() -> int:
    return actions.balayer()


@shared_task
def relancer_pieces() -> int:
    """Scan again what a lost task or a scanner that was down left pending."""
    return chacun(actions.analyser, pieces.en_attente())


@shared_task
def relancer_recepisses() -> int:
    return chacun(actions.etablir_recepisse, recepisses.manquants())


@shared_task
def purger_brouillons() -> int:
    return actions.purger()


@shared_task
def relire_demandes() -> int:
    """Go on reading open requests with a new lexicon; nothing to do once it is done."""
    return actions.relire()


@shared_task
def anonymiser_demandes() -> int:
    return actions.anonymiser(timezone.now())
