from collections.abc import Iterator

import pytest
import time_machine

from tests.personas import Personas
from tests.violations.scene import DEBUT, i
from tests.voisinage import lier


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(i(DEBUT), tick=False) as horloge:
        yield horloge


@pytest.fixture
def pres(horloge: time_machine.Traveller, personas: Personas) -> Personas:
    """Each pair is bound, and the next caisse is bound to the first partner too."""
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    lier(personas.caisse_b, personas.partenaire_a)
    return personas
