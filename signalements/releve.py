"""The absences of the day in the agents' queue: whose requests one takes over, who is away."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from comptes import absences, habilitations
from comptes.models import Utilisateur
from portail.calendrier import jour_civil
from portail.templatetags.portail import jour


@dataclass(frozen=True, slots=True)
class Rappel:
    """What an agent who is noted absent today is reminded of."""

    identifiant: UUID
    note: str
    au: date
    noms: str


def du_jour(acteur: Utilisateur, maintenant: datetime) -> absences.TousLesRelais:
    """Who is away today in the actor's caisses, read once per request: see `habilitations`."""
    memoire = acteur.__dict__.setdefault("_absents", {})
    aujourd_hui = jour_civil(maintenant)
    if aujourd_hui not in memoire:
        caisses = habilitations.caisses(acteur, absences.DROIT)
        memoire[aujourd_hui] = absences.relais(caisses, aujourd_hui)
    lus: absences.TousLesRelais = memoire[aujourd_hui]
    return lus


def confiees(acteur: Utilisateur, maintenant: datetime) -> Q:
    """The requests of the absent colleagues that the actor stands in for, chains followed."""
    absents = du_jour(acteur, maintenant)
    condition = Q(pk__in=[])
    for agent, caisse in absents:
        lien = absences.dernier(absents, agent, caisse)
        if lien is not None and lien.remplacant == acteur.pk:
            condition |= Q(agent=agent, caisse=caisse)
    return condition


def situer(ligne: dict[str, Any], acteur: Utilisateur, maintenant: datetime) -> str:
    """Until when who follows this row is away, and who stands in; empty when at work."""
    return decrire(du_jour(acteur, maintenant), ligne["agent"], ligne["caisse"], acteur)


def decrire(
    absents: absences.TousLesRelais, agent: int, caisse: int, acteur: Utilisateur | None = None
) -> str:
    """The same of an agent of this caisse, as `acteur` reads it."""
    absence = absents.get((agent, caisse))
    if absence is None:
        return ""
    absent = absences.accorder(absence.civilite, "absent")
    lien = absences.dernier(absents, agent, caisse)
    if lien is None:
        return f"{absent} jusqu’au {jour(absence.au)}, sans remplaçant"
    remplace = absences.accorder(absence.civilite, "remplacé")
    nom = "vous" if acteur and lien.remplacant == acteur.pk else lien.nom
    return f"{absent} jusqu’au {jour(absence.au)}, {remplace} par {nom}"


def rappel(acteur: Utilisateur, maintenant: datetime) -> Rappel | None:
    """For an actor who is noted absent today: until when, and who stands in."""
    absents = du_jour(acteur, maintenant)
    siennes = [couple for couple in absents if couple[0] == acteur.pk]
    if not siennes:
        return None
    absence = absents[siennes[0]]
    liens = (absences.dernier(absents, *couple) for couple in siennes)
    noms = sorted({lien.nom for lien in liens if lien is not None})
    note = absences.accorder(absence.civilite, "noté")
    absent = absences.accorder(absence.civilite, "absent")
    return Rappel(absence.identifiant, f"{note} {absent}", absence.au, " et ".join(noms))
