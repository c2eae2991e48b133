"""Celery tasks: they only wrap actions, take a key, re-read the row, and may run twice."""

import logging
from collections.abc import Callable

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from signalements import actions
from signalements.actions import pieces, recepisses

logger = logging.getLogger(__name__)


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
    _chacun(actions.analyser, pieces.en_attente())


@shared_task
def relancer_recepisses() -> None:
    _chacun(actions.etablir_recepisse, recepisses.manquants())


@shared_task
def purger_brouillons() -> None:
    actions.purger()


@shared_task
def relire_demandes() -> None:
    """Go on reading open requests with a new lexicon; nothing to do once it is done."""
    actions.relire()


def _chacun(action: Callable[[int], None], pks: list[int]) -> None:
    """One row that fails must not keep the rows behind it waiting for ever."""
    for pk in pks:
        try:
            action(pk)
        except SoftTimeLimitExceeded:
            raise
        except Exception as erreur:
            logger.warning("%s %s: %s", action.__name__, pk, type(erreur).__name__)
