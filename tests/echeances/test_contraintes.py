"""What PostgreSQL holds of the deadlines: each constraint, violated once by a raw statement."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from echeances.models import Alerte, Echeance
from tests.echeances.scene import DEBUT, MOITIE, Scene, contact, i
from tests.voisinage import demander


def refuse(contrainte: str, sql: str, *valeurs: Any) -> None:
    with (
        pytest.raises(IntegrityError, match=f'"{contrainte}"'),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(sql, valeurs)


@pytest.fixture
def echeance(scene: Scene) -> Echeance:
    return contact(scene.suivie())


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("contrainte", "changement"),
    [
        ("echeance_d_un_seul_objet", "demande_id = NULL"),
        ("echeance_d_un_seul_objet", "nature = 'habilitation_5jo'"),
        ("echeance_apres_son_debut", "echeance_le = debut_le"),
        ("echeance_terminee_ne_pause_plus", "terminee_le = debut_le, suspendue_le = debut_le"),
        ("echeance_une_par_nature", "nature = 'instruction_30j'"),
        ("echeance_relance_positive", "relance_heures = 0"),
    ],
)
def test_a_deadline_is_of_one_object_and_in_one_state(
    echeance: Echeance, contrainte: str, changement: str
) -> None:
    sql = f"UPDATE echeances_echeance SET {changement} WHERE id = %s"  # noqa: S608
    refuse(contrainte, sql, echeance.pk)


@pytest.mark.regle("D-14")
def test_an_ended_deadline_leaves_its_place(echeance: Echeance) -> None:
    """A reopened request gets a new one."""
    Echeance.objects.filter(pk=echeance.pk).update(terminee_le=i(MOITIE))
    Echeance.objects.filter(nature="instruction_30j").update(nature="contact_48h")
    assert Echeance.objects.filter(nature="contact_48h").count() == 2


@pytest.mark.regle("H-02")
def test_a_demarche_has_one_open_deadline(scene: Scene) -> None:
    demarche = demander(scene.caisse, scene.partenaire)
    colonnes = (
        "nature, demarche_id, caisse_id, partenaire_id, debut_le, echeance_le, duree, seuils,"
        " relance_heures, palier, a_alerter_le"
    )
    copie = (
        f"INSERT INTO echeances_echeance ({colonnes}) SELECT {colonnes} FROM"  # noqa: S608
        " echeances_echeance WHERE demarche_id = %s"
    )
    refuse("echeance_une_par_demarche", copie, demarche.pk)
    sql = "UPDATE echeances_echeance SET nature = 'c2s_31j' WHERE demarche_id = %s"
    refuse("echeance_d_un_seul_objet", sql, demarche.pk)


@pytest.mark.regle("D-14")
def test_a_step_is_told_once_whoever_tries(scene: Scene, echeance: Echeance) -> None:
    sql = "INSERT INTO echeances_alerte (echeance_id, palier, emise_le) VALUES (%s, 50, %s)"
    with connection.cursor() as curseur:
        curseur.execute(sql, [echeance.pk, i(DEBUT)])
    refuse("alerte_une_fois", sql, echeance.pk, i(MOITIE))
    # A sweep that did not know goes past it, and tells the others.
    autre = contact(scene.suivie())
    assert scene.balayer(MOITIE) == {("anne", "alerte_suivie", 50)}
    assert list(Alerte.objects.order_by("pk").values_list("echeance", "emise_le")) == [
        (echeance.pk, i(DEBUT)),
        (autre.pk, i(MOITIE)),
    ]
    assert scene.balayer("2026-06-02T10:15:30+02") == set()
