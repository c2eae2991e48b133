"""Who is away on a day, and who stands in for whom, caisse by caisse: reads only.

Somebody stands in who is active, habilitated on the very caisse of the request, and present that
day. When the substitute is away too, it is the substitute's own substitute, and so on; a circle
of absent colleagues leaves nobody. A day is a civil day of Paris: `jour_civil(maintenant)`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from comptes import habilitations, personnel
from comptes.models import Absence, Civilite, Etat, Profil, Utilisateur
from portail.templatetags.portail import jour as en_clair

DROIT = "instruire"


@dataclass(frozen=True, slots=True)
class Relais:
    """What an absence of the day says for one caisse; `au` is its last day."""

    identifiant: UUID
    civilite: str
    au: date
    remplacant: int
    nom: str
    utilisable: bool


TousLesRelais = Mapping[tuple[int, int], Relais]
"""By (agent, caisse)."""


def en_cours(agents: Collection[int], jour: date) -> dict[int, Absence]:
    """Those of these agents who are away that day, with their absence; one query."""
    absences = Absence.objects.en_cours(agents, jour).select_related("remplacant")
    return {absence.agent_id: absence for absence in absences}


def relais(caisses: Collection[int], jour: date) -> dict[tuple[int, int], Relais]:
    """The active agents of these caisses who are away that day; one query."""
    absences = Absence.objects.maintenues().filter(
        du__lte=jour,
        au__gte=jour,
        agent__etat=Etat.ACTIF,
        agent__droitcaisse__content_object__in=caisses,
    )
    lignes = absences.annotate(
        caisse=F("agent__droitcaisse__content_object"),
        utilisable=habilitations.detient(
            DROIT, compte="remplacant", caisse="agent__droitcaisse__content_object"
        ),
    ).values_list(
        "agent",
        "caisse",
        "identifiant",
        "agent__civilite",
        "au",
        "remplacant",
        Concat("remplacant__prenom", Value(" "), "remplacant__nom"),
        "utilisable",
    )
    return {(agent, caisse): Relais(*dit) for agent, caisse, *dit in lignes}


def dernier(tous: TousLesRelais, agent: int, caisse: int) -> Relais | None:
    """The end of the chain that begins with this absent agent: its `remplacant` stands in."""
    lien, vus = tous.get((agent, caisse)), set()
    while lien is not None and lien.utilisable and lien.remplacant not in vus:
        vus.add(lien.remplacant)
        suivant = tous.get((lien.remplacant, caisse))
        if suivant is None:
            return lien
        lien = suivant
    return None


def remplacants(couples: Collection[tuple[int, int]], jour: date) -> dict[tuple[int, int], int]:
    """For each (agent, caisse), who does the work that day: the agent itself when it is there.

    A couple without anybody usable is left out: no substitute, or an agent whose account is
    closed or no longer works for that caisse. Two queries, however many couples and long chains.
    """
    absents = relais({caisse for _, caisse in couples}, jour)
    travaillent = {
        (agent, caisse): agent for agent, caisse in habilitations.detenus(couples, DROIT)
    }
    for couple in travaillent.keys() & absents.keys():
        lien = dernier(absents, *couple)
        if lien is None:
            del travaillent[couple]
        else:
            travaillent[couple] = lien.remplacant
    return travaillent


def remplacant_de(agent: int, caisse: int, jour: date) -> int | None:
    """Who does the work of this agent for this caisse that day; see `remplacants`."""
    return remplacants([(agent, caisse)], jour).get((agent, caisse))


def accorder(civilite: str, mot: str) -> str:
    """« absent », « noté », « remplacé », as they agree with the person."""
    return f"{mot}e" if civilite == Civilite.MADAME else mot


def visibles_par(acteur: Utilisateur) -> QuerySet[Absence]:
    """One's own, and those of the agents of the caisses that one administers."""
    siens = habilitations.personnel_de(habilitations.caisses(acteur, personnel.DROIT))
    return Absence.objects.filter(Q(agent=acteur) | Q(agent__in=siens))


def empechement(agent: Utilisateur, jour: date, absence: Absence | None = None) -> str | None:
    """Why nothing more can be noted for this agent, or changed in this absence; None if it can."""
    if agent.etat != Etat.ACTIF:
        return "Ce compte n’est pas actif : aucune demande ne lui parvient."
    if absence is not None and absence.annulee_le is not None:
        return "Cette absence est déjà annulée."
    if absence is not None and absence.au < jour:
        return f"Cette absence est terminée depuis le {en_clair(absence.au)} : elle ne change plus."
    return None


def candidats(agent: Utilisateur, acteur: Utilisateur) -> QuerySet[Utilisateur]:
    """Who may be chosen to stand in: the active agents of a same caisse, that the actor sees."""
    caisses = {caisse.pk for caisse in personnel.caisses_de(agent)}
    if acteur.pk != agent.pk:
        caisses &= habilitations.caisses(acteur, personnel.DROIT)
    collegues = habilitations.personnel_de(caisses).filter(profil=Profil.AGENT, etat=Etat.ACTIF)
    return collegues.exclude(pk=agent.pk)
