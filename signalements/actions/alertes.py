"""Who is told that a deadline of a request comes close, or passed (D-14).

The first step goes to the agent in charge, the next ones to the team as well, a missed deadline
to the managers of the caisse too, and to the partner as it passes. What nobody follows goes to
the team from the first step. Whoever is away is replaced by their substitute.
"""

from collections.abc import Collection, Iterator
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
from violations.alertes import PORTEUR as VIOLATIONS


def balayer() -> int:
    """Tell what is due of requests, demarches and breaches; how many deadlines were seen."""
    return balayer_echeances(PORTEURS, timezone.now())


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
    cote_caisse = (
        ligne
        for e in echeances
        for ligne in _lignes(
            e,
            presents.get((_demande(e).agent_id or 0, e.caisse_id)),
            _presents(equipes.get(e.caisse_id, []), absents),
            encadrement.get(e.caisse_id, ()),
        )
    )
    manquees = [e for e in echeances if e.depassee_le == quand]
    notifications.notifier_tous([*cote_caisse, *_cote_partenaire(manquees)])


def _presents(equipe: list[int], absents: Collection[int]) -> list[int]:
    """Those who are there; all of them when nobody is, for somebody has to know."""
    return [agent for agent in equipe if agent not in absents] or equipe


def _cote_partenaire(manquees: Collection[Echeance]) -> Iterator[courriels.Ligne]:
    """The author, or who files for the partner if they left, as for any news of the request."""
    partenaires = {e.partenaire_id for e in manquees}
    deposants = habilitations.titulaires_par_partenaire(partenaires, "deposer")
    for e in manquees:
        siens, auteur = deposants.get(e.partenaire_id, []), _demande(e).auteur_id
        for compte in [auteur] if auteur in siens else siens:
            yield _ligne(e, compte, "delai_depasse", ECHU)


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


def _ligne(echeance: Echeance, destinataire: int, gabarit: str, palier: int = 0) -> courriels.Ligne:
    palier = palier or echeance.palier
    return courriels.Ligne(
        destinataire,
        gabarit,
        echeance.cle(palier),
        _demande(echeance).reference,
        {"nature": echeance.nature, "palier": palier},
        echeance.cle(echeance.precedent),
    )


def _demande(echeance: Echeance) -> Demande:
    return cast(Demande, echeance.demande)


PORTEUR = Porteur("demande", _manquer, _prevenir)
PORTEURS = (PORTEUR, demarches.PORTEUR, VIOLATIONS)
