"""What is left of the deadlines of an anonymised request: met or missed, by day (G-04)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from comptes.dates import debut
from echeances.models import Echeance
from echeances.natures import EN_HEURES
from portail.calendrier import fin_de_jour_civil, jour_civil

MIDI = timedelta(hours=12)


def reduire(demandes: Collection[int]) -> None:
    """Put new rows in place of the ended deadlines of these requests; their alerts go.

    An alert in a mailbox quotes the reference of its time, and its row the key of the deadline:
    that key leads nowhere any more.
    """
    siennes = Echeance.objects.filter(demande__in=demandes)
    reduites = [_reduite(e) for e in siennes.filter(terminee_le__isnull=False).order_by("pk")]
    siennes.delete()
    Echeance.objects.bulk_create(reduites)


def _reduite(ancienne: Echeance) -> Echeance:
    """The same days, length and outcome, without the hours.

    It falls at noon, so that what ended on that very day still reads as in time or late.
    """
    finie, manquee = cast(datetime, ancienne.terminee_le), ancienne.depassee_le
    fin = debut(jour_civil(ancienne.echeance_le)) + MIDI
    return Echeance(
        nature=ancienne.nature,
        demande_id=ancienne.demande_id,
        caisse_id=ancienne.caisse_id,
        partenaire_id=ancienne.partenaire_id,
        convention_id=ancienne.convention_id,
        debut_le=debut(jour_civil(ancienne.debut_le)),
        echeance_le=fin,
        duree=_longueur(ancienne),
        terminee_le=fin_de_jour_civil(finie, 0) if manquee else debut(jour_civil(finie)),
        depassee_le=manquee and fin_de_jour_civil(manquee, 0),
        seuils=ancienne.seuils,
        relance_heures=ancienne.relance_heures,
        palier=ancienne.palier,
        a_alerter_le=fin,
    )


def _longueur(echeance: Echeance) -> timedelta:
    """Its hours, or its civil days: counted to the second, they would tell when it started."""
    if echeance.nature in EN_HEURES:
        return echeance.duree
    return jour_civil(echeance.debut_le + echeance.duree) - jour_civil(echeance.debut_le)
