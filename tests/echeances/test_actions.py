"""A clock starts, stops, goes on and ends, at typed instants (D-14)."""

import pytest

from conventions.models import Convention
from echeances import actions
from echeances.models import Echeance
from signalements.models import Demande
from tests.echeances.scene import Scene, contact, i

pytestmark = pytest.mark.regle("D-14")


@pytest.fixture
def demande(scene: Scene) -> Demande:
    return scene.suivie()


def finir(demande: Demande, quand: str) -> Echeance:
    """End the contact, due on Wednesday 3 June at 10:15."""
    actions.achever(demande, ["contact_48h"], quand=i(quand))
    return contact(demande)


@pytest.mark.parametrize(
    ("quand", "manquee"),
    [
        ("2026-06-03T10:14:59+02", False),
        ("2026-06-03T10:15:00+02", False),
        ("2026-06-03T10:15:00.999999+02", False),
        ("2026-06-03T10:15:01+02", True),
    ],
)
def test_it_is_met_to_its_last_second(demande: Demande, quand: str, manquee: bool) -> None:
    echeance = finir(demande, quand)
    assert echeance.terminee_le == i(quand)
    assert (echeance.depassee_le is not None) == manquee


@pytest.mark.parametrize(
    ("quand", "manquee"), [("2026-07-01T23:59:59.9+02", False), ("2026-07-02T00:00:00+02", True)]
)
def test_a_day_is_met_until_midnight(demande: Demande, quand: str, manquee: bool) -> None:
    manquees = actions.achever(demande, ["instruction_30j"], quand=i(quand))
    assert bool(manquees) == manquee


def test_one_that_was_missed_and_seen_is_not_missed_again(scene: Scene, demande: Demande) -> None:
    scene.balayer("2026-06-03T10:15:30+02")
    assert actions.achever(demande, ["contact_48h"], quand=i("2026-06-04T09:00+02")) == []
    assert contact(demande).depassee_le == i("2026-06-03T10:15:30+02")


def test_one_that_ends_during_a_pause_counts_the_pause(demande: Demande) -> None:
    actions.suspendre(demande, quand=i("2026-06-03T10:15+02"))
    echeance = finir(demande, "2026-06-13T10:00+02")
    assert echeance.suspendue_le is None
    assert echeance.depassee_le is None
    assert echeance.echeance_le == i("2026-06-13T10:00+02")


def test_a_second_pause_does_not_move_the_first_one(demande: Demande) -> None:
    actions.suspendre(demande, quand=i("2026-06-02T10:15+02"))
    actions.suspendre(demande, quand=i("2026-06-02T20:15+02"))
    actions.relancer(demande, quand=i("2026-06-03T10:15+02"))
    actions.relancer(demande, quand=i("2026-06-09T10:15+02"))
    assert contact(demande).echeance_le == i("2026-06-04T10:15+02")


def test_a_clock_set_back_during_a_pause_takes_nothing_away(demande: Demande) -> None:
    actions.suspendre(demande, quand=i("2026-06-02T10:15+02"))
    actions.relancer(demande, quand=i("2026-06-02T09:15+02"))
    assert contact(demande).echeance_le == i("2026-06-03T10:15+02")


@pytest.mark.parametrize(
    ("arret", "fin"),
    [
        # In its last second it still runs; after it, a pause changes nothing any more.
        ("2026-06-03T10:15:00.5+02", "2026-06-05T10:14:59.5+02"),
        ("2026-06-03T10:15:01+02", "2026-06-03T10:15:00+02"),
    ],
)
def test_a_pause_after_the_deadline_changes_nothing(demande: Demande, arret: str, fin: str) -> None:
    actions.suspendre(demande, quand=i(arret))
    actions.relancer(demande, quand=i("2026-06-05T10:15+02"))
    assert contact(demande).echeance_le == i(fin)


def test_a_clock_that_runs_is_not_started_again(scene: Scene, demande: Demande) -> None:
    """Once it ended, it is: a reopened request gets a new one."""
    relance = i("2026-06-02T10:15+02")
    convention = scene.convention
    deja = actions.demarrer(demande, "contact_48h", quand=relance, convention=convention)
    assert deja == contact(demande)
    actions.achever(demande, ["contact_48h"], quand=relance)
    neuve = actions.demarrer(demande, "contact_48h", quand=relance, convention=convention)
    assert neuve.echeance_le == i("2026-06-04T10:15+02")
    assert demande.echeances.filter(nature="contact_48h").count() == 2


def test_the_length_is_that_of_the_convention_when_it_started(scene: Scene) -> None:
    delais = {
        "delai_contact_heures": 24,
        "delai_urgence_heures": 12,
        "delai_instruction_jours": 10,
        "delai_c2s_jours": 45,
    }
    Convention.objects.update(**delais)
    scene.convention.refresh_from_db()
    demande = scene.suivie()
    for nature in ("urgent_48h", "c2s_31j"):
        quand = i("2026-06-01T10:15+02")
        actions.demarrer(demande, nature, quand=quand, convention=scene.convention)
    Convention.objects.update(delai_contact_heures=1, delai_instruction_jours=1)
    assert dict(demande.echeances.values_list("nature", "echeance_le")) == {
        "contact_48h": i("2026-06-02T10:15+02"),
        "urgent_48h": i("2026-06-01T22:15+02"),
        "instruction_30j": i("2026-06-11T23:59:59+02"),
        "c2s_31j": i("2026-07-16T23:59:59+02"),
    }
