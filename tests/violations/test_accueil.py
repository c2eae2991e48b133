"""A breach that waits to be read comes first on the home page of who has to read it (G-02)."""

import pytest
from django.test import Client

from tests.personas import Personas, connecte
from tests.violations.scene import declaree
from tests.voisinage import declarer_violation
from violations import actions

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]
TITRE = "Violations de données à lire"


def accueil(pres: Personas, nom: str) -> str:
    return connecte(Client(), getattr(pres, nom)).get("/").content.decode()


@pytest.mark.parametrize(
    ("nom", "attendues"),
    [
        ("technicien_a", set()),
        ("agent_a", set()),
        ("gestionnaire_a", {"par_agent"}),
        ("admin_a", {"par_a"}),
        ("dpo_a", {"par_a"}),
        ("gestionnaire_b", set()),
        ("dpo_b", {"chez_b"}),
    ],
)
def test_what_the_other_party_found_is_on_the_home_page(
    nom: str, attendues: set[str], pres: Personas
) -> None:
    toutes = {
        "par_a": declaree(pres),
        "par_agent": declaree(pres, "agent_a"),
        "chez_b": declarer_violation(pres.caisse_b, pres.partenaire_a, pres.gestionnaire_a),
    }
    page = accueil(pres, nom)
    assert (TITRE in page) == bool(attendues)
    for cle, violation in toutes.items():
        assert (f"/violations/{violation.identifiant}/" in page) == (cle in attendues), cle


@pytest.mark.parametrize("nom", ["admin_a", "dpo_a"])
def test_once_read_it_waits_no_more(nom: str, pres: Personas) -> None:
    violation = declaree(pres)
    assert "à lire : dans" in accueil(pres, nom)
    actions.prendre_connaissance(violation, acteur=pres.dpo_a)
    assert TITRE not in accueil(pres, nom)
