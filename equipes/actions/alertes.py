"""The admins of a caisse are told that a demarche waits for too long (H-02)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from comptes import courriels, habilitations, journal, notifications
from echeances.balayage import Porteur
from echeances.models import Echeance
from equipes.models import Demarche


def _verrouiller(pks: Collection[int]) -> Mapping[int, Demarche]:
    libres = Demarche.objects.filter(pk__in=pks).select_for_update(skip_locked=True)
    return {demarche.pk: demarche for demarche in libres}


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


PORTEUR = Porteur("demarche", _verrouiller, _manquer, _prevenir)
