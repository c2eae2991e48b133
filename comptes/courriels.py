"""A mail is a row, sent after commit, never lost and, but for an instant, once (D-17).

Even when the worker is killed in the middle: the row is committed as sent right after the dot
that makes the delivery binding, without waiting for the server's answer. Killed before the dot,
the server saw a broken dialogue, delivers nothing, and the sweep sends the row again; killed
after the commit, the row is done. See docs/adr/0004-courriels.md.
"""

import logging
import re
import smtplib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from comptes import journal
from comptes.composition import composer
from comptes.models import OUVERTS, Courriel, Utilisateur
from portail.smtp import Remise, ServeurParti

logger = logging.getLogger(__name__)

TENTATIVES_MAX = 12
ATTENTE_MAX = timedelta(hours=1)
LOT = 200
# A reference, a UUID, the code of a partner: no space, no dot, no « @ ».
IDENTIFIANT = re.compile(r"[0-9A-Za-z_-]{0,60}")
# What was sent longer ago can no longer be asked about; beyond a year, no yearly mail repeats.
GARDE = timedelta(days=400)
LOT_OUBLI = 1000
DUREE = 20.0  # seconds: the worker has other sweeps to run


@dataclass(frozen=True, slots=True)
class Ligne:
    """A mail to write among many: to whom (primary key), and what `ecrire` takes."""

    destinataire: int
    gabarit: str
    cle: str
    reference: str = ""
    # Codes of closed lists: what the words are made of as the mail leaves.
    details: dict[str, Any] = field(default_factory=dict)
    # The name of what this one says better: its line in the portal is read by now.
    remplace: str = ""

    @property
    def contexte(self) -> dict[str, Any]:
        reference = {"reference": self.reference} if self.reference else {}
        return reference | self.details

    @property
    def cle_courriel(self) -> str:
        return f"{self.cle}:{self.destinataire}"


def ecrire(
    destinataire: Utilisateur, gabarit: str, *, cle: str, contexte: dict[str, str] | None = None
) -> None:
    """Queue one mail; a second call with the same `cle` for the same person is a no-op.

    `contexte` holds public identifiers only (a reference), never a name nor a text (D-17):
    anything else raises.
    """
    for valeur in (contexte or {}).values():
        exiger_identifiant(valeur)
    _ecrire(
        f"{cle}:{destinataire.pk}",
        destinataire=destinataire,
        gabarit=gabarit,
        contexte=contexte or {},
    )


def ecrire_a(adresse: str, gabarit: str, *, cle: str) -> None:
    """Queue one mail to a desk that has no account, once by `cle`; it carries nothing at all."""
    _ecrire(cle, adresse=adresse, gabarit=gabarit)


def _ecrire(cle: str, **champs: Any) -> None:
    courriel, nouveau = Courriel.objects.get_or_create(cle=cle, defaults=champs)
    if nouveau:
        from comptes.tasks import envoyer_courriel

        envoyer_courriel.delay_on_commit(courriel.pk)


def ecrire_tous(lignes: Iterable[Ligne]) -> int:
    """Queue many mails in one statement; returns how many are new.

    The sweep takes them away: no task for each.
    """
    par_cle = {ligne.cle_courriel: ligne for ligne in lignes}
    deja = set(Courriel.objects.filter(cle__in=par_cle).values_list("cle", flat=True))
    nouveaux = [
        Courriel(
            cle=cle,
            destinataire_id=ligne.destinataire,
            gabarit=ligne.gabarit,
            contexte=ligne.contexte,
        )
        for cle, ligne in par_cle.items()
        if cle not in deja
    ]
    Courriel.objects.bulk_create(nouveaux, ignore_conflicts=True)
    return len(nouveaux)


def exiger_identifiant(valeur: str) -> None:
    """Raise ValueError unless this is a public identifier, or nothing (D-17)."""
    if not IDENTIFIANT.fullmatch(valeur):
        raise ValueError("a mail carries public identifiers only")


def hater(lignes: Iterable[Ligne]) -> None:
    """Send these on commit, rather than at the next sweep."""
    from comptes.tasks import envoyer_courriel

    cles = [ligne.cle_courriel for ligne in lignes]
    for pk in Courriel.objects.filter(cle__in=cles).values_list("pk", flat=True):
        envoyer_courriel.delay_on_commit(pk)


def abandonner(destinataires: QuerySet[Utilisateur]) -> int:
    """Give up what has not left yet for these accounts, which are closed; returns how many.

    What is being sent at this instant is left alone, and nobody waits for the mail server.
    """
    attendus = Courriel.objects.filter(destinataire__in=destinataires, etat=Courriel.Etat.A_ENVOYER)
    pks = list(attendus.select_for_update(skip_locked=True).values_list("pk", flat=True))
    return Courriel.objects.filter(pk__in=pks).update(etat=Courriel.Etat.ABANDONNE)


def envoyer(pk: int) -> bool:
    """Send one row, unless it is sent already or being sent by somebody else.

    Returns True when this call sent it. A refused or broken dialogue postpones the row with a
    doubling delay (at most one hour); after 12 attempts it is given up, for a human to see.
    """
    courriel = Courriel.objects.select_related("destinataire").filter(pk=pk).first()
    if courriel is None:
        return False
    if courriel.destinataire and courriel.destinataire.etat not in OUVERTS:
        # Closed while this was being written, or before it was tried again.
        abandonner(Utilisateur.objects.filter(pk=courriel.destinataire.pk))
        return False
    try:
        message = composer(courriel)
    except SoftTimeLimitExceeded:
        raise
    except Exception as erreur:
        # Words that cannot be put together are a failure that somebody must see.
        _echouer(courriel, erreur)
        return False
    with Remise(message) as remise:
        if not _presenter(courriel, remise):
            return False
        try:
            remise.conclure()
        except ServeurParti:
            logger.warning("SMTP server gone after the final dot of mail %s: kept as sent", pk)
        except smtplib.SMTPResponseException as erreur:
            _reporter(courriel, erreur)
            return False
    return True


def en_souffrance() -> list[int]:
    """Rows that should have left by now: lost task, broker down, or postponed."""
    dus = Courriel.objects.filter(
        etat=Courriel.Etat.A_ENVOYER, a_envoyer_le__lte=timezone.now()
    ).order_by("a_envoyer_le")
    return list(dus.values_list("pk", flat=True)[:LOT])


def echoues() -> QuerySet[Courriel]:
    """Given up after all their attempts, for a human to see; not those of a closed account."""
    return Courriel.objects.filter(
        Q(destinataire__isnull=True) | Q(destinataire__etat__in=OUVERTS),
        etat=Courriel.Etat.ABANDONNE,
        tentatives__gte=TENTATIVES_MAX,
    )


@transaction.atomic
def reessayer(pk: int | None = None, *, acteur: Utilisateur) -> int:
    """Send again that mail, or all of them, if given up after its attempts; returns how many.

    They start from their first attempt; the sweep takes them away.
    """
    choisis = echoues() if pk is None else echoues().filter(pk=pk)
    lot = list(choisis.select_for_update(of=("self",)).only("pk").order_by("pk"))
    Courriel.objects.filter(pk__in=[courriel.pk for courriel in lot]).update(
        etat=Courriel.Etat.A_ENVOYER, tentatives=0, a_envoyer_le=timezone.now()
    )
    journal.tracer_tous(acteur, journal.Action.CHANGEMENT, lot, reessai=True)
    return len(lot)


def purger(maintenant: datetime, *, duree: float = DUREE) -> int:
    """Forget what was sent, or given up, 400 days ago, for about `duree` seconds; how many."""
    total, fin = 0, time.monotonic() + duree
    while oublies := _purger_un_lot(maintenant - GARDE):
        total += oublies
        if time.monotonic() >= fin:
            break
    return total


@transaction.atomic
def _purger_un_lot(limite: datetime) -> int:
    finis = Courriel.objects.filter(
        Q(etat=Courriel.Etat.ENVOYE, envoye_le__lt=limite)
        | Q(etat=Courriel.Etat.ABANDONNE, a_envoyer_le__lt=limite)
    )
    pks = list(finis.select_for_update(skip_locked=True).values_list("pk", flat=True)[:LOT_OUBLI])
    return Courriel.objects.filter(pk__in=pks).delete()[0]


def _presenter(courriel: Courriel, remise: Remise) -> bool:
    """Dialogue up to the dot under the row's lock, committed as sent on the way out.

    Nothing stands between the dot and the commit: killed there, the mail would leave again.
    """
    with transaction.atomic():
        if not _prendre(courriel):
            return False
        try:
            remise.presenter()
            courriel.etat = Courriel.Etat.ENVOYE
            courriel.envoye_le = timezone.now()
            courriel.save(update_fields=["etat", "envoye_le", "tentatives"])
            remise.remettre()
        except (OSError, smtplib.SMTPException) as erreur:
            _reporter(courriel, erreur)
            return False
    return True


def _prendre(courriel: Courriel) -> bool:
    """Lock the row for one more attempt; False when it is sent, or in other hands."""
    libre = Courriel.objects.select_for_update(skip_locked=True).filter(
        pk=courriel.pk, etat=Courriel.Etat.A_ENVOYER
    )
    if libre.first() is None:
        return False
    courriel.tentatives += 1
    return True


@transaction.atomic
def _echouer(courriel: Courriel, erreur: Exception) -> None:
    if _prendre(courriel):
        _reporter(courriel, erreur)


def _reporter(courriel: Courriel, erreur: Exception) -> None:
    attente = min(timedelta(seconds=15 * 2**courriel.tentatives), ATTENTE_MAX)
    abandon = courriel.tentatives >= TENTATIVES_MAX
    courriel.etat = Courriel.Etat.ABANDONNE if abandon else Courriel.Etat.A_ENVOYER
    courriel.envoye_le = None
    courriel.a_envoyer_le = timezone.now() + attente
    # The class only: a server quotes addresses.
    courriel.derniere_erreur = type(erreur).__name__[:80]
    courriel.save(
        update_fields=["etat", "envoye_le", "a_envoyer_le", "tentatives", "derniere_erreur"]
    )
    logger.warning("mail %s postponed: %s", courriel.pk, courriel.derniere_erreur)
