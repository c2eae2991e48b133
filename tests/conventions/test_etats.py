"""Every state × every step × every role, against a table typed by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from conventions import actions
from conventions.etats import CIRCUIT, possibles
from conventions.models import Convention
from portail.etats import TransitionImpossible
from tests.conventions.vies import (
    en_vigueur,
    instant,
    le,
    metier_signe,
    preparee,
    relue,
    rompue,
)
from tests.personas import Personas

pytestmark = pytest.mark.django_db

EFFET = date(2025, 3, 2)
JOUR = date(2026, 1, 15)

GESTES = (
    "corriger envoyer reprendre signer preparer_utilisation preparer_avenant envoyer_acte "
    "abandonner_acte denoncer mettre_en_demeure rompre_secret mettre_en_demeure_utilisation "
    "lever abandonner"
).split()

# What an admin of the caisse may do, in each situation; nobody else may do anything.
TABLE = {
    "brouillon": "corriger envoyer abandonner",
    "brouillon incomplet": "corriger abandonner",
    "signature": "reprendre signer abandonner",
    "signature entamée": "signer abandonner",
    "en vigueur sans portail": (
        "preparer_utilisation preparer_avenant denoncer mettre_en_demeure rompre_secret"
    ),
    "utilisation en préparation": (
        "preparer_avenant envoyer_acte abandonner_acte denoncer mettre_en_demeure rompre_secret"
    ),
    "utilisation en signature": (
        "signer preparer_avenant abandonner_acte denoncer mettre_en_demeure rompre_secret"
    ),
    "en vigueur": (
        "preparer_avenant denoncer mettre_en_demeure rompre_secret mettre_en_demeure_utilisation"
    ),
    "avenant en préparation": (
        "preparer_avenant envoyer_acte abandonner_acte denoncer mettre_en_demeure rompre_secret "
        "mettre_en_demeure_utilisation"
    ),
    "dénoncée": (
        "preparer_avenant mettre_en_demeure rompre_secret mettre_en_demeure_utilisation lever"
    ),
    "mise en demeure": (
        "preparer_avenant denoncer rompre_secret mettre_en_demeure_utilisation lever"
    ),
    "mise en demeure d’utilisation": (
        "preparer_avenant denoncer mettre_en_demeure rompre_secret lever"
    ),
    "portail fermé": (
        "preparer_utilisation preparer_avenant denoncer mettre_en_demeure rompre_secret lever"
    ),
    "terminée par manquement": "lever",
    "terminée par le secret": "",
    "abandonnée": "",
}
ROLES = (
    "admin_a admin_b agent_a agent_b dpo_a gestionnaire_a gestionnaire_b technicien_a "
    "technicien_b inactif"
).split()


def _incomplete(**parties: Any) -> Convention:
    return preparee(**parties, services=[])


def _en_signature(**parties: Any) -> Convention:
    return actions.envoyer_en_signature(preparee(**parties), acteur=None)


def _entamee(**parties: Any) -> Convention:
    convention = _en_signature(**parties)
    signature = convention.actes.get().signatures.all()[0]
    actions.signer(signature, signee_le=EFFET, qualite="Maire", acteur=None)
    return convention


def _utilisation_en_preparation(**parties: Any) -> Convention:
    convention = metier_signe(EFFET, **parties)
    actions.preparer_utilisation(convention, acteur=None)
    return convention


def _utilisation_en_signature(**parties: Any) -> Convention:
    convention = metier_signe(EFFET, **parties)
    acte = actions.preparer_utilisation(convention, acteur=None)
    actions.envoyer_acte(acte, acteur=None)
    return convention


def _avenant_en_preparation(**parties: Any) -> Convention:
    convention = en_vigueur(EFFET, **parties)
    actions.preparer_avenant(
        convention,
        objet="Un délai plus court.",
        changements={"delai_c2s_jours": 20},
        effet_le=None,
        acteur=None,
    )
    return convention


def _rompue(cause: str, finie: bool = False) -> Callable[..., Convention]:
    def faire(**parties: Any) -> Convention:
        convention = en_vigueur(EFFET, **parties)
        rompue(convention, cause, JOUR)
        if finie:
            actions.echoir(instant(date(2026, 2, 20)))
        return convention

    return faire


def _abandonnee(**parties: Any) -> Convention:
    return actions.abandonner(preparee(**parties), acteur=None)


SITUATIONS: dict[str, Callable[..., Convention]] = {
    "brouillon": preparee,
    "brouillon incomplet": _incomplete,
    "signature": _en_signature,
    "signature entamée": _entamee,
    "en vigueur sans portail": lambda **p: metier_signe(EFFET, **p),
    "utilisation en préparation": _utilisation_en_preparation,
    "utilisation en signature": _utilisation_en_signature,
    "en vigueur": lambda **p: en_vigueur(EFFET, **p),
    "avenant en préparation": _avenant_en_preparation,
    "dénoncée": _rompue("denonciation"),
    "mise en demeure": _rompue("manquement"),
    "mise en demeure d’utilisation": _rompue("utilisation"),
    "portail fermé": _rompue("utilisation", finie=True),
    "terminée par manquement": _rompue("manquement", finie=True),
    "terminée par le secret": _rompue("secret"),
    "abandonnée": _abandonnee,
}


def situee(personas: Personas, situation: str) -> Convention:
    with le(JOUR):
        convention = SITUATIONS[situation](
            caisses=[personas.caisse_a], partenaires=[personas.partenaire_a]
        )
    return relue(convention)


def issue(convention: Convention, acteur: Any, geste: str) -> str:
    try:
        CIRCUIT.exiger(convention, acteur, geste)
    except PermissionDenied:
        return "interdit"
    except TransitionImpossible:
        return "etat"
    return "oui"


def test_la_table_et_les_situations_se_repondent() -> None:
    assert set(TABLE) == set(SITUATIONS)
    assert [geste.nom for geste in CIRCUIT] == GESTES


@pytest.mark.regle("C-02")
@pytest.mark.regle("C-03")
@pytest.mark.regle("C-04")
@pytest.mark.parametrize("situation", TABLE)
def test_chaque_geste_de_chacun_dans_chaque_situation(personas: Personas, situation: str) -> None:
    convention = situee(personas, situation)
    permis = TABLE[situation].split()
    attendu = {
        (role, geste): ("oui" if geste in permis else "etat") if role == "admin_a" else "interdit"
        for role in ROLES
        for geste in GESTES
    }
    obtenu = {
        (role, geste): issue(convention, getattr(personas, role), geste)
        for role in ROLES
        for geste in GESTES
    }
    assert obtenu == attendu


@pytest.mark.parametrize("situation", TABLE)
def test_la_page_ne_montre_que_ce_que_la_table_permet(personas: Personas, situation: str) -> None:
    convention = situee(personas, situation)
    assert [t.nom for t in possibles(convention, personas.admin_a)] == TABLE[situation].split()
    assert possibles(convention, personas.admin_b) == []


def test_la_liste_des_gestes_coute_trois_lectures(
    personas: Personas, django_assert_max_num_queries: Callable
) -> None:
    convention = situee(personas, "en vigueur")
    possibles(convention, personas.admin_a)
    with django_assert_max_num_queries(3):
        possibles(relue_sans_compter(convention), personas.admin_a)


def relue_sans_compter(convention: Convention) -> Convention:
    return Convention(pk=convention.pk, etat=convention.etat, date_utilisation=EFFET)


@pytest.mark.regle("H-12")
def test_une_caisse_partie_n_agit_plus_sur_ce_que_l_autre_garde(personas: Personas) -> None:
    with le(JOUR):
        convention = en_vigueur(
            EFFET,
            caisses=[personas.caisse_a, personas.caisse_b],
            partenaires=[personas.partenaire_a],
        )
        rompue(convention, "secret", JOUR, personas.caisse_a)
    convention = relue(convention)
    assert issue(convention, personas.admin_a, "denoncer") == "interdit"
    assert issue(convention, personas.admin_b, "denoncer") == "oui"
    with le(JOUR):
        rompue(convention, "secret", JOUR, personas.caisse_b)
    for admin in (personas.admin_a, personas.admin_b):
        assert issue(relue(convention), admin, "denoncer") == "etat"
