"""Who is told that a declared breach is still unread (G-02).

The DPO of the caisse, or the gestionnaires of the partner, from the first step; once the deadline
passed, the admins of the caisse and whoever declared it as well.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import cast

from comptes import courriels, habilitations, journal, notifications
from echeances.balayage import Porteur
from echeances.delais import ECHU
from echeances.models import Echeance
from violations.models import Violation


def _verrouiller(pks: Collection[int]) -> Mapping[int, Violation]:
    libres = Violation.objects.filter(pk__in=pks).select_for_update(skip_locked=True)
    return {violation.pk: violation for violation in libres}


def _manquer(echeances: Collection[Echeance], quand: datetime) -> None:
    violations = [e.violation for e in echeances]
    journal.tracer_tous(None, journal.Action.CHANGEMENT, violations, retard="constate")


def _prevenir(echeances: Collection[Echeance], quand: datetime) -> None:
    if not echeances:
        return
    caisses = {e.caisse_id for e in echeances}
    delegues = habilitations.titulaires_par_caisse(caisses, "proteger")
    admins = habilitations.titulaires_par_caisse(caisses, "administrer")
    gestionnaires = habilitations.titulaires_par_partenaire(
        {e.partenaire_id for e in echeances}, "gerer"
    )
    notifications.notifier_tous(
        ligne
        for e in echeances
        for ligne in _lignes(
            e,
            delegues.get(e.caisse_id, []),
            admins.get(e.caisse_id, []),
            gestionnaires.get(e.partenaire_id, []),
        )
    )


def _lignes(
    echeance: Echeance, delegues: list[int], admins: list[int], gestionnaires: list[int]
) -> Iterator[courriels.Ligne]:
    violation = cast(Violation, echeance.violation)
    par_le_partenaire = violation.cote == Violation.Cote.PARTENAIRE
    comptes = (delegues or admins) if par_le_partenaire else gestionnaires
    if echeance.palier >= ECHU:
        auteur = [violation.declaree_par_id] if violation.declaree_par_id else []
        comptes = [*comptes, *delegues, *admins, *auteur]
    for compte in dict.fromkeys(comptes):
        yield courriels.Ligne(
            compte,
            "alerte_violation",
            echeance.cle(echeance.palier),
            violation.reference,
            {"nature": echeance.nature, "palier": echeance.palier},
            echeance.cle(echeance.precedent),
        )


PORTEUR = Porteur("violation", _verrouiller, _manquer, _prevenir)
