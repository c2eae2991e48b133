"""As long as nobody reads it, the sweep tells who must, then more people (G-02, D-14)."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptes import habilitations
from comptes.models import Notification, Trace
from echeances.balayage import balayer as balayer_echeances
from echeances.models import Alerte, Echeance
from signalements import actions as signalements
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas
from tests.violations.scene import (
    ECHUE,
    MOITIE,
    PROCHE,
    RAPPEL,
    courriels,
    declaree,
    i,
    lignes,
    oublier,
)
from violations import actions
from violations.alertes import PORTEUR

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]


class Balai:
    """The sweep at an instant; who is told, and by how many mails."""

    def __init__(self, horloge: time_machine.Traveller) -> None:
        self.horloge = horloge

    def __call__(self, quand: str) -> list[tuple[str, int]]:
        oublier()
        self.horloge.move_to(i(quand))
        signalements.balayer()
        assert courriels() == lignes(), "each leaves at once, whatever one prefers"
        dites = Notification.objects.values_list(
            "destinataire__identifiant", "gabarit", "details__nature", "details__palier"
        )
        assert {(gabarit, nature) for _, gabarit, nature, _ in dites} <= {
            ("alerte_violation", "violation")
        }
        return sorted((nom, palier) for nom, _, _, palier in dites)


@pytest.fixture
def balayer(horloge: time_machine.Traveller) -> Balai:
    return Balai(horloge)


def au(palier: int, *identifiants: str) -> list[tuple[str, int]]:
    return sorted((identifiant, palier) for identifiant in identifiants)


# Who declares; who must know; who is told once the deadline passed.
SUITES = {
    "technicien_a": (("dpo.a",), ("dpo.a", "admin.a", "technicien.a")),
    "gestionnaire_a": (("dpo.a",), ("dpo.a", "admin.a", "gestionnaire.a")),
    "agent_a": (("gestionnaire.a",), ("gestionnaire.a", "dpo.a", "admin.a", "agent.a")),
    "admin_a": (("gestionnaire.a",), ("gestionnaire.a", "dpo.a", "admin.a")),
    "dpo_a": (("gestionnaire.a",), ("gestionnaire.a", "dpo.a", "admin.a")),
}


@pytest.mark.parametrize("par", SUITES)
def test_each_step_is_told_to_who_must_know(par: str, pres: Personas, balayer: Balai) -> None:
    attendus, ensuite = SUITES[par]
    violation = declaree(pres, par)
    assert balayer("2026-03-02T19:59:59+01") == []
    assert balayer(MOITIE) == au(50, *attendus)
    assert balayer("2026-03-02T20:00:30+01") == []
    assert balayer("2026-03-03T03:11:59+01") == []
    assert balayer(PROCHE) == au(80, *attendus)
    assert balayer("2026-03-03T08:00:00+01") == []
    assert balayer(ECHUE) == au(100, *ensuite)
    assert balayer("2026-03-04T08:00:00+01") == []
    assert balayer(RAPPEL) == au(101, *ensuite)
    echeance = Echeance.objects.get(violation=violation)
    assert echeance.depassee_le == i(ECHUE)
    assert list(Alerte.objects.values_list("palier", flat=True)) == [50, 80, 100, 101]
    manquees = Trace.objects.filter(objet="violation", details={"retard": "constate"})
    assert list(manquees.values_list("cle", "qui_id")) == [(violation.reference, None)]


def test_the_steps_are_those_of_the_caisse(pres: Personas, balayer: Balai) -> None:
    pres.caisse_a.seuils_alerte, pres.caisse_a.relance_heures = [25], 2
    pres.caisse_a.save()
    declaree(pres)
    assert balayer("2026-03-02T14:00+01") == au(25, "dpo.a")
    assert balayer(PROCHE) == []
    assert len(balayer(ECHUE)) == 3
    assert {palier for _, palier in balayer("2026-03-03T10:00:01+01")} == {101}


def test_read_in_time_it_is_told_no_more(pres: Personas, balayer: Balai) -> None:
    violation = declaree(pres)
    assert balayer(MOITIE) == au(50, "dpo.a")
    actions.prendre_connaissance(violation, acteur=pres.admin_a)
    for quand in (PROCHE, ECHUE, RAPPEL, "2026-06-01T08:00+02"):
        assert balayer(quand) == []
    assert Echeance.objects.get().depassee_le is None


@pytest.mark.parametrize("par", ["technicien_a", "agent_a"])
def test_closed_unread_it_is_told_no_more(par: str, pres: Personas, balayer: Balai) -> None:
    violation = declaree(pres, par)
    actions.clore(violation, suite="ecartee", conclusion="Une erreur.", acteur=pres.dpo_a)
    assert balayer(ECHUE) == balayer(RAPPEL) == []


def test_completing_is_not_reading(pres: Personas, balayer: Balai) -> None:
    violation = declaree(pres)
    actions.completer(violation, texte="Le fichier est revenu.", acteur=pres.dpo_a)
    assert balayer(MOITIE) == au(50, "dpo.a")


def test_declared_too_late_it_is_told_once_that_it_is_missed(
    pres: Personas, balayer: Balai
) -> None:
    """Found on Friday at 8:00: the deadline passed on Saturday, two reminders ago."""
    declaree(pres, constatee_le=i("2026-02-27T08:00+01"))
    assert Echeance.objects.get().depassee_le is None
    assert balayer("2026-03-02T09:00:30+01") == au(102, "dpo.a", "admin.a", "technicien.a")
    assert Echeance.objects.get().depassee_le == i("2026-03-02T09:00:30+01")
    assert balayer("2026-03-02T09:01:00+01") == []
    assert balayer("2026-03-03T08:00:00+01") == []
    assert len(balayer("2026-03-03T08:00:01+01")) == 3


def test_declared_too_late_and_read_before_the_sweep_it_is_missed_all_the_same(
    pres: Personas, balayer: Balai
) -> None:
    violation = declaree(pres, constatee_le=i("2026-02-27T08:00+01"))
    actions.prendre_connaissance(violation, acteur=pres.dpo_a)
    assert Echeance.objects.get().depassee_le == i("2026-03-02T09:00+01")
    assert balayer("2026-03-02T09:00:30+01") == []


def test_a_caisse_without_a_dpo_has_its_admins_told(pres: Personas, balayer: Balai) -> None:
    fermer(pres.dpo_a)
    declaree(pres)
    assert balayer(MOITIE) == au(50, "admin.a")


def test_a_partner_without_a_gestionnaire_leaves_it_to_the_caisse(
    pres: Personas, balayer: Balai
) -> None:
    """Whose access was cut has nobody to read it: somebody is told all the same."""
    fermer(pres.gestionnaire_a)
    declaree(pres, "agent_a")
    assert balayer(MOITIE) == au(50, "dpo.a")
    fermer(pres.dpo_a)
    assert balayer(PROCHE) == au(80, "admin.a")


def test_who_declared_it_and_left_is_not_told(pres: Personas, balayer: Balai) -> None:
    declaree(pres, "agent_a")
    habilitations.retirer(pres.agent_a, pres.caisse_a, acteur=None)
    habilitations.habiliter(pres.agent_a, pres.caisse_b, acteur=None)
    assert balayer(ECHUE) == au(100, "gestionnaire.a", "dpo.a", "admin.a")


def test_who_declared_it_and_closed_their_account_is_not_told(
    pres: Personas, balayer: Balai
) -> None:
    declaree(pres)
    fermer(pres.technicien_a)
    assert balayer(ECHUE) == au(100, "dpo.a", "admin.a")


def test_a_late_sweep_tells_the_highest_step_only(pres: Personas, balayer: Balai) -> None:
    declaree(pres)
    assert balayer("2026-03-05T12:00+01") == au(102, "dpo.a", "admin.a", "technicien.a")


def test_a_step_takes_the_place_of_the_line_before_it(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    declaree(pres)
    for quand in (MOITIE, PROCHE, ECHUE):
        horloge.move_to(i(quand))
        signalements.balayer()
    siennes = Notification.objects.filter(destinataire=pres.dpo_a, gabarit="alerte_violation")
    assert list(siennes.non_lues().values_list("details__palier", flat=True)) == [100]
    assert siennes.count() == 3
    assert lignes().count(("dpo.a", "violation_declaree")) == 1


def test_twenty_breaches_take_as_many_statements_as_two(pres: Personas) -> None:
    UtilisateurFactory.create_batch(4, profil="dpo", sur=pres.caisse_a)
    comptees = []
    for nombre in (2, 20):
        for rang in range(nombre):
            declaree(pres, ("technicien_a", "agent_a")[rang % 2])
        with CaptureQueriesContext(connection) as requetes:
            assert balayer_echeances([PORTEUR], i(ECHUE)) == nombre
        comptees.append(len(requetes))
    assert comptees[0] == comptees[1]


def test_the_neighbour_hears_of_nothing(pres: Personas, balayer: Balai) -> None:
    """The same day, next door, with the same partner."""
    declaree(pres, "agent_a")
    for quand in (MOITIE, PROCHE, ECHUE, RAPPEL):
        assert {nom[-2:] for nom, _ in balayer(quand)} == {".a"}
