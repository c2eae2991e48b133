"""Who may know of a breach, add to it and close it: the whole product, typed by hand (G-02)."""

from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from comptes.models import Trace
from portail.etats import TransitionImpossible
from tests.factories import UtilisateurFactory
from tests.personas import Personas
from tests.violations.scene import DEBUT, declaree, i
from violations import actions
from violations.etats import CIRCUIT
from violations.models import Violation

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]

VERBES: dict[str, dict[str, Any]] = {
    "prendre_connaissance": {},
    "completer": {"texte": "Le fichier est revenu."},
    "clore": {"suite": "sans_risque", "conclusion": "Le fichier était chiffré."},
}
ROLES = (
    "technicien_a gestionnaire_a agent_a admin_a dpo_a collegue "
    "technicien_b gestionnaire_b agent_b admin_b dpo_b inactif systeme"
).split()
# Who declared it, and where it stands: what each role may do; the others may do nothing.
TABLE: dict[tuple[str, str], dict[str, str]] = {
    ("technicien_a", "declaree"): {
        "technicien_a": "completer",
        "gestionnaire_a": "completer",
        "admin_a": "prendre_connaissance completer clore",
        "dpo_a": "prendre_connaissance completer clore",
        "systeme": "prendre_connaissance completer clore",
    },
    ("technicien_a", "connue"): {
        "technicien_a": "completer",
        "gestionnaire_a": "completer",
        "admin_a": "completer clore",
        "dpo_a": "completer clore",
        "systeme": "completer clore",
    },
    ("technicien_a", "close"): {},
    ("agent_a", "declaree"): {
        "agent_a": "completer",
        "gestionnaire_a": "prendre_connaissance completer",
        "admin_a": "completer clore",
        "dpo_a": "completer clore",
        "systeme": "prendre_connaissance completer clore",
    },
    ("agent_a", "connue"): {
        "agent_a": "completer",
        "gestionnaire_a": "completer",
        "admin_a": "completer clore",
        "dpo_a": "completer clore",
        "systeme": "completer clore",
    },
    ("agent_a", "close"): {},
}


def amener(violation: Violation, etat: str) -> Violation:
    if etat in ("connue", "close"):
        violation = actions.prendre_connaissance(violation, acteur=None)
    if etat == "close":
        violation = actions.clore(violation, **VERBES["clore"], acteur=None)
    return violation


def acteur_de(pres: Personas, role: str) -> Any:
    if role == "collegue":
        return UtilisateurFactory(sur=pres.partenaire_a)
    return None if role == "systeme" else getattr(pres, role)


@pytest.mark.parametrize(("par", "etat"), TABLE)
def test_each_role_may_do_what_is_typed_here(par: str, etat: str, pres: Personas) -> None:
    violation = amener(declaree(pres, par), etat)
    avant = Violation.objects.values().get()
    for role, verbe in product(ROLES, VERBES):
        acteur = acteur_de(pres, role)
        permis = verbe in TABLE[par, etat].get(role, "").split()
        offerts = {etape.nom for etape in CIRCUIT.possibles(violation, acteur)}
        assert (verbe in offerts) == permis, (role, verbe)
        if permis:
            with transaction.atomic():
                getattr(actions, verbe)(violation, **VERBES[verbe], acteur=acteur)
                transaction.set_rollback(True)
        else:
            with pytest.raises((PermissionDenied, TransitionImpossible)):
                getattr(actions, verbe)(violation, **VERBES[verbe], acteur=acteur)
        assert Violation.objects.values().get() == avant, (role, verbe)


@pytest.mark.parametrize(
    ("par", "etat", "verbe", "nom"),
    [
        # Whoever found it does not read it for the other party.
        ("technicien_a", "declaree", "prendre_connaissance", "gestionnaire_a"),
        ("agent_a", "declaree", "prendre_connaissance", "dpo_a"),
        # The caisse answers for the data.
        ("agent_a", "connue", "clore", "gestionnaire_a"),
        ("agent_a", "connue", "clore", "agent_a"),
        # The right is asked first: what is closed tells nothing to the neighbour.
        ("technicien_a", "close", "completer", "admin_b"),
    ],
)
def test_a_missing_right_is_said_as_such(
    par: str, etat: str, verbe: str, nom: str, pres: Personas
) -> None:
    violation = amener(declaree(pres, par), etat)
    with pytest.raises(PermissionDenied):
        getattr(actions, verbe)(violation, **VERBES[verbe], acteur=getattr(pres, nom))


@pytest.mark.parametrize(
    ("etat", "verbe", "dit"),
    [
        ("connue", "prendre_connaissance", "impossible : en cours de traitement."),
        ("close", "prendre_connaissance", "impossible : close."),
        ("close", "completer", "impossible : close."),
        ("close", "clore", "impossible : close."),
    ],
)
def test_a_step_out_of_its_state_says_why(etat: str, verbe: str, dit: str, pres: Personas) -> None:
    """Even for who still shows it as it was."""
    lue_avant = declaree(pres)
    amener(lue_avant, etat)
    with pytest.raises(TransitionImpossible, match=dit):
        getattr(actions, verbe)(lue_avant, **VERBES[verbe], acteur=pres.dpo_a)


def test_reading_dates_who_knows(pres: Personas) -> None:
    violation = actions.prendre_connaissance(declaree(pres), acteur=pres.admin_a)
    violation.refresh_from_db()
    assert (violation.etat, violation.connue_le, violation.connue_par) == (
        "connue",
        i(DEBUT),
        pres.admin_a,
    )
    trace = Trace.objects.filter(objet="violation").latest("pk")
    assert (trace.qui_id, trace.details) == (pres.admin_a.pk, {"etat": "connue"})


def test_a_complement_is_kept_beside_what_was_declared(pres: Personas) -> None:
    violation = declaree(pres)
    recit = violation.recit
    actions.completer(violation, texte="  Le fichier est revenu.\n", acteur=pres.technicien_a)
    actions.completer(violation, texte="Deux personnes de plus.", acteur=pres.gestionnaire_a)
    violation.refresh_from_db()
    assert (violation.recit, violation.etat) == (recit, "declaree")
    assert list(violation.complements.values_list("texte", "ecrit_par__identifiant")) == [
        ("Le fichier est revenu.", "technicien.a"),
        ("Deux personnes de plus.", "gestionnaire.a"),
    ]
    with pytest.raises(ValidationError) as refus:
        actions.completer(violation, texte="   ", acteur=pres.technicien_a)
    assert set(refus.value.message_dict) == {"texte"}


@pytest.mark.parametrize("suite", ["notifiee", "sans_risque", "ecartee"])
def test_closing_says_what_was_decided(suite: str, pres: Personas) -> None:
    violation = actions.clore(
        declaree(pres),
        suite=suite,
        conclusion=" Le poste est remplacé. ",
        personnes_informees=True,
        acteur=pres.dpo_a,
    )
    violation.refresh_from_db()
    assert (violation.etat, violation.suite) == ("close", suite)
    assert (violation.conclusion, violation.personnes_informees) == ("Le poste est remplacé.", True)
    assert (violation.close_le, violation.close_par) == (i(DEBUT), pres.dpo_a)
    assert (violation.connue_le, violation.connue_par) == (i(DEBUT), pres.dpo_a)


@pytest.mark.parametrize("suite", ["", "oubliee"])
def test_closing_without_a_decision_changes_nothing(suite: str, pres: Personas) -> None:
    violation = declaree(pres)
    with pytest.raises(ValidationError) as refus, transaction.atomic():
        actions.clore(violation, suite=suite, conclusion="Vu.", acteur=pres.dpo_a)
    assert set(refus.value.message_dict) == {"suite"}
    violation.refresh_from_db()
    assert (violation.etat, violation.connue_le) == ("declaree", None)
    assert violation.echeances.get().terminee_le is None
