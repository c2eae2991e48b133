"""Pure date arithmetic over the rules D-12 and D-14; the instant is always an argument.

Hours are elapsed time; days are Paris civil days that end at 23:59:59.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from portail.calendrier import apres_heures, fin_de_jour_civil, jour_civil
from signalements.models.choix import Nature
from signalements.models.demandes import JAMAIS

# "About to be late": shown in the basket with the late ones.
ALERTE = timedelta(hours=12)


class Delais(Protocol):
    """The parameters of D-14, as a convention holds them."""

    delai_urgence_heures: int
    delai_contact_heures: int
    delai_instruction_jours: int


class Delai(Protocol):
    """What a deadline needs to be compared: see `Echeance`."""

    echeance_le: datetime
    terminee_le: datetime | None
    suspendue_le: datetime | None


def echeance(nature: str, debut: datetime, delais: Delais) -> datetime:
    """When a deadline that starts at `debut` falls."""
    match nature:
        case Nature.PRISE_EN_COMPTE:
            return apres_heures(debut, delais.delai_urgence_heures)
        case Nature.CONTACT:
            return apres_heures(debut, delais.delai_contact_heures)
        case Nature.INSTRUCTION:
            return fin_de_jour_civil(debut, delais.delai_instruction_jours)
    raise ValueError(nature)


def prolongee(nature: str, fin: datetime, depuis: datetime, jusqu_a: datetime) -> datetime:
    """The deadline after a pause: later by its hours or, when counted in days, its civil days."""
    if nature == Nature.INSTRUCTION:
        return fin_de_jour_civil(fin, (jour_civil(jusqu_a) - jour_civil(depuis)).days)
    return fin + (jusqu_a - depuis)


def prochaine(echeances: Iterable[Delai]) -> datetime:
    """The earliest deadline that runs, or `JAMAIS`."""
    return min(
        (e.echeance_le for e in echeances if e.terminee_le is None and e.suspendue_le is None),
        default=JAMAIS,
    )
