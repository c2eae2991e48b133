"""Who is told that a deadline of a request comes close, or passed (D-14).

The first step goes to the agent in charge, the next ones to the team as well, a missed deadline
to the managers of the caisse too, and to the partner once. What nobody follows goes to the team
from the first step. Whoever is away is replaced by their substitute.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import cast

from django.utils import timezone

from comptes import absences, courriels, habilitations, journal, notifications
from echeances.balayage import Porteur
from echeances.balayage import balayer as balayer_echeances
from echeances.delais import ECHU
from echeances.models import Echeance
from equipes.actions import alertes as demarches
from portail.calendrier import jour_civil
from signalements.actions import suivi
from signalements.models import Demande, Evenement


def balayer() -> int:
    """Tell what is due of requests and of demarches; returns how many deadlines were seen."""
    return balayer_echeances((PORTEUR, demarches.PORTEUR), timezone.now())


def _verrouiller(pks: Collection[int]) -> Mapping[int, Demande]:
    libres = Demande.objects.filter(pk__in=pks).select_for_update(skip_locked=True)
    return {demande.pk: demande for demande in libres}


def _manquer(echeances: Collection[Echeance], quand: datetime) -> None:
    """Both sides read in the history that the deadline passed."""
    Evenement.objects.bulk_create(
        Evenement(demande=_demande(e), quand=quand, libelle=suivi.retard(e)) for e in echeances
    )
    touchees = {demande.pk: demande for demande in map(_demande, echeances)}
    Demande.objects.filter(pk__in=touchees).update(en_retard=True)
    journal.tracer_tous(None, journal.Action.CHANGEMENT, touchees.values(), retard="constate")


def _prevenir(echeances: Collection[Echeance], quand: datetime) -> None:
    if not echeances:
        return
    jour = jour_civil(quand)
    caisses = {e.caisse_id for e in echeances}
    equipes = habilitations.titulaires_par_caisse(caisses, "instruire")
    encadrement = habilitations.titulaires_par_caisse(caisses, "administrer")
    suivies = {(a, e.caisse_id) for e in echeances if (a := _demande(e).agent_id) is not None}
    presents = absences.remplacants(suivies, jour)
    absents = absences.en_cours({a for equipe in equipes.values() for a in equipe}, jour)
    notifications.notifier_tous(
        ligne
        for e in echeances
        for ligne in _lignes(
            e,
            presents.get((_demande(e).agent_id or 0, e.caisse_id)),
            [a for a in equipes.get(e.caisse_id, ()) if a not in absents],
            encadrement.get(e.caisse_id, ()),
        )
    )


def _lignes(
    echeance: Echeance, agent: int | None, equipe: Collection[int], encadrement: Collection[int]
) -> Iterator[courriels.Ligne]:
    """One line per person: as the agent in charge rather than as one of the team."""
    if agent is not None:
        yield _ligne(echeance, agent, "alerte_suivie")
    if agent is None or echeance.palier > min(echeance.seuils, default=0):
        for membre in equipe:
            if membre != agent:
                yield _ligne(echeance, membre, "alerte_equipe")
    if echeance.palier >= ECHU:
        for responsable in encadrement:
            yield _ligne(echeance, responsable, "alerte_encadrement")
        yield _ligne(echeance, cast(int, _demande(echeance).auteur_id), "delai_depasse", ECHU)


def _ligne(echeance: Echeance, destinataire: int, gabarit: str, palier: int = 0) -> courriels.Ligne:
    palier = palier or echeance.palier
    return courriels.Ligne(
        destinataire,
        gabarit,
        f"echeance:{echeance.pk}:{palier}",
        _demande(echeance).reference,
        {"nature": echeance.nature, "palier": palier},
    )


def _demande(echeance: Echeance) -> Demande:
    return cast(Demande, echeance.demande)


PORTEUR = Porteur("demande", _verrouiller, _manquer, _prevenir)
