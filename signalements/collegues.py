"""To whom a request may be entrusted, and who gets it when that agent is away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from comptes import absences, habilitations
from comptes.models import Utilisateur
from portail.templatetags.portail import jour
from signalements import releve
from signalements.models import Demande


@dataclass(frozen=True, slots=True)
class Collegue:
    """An agent of the caisse; `suivra` gets what is entrusted to `agent` that day.

    `suivra` is somebody else during an absence, nobody when no substitute is usable. `absence`
    says until when, `relais` says who stands in as well.
    """

    agent: Utilisateur
    suivra: Utilisateur | None
    absence: str = ""
    relais: str = ""

    def __str__(self) -> str:
        """« Samira Haddad – absente jusqu’au 30/11/2026, remplacée par Karim Benali »."""
        return f"{self.agent} – {self.relais}" if self.relais else str(self.agent)

    def refus(self, demande: Demande) -> str | None:
        """Why the request cannot be entrusted to this agent now; None if it can."""
        if self.suivra is None:
            return (
                f"{self.agent} est {self.absence} et personne ne prend sa suite : choisissez "
                "un autre collègue."
            )
        if self.suivra.pk == demande.agent_id:
            return f"{self.suivra} suit déjà cette demande."
        return None

    @property
    def annonce(self) -> str:
        """What is said once it is done."""
        if self.suivra == self.agent:
            return f"La demande est confiée à {self.agent}."
        return f"{self.agent} est {self.absence} : la demande est confiée à {self.suivra}."


def collegues(demande: Demande, aujourdhui: date) -> list[Collegue]:
    """The active agents of the caisse, but who follows the request, by name: two queries."""
    equipe = {agent.pk: agent for agent in habilitations.titulaires(demande.caisse, "instruire")}
    absents = absences.relais([demande.caisse_id], aujourdhui)
    tous = [_collegue(agent, demande.caisse_id, equipe, absents) for agent in equipe.values()]
    return [collegue for collegue in tous if collegue.agent.pk != demande.agent_id]


def _collegue(
    agent: Utilisateur,
    caisse: int,
    equipe: Mapping[int, Utilisateur],
    absents: absences.TousLesRelais,
) -> Collegue:
    absence = absents.get((agent.pk, caisse))
    if absence is None:
        return Collegue(agent, agent)
    absent = absences.accorder(absence.civilite, "absent")
    lien = absences.dernier(absents, agent.pk, caisse)
    return Collegue(
        agent,
        equipe.get(lien.remplacant) if lien else None,
        f"{absent} jusqu’au {jour(absence.au)}",
        releve.decrire(absents, agent.pk, caisse),
    )
