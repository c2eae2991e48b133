"""Celery tasks around the mails: they take a key and re-read the row."""

from celery import shared_task

from comptes import courriels


@shared_task
def envoyer_courriel(pk: int) -> None:
    courriels.envoyer(pk)


@shared_task
def relancer_courriels() -> None:
    """Send what a lost task or a postponed delivery left behind."""
    for pk in courriels.en_souffrance():
        courriels.envoyer(pk)
