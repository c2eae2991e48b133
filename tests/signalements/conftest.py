"""A technicien signed in, their drafts for a caisse that asks little or much; races."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from signalements.models import Brouillon
from tests.personas import Personas, connecte
from tests.signalements.fabriques import ouvrir_brouillon
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
def en_meme_temps() -> Callable[..., list[object]]:
    """Run these at once, each on its own connection; what each returned or raised."""

    def _lancer(*verbes: Callable[[], object]) -> list[object]:
        depart = threading.Barrier(len(verbes))
        resultats: list[object] = [None] * len(verbes)

        def courir(rang: int) -> None:
            try:
                depart.wait(timeout=30)
                resultats[rang] = verbes[rang]()
            except Exception as erreur:
                resultats[rang] = erreur
            finally:
                connection.close()

        fils = [threading.Thread(target=courir, args=[rang]) for rang in range(len(verbes))]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join(timeout=60)
        return resultats

    return _lancer
