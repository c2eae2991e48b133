"""The clocks that ran before deadlines had one table go on in it."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from echeances.models import Echeance
from tests.echeances.scene import Scene, contact, i
from tests.voisinage import demander

pytestmark = pytest.mark.regle("D-14")
REPRISE = import_module("echeances.migrations.0002_reprise")


def reprendre(scene: Scene, **ancienne: Any) -> Echeance:
    """The row made of one of the former table, once saved."""
    demande = scene.suivie()
    contact(demande).delete()
    champs = {
        "nature": "contact",
        "debut_le": i("2026-06-01T10:15+02"),
        "echeance_le": i("2026-06-03T10:15+02"),
        "suspendue_le": None,
        "terminee_le": None,
        "depassee_le": None,
        **ancienne,
    }
    commun = {"seuils": [50, 80], "relance_heures": 24, "a_alerter_le": i("2026-06-02T12:00+02")}
    lue = SimpleNamespace(demande=demande, **champs)
    echeance = REPRISE._d_une_demande(Echeance, lue, commun)
    echeance.save()
    echeance.refresh_from_db()
    return echeance


def test_one_that_runs_tells_its_next_steps(scene: Scene) -> None:
    echeance = reprendre(scene)
    assert (echeance.nature, echeance.caisse, echeance.partenaire) == (
        "contact_48h",
        scene.caisse,
        scene.partenaire,
    )
    assert echeance.convention == scene.convention
    assert scene.balayer("2026-06-02T12:00+02") == {("anne", "alerte_suivie", 50)}
    assert len(scene.balayer("2026-06-03T10:15:01+02")) == 5


def test_one_that_was_missed_is_not_told_to_the_partner_again(scene: Scene) -> None:
    reprendre(scene, depassee_le=i("2026-06-03T10:16+02"))
    dites = scene.balayer("2026-06-05T12:00+02")
    assert {qui for qui, _, _ in dites} == {"anne", "bruno", "chloe", "admin"}


@pytest.mark.parametrize(
    "ancienne",
    [
        {"suspendue_le": i("2026-06-01T12:00+02")},
        {"terminee_le": i("2026-06-01T12:00+02")},
        {"terminee_le": i("2026-06-01T13:00+02"), "suspendue_le": i("2026-06-01T12:00+02")},
    ],
)
def test_one_that_does_not_run_is_silent(scene: Scene, ancienne: dict[str, Any]) -> None:
    echeance = reprendre(scene, **ancienne)
    assert echeance.terminee_le == ancienne.get("terminee_le")
    assert scene.balayer("2026-06-09T12:00+02") == set()


def test_one_that_fell_as_it_began_lasts_a_second(scene: Scene) -> None:
    echeance = reprendre(scene, echeance_le=i("2026-06-01T10:15+02"))
    assert echeance.echeance_le == i("2026-06-01T10:15:01+02")


@pytest.mark.regle("H-02")
def test_a_demarche_that_waits_gets_its_clock(scene: Scene) -> None:
    demarche = demander(scene.caisse, scene.partenaire)
    Echeance.objects.all().delete()
    demarche.echeance_le = date(2026, 6, 8)
    commun = {"seuils": [50, 80], "relance_heures": 24, "a_alerter_le": demarche.demandee_le}
    REPRISE._d_une_demarche(Echeance, demarche, commun).save()
    assert Echeance.objects.get().echeance_le == i("2026-06-08T23:59:59+02")
    assert scene.balayer("2026-06-08T23:59:59+02") == {("admin", "alerte_demarche", 80)}
    assert scene.balayer("2026-06-09T00:00:00+02") == {("admin", "alerte_demarche", 100)}
