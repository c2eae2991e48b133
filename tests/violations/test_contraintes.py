"""What PostgreSQL holds of breaches: each constraint, violated once by a raw statement."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from echeances.models import Echeance
from tests.personas import Personas
from tests.violations.scene import declaree
from violations.models import Violation

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]

CHANGEMENTS = [
    ("violation_constatee_avant_declaree", "constatee_le = declaree_le + interval '1 second'"),
    ("violation_connue_est_datee", "etat = 'connue'"),
    ("violation_connue_est_datee", "connue_le = declaree_le"),
    ("violation_connue_est_datee", "etat = 'close', close_le = declaree_le, suite = 'ecartee'"),
    ("violation_close_a_une_suite", "close_le = declaree_le"),
    ("violation_close_a_une_suite", "suite = 'ecartee'"),
    (
        "violation_close_a_une_suite",
        "etat = 'close', connue_le = declaree_le, suite = 'ecartee'",
    ),
    (
        "violation_close_a_une_suite",
        "etat = 'close', connue_le = declaree_le, close_le = declaree_le",
    ),
    ("violation_dit_quoi", "atteintes = '{}'"),
    ("violation_dit_quoi", "categories = '{}'"),
    ("violations_violation_personnes_check", "personnes = -1"),
]
VOISINS = [
    "constatee_le = declaree_le",
    "etat = 'connue', connue_le = declaree_le",
    "etat = 'close', connue_le = declaree_le, close_le = declaree_le, suite = 'ecartee'",
    "atteintes = '{integrite}', categories = '{nir}'",
]


@pytest.fixture
def violation(pres: Personas) -> Violation:
    return declaree(pres)


def changer(changement: str, pk: int) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"UPDATE violations_violation SET {changement} WHERE id = %s", [pk])  # noqa: S608


@pytest.mark.parametrize(("contrainte", "changement"), CHANGEMENTS)
def test_postgresql_refuses(contrainte: str, changement: str, violation: Violation) -> None:
    with pytest.raises(IntegrityError, match=f'"{contrainte}"'):
        changer(changement, violation.pk)


@pytest.mark.parametrize("changement", VOISINS)
def test_what_stands_next_to_it_passes(changement: str, violation: Violation) -> None:
    changer(changement, violation.pk)


def test_no_constraint_is_forgotten() -> None:
    modeles = apps.get_app_config("violations").get_models()
    noms = {c.name for modele in modeles for c in modele._meta.constraints}
    assert noms == {c for c, _ in CHANGEMENTS if not c.startswith("violations_")}


COLONNES = (
    "nature, violation_id, caisse_id, partenaire_id, debut_le, echeance_le, duree, seuils,"
    " relance_heures, palier, a_alerter_le"
)


@pytest.mark.parametrize(
    ("contrainte", "sql"),
    [
        (
            "echeance_une_par_violation",
            f"INSERT INTO echeances_echeance ({COLONNES})"  # noqa: S608
            f" SELECT {COLONNES} FROM echeances_echeance WHERE violation_id = %s",
        ),
        (
            "echeance_d_un_seul_objet",
            "UPDATE echeances_echeance SET nature = 'contact_48h' WHERE violation_id = %s",
        ),
        (
            "echeance_d_un_seul_objet",
            "UPDATE echeances_echeance SET violation_id = NULL WHERE violation_id = %s",
        ),
    ],
)
def test_a_breach_has_one_open_deadline_of_its_own(
    contrainte: str, sql: str, violation: Violation
) -> None:
    refuse(contrainte, sql, violation.pk)


def test_an_ended_deadline_leaves_its_place(violation: Violation) -> None:
    Echeance.objects.update(terminee_le=violation.declaree_le)
    copie = Echeance.objects.get()
    copie.pk, copie.terminee_le = None, None
    copie.save(force_insert=True)
    assert violation.echeances.count() == 2


def refuse(contrainte: str, sql: str, *valeurs: Any) -> None:
    with (
        pytest.raises(IntegrityError, match=f'"{contrainte}"'),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(sql, valeurs)
