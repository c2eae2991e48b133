"""Somebody is always told of a step, and nobody of the same one twice (D-14)."""

from datetime import date

import pytest

from comptes import recapitulatifs
from comptes.models import Notification, Profil
from tests.echeances.scene import ECHUE, RAPPEL, Scene, i
from tests.factories import AbsenceFactory, UtilisateurFactory, fermer

pytestmark = pytest.mark.regle("D-14")


def absents(scene: Scene, du: date, au: date) -> None:
    """Everybody, each replaced by the next one."""
    equipe = [scene.anne, scene.bruno, scene.chloe]
    for agent, remplacant in zip(equipe, equipe[1:] + equipe[:1], strict=True):
        AbsenceFactory(agent=agent, remplacant=remplacant, du=du, au=au)


def test_a_team_that_is_away_altogether_is_told_all_the_same(scene: Scene) -> None:
    scene.deposer()
    absents(scene, date(2026, 6, 16), date(2026, 6, 16))
    assert scene.balayer("2026-06-16T17:07:30+02") == {
        (nom, "alerte_equipe", 50) for nom in ("anne", "bruno", "chloe")
    }


def test_the_partners_team_is_told_for_an_author_who_left(scene: Scene) -> None:
    scene.suivie()
    collegue = UtilisateurFactory(profil=Profil.TECHNICIEN, sur=scene.partenaire)
    fermer(scene.auteur)
    dits = {(nom, palier) for nom, gabarit, palier in scene.balayer(ECHUE) if gabarit[0] == "d"}
    assert (collegue.identifiant, 100) in dits
    assert len(dits) == 2, "the two who still file for that partner, and nobody of another one"
    assert not any(gabarit == "delai_depasse" for _, gabarit, _ in scene.balayer(RAPPEL))


def test_the_partner_is_told_once_even_after_its_lines_were_dropped(scene: Scene) -> None:
    """Lines are dropped after 400 days; a deadline may be late for longer."""
    demande = scene.suivie()
    demande.echeances.exclude(nature="contact_48h").delete()
    assert ("auteur", "delai_depasse", 100) in scene.balayer(ECHUE)
    assert recapitulatifs.purger(i("2027-07-20T12:00+02"))
    assert not Notification.objects.filter(gabarit="delai_depasse").exists()
    assert {gabarit for _, gabarit, _ in scene.balayer("2027-07-20T12:00+02")} == {
        "alerte_suivie",
        "alerte_equipe",
        "alerte_encadrement",
    }


def test_a_step_takes_the_place_of_the_line_before_it(scene: Scene) -> None:
    """A request that is late for days is one line to read, and each of its lines is kept."""
    demande = scene.suivie()
    demande.echeances.exclude(nature="contact_48h").delete()
    scene.balayer(ECHUE)
    scene.balayer(RAPPEL)
    siennes = Notification.objects.filter(destinataire=scene.anne, reference=demande.reference)
    paliers = [(n.details["palier"], n.lue_le is None) for n in siennes.order_by("pk")]
    assert paliers == [(100, False), (101, True)]
    auteur = Notification.objects.non_lues().filter(gabarit="delai_depasse")
    assert auteur.count() == 1, "the partner's line is its own"
