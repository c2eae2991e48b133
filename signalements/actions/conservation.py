"""A closed request is kept for a while, then nothing tells whom it was about (G-04).

What is left is counted (P-01): see docs/adr/0017-anonymisation.md.
"""

import logging
import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.db import models, transaction

from comptes import journal
from comptes.dates import debut
from comptes.oubli import oublier
from echeances.conservation import reduire
from portail import destructions, references
from portail.calendrier import jour_civil
from signalements import conservation
from signalements.models import (
    Arret,
    Contact,
    Demande,
    Etat,
    Evenement,
    Levee,
    Message,
    Piece,
    Recepisse,
)
from signalements.models.demandes import EFFACES

LOT = 100
DUREE = 40.0  # seconds: the rest is left to the next run
# Read at once: what one run can hope to do.
PRISES = 5000

INSTANTS = ("deposee_le", "consentement_le", "activite_le", "cloturee_le")
# Where a lock may be held without the request's: a verdict, an opinion being given.
TENUES: tuple[type[models.Model], ...] = (Piece, Levee)
EFFACEES: tuple[type[models.Model], ...] = (Arret, Levee, Piece, Message, Contact, Recepisse)

Echues = Mapping[int, datetime]
"""Requests (primary keys), each with the instant before which it must have been closed."""

logger = logging.getLogger(__name__)


def anonymiser(maintenant: datetime) -> int:
    """Anonymise the requests closed for longer than their caisse keeps them; returns how many.

    Batches, each one transaction, that leave to the next run what somebody holds.
    """
    fin = time.monotonic() + DUREE
    total = 0
    for lot in _lots(_echues(jour_civil(maintenant))):
        if time.monotonic() >= fin:
            break
        total += _anonymiser_ou_diviser(lot, maintenant)
    return total


def _echues(jour: date) -> Echues:
    """What is due on that day, the caisses and conventions that wait most first."""
    echues: dict[int, datetime] = {}
    for avant, closes in conservation.echues(jour, conservation.premieres()):
        pks = closes.order_by("cloturee_le").values_list("pk", flat=True)
        echues |= dict.fromkeys(pks[: PRISES - len(echues)], avant)
        if len(echues) >= PRISES:
            break
    return echues


def _lots(echues: Echues) -> Iterator[Echues]:
    lignes = list(echues.items())
    for rang in range(0, len(lignes), LOT):
        yield dict(lignes[rang : rang + LOT])


def _anonymiser_ou_diviser(lot: Echues, maintenant: datetime) -> int:
    """One request that fails keeps no other waiting: its batch is taken again one by one."""
    try:
        return _anonymiser_un_lot(lot, maintenant)
    except SoftTimeLimitExceeded:
        raise
    except Exception as erreur:
        logger.warning("anonymiser (%s): %s", len(lot), type(erreur).__name__)
        if len(lot) == 1:
            return 0
    return sum(_anonymiser_ou_diviser({pk: avant}, maintenant) for pk, avant in lot.items())


@transaction.atomic
def _anonymiser_un_lot(lot: Echues, maintenant: datetime) -> int:
    saisies = _saisir(lot)
    tenues = oublier([demande.reference for demande in saisies])
    demandes = [demande for demande in saisies if demande.reference not in tenues]
    if demandes:
        pks = [demande.pk for demande in demandes]
        # By reference, which is random: in another order, the lines would tell which is which.
        connues = sorted(demandes, key=lambda demande: demande.reference)
        journal.tracer_tous(None, journal.Action.CHANGEMENT, connues, anonymisation=True)
        _effacer_le_contenu(pks)
        _reduire_l_histoire(pks)
        reduire(pks)
        _oublier_la_personne(demandes, maintenant)
    return len(demandes)


def _saisir(lot: Echues) -> list[Demande]:
    """Those that are still due and that nobody holds, locked with what hangs on them."""
    libres = Demande.objects.conservees().filter(pk__in=lot).select_for_update(skip_locked=True)
    dues = [d for d in libres if d.cloturee_le and d.cloturee_le < lot[d.pk]]
    tenues = {pk for modele in TENUES for pk in _tenues(modele, dues)}
    return [demande for demande in dues if demande.pk not in tenues]


def _tenues(modele: type[models.Model], demandes: Collection[Demande]) -> set[int]:
    """The requests of which somebody holds such a row at this instant."""
    lignes = modele._default_manager.filter(demande__in=demandes)
    libres = set(lignes.select_for_update(skip_locked=True).values_list("pk", flat=True))
    return {demande for pk, demande in lignes.values_list("pk", "demande") if pk not in libres}


def _effacer_le_contenu(demandes: Collection[int]) -> None:
    """What was written and attached; the bytes go once this is committed."""
    pieces = Piece.objects.filter(demande__in=demandes).values_list("fichier", flat=True)
    recepisses = Recepisse.objects.filter(demande__in=demandes).values_list("fichier", flat=True)
    destructions.demander([*pieces, *recepisses])
    for modele in EFFACEES:
        modele._default_manager.filter(demande__in=demandes).delete()


def _reduire_l_histoire(demandes: Collection[int]) -> None:
    """The stages and their days. New rows: mails were sent under the keys of the former ones."""
    anciens = Evenement.objects.filter(demande__in=demandes)
    etapes = [
        Evenement(
            demande_id=etape.demande_id,
            quand=debut(jour_civil(etape.quand)),
            libelle=Etat(etape.etat).label,
            etat=etape.etat,
            visible=etape.visible,
        )
        for etape in anciens.exclude(etat="").order_by("quand", "pk")
    ]
    anciens.delete()
    Evenement.objects.bulk_create(etapes)


def _oublier_la_personne(demandes: Collection[Demande], maintenant: datetime) -> None:
    """Blank who it was, and draw again what it could be asked for by.

    Of its anonymisation, the month alone: the day would be that of its line in the trace.
    """
    mois = debut(jour_civil(maintenant).replace(day=1))
    siennes = Demande.objects.filter(pk__in=[demande.pk for demande in demandes])
    siennes.update(anonymisee_le=mois, **EFFACES)
    for demande in demandes:
        demande.reference, demande.origine = references.tirer(), uuid.uuid4()
        for instant in INSTANTS:
            setattr(demande, instant, debut(jour_civil(getattr(demande, instant))))
    Demande.objects.bulk_update(demandes, ["reference", "origine", *INSTANTS])
