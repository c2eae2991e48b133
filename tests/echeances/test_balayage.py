"""The sweep: who is told of which step of a deadline, and when; every instant is typed (D-14)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptes import habilitations
from comptes.models import Courriel, Notification, Preference, Trace
from echeances import balayage
from echeances.balayage import balayer
from echeances.models import Alerte, Echeance
from equipes import actions as equipes
from signalements.models import Evenement
from tests.echeances.scene import (
    DEBUT,
    ECHUE,
    MOITIE,
    PORTEURS,
    PROCHE,
    RAPPEL,
    Scene,
    contact,
    courriels,
    i,
    paliers,
)
from tests.factories import AbsenceFactory, UtilisateurFactory, fermer
from tests.voisinage import demander

pytestmark = pytest.mark.regle("D-14")


def test_each_step_is_told_to_more_people(scene: Scene) -> None:
    demande = scene.suivie()
    assert scene.balayer("2026-06-02T10:14:59+02") == set()
    assert scene.balayer(MOITIE) == {("anne", "alerte_suivie", 50)}
    assert scene.balayer("2026-06-02T10:15:30+02") == set()
    assert scene.balayer("2026-06-03T00:38:59+02") == set()
    assert scene.balayer(PROCHE) == {
        ("anne", "alerte_suivie", 80),
        ("bruno", "alerte_equipe", 80),
        ("chloe", "alerte_equipe", 80),
    }
    assert scene.balayer("2026-06-03T10:15:00+02") == set()
    assert contact(demande).depassee_le is None
    assert scene.balayer(ECHUE) == {
        ("anne", "alerte_suivie", 100),
        ("bruno", "alerte_equipe", 100),
        ("chloe", "alerte_equipe", 100),
        ("admin", "alerte_encadrement", 100),
        ("auteur", "delai_depasse", 100),
    }
    assert scene.balayer("2026-06-04T10:15:00+02") == set()
    # The partner is told once: what comes next is between the caisse and itself.
    assert scene.balayer(RAPPEL) == {
        ("anne", "alerte_suivie", 101),
        ("bruno", "alerte_equipe", 101),
        ("chloe", "alerte_equipe", 101),
        ("admin", "alerte_encadrement", 101),
    }
    assert paliers(demande) == [50, 80, 100, 101]
    assert courriels() == {("anne", "alerte_suivie"), ("auteur", "delai_depasse")}


def test_a_missed_deadline_is_written_once_for_both_sides(scene: Scene) -> None:
    demande = scene.suivie()
    scene.balayer(ECHUE)
    scene.balayer(RAPPEL)
    demande.refresh_from_db()
    assert demande.en_retard
    assert contact(demande).depassee_le == i(ECHUE)
    lignes = Evenement.objects.filter(libelle__startswith="Délai dépassé")
    assert list(lignes.values_list("quand", "visible")) == [(i(ECHUE), True)]
    assert Trace.objects.filter(cle=demande.reference, details={"retard": "constate"}).count() == 1


def test_what_nobody_follows_goes_to_the_team_from_the_first_step(scene: Scene) -> None:
    scene.deposer()
    # 30 days from 1 June at 10:15 to the end of 1 July: half of them.
    assert scene.balayer("2026-06-16T17:07:29+02") == set()
    assert scene.balayer("2026-06-16T17:07:30+02") == {
        (nom, "alerte_equipe", 50) for nom in ("anne", "bruno", "chloe")
    }


def test_the_substitute_is_told_instead_of_the_absent_agent(scene: Scene) -> None:
    scene.suivie()
    AbsenceFactory(
        agent=scene.anne, remplacant=scene.bruno, du=date(2026, 6, 2), au=date(2026, 6, 2)
    )
    assert scene.balayer(MOITIE) == {("bruno", "alerte_suivie", 50)}
    # Back on Wednesday.
    assert ("anne", "alerte_suivie", 80) in scene.balayer(PROCHE)


def test_the_team_is_told_without_those_who_are_away(scene: Scene) -> None:
    scene.suivie()
    AbsenceFactory(
        agent=scene.chloe, remplacant=scene.bruno, du=date(2026, 6, 3), au=date(2026, 6, 30)
    )
    assert scene.balayer(PROCHE) == {
        ("anne", "alerte_suivie", 80),
        ("bruno", "alerte_equipe", 80),
    }


def test_an_absent_agent_without_a_usable_substitute_leaves_it_to_the_team(scene: Scene) -> None:
    scene.suivie()
    AbsenceFactory(
        agent=scene.anne, remplacant=scene.bruno, du=date(2026, 6, 1), au=date(2026, 6, 9)
    )
    fermer(scene.bruno)
    assert scene.balayer(MOITIE) == {("chloe", "alerte_equipe", 50)}


def test_an_agent_who_left_the_caisse_leaves_it_to_the_team(scene: Scene) -> None:
    scene.suivie()
    habilitations.retirer(scene.anne, scene.caisse, acteur=None)
    assert scene.balayer(MOITIE) == {
        ("bruno", "alerte_equipe", 50),
        ("chloe", "alerte_equipe", 50),
    }


@pytest.mark.regle("H-02")
def test_a_demarche_is_told_to_the_admins(scene: Scene) -> None:
    with time_machine.travel(i(DEBUT), tick=False):
        demarche = demander(scene.caisse, scene.partenaire)
    Notification.objects.all().delete()
    # Five working days from Monday at 10:15: to the end of Monday 8 June.
    for quand, palier in (
        ("2026-06-05T05:07:30+02", 50),
        ("2026-06-07T11:39:00+02", 80),
        ("2026-06-09T00:00:00+02", 100),
        ("2026-06-10T00:00:00+02", 101),
    ):
        veille = (i(quand) - timedelta(seconds=1)).isoformat()
        assert scene.balayer(veille) == set()
        assert scene.balayer(quand) == {("admin", "alerte_demarche", palier)}
    assert Echeance.objects.get().depassee_le == i("2026-06-09T00:00+02")
    assert Trace.objects.filter(details={"retard": "constate"}).count() == 1
    equipes.refuser(demarche, motif="Adresse inconnue.", acteur=scene.admin)
    assert scene.balayer("2026-06-30T00:00+02") == set()


def test_a_late_sweep_tells_the_highest_step_only(scene: Scene) -> None:
    demande = scene.suivie()
    assert {palier for _, _, palier in scene.balayer("2026-06-09T12:00+02")} == {106, 100}
    assert paliers(demande) == [106]
    assert Notification.objects.filter(destinataire=scene.anne).count() == 1
    assert contact(demande).depassee_le == i("2026-06-09T12:00+02")
    assert scene.balayer("2026-06-09T12:00:30+02") == set()
    assert scene.balayer("2026-06-10T10:15:00+02") == set()
    assert {palier for _, _, palier in scene.balayer("2026-06-10T10:15:01+02")} == {107}


def test_a_paused_deadline_is_silent_then_scheduled_again(scene: Scene) -> None:
    demande = scene.suivie()
    demande = scene.agir(
        "2026-06-02T09:15+02", demande, "demander_complement", texte="Il manque un avis."
    )
    assert scene.balayer("2026-06-12T09:15+02") == set()
    # 23 hours had gone: half is reached one hour after the pause.
    demande = scene.agir("2026-06-12T09:15+02", demande, "reprendre")
    assert scene.balayer("2026-06-12T10:14:59+02") == set()
    assert scene.balayer("2026-06-12T10:15:00+02") == {("anne", "alerte_suivie", 50)}
    assert contact(demande).echeance_le == i("2026-06-13T10:15+02")
    assert contact(demande).a_alerter_le == i("2026-06-13T00:39+02")


def test_a_step_reached_just_before_a_pause_is_told_after_it(scene: Scene) -> None:
    """No sweep came between Tuesday 10:15, its half, and the pause of 10:15:20."""
    demande = scene.suivie()
    texte = "Il manque un avis."
    demande = scene.agir("2026-06-02T10:15:20+02", demande, "demander_complement", texte=texte)
    assert scene.balayer("2026-06-02T10:15:30+02") == set()
    scene.agir("2026-06-02T18:00+02", demande, "reprendre")
    assert scene.balayer("2026-06-02T18:00+02") == {("anne", "alerte_suivie", 50)}
    assert scene.balayer("2026-06-02T18:00:30+02") == set()


def test_a_deadline_missed_just_before_a_pause_stays_missed(scene: Scene) -> None:
    demande = scene.suivie()
    texte = "Il manque un avis."
    demande = scene.agir("2026-06-03T10:15:02+02", demande, "demander_complement", texte=texte)
    scene.agir("2026-06-03T18:00+02", demande, "reprendre")
    assert ("admin", "alerte_encadrement", 100) in scene.balayer("2026-06-03T18:00:05+02")
    assert contact(demande).echeance_le == i("2026-06-03T10:15+02")


def test_a_deadline_that_is_met_is_silent(scene: Scene) -> None:
    demande = scene.suivie()
    scene.balayer(MOITIE)
    scene.agir("2026-06-03T00:38+02", demande, "confirmer_contact", canal="telephone")
    assert scene.balayer(PROCHE) == set()
    assert scene.balayer("2026-06-09T12:00+02") == set()


def test_the_steps_are_those_of_the_caisse_when_the_clock_started(scene: Scene) -> None:
    scene.caisse.seuils_alerte, scene.caisse.relance_heures = [75, 25], 12
    scene.caisse.save()
    demande = scene.suivie()
    scene.caisse.seuils_alerte, scene.caisse.relance_heures = [10], 1
    scene.caisse.save()
    assert scene.balayer("2026-06-01T22:14:59+02") == set()
    # Its first threshold is for the agent alone, the next one for the team.
    assert scene.balayer("2026-06-01T22:15+02") == {("anne", "alerte_suivie", 25)}
    assert scene.balayer("2026-06-02T22:14:59+02") == set()
    assert ("bruno", "alerte_equipe", 75) in scene.balayer("2026-06-02T22:15+02")
    scene.balayer(ECHUE)
    assert scene.balayer("2026-06-03T22:15:00+02") == set()
    assert ("admin", "alerte_encadrement", 101) in scene.balayer("2026-06-03T22:15:01+02")
    assert paliers(demande) == [25, 75, 100, 101]
    # What starts afterwards follows the new ones: 4 h 48 of 48 h.
    scene.horloge.move_to(i("2026-06-08T10:00+02"))
    neuve = scene.suivie()
    assert contact(neuve).a_alerter_le == i("2026-06-08T14:48+02")


def test_without_thresholds_the_deadline_itself_is_the_first_step(scene: Scene) -> None:
    scene.caisse.seuils_alerte = []
    scene.caisse.save()
    scene.suivie()
    assert scene.balayer("2026-06-03T10:15:00+02") == set()
    assert len(scene.balayer(ECHUE)) == 5


def test_a_clock_set_back_tells_nothing_again(scene: Scene) -> None:
    demande = scene.suivie()
    scene.balayer(PROCHE)
    Echeance.objects.update(a_alerter_le=i(DEBUT))
    assert scene.balayer("2026-06-02T12:00+02") == set()
    assert contact(demande).palier == 80
    assert len(scene.balayer(ECHUE)) == 5


def test_what_one_prefers_decides_of_the_mail_and_never_of_the_line(scene: Scene) -> None:
    for compte, genre, remise in (
        (scene.anne, "delais_suivis", "aucun"),
        (scene.bruno, "delais_equipe", "immediate"),
        (scene.admin, "delais_caisse", "immediate"),
    ):
        Preference.objects.create(utilisateur=compte, genre=genre, remise=remise)
    scene.suivie()
    assert len(scene.balayer(ECHUE)) == 5
    assert courriels() == {
        ("bruno", "alerte_equipe"),
        ("admin", "alerte_encadrement"),
        ("auteur", "delai_depasse"),
    }


@pytest.mark.parametrize("cassee", ["comptes.courriels.ecrire_tous", "comptes.journal.tracer_tous"])
def test_a_sweep_that_breaks_in_the_middle_tells_nothing(
    scene: Scene, cassee: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    demande = scene.suivie()
    Notification.objects.all().delete()
    Courriel.objects.all().delete()

    def casser(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as panne:
        panne.setattr(cassee, casser)
        with pytest.raises(RuntimeError):
            balayer(PORTEURS, i(ECHUE))
    assert not Alerte.objects.exists()
    assert not Notification.objects.exists()
    assert not Courriel.objects.exists()
    assert contact(demande).palier == 0
    assert contact(demande).depassee_le is None
    assert len(scene.balayer(ECHUE)) == 5


def test_a_sweep_goes_on_batch_after_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balayage, "LOT", 2)
    for _ in range(5):
        scene.suivie()
    assert balayer(PORTEURS, i(MOITIE)) == 5
    assert Alerte.objects.count() == 5
    assert balayer(PORTEURS, i(MOITIE)) == 0


def test_twenty_deadlines_take_as_many_statements_as_two(scene: Scene) -> None:
    for _ in range(6):
        UtilisateurFactory(profil="agent", sur=scene.caisse)
    comptees = []
    for nombre in (2, 20):
        for _ in range(nombre):
            scene.suivie()
        scene.deposer()
        with CaptureQueriesContext(connection) as requetes:
            balayer(PORTEURS, i(ECHUE))
        comptees.append(len(requetes))
    assert comptees[0] == comptees[1]
