"""The trace can only grow: PostgreSQL keeps the promise, whoever is connected (G-05)."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from comptes import journal
from comptes.models import Trace
from tests.factories import UtilisateurFactory

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-05")]

Proprietaire = Callable[[], AbstractContextManager[None]]
ALTERATIONS = [
    "UPDATE comptes_trace SET action = 'lecture'",
    "DELETE FROM comptes_trace",
    "TRUNCATE comptes_trace",
]


@pytest.fixture(autouse=True)
def _une_ligne(db: None) -> None:
    journal.tracer(None, journal.Action.REFUS)


def executer(instruction: str, *, refus: type[DatabaseError], motif: str) -> None:
    with (
        pytest.raises(refus, match=motif),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(instruction)


@pytest.mark.parametrize("instruction", ALTERATIONS)
def test_le_service_n_a_pas_le_droit(instruction: str) -> None:
    executer(instruction, refus=ProgrammingError, motif="permission denied")
    assert Trace.objects.get().action == "refus"


@pytest.mark.parametrize("instruction", ALTERATIONS)
def test_le_proprietaire_de_la_table_ne_peut_pas(
    instruction: str, proprietaire: Proprietaire
) -> None:
    with proprietaire():
        executer(instruction, refus=IntegrityError, motif="append-only")
    assert Trace.objects.get().action == "refus"


def test_le_service_ne_peut_pas_endormir_la_garde() -> None:
    executer(
        "ALTER TABLE comptes_trace DISABLE TRIGGER ALL",
        refus=ProgrammingError,
        motif="must be owner",
    )


def test_le_service_peut_ajouter() -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO comptes_trace (quand, action, objet, cle, details)"
            " VALUES (now(), 'lecture', '', '', '{}')"
        )
    assert Trace.objects.count() == 2


def test_effacer_un_compte_ne_touche_pas_a_sa_trace() -> None:
    compte = UtilisateurFactory()
    pk = compte.pk
    journal.tracer(compte, journal.Action.LECTURE)
    compte.delete()
    assert Trace.objects.filter(qui=pk).count() == 1
