"""What was told of something that must lead nowhere any more is forgotten with it (G-04)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet

from comptes import recapitulatifs
from comptes.courriels import Ligne
from comptes.models import Courriel, Notification
from portail.calendrier import jour_civil

LOT = 500


def oublier(references: Collection[str]) -> set[str]:
    """Delete the lines and the mails about these, and strike them out of the digests.

    Inside a transaction. Returns those of which a line is being read, or a mail being sent: of
    these nothing is touched.
    """
    lignes = list(Notification.objects.filter(reference__in=references))
    dites: dict[str, set[str]] = defaultdict(set)
    for ligne in lignes:
        for cle in _courriels(ligne):
            dites[cle].add(ligne.reference)
    libres = _saisir(Notification.objects.filter(pk__in=[ligne.pk for ligne in lignes]))
    messages = Courriel.objects.filter(cle__in=dites)
    pris = _saisir(messages)
    tenues = {ligne.reference for ligne in lignes if ligne.pk not in libres}
    for pk, cle in messages.values_list("pk", "cle"):
        tenues |= dites[cle] if pk not in pris else set()
    _effacer([ligne for ligne in lignes if ligne.reference not in tenues])
    return tenues


def _courriels(ligne: Notification) -> Iterable[str]:
    """The keys of the mails that told it: its own, or the digest that it was in."""
    yield Ligne(ligne.destinataire_id, ligne.gabarit, ligne.cle).cle_courriel
    if ligne.recapitulee_le:
        yield recapitulatifs.cle(jour_civil(ligne.recapitulee_le), ligne.destinataire_id)


def _saisir(rangees: QuerySet[Any]) -> set[int]:
    """Those that nobody holds, locked."""
    return set(rangees.select_for_update(skip_locked=True).values_list("pk", flat=True))


def _effacer(lignes: Collection[Notification]) -> None:
    cles = {cle for ligne in lignes for cle in _courriels(ligne)}
    messages = Courriel.objects.filter(cle__in=cles)
    _rayer(messages.filter(gabarit=recapitulatifs.GABARIT), {ligne.reference for ligne in lignes})
    messages.exclude(gabarit=recapitulatifs.GABARIT).delete()
    Notification.objects.filter(pk__in=[ligne.pk for ligne in lignes]).delete()


def _rayer(recapitulatif: QuerySet[Courriel], references: Collection[str]) -> None:
    """A digest tells of others too: it goes on counting what it does not quote any more."""
    rayes = list(recapitulatif)
    for courriel in rayes:
        gardees = [ligne for ligne in courriel.contexte["lignes"] if ligne[1] not in references]
        courriel.contexte["lignes"] = gardees
    Courriel.objects.bulk_update(rayes, ["contexte"], batch_size=LOT)
