from collections.abc import Iterator

import pytest
import time_machine

from tests.echeances.scene import DEBUT, Scene, i


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with time_machine.travel(i(DEBUT), tick=False) as horloge:
        yield Scene(horloge)
