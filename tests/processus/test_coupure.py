"""Worker and beat killed in the middle: nothing is lost, nothing is sent twice.

Real processes, a real broker, a real clamd and a real SMTP server on loopback. The server stops
in the middle of a dialogue, both processes are killed with SIGKILL at that very moment, then
started again.
"""

import asyncio
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.conf import settings

from comptes.models import Courriel
from portail.models import Execution
from signalements import actions
from signalements.models import Demande, Evenement, Piece, Recepisse
from tests.personas import Personas
from tests.processus.outils import PATIENCE, attendre, port_libre, processus
from tests.voisinage import DONNEES, csv, lier

NOMBRE = 6


class Boite:
    """Counts what it accepts, and holds the third dialogue at a chosen moment."""

    def __init__(self, moment: str) -> None:
        self.recus: Counter[str] = Counter()
        self.dialogues = 0
        self.moment = moment
        self.au_milieu = threading.Event()
        self.coupe = threading.Event()

    async def handle_RCPT(
        self, _s: Any, _session: Any, enveloppe: Any, adresse: str, _options: Any
    ) -> str:
        self.dialogues += 1
        if self.moment == "avant le corps":
            await self._retenir()
        enveloppe.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _session: Any, enveloppe: Any) -> str:
        self.recus[message_from_bytes(enveloppe.content)["Message-ID"]] += 1
        if self.moment == "apres le point":
            await self._retenir()
        return "250 OK"

    async def _retenir(self) -> None:
        if self.dialogues == 3 and not self.au_milieu.is_set():
            self.au_milieu.set()
            await asyncio.to_thread(self.coupe.wait, PATIENCE)


def deposer_des_demandes(personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    acteur = personas.technicien_a
    for rang in range(NOMBRE):
        quand = datetime.now(UTC) - timedelta(days=40 if rang == 0 else 1)
        with time_machine.travel(quand, tick=False):
            brouillon = actions.commencer(
                acteur=acteur,
                partenaire=personas.partenaire_a,
                caisse=personas.caisse_a,
                service="signaler",
            )
            actions.joindre(brouillon, csv(), usage="autre", acteur=acteur)
            actions.deposer(brouillon, DONNEES, acteur=acteur)


def tout_est_fait(boite: Boite) -> bool:
    """The mails come last: each is written with what it tells of, so none can appear after.

    A row says that its mail was handed over; the server may still be reading it.
    """
    return (
        Demande.objects.filter(en_retard=True).count() == 1
        and Recepisse.objects.count() == NOMBRE
        and not Piece.objects.exclude(etat="saine").exists()
        and not Courriel.objects.exclude(etat="envoye").exists()
        and len(boite.recus) == Courriel.objects.count()
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.regle("D-12")
@pytest.mark.parametrize("moment", ["avant le corps", "apres le point"])
def test_tues_au_milieu_rien_n_est_perdu_ni_envoye_deux_fois(
    moment: str, clamd: str, environnement: dict[str, str], personas: Personas
) -> None:
    boite = Boite(moment)
    port = port_libre()
    serveur = Controller(boite, hostname="127.0.0.1", port=port)
    serveur.start()
    env = {**environnement, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    try:
        deposer_des_demandes(personas)
        with processus(env):
            assert boite.au_milieu.wait(PATIENCE), "the third mail never started"
        boite.coupe.set()
        with processus(env):
            attendre(
                lambda: tout_est_fait(boite), "mails, scans, receipts and late marks after that"
            )
    finally:
        boite.coupe.set()
        serveur.stop()
    domaine = settings.DOMAINE_COURRIEL
    envoyes = {f"<courriel-{c.pk}@{domaine}>" for c in Courriel.objects.all()}
    assert boite.recus == Counter(dict.fromkeys(envoyes, 1))
    # Each deposit, and the one deadline that was missed.
    assert Courriel.objects.filter(gabarit="delai_depasse").count() == 1
    assert len(envoyes) == NOMBRE + 1
    assert Evenement.objects.filter(libelle__startswith="Délai dépassé").count() == 1
    # The runs are recorded by the worker that makes them, killed or not.
    reussies = Execution.objects.filter(derniere_reussite_le__isnull=False)
    assert "comptes.tasks.relancer_courriels" in reussies.values_list("nom", flat=True)
