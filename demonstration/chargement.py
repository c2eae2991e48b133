"""The load of the demonstration, in six parts, each in one transaction.

A part that was interrupted left nothing behind and is done again; one that is there is skipped.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import time_machine
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from comptes import cgu, tasks
from comptes.actions import publier_cgu
from comptes.models import Caisse, Courriel, Notification
from conventions import tasks as taches_conventions
from demonstration import absences, conclusion, equipes, personnes, rejeu, structures, violations
from demonstration.scenarios import DOSSIERS, EBAUCHES
from portail.taches import Tache
from signalements import tasks as taches_signalements
from signalements.models import Demande

AGE_PORTAIL = timedelta(days=110)
COURRIEL_RECENT = timedelta(hours=1)
NOTIFICATION_RECENTE = timedelta(days=2)
NUMERO_CGU = "1.0"
TEXTE_CGU = Path(cgu.__file__).with_name("textes") / f"cgu-{NUMERO_CGU}.txt"

Dire = Callable[[str], None]


@dataclass(frozen=True)
class Partie:
    nom: str
    presente: Callable[[], bool]
    charger: Callable[[datetime, Dire], None]


def charger(dire: Dire) -> bool:
    """Load what is missing; returns False when everything was there already.

    `dire` hears the progress. The tasks that the actions queue are dropped: one sweep of each
    kind, queued at the end, makes the receipts and the scans and sends the mails.
    """
    maintenant = timezone.now()
    manquantes = [partie for partie in PARTIES if not partie.presente()]
    for partie in manquantes:
        dire(f"Loading {partie.nom}")
        with _sans_taches(), transaction.atomic():
            partie.charger(maintenant, dire)
    if manquantes:
        for tache in BALAYAGES:
            tache.delay_on_commit()
    return bool(manquantes)


@contextmanager
def _sans_taches() -> Iterator[None]:
    with mock.patch.object(Tache, "_publier"):
        yield


def _charger_structures(maintenant: datetime, dire: Dire) -> None:
    conclusion.installer(maintenant, maintenant - AGE_PORTAIL)


def _charger_comptes(maintenant: datetime, dire: Dire) -> None:
    version = cgu.en_vigueur()
    if version is None:
        with time_machine.travel(maintenant - AGE_PORTAIL, tick=False):
            version = publier_cgu(
                numero=NUMERO_CGU, texte=TEXTE_CGU.read_text("utf-8"), acteur=None
            )
    personnes.installer(version, maintenant)


def _charger_equipes(maintenant: datetime, dire: Dire) -> None:
    equipes.installer(maintenant)
    _dater_les_courriels(maintenant)


def _charger_demandes(maintenant: datetime, dire: Dire) -> None:
    def avancer(fait: int, total: int) -> None:
        if fait % 100 == 0 or fait == total:
            dire(f"  {fait} of {total} steps")

    rejeu.raconter(DOSSIERS, EBAUCHES, maintenant, avancer)
    _dater_les_courriels(maintenant)


def _charger_violations(maintenant: datetime, dire: Dire) -> None:
    violations.installer(maintenant)
    _dater_les_courriels(maintenant)


def _charger_absences(maintenant: datetime, dire: Dire) -> None:
    absences.installer(maintenant)
    _dater_les_courriels(maintenant)


def _dater_les_courriels(maintenant: datetime) -> None:
    """Mails of the past left at their date, what they told was read; the last hour's wait."""
    Courriel.objects.filter(cree_le__lt=maintenant - COURRIEL_RECENT).exclude(
        etat=Courriel.Etat.ENVOYE
    ).update(etat=Courriel.Etat.ENVOYE, envoye_le=F("cree_le") + timedelta(seconds=4), tentatives=1)
    Notification.objects.filter(creee_le__lt=maintenant - NOTIFICATION_RECENTE).update(
        lue_le=F("creee_le") + timedelta(hours=1)
    )


PARTIES = (
    Partie(
        "the caisses, the partners and the conventions",
        lambda: Caisse.objects.filter(code=structures.CAISSES[0].code).exists(),
        _charger_structures,
    ),
    Partie(
        "the accounts",
        personnes.sont_presents,
        _charger_comptes,
    ),
    Partie(
        "the life of the teams",
        equipes.sont_presentes,
        _charger_equipes,
    ),
    Partie(
        "the requests",
        lambda: Demande.objects.filter(
            auteur__identifiant=DOSSIERS[0].auteur, nom=DOSSIERS[0].personne.nom
        ).exists(),
        _charger_demandes,
    ),
    Partie("the data breaches", violations.sont_presentes, _charger_violations),
    # The last: what the requests told in the past went to who followed them then.
    Partie("an absence", absences.sont_presentes, _charger_absences),
)
BALAYAGES = (
    taches_signalements.relancer_pieces,
    taches_signalements.relancer_recepisses,
    taches_signalements.anonymiser_demandes,
    taches_conventions.relancer_documents,
    tasks.relancer_courriels,
)
