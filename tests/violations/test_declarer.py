"""Either party declares what it found, to the other (G-02)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes import habilitations
from comptes.models import Courriel, Notification, Profil, Trace
from echeances.models import Echeance
from portail.etats import TransitionImpossible
from tests.factories import CaisseFactory, UtilisateurFactory
from tests.personas import Personas
from tests.violations.scene import DEBUT, declaree, i
from tests.voisinage import declarer_violation, lier
from violations.models import Violation

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]

COTES = {
    "technicien_a": "partenaire",
    "gestionnaire_a": "partenaire",
    "agent_a": "caisse",
    "admin_a": "caisse",
    "dpo_a": "caisse",
}


@pytest.mark.parametrize("nom", COTES)
def test_whoever_works_for_a_party_declares(nom: str, pres: Personas) -> None:
    acteur = getattr(pres, nom)
    violation = Violation.objects.get(pk=declaree(pres, nom).pk)
    assert (violation.caisse, violation.partenaire) == (pres.caisse_a, pres.partenaire_a)
    assert (violation.cote, violation.etat) == (COTES[nom], "declaree")
    assert (violation.declaree_par, violation.declaree_le) == (acteur, i(DEBUT))
    assert violation.convention == pres.caisse_a.conventions.get()
    assert violation.connue_le is None
    (trace,) = Trace.objects.filter(objet="violation")
    assert (trace.action, trace.qui_id, trace.cle) == ("creation", acteur.pk, violation.reference)
    assert (trace.caisse_id, trace.partenaire_id) == (pres.caisse_a.pk, pres.partenaire_a.pk)
    assert trace.details == {"statut": "suspectee"}


@pytest.mark.parametrize(
    "nom", ["technicien_b", "gestionnaire_b", "agent_b", "admin_b", "dpo_b", "inactif"]
)
def test_nobody_declares_between_two_others(nom: str, pres: Personas) -> None:
    """The next caisse works with the same partner, yet not for this one."""
    with pytest.raises(PermissionDenied):
        declaree(pres, nom)
    rien_n_est_ecrit()


def test_the_support_works_for_nobody(pres: Personas) -> None:
    support = UtilisateurFactory(profil=Profil.SUPPORT, is_superuser=True)
    with pytest.raises(PermissionDenied):
        declarer_violation(pres.caisse_a, pres.partenaire_a, support)
    rien_n_est_ecrit()


def test_what_is_sent_twice_is_declared_once(pres: Personas) -> None:
    premiere = declaree(pres, personnes=3)
    assert declaree(pres, personnes=3) == premiere
    ecrits = Courriel.objects.count()
    assert Echeance.objects.filter(nature="violation").count() == 1
    declaree(pres, personnes=3, recit="Un second fichier est parti aussi.")
    declaree(pres, "gestionnaire_a", personnes=3)
    assert Violation.objects.count() == 3
    assert Courriel.objects.count() > ecrits


@pytest.mark.parametrize("nom", ["technicien_a", "gestionnaire_a"])
def test_a_partner_declares_to_no_caisse_that_never_signed(nom: str, pres: Personas) -> None:
    inconnue = CaisseFactory()
    lier(inconnue, pres.partenaire_a, etat="signature", date_effet=None, date_utilisation=None)
    with pytest.raises(TransitionImpossible, match="Aucune convention ne lie"):
        declarer_violation(inconnue, pres.partenaire_a, getattr(pres, nom))
    rien_n_est_ecrit()


@pytest.mark.parametrize("nom", ["agent_a", "admin_a", "dpo_a"])
def test_a_caisse_declares_to_no_partner_of_the_next_one(nom: str, pres: Personas) -> None:
    with pytest.raises(TransitionImpossible, match="Aucune convention ne lie"):
        declarer_violation(pres.caisse_a, pres.partenaire_b, getattr(pres, nom))
    rien_n_est_ecrit()


def test_one_who_left_the_caisse_declares_no_more(pres: Personas) -> None:
    habilitations.retirer(pres.agent_a, pres.caisse_a, acteur=None)
    habilitations.habiliter(pres.agent_a, pres.caisse_b, acteur=None)
    with pytest.raises(PermissionDenied):
        declaree(pres, "agent_a")


@pytest.mark.parametrize(
    ("champ", "valeur", "dit_a"),
    [
        ("constatee_le", i("2026-03-02T09:00:01+01"), "heure"),
        ("statut", "certaine", "statut"),
        ("atteintes", [], "atteintes"),
        ("atteintes", ["vol"], "atteintes"),
        ("categories", [], "categories"),
        ("categories", ["identite", "couleur"], "categories"),
        ("personnes", 0, "personnes"),
        ("recit", "", "recit"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    champ: str, valeur: Any, dit_a: str, pres: Personas
) -> None:
    with pytest.raises(ValidationError) as refus:
        declaree(pres, **{champ: valeur})
    assert set(refus.value.message_dict) == {dit_a}
    rien_n_est_ecrit()


def test_what_is_found_this_very_instant_is_declared(pres: Personas) -> None:
    assert declaree(pres, constatee_le=timezone.now()).constatee_le == i(DEBUT)


def test_what_is_not_known_yet_is_left_out(pres: Personas) -> None:
    violation = declaree(pres, personnes=None, mesures="", categories=["autre"])
    assert Violation.objects.get(pk=violation.pk).personnes is None


def test_two_findings_are_two_breaches(pres: Personas) -> None:
    premiere = declaree(pres)
    seconde = declaree(pres, constatee_le=timezone.now() - timedelta(minutes=5))
    assert premiere.identifiant != seconde.identifiant
    assert Echeance.objects.filter(violation__in=[premiere, seconde]).count() == 2


def rien_n_est_ecrit() -> None:
    assert not Violation.objects.exists()
    assert not Echeance.objects.exists()
    assert not Courriel.objects.exists()
    assert not Notification.objects.exists()
    assert not Trace.objects.filter(objet="violation").exists()
