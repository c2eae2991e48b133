"""To whom a request may be entrusted, and who gets it when that agent is away."""

from dataclasses import dataclass
from datetime import date

from comptes import absences, habilitations
from comptes.models import Utilisateur
from portail.templatetags.portail import jour
from signalements.models import Demande


@dataclass(frozen=True, slots=True)
class Collegue:
    """An agent of the caisse; `suivra` gets what is entrusted to `agent` that day.

    `suivra` is somebody else during an absence (`absent_jusqu_au`), nobody without a substitute.
    """

    agent: Utilisateur
    suivra: Utilisateur | None
    absent_jusqu_au: date | None = None

    def __str__(self) -> str:
        """« Samira Haddad – absente jusqu’au 30/11/2026, remplacée par Karim Benali »."""
        if self.absent_jusqu_au is None:
            return str(self.agent)
        remplace = absences.accorder(self.agent.civilite, "remplacé")
        relais = f"{remplace} par {self.suivra}" if self.suivra else "sans remplaçant"
        return f"{self.agent} – {self._absence}, {relais}"

    def refus(self, demande: Demande) -> str | None:
        """Why the request cannot be entrusted to this agent now; None if it can."""
        if self.suivra is None:
            return (
                f"{self.agent} est {self._absence} et personne ne prend sa suite : choisissez "
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
        return f"{self.agent} est {self._absence} : la demande est confiée à {self.suivra}."

    @property
    def _absence(self) -> str:
        absent = absences.accorder(self.agent.civilite, "absent")
        return f"{absent} jusqu’au {jour(self.absent_jusqu_au)}"


def collegues(demande: Demande, aujourdhui: date) -> list[Collegue]:
    """The active agents of the caisse, but who follows the request, by name: two queries."""
    caisse = demande.caisse_id
    equipe = {agent.pk: agent for agent in habilitations.titulaires(demande.caisse, "instruire")}
    absents = absences.relais([caisse], aujourdhui)
    lignes = []
    for agent in equipe.values():
        absence = absents.get((agent.pk, caisse))
        if absence is None:
            lignes.append(Collegue(agent, agent))
        else:
            lien = absences.dernier(absents, agent.pk, caisse)
            suivra = equipe.get(lien.remplacant) if lien else None
            lignes.append(Collegue(agent, suivra, absence.au))
    return [ligne for ligne in lignes if ligne.agent.pk != demande.agent_id]
