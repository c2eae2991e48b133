"""Celery tasks: they only wrap actions, take a key, re-read the row, and may run twice."""

from celery import shared_task
from django.utils import timezone

from conventions.actions import documents, echeances, rappels, scans
from portail.taches import chacun

# Between two sweeps: a message that was not consumed by then is asked again.
RELANCE = 30


@shared_task(soft_time_limit=30, time_limit=45)
def etablir_document(pk: int) -> None:
    documents.etablir(pk)


@shared_task
def relancer_documents() -> int:
    """Ask again for what a lost task or a broker that was down left unmade, each on its own."""
    manquants = documents.manquants(timezone.now())
    for pk in manquants:
        etablir_document.apply_async((pk,), expires=RELANCE)
    return len(manquants)


@shared_task
def oublier_documents() -> int:
    total = 0
    while oublies := documents.oublier_provisoires(timezone.now()):
        total += oublies
    return total


@shared_task
def echoir() -> int:
    """Ends, renewals and avenants whose day has come; the rest goes on at the next run."""
    return echeances.echoir(timezone.now())


@shared_task
def rappeler_copils() -> int:
    return rappels.rappeler_copils(timezone.now())


@shared_task
def analyser_scan(pk: int) -> None:
    scans.analyser(pk)


@shared_task
def relancer_scans() -> int:
    """Scan again what a lost task or a scanner that was down left pending."""
    return chacun(scans.analyser, scans.en_attente())
