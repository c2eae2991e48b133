"""Référents, DPO and support: they change without touching the convention, with a date (C-08)."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from conventions import actions
from conventions.models import Contact
from portail.etats import TransitionImpossible
from tests.conventions.vies import en_vigueur, le, relue
from tests.personas import Personas

pytestmark = pytest.mark.django_db

MARS = date(2026, 3, 10)
JUIN = date(2026, 6, 15)
SUPPORT = {
    "role": "support",
    "nom": "Relations partenaires",
    "telephone": "03 53 01 62 10",
    "email": "partenaires@artois.example",
}


@pytest.mark.regle("C-08")
def test_un_changement_ferme_l_ancien_et_date_le_nouveau(personas: Personas) -> None:
    with le(MARS):
        ancien = actions.nommer_contact(
            caisse=personas.caisse_a,
            role="referent",
            nom="Baptiste Wibaux",
            fonction="Référent",
            telephone="03 53 01 62 11",
            email="",
            acteur=personas.admin_a,
        )
    with le(JUIN):
        nouveau = actions.remplacer_contact(
            ancien, nom="Clarisse Hennuyer", acteur=personas.admin_a
        )
        with pytest.raises(TransitionImpossible, match="déjà été remplacé"):
            actions.remplacer_contact(ancien, nom="Trop tard", acteur=personas.admin_a)
    assert (relue(ancien).depuis, relue(ancien).jusqu_au) == (MARS, date(2026, 6, 14))
    assert (nouveau.depuis, nouveau.jusqu_au) == (JUIN, None)
    assert (nouveau.nom, nouveau.fonction) == ("Clarisse Hennuyer", "Référent")
    assert list(Contact.objects.actuels()) == [nouveau]


@pytest.mark.regle("C-08")
def test_le_contact_de_support_est_celui_que_le_portail_montre(personas: Personas) -> None:
    contact = actions.nommer_contact(caisse=personas.caisse_a, acteur=personas.admin_a, **SUPPORT)
    caisse = relue(personas.caisse_a)
    assert caisse.contact_support == (
        "Relations partenaires, 03 53 01 62 10, partenaires@artois.example"
    )
    contact = actions.remplacer_contact(contact, telephone="36 46", acteur=personas.admin_a)
    assert "36 46" in relue(caisse).contact_support
    assert "03 53 01" not in relue(caisse).contact_support
    actions.retirer_contact(contact, acteur=personas.admin_a)
    assert relue(caisse).contact_support == ""


@pytest.mark.regle("C-08")
def test_un_seul_support_un_seul_dpo_plusieurs_referents(personas: Personas) -> None:
    commun: dict[str, Any] = {"caisse": personas.caisse_a, "acteur": personas.admin_a}
    actions.nommer_contact(**commun, **SUPPORT)
    with pytest.raises(ValidationError) as refus:
        actions.nommer_contact(**commun, **SUPPORT)
    assert list(refus.value.message_dict) == ["role"]
    for _ in range(2):
        actions.nommer_contact(**commun, **{**SUPPORT, "role": "referent"})
    voisine = {"caisse": personas.caisse_b, "acteur": personas.admin_b}
    assert actions.nommer_contact(**voisine, **SUPPORT).role == "support"


def test_un_tres_long_contact_de_support_garde_de_quoi_joindre(personas: Personas) -> None:
    long = {**SUPPORT, "nom": "N" * 120, "email": f"{'e' * 60}@{'d' * 40}.example"}
    actions.nommer_contact(caisse=personas.caisse_a, acteur=None, **long)
    assert relue(personas.caisse_a).contact_support == f"03 53 01 62 10, {long['email']}"


@pytest.mark.parametrize(
    "champs",
    [
        {"telephone": "", "email": ""},
        {"email": "pas une adresse"},
        {"nom": ""},
        {"role": "mascotte"},
    ],
)
def test_un_contact_injoignable_ou_absurde_est_refuse(
    personas: Personas, champs: dict[str, str]
) -> None:
    with pytest.raises(ValidationError):
        actions.nommer_contact(
            caisse=personas.caisse_a, acteur=personas.admin_a, **{**SUPPORT, **champs}
        )
    assert not Contact.objects.exists()


def test_un_partenaire_ne_nomme_pas_le_support(personas: Personas) -> None:
    with pytest.raises(ValidationError, match="support est nommé par la caisse"):
        actions.nommer_contact(partenaire=personas.partenaire_a, acteur=None, **SUPPORT)


@pytest.mark.regle("C-08")
@pytest.mark.parametrize(
    ("cote", "permis"),
    [
        ("caisse_a", {"admin_a"}),
        ("partenaire_a", {"admin_a", "gestionnaire_a"}),
    ],
)
def test_chaque_partie_nomme_les_siens(personas: Personas, cote: str, permis: set[str]) -> None:
    en_vigueur(MARS, caisses=[personas.caisse_a], partenaires=[personas.partenaire_a])
    partie = {cote[:-2]: getattr(personas, cote)}
    for qui in (
        "admin_a admin_b agent_a dpo_a gestionnaire_a gestionnaire_b technicien_a inactif"
    ).split():
        nommer = {**SUPPORT, "role": "referent", "acteur": getattr(personas, qui)}
        if qui in permis:
            contact = actions.nommer_contact(**partie, **nommer)
            continue
        with pytest.raises(PermissionDenied):
            actions.nommer_contact(**partie, **nommer)
    for verbe in (actions.remplacer_contact, actions.retirer_contact):
        with pytest.raises(PermissionDenied):
            verbe(contact, acteur=personas.admin_b)
