"""The admins of a caisse are told that a demarche waits for too long (H-02)."""

from collections.abc import Collection
from datetime import datetime

from comptes import courriels, habilitations, journal, notifications
from echeances.balayage import Porteur
from echeances.models import Echeance


def _manquer(echeances: Collection[Echeance], quand: datetime) -> None:
    demarches = [e.demarche for e in echeances]
    journal.tracer_tous(None, journal.Action.CHANGEMENT, demarches, retard="constate")


def _prevenir(echeances: Collection[Echeance], quand: datetime) -> None:
    if not echeances:
        return
    caisses = {e.caisse_id for e in echeances}
    admins = habilitations.titulaires_par_caisse(caisses, "administrer")
    notifications.notifier_tous(
        courriels.Ligne(
            admin,
            "alerte_demarche",
            e.cle(e.palier),
            e.demarche.reference if e.demarche else "",
            {"nature": e.nature, "palier": e.palier},
            e.cle(e.precedent),
        )
        for e in echeances
        for admin in admins.get(e.caisse_id, ())
    )


PORTEUR = Porteur("demarche", _manquer, _prevenir)
