"""A technicien signed in, their drafts for a caisse that asks little or much."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from signalements.models import Brouillon
from tests.personas import Personas, connecte
from tests.signalements.fabriques import ouvrir_brouillon
from tests.signalements.scene import LUNDI
from tests.voisinage import lier


@pytest.fixture
def technicien(personas: Personas) -> Client:
    return connecte(Client(), personas.technicien_a)


@pytest.fixture
def brouillon(personas: Personas) -> Brouillon:
    lier(personas.caisse_a, personas.partenaire_a)
    return ouvrir_brouillon(personas.caisse_a, personas.partenaire_a, personas.technicien_a)


@pytest.fixture
def exigeant(personas: Personas) -> Brouillon:
    """A draft for a caisse that wants the signed form, and a document for an urgent request."""
    convention = lier(personas.caisse_a, personas.partenaire_a, justificatif_urgence=True)
    convention.liens.update(mode_consentement="formulaire")
    return ouvrir_brouillon(personas.caisse_a, personas.partenaire_a, personas.technicien_a)


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    """Monday 2 March 2026, 9:00 in Paris; the test moves it."""
    with time_machine.travel(LUNDI, tick=False) as voyage:
        yield voyage
