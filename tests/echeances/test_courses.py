"""Sweeps and people at once, each on a real connection of its own (D-14)."""

from collections.abc import Callable

import pytest
from django.db import transaction

from comptes.models import Courriel, Notification
from echeances.balayage import balayer
from echeances.models import Alerte
from signalements.actions import suivi
from signalements.models import Evenement
from tests.echeances.scene import ECHUE, PORTEURS, RAPPEL, Scene, i, paliers

pytestmark = [pytest.mark.regle("D-14"), pytest.mark.django_db(transaction=True)]
Ensemble = Callable[..., list[object]]


def test_two_sweeps_at_once_tell_each_step_once(scene: Scene, en_meme_temps: Ensemble) -> None:
    for _ in range(12):
        scene.suivie()
    for quand, alertes, dites in ((ECHUE, 12, 60), (RAPPEL, 24, 108)):
        vues = en_meme_temps(*[lambda quand=quand: balayer(PORTEURS, i(quand))] * 3)
        assert sum(vues) == 12
        assert Alerte.objects.count() == alertes
        assert Notification.objects.filter(cle__startswith="echeance:").count() == dites
    assert Courriel.objects.filter(gabarit="alerte_suivie").count() == 24
    assert Courriel.objects.filter(gabarit="delai_depasse").count() == 12
    assert Evenement.objects.filter(libelle__startswith="Délai dépassé").count() == 12


def test_who_works_on_a_request_is_not_waited_for(
    scene: Scene, en_meme_temps: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither are the deadlines behind it, even when a whole batch is held."""
    monkeypatch.setattr("echeances.balayage.LOT", 1)
    tenue, libre = scene.suivie(), scene.suivie()
    with transaction.atomic():
        suivi.verrouiller(tenue)
        assert en_meme_temps(lambda: balayer(PORTEURS, i(ECHUE))) == [1]
        assert (paliers(tenue), paliers(libre)) == ([], [100])
    assert en_meme_temps(lambda: balayer(PORTEURS, i(ECHUE))) == [1]
    assert (paliers(tenue), paliers(libre)) == ([100], [100])
