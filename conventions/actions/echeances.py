"""The sweep of dates: ends, renewals, avenants whose day has come (C-02, C-04, C-05, H-12).

Each batch is one transaction over rows that nobody else holds; killed, it leaves whole batches
done and the rest to the next run, which does nothing twice.
"""

import logging
import time
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import models, transaction
from django.db.models import F, Q

from comptes import journal
from comptes.models import Partenaire
from conventions import dates
from conventions.actions.entree import appliquer
from conventions.actions.fins import constater, fermer_les_acces
from conventions.etats import VIVANTES
from conventions.models import Acte, CaisseLiee, Convention
from portail.calendrier import jour_civil

logger = logging.getLogger(__name__)

LOT = 200
DUREE = 45.0  # seconds: the rest is left to the next run
Lot = Callable[[Any, datetime], None]


def echoir(maintenant: datetime) -> int:
    """Bring every state up to what the dates say now; what is up to date costs five readings.

    Returns how many rows it took.
    """
    limite = time.monotonic() + DUREE
    jour = jour_civil(maintenant)
    lies = CaisseLiee.objects.filter(date_fin__lt=jour, close_le__isnull=True)
    vivantes = Convention.objects.filter(etat__in=VIVANTES)
    travaux: tuple[tuple[models.QuerySet[Any], Lot], ...] = (
        (
            Convention.objects.filter(date_fin__lt=jour).exclude(etat=Convention.Etat.TERMINEE),
            _finir,
        ),
        (Convention.objects.filter(pk__in=lies.values("convention")), _finir),
        (
            Convention.objects.filter(fin_utilisation__lt=jour, utilisation_close_le__isnull=True),
            _finir,
        ),
        (
            vivantes.filter(
                Q(date_fin__isnull=True) | Q(date_fin__gte=F("prochaine_echeance")),
                prochaine_echeance__lte=jour,
            ),
            _reconduire,
        ),
        (
            Acte.objects.filter(
                nature=Acte.Nature.AVENANT,
                etat=Acte.Etat.SIGNE,
                applique_le__isnull=True,
                effet_le__lte=jour,
                convention__etat__in=VIVANTES,
            ).select_related("convention"),
            _prendre_effet,
        ),
    )
    return sum(_balayer(*travail, maintenant, limite) for travail in travaux)


def _finir(conventions: Collection[Convention], maintenant: datetime) -> None:
    models.prefetch_related_objects(list(conventions), "liens", "ruptures", "partenaires")
    atteints: dict[int, Partenaire] = {}
    for convention in conventions:
        ouvertes = [r for r in convention.ruptures.all() if r.levee_le is None]
        if constater(convention, convention.liens.all(), ouvertes, maintenant):
            atteints |= {p.pk: p for p in convention.partenaires.all()}
    fermer_les_acces(atteints.values(), maintenant, acteur=None)


def _reconduire(conventions: Collection[Convention], maintenant: datetime) -> None:
    """C-02: nobody denounced it, it goes on until its next anniversary."""
    jour = jour_civil(maintenant)
    par_date: dict[date, list[int]] = {}
    for convention in conventions:
        suivant = dates.prochain_anniversaire(convention.date_effet or jour, jour)
        par_date.setdefault(suivant, []).append(convention.pk)
    for suivant, pks in par_date.items():
        Convention.objects.filter(pk__in=pks).update(prochaine_echeance=suivant)
    journal.tracer_tous(None, journal.Action.CHANGEMENT, conventions, reconduction="tacite")


def _prendre_effet(actes: Collection[Acte], maintenant: datetime) -> None:
    conventions: dict[int, Convention] = {}
    for acte in actes:
        convention = conventions.setdefault(acte.convention_id, acte.convention)
        appliquer(acte, convention, maintenant)


def _balayer(
    candidats: models.QuerySet[Any], traiter: Lot, maintenant: datetime, limite: float
) -> int:
    """Batch after batch; a row that fails is set aside, and does not hold those behind it."""
    faits, taille, ecartes = 0, LOT, set[int]()
    while time.monotonic() < limite:
        lignes: list[Any] = []
        try:
            with transaction.atomic():
                lignes = _prendre(candidats.exclude(pk__in=ecartes), taille)
                if lignes:
                    traiter(lignes, maintenant)
        except SoftTimeLimitExceeded:
            raise
        except Exception as erreur:
            if not lignes:
                raise
            logger.warning("%s: %s", traiter.__name__, type(erreur).__name__)
            if taille == 1:
                ecartes.add(lignes[0].pk)
            taille = LOT if taille == 1 else 1
            continue
        faits += len(lignes)
        if len(lignes) < taille:
            break
    return faits


def _prendre(candidats: models.QuerySet[Any], taille: int) -> list[Any]:
    """Rows free to take, their convention locked with them; oldest day first for avenants."""
    if candidats.model is Acte:
        verrou = candidats.select_for_update(skip_locked=True, of=("self", "convention"))
        return list(verrou.order_by("effet_le", "numero", "pk")[:taille])
    return list(candidats.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:taille])
