"""The daily digest: one mail a day at most, at the hour of Paris that each account chose.

A line is in one digest, the first one after it: its mail and its mark are one transaction, under
the lock of the account. What came after the hour waits for the next day; a sweep that comes late
still sends the same day.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, DateTimeField, Exists, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from comptes.gabarits import GABARITS
from comptes.models import Courriel, Etat, Genre, Notification, Utilisateur
from portail.calendrier import PARIS, jour_civil

LOT = 20
DUREE = 40.0  # seconds: the rest is left to the next run
LIGNES_MAX = 20
GARDE = timedelta(days=400)
LOT_PURGE = 1000
GABARIT = "recapitulatif"


def recapituler(maintenant: datetime, *, duree: float = DUREE) -> int:
    """Write the digests whose hour has come, for about `duree` seconds; returns how many.

    Twice in a day does nothing.
    """
    total, dernier, fin = 0, 0, monotonic() + duree
    while True:
        vus, ecrits = _lot(maintenant, dernier)
        total += ecrits
        if not vus or monotonic() >= fin:
            return total
        dernier = vus[-1]


def purger(maintenant: datetime) -> int:
    """Delete the lines older than 400 days, oldest first; returns how many."""
    total = 0
    while True:
        anciennes = Notification.objects.order_by("pk").values_list("pk", "creee_le")[:LOT_PURGE]
        passees = [pk for pk, creee_le in anciennes if creee_le < maintenant - GARDE]
        Notification.objects.filter(pk__in=passees).delete()
        total += len(passees)
        if len(passees) < LOT_PURGE:
            return total


def limites(maintenant: datetime) -> dict[int, datetime]:
    """For each hour of the Paris day that has come, the instant at which it did.

    An hour that the clocks skip comes with the next one; one that they repeat, the first time.
    """
    jour = jour_civil(maintenant)
    murs = {heure: datetime.combine(jour, time(heure), tzinfo=PARIS) for heure in range(24)}
    instants = {heure: mur.astimezone(UTC) for heure, mur in murs.items()}
    return {heure: instant for heure, instant in instants.items() if instant <= maintenant}


def cle(jour: date, compte: int | str = "") -> str:
    """The key of the digest of that day for this account (primary key)."""
    return f"{GABARIT}:{jour}:{compte}"


@transaction.atomic
def _lot(maintenant: datetime, apres: int) -> tuple[list[int], int]:
    """The accounts looked at, in order, and how many digests were written for them."""
    echues, jour = limites(maintenant), jour_civil(maintenant)
    dus = _dus(echues, jour).filter(pk__gt=apres).order_by("pk")
    pris = dus.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)
    comptes = list(pris[:LOT])
    # Asked again under the lock: another sweep may have been faster.
    heures = dict(
        _dus(echues, jour).filter(pk__in=comptes).values_list("pk", "heure_recapitulatif")
    )
    attendues = _attendues({pk: echues[heure] for pk, heure in heures.items()})
    Courriel.objects.bulk_create(
        Courriel(
            cle=cle(jour, pk),
            destinataire_id=pk,
            gabarit=GABARIT,
            contexte=_contexte(lignes),
        )
        for pk, lignes in attendues.items()
    )
    marquees = [ligne.pk for lignes in attendues.values() for ligne in lignes]
    Notification.objects.filter(pk__in=marquees).update(recapitulee_le=maintenant)
    return comptes, len(attendues)


def _dus(echues: dict[int, datetime], jour: date) -> QuerySet[Utilisateur]:
    """Open accounts whose hour has come, with something to tell, and no digest yet this day."""
    limite = Case(
        *(When(heure_recapitulatif=heure, then=Value(quand)) for heure, quand in echues.items()),
        output_field=DateTimeField(),
    )
    attendues = Notification.objects.filter(destinataire=OuterRef("pk")).a_recapituler()
    du_jour = Concat(Value(cle(jour)), Cast(OuterRef("pk"), CharField()))
    return (
        Utilisateur.objects.filter(etat=Etat.ACTIF, heure_recapitulatif__in=echues)
        .annotate(limite=limite)
        .filter(Exists(attendues.filter(creee_le__lt=OuterRef("limite"))))
        .exclude(Exists(Courriel.objects.filter(cle=du_jour)))
    )


def _attendues(limites: dict[int, datetime]) -> dict[int, list[Notification]]:
    """By account, what its digest tells, latest first; what is being marked as read waits."""
    lignes = Notification.objects.filter(destinataire__in=limites).a_recapituler()
    siennes: dict[int, list[Notification]] = defaultdict(list)
    for ligne in lignes.select_for_update(skip_locked=True).order_by("-creee_le", "-pk"):
        if ligne.creee_le < limites[ligne.destinataire_id]:
            siennes[ligne.destinataire_id].append(ligne)
    return siennes


def _contexte(lignes: Sequence[Notification]) -> dict[str, Any]:
    """Codes and public identifiers: how many of each kind, and the lines to show (D-17).

    What one follows oneself comes before the rest, as the kinds are declared.
    """
    rangs = list(Genre)
    montrees = sorted(lignes, key=lambda ligne: rangs.index(GABARITS[ligne.gabarit].genre))
    return {
        "nombres": Counter(GABARITS[ligne.gabarit].genre for ligne in lignes),
        "lignes": [
            [ligne.gabarit, ligne.reference, ligne.details] for ligne in montrees[:LIGNES_MAX]
        ],
    }
