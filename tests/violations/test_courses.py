"""Two people, or one and the sweep, at the same instant: two real connections (G-02)."""

from collections.abc import Callable

import pytest
from django.db import transaction

from comptes.models import Notification, Trace
from echeances.balayage import balayer
from echeances.models import Alerte, Echeance
from portail.etats import TransitionImpossible
from tests.personas import Personas
from tests.violations.scene import ECHUE, declaree, i
from violations import actions
from violations.alertes import PORTEUR
from violations.models import Violation

pytestmark = [pytest.mark.regle("G-02"), pytest.mark.django_db(transaction=True)]
Ensemble = Callable[..., list[object]]


def test_two_people_acknowledge_at_once_and_one_of_them_did(
    pres: Personas, en_meme_temps: Ensemble
) -> None:
    for _ in range(10):
        violation = declaree(pres)
        resultats = en_meme_temps(
            lambda v=violation: actions.prendre_connaissance(v, acteur=pres.dpo_a),
            lambda v=violation: actions.prendre_connaissance(v, acteur=pres.admin_a),
        )
        refus = [r for r in resultats if isinstance(r, TransitionImpossible)]
        (reussie,) = [r for r in resultats if isinstance(r, Violation)]
        assert len(refus) == 1, resultats
        violation.refresh_from_db()
        assert violation.connue_par == reussie.connue_par
    lues = Notification.objects.filter(gabarit="violation_connue")
    assert lues.count() == 10
    assert Trace.objects.filter(objet="violation", details={"etat": "connue"}).count() == 10


def test_one_reads_while_another_closes(pres: Personas, en_meme_temps: Ensemble) -> None:
    """Whoever comes first knew first; closed, it is closed."""
    for _ in range(10):
        violation = declaree(pres)
        lue, close = en_meme_temps(
            lambda v=violation: actions.prendre_connaissance(v, acteur=pres.admin_a),
            lambda v=violation: actions.clore(
                v, suite="ecartee", conclusion="Une erreur.", acteur=pres.dpo_a
            ),
        )
        assert isinstance(close, Violation), close
        violation.refresh_from_db()
        avant = isinstance(lue, Violation)
        assert avant or isinstance(lue, TransitionImpossible), lue
        assert violation.etat == "close"
        assert violation.connue_par == (pres.admin_a if avant else pres.dpo_a)


def test_the_sweep_leaves_alone_what_somebody_is_reading(
    pres: Personas, en_meme_temps: Ensemble
) -> None:
    tenue, libre = declaree(pres), declaree(pres)
    with transaction.atomic():
        actions.prendre_connaissance(tenue, acteur=pres.dpo_a)
        assert en_meme_temps(lambda: balayer([PORTEUR], i(ECHUE))) == [1]
    assert list(Alerte.objects.values_list("echeance__violation", flat=True)) == [libre.pk]
    assert balayer([PORTEUR], i(ECHUE)) == 0


def test_the_sweep_does_not_wait_for_who_writes(pres: Personas, en_meme_temps: Ensemble) -> None:
    """The breach is held, its clock is not: it is told once it is free."""
    tenue, libre = declaree(pres), declaree(pres)
    with transaction.atomic():
        actions.completer(tenue, texte="Le fichier est revenu.", acteur=pres.dpo_a)
        assert en_meme_temps(lambda: balayer([PORTEUR], i(ECHUE))) == [1]
    assert list(Alerte.objects.values_list("echeance__violation", flat=True)) == [libre.pk]
    assert balayer([PORTEUR], i(ECHUE)) == 1


def test_two_sweeps_at_once_tell_each_breach_once(pres: Personas, en_meme_temps: Ensemble) -> None:
    for _ in range(6):
        declaree(pres)
    vues = en_meme_temps(*[lambda: balayer([PORTEUR], i(ECHUE))] * 3)
    assert sum(vues) == 6  # type: ignore[arg-type]
    assert Alerte.objects.count() == 6
    # The DPO, the admin and who declared it.
    assert Notification.objects.filter(gabarit="alerte_violation").count() == 18
    assert Echeance.objects.filter(depassee_le=i(ECHUE)).count() == 6
    assert Trace.objects.filter(details={"retard": "constate"}).count() == 6
