"""The sweep that reminds both sides of the comité de pilotage (C-09).

Each batch is one transaction over conventions that nobody else holds: what a reminder was, and to
whom it goes, is written with it, so that it leaves once whatever happens to the sweep.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from conventions import copil
from conventions.actions import annonces
from conventions.actions.verrous import aujourd_hui
from conventions.models import RappelCopil, Reunion
from portail.calendrier import jour_civil

LOT = 200


def rappeler_copils(maintenant: datetime) -> int:
    """Remind of the committees that lack a date, that are late, that meet within a week.

    A late sweep sends the last reminder due and no other. Returns how many people were told.
    """
    jour, total, apres = jour_civil(maintenant), 0, 0
    while True:
        with transaction.atomic():
            suivies = copil.a_suivre(jour).filter(pk__gt=apres)
            lot = list(suivies.select_for_update(skip_locked=True, of=("self",))[:LOT])
            total += _rappeler(lot, jour, maintenant)
        if len(lot) < LOT:
            return total
        apres = lot[-1].pk


def tenir_pour_rappele(reunion: Reunion) -> None:
    """Both sides were just told of the date: within a week of it, that was the reminder."""
    jour = aujourd_hui()
    rappel = copil.Situation(jour, None, reunion.jour).rappel
    if rappel:
        _, pour, nom = rappel
        RappelCopil.objects.get_or_create(
            convention=reunion.convention,
            pour=pour,
            nom=nom,
            defaults={"emis_le": timezone.now()},
        )


def _rappeler(conventions: list[Any], jour: date, maintenant: datetime) -> int:
    dus = {
        (convention.pk, *rappel[1:]): (convention, rappel[0])
        for convention in conventions
        if (rappel := copil.situation(convention, jour).rappel)
    }
    partis = RappelCopil.objects.filter(convention__in={pk for pk, _, _ in dus})
    for deja in partis.values_list("convention_id", "pour", "nom"):
        dus.pop(deja, None)
    RappelCopil.objects.bulk_create(
        RappelCopil(convention_id=pk, pour=pour, nom=nom, emis_le=maintenant)
        for pk, pour, nom in dus
    )
    return annonces.rappels_copil(
        [
            (convention, gabarit, f"copil:{convention.reference}:{pour}:{nom}")
            for (_, pour, nom), (convention, gabarit) in dus.items()
        ],
        jour,
    )
