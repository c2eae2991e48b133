"""Who is told that a declared breach is still unread (G-02).

The DPO of the caisse, or the gestionnaires of the partner, from the first step; once the deadline
passed, the DPO and the admins of the caisse, and whoever declared it if they still work there.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import cast

from comptes import courriels, habilitations, journal, notifications
from echeances.balayage import Porteur
from echeances.delais import ECHU
from echeances.models import Echeance
from violations.acces import DE_LA_CAISSE, DU_PARTENAIRE
from violations.models import Violation


def _manquer(echeances: Collection[Echeance], quand: datetime) -> None:
    violations = [e.violation for e in echeances]
    journal.tracer_tous(None, journal.Action.CHANGEMENT, violations, retard="constate")


def _prevenir(echeances: Collection[Echeance], quand: datetime) -> None:
    if echeances:
        qui = _titulaires(echeances)
        notifications.notifier_tous(ligne for e in echeances for ligne in _lignes(e, qui))


def _titulaires(echeances: Collection[Echeance]) -> Callable[[Echeance, str], list[int]]:
    """Who holds a right on the party of a deadline, read once for all of them."""
    caisses = {e.caisse_id for e in echeances}
    partenaires = {e.partenaire_id for e in echeances}
    la = {d: habilitations.titulaires_par_caisse(caisses, d) for d in DE_LA_CAISSE}
    ici = {d: habilitations.titulaires_par_partenaire(partenaires, d) for d in DU_PARTENAIRE}

    def _qui(echeance: Echeance, droit: str) -> list[int]:
        if droit in la:
            return la[droit].get(echeance.caisse_id, [])
        return ici[droit].get(echeance.partenaire_id, [])

    return _qui


def _lignes(
    echeance: Echeance, qui: Callable[[Echeance, str], list[int]]
) -> Iterator[courriels.Ligne]:
    for compte in dict.fromkeys(_concernes(echeance, qui)):
        yield courriels.Ligne(
            compte,
            "alerte_violation",
            echeance.cle(echeance.palier),
            cast(Violation, echeance.violation).reference,
            {"nature": echeance.nature, "palier": echeance.palier},
            echeance.cle(echeance.precedent),
        )


def _concernes(echeance: Echeance, qui: Callable[[Echeance, str], list[int]]) -> list[int]:
    """There is always somebody: a party without the first of these has the next."""
    violation = cast(Violation, echeance.violation)
    delegues, admins = qui(echeance, "proteger"), qui(echeance, "administrer")
    par_la_caisse = violation.cote == Violation.Cote.CAISSE
    attendus = (par_la_caisse and qui(echeance, "gerer")) or delegues or admins
    if echeance.palier < ECHU:
        return attendus
    auteur = [
        compte
        for droit in (*DE_LA_CAISSE, *DU_PARTENAIRE)
        for compte in qui(echeance, droit)
        if compte == violation.declaree_par_id
    ]
    return [*attendus, *delegues, *admins, *auteur]


PORTEUR = Porteur("violation", _manquer, _prevenir)
