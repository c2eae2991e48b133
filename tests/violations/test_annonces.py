"""Who is told of a breach, at once and by all means, and nobody else (G-02)."""

from typing import Any

import pytest

from comptes import habilitations
from comptes.actions.preferences import regler_notifications
from comptes.gabarits import DEFAUTS
from comptes.models import Caisse, Courriel, Partenaire, Preference
from conventions import actions as conventions
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas
from tests.violations.scene import courriels, declaree, lignes, oublier, tous
from violations import actions

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]

# Who declares: who is told.
PREVENUS = {
    "technicien_a": ("dpo.a", "admin.a", "gestionnaire.a"),
    "gestionnaire_a": ("dpo.a", "admin.a"),
    "agent_a": ("dpo.a", "admin.a", "gestionnaire.a"),
    "admin_a": ("dpo.a", "gestionnaire.a"),
    "dpo_a": ("admin.a", "gestionnaire.a"),
}
DU_PARTENAIRE = ("technicien_a", "gestionnaire_a")


def nommer(tenant: Caisse | Partenaire, email: str, role: str = "dpo") -> Any:
    partie = "caisse" if isinstance(tenant, Caisse) else "partenaire"
    telephone = "" if email else "03 53 01 62 10"
    return conventions.nommer_contact(
        **{partie: tenant}, role=role, nom="Bureau", email=email, telephone=telephone, acteur=None
    )


@pytest.fixture
def bureaux(pres: Personas) -> Personas:
    """Each party named its DPO, and has a référent."""
    for tenant in (pres.caisse_a, pres.caisse_b, pres.partenaire_a, pres.partenaire_b):
        nommer(tenant, f"dpo@{tenant.code}.example")
        nommer(tenant, f"referent@{tenant.code}.example", role="referent")
    return pres


@pytest.mark.parametrize("nom", PREVENUS)
def test_both_sides_hear_of_it_but_who_declared_it(nom: str, pres: Personas) -> None:
    violation = declaree(pres, nom)
    assert courriels() == lignes() == tous("violation_declaree", *PREVENUS[nom])
    assert {tuple(c.contexte.items()) for c in Courriel.objects.all()} == {
        (("reference", str(violation.identifiant)),)
    }


@pytest.mark.regle("C-08")
@pytest.mark.parametrize("nom", PREVENUS)
def test_the_desk_of_the_other_party_is_told_without_an_account(
    nom: str, bureaux: Personas
) -> None:
    declaree(bureaux, nom)
    bureau = "dpo@artois.example" if nom in DU_PARTENAIRE else "dpo@ccas-arras.example"
    assert courriels() == sorted(
        [
            *tous("violation_declaree", *PREVENUS[nom]),
            (bureau, "violation_declaree_contact"),
        ]
    )
    assert lignes() == tous("violation_declaree", *PREVENUS[nom])
    assert Courriel.objects.get(adresse=bureau).contexte == {}


@pytest.mark.regle("C-08")
def test_the_desk_is_the_one_that_is_named_today(bureaux: Personas) -> None:
    ancien = bureaux.caisse_a.contacts.get(role="dpo")
    conventions.remplacer_contact(ancien, email="nouveau@artois.example", acteur=None)
    declaree(bureaux)
    assert bureau_ecrit() == ["nouveau@artois.example"]
    oublier()
    actuel = bureaux.caisse_a.contacts.get(email="nouveau@artois.example")
    conventions.retirer_contact(actuel, acteur=None)
    declaree(bureaux)
    assert bureau_ecrit() == []


def test_a_desk_whose_address_is_that_of_an_account_is_told_once(pres: Personas) -> None:
    nommer(pres.caisse_a, pres.dpo_a.email.upper())
    declaree(pres)
    assert courriels() == tous("violation_declaree", "dpo.a", "admin.a", "gestionnaire.a")


def test_an_account_that_is_closed_does_not_silence_its_desk(pres: Personas) -> None:
    nommer(pres.caisse_a, pres.dpo_a.email)
    fermer(pres.dpo_a)
    declaree(pres)
    assert bureau_ecrit() == [pres.dpo_a.email]
    assert lignes() == tous("violation_declaree", "admin.a", "gestionnaire.a")


def test_the_address_of_who_is_not_told_does_not_silence_a_desk(pres: Personas) -> None:
    """A technicien, or somebody next door, who has the address of the desk."""
    for compte in (pres.technicien_a, pres.dpo_b):
        compte.email = "dpo@artois.example"
        compte.save()
    nommer(pres.caisse_a, "dpo@artois.example")
    declaree(pres, "gestionnaire_a")
    assert bureau_ecrit() == ["dpo@artois.example"]


def test_a_desk_that_only_has_a_phone_is_not_written_to(pres: Personas) -> None:
    nommer(pres.caisse_a, "")
    declaree(pres)
    assert bureau_ecrit() == []


def test_nobody_can_prefer_not_to_know(pres: Personas) -> None:
    for compte in (pres.dpo_a, pres.admin_a, pres.gestionnaire_a):
        coupes = {**dict.fromkeys(DEFAUTS[compte.profil], "aucun"), "violations": "aucun"}
        regler_notifications(remises=coupes, heure=8, acteur=compte)
    assert Preference.objects.filter(utilisateur=pres.admin_a).count() == 6
    assert not Preference.objects.filter(genre="violations").exists()
    declaree(pres)
    assert courriels() == tous("violation_declaree", "dpo.a", "admin.a", "gestionnaire.a")


def test_each_breach_of_the_same_parties_is_told(bureaux: Personas) -> None:
    declaree(bureaux)
    declaree(bureaux)
    assert len(courriels()) == 8
    assert bureau_ecrit() == ["dpo@artois.example"] * 2


@pytest.mark.parametrize(
    ("par", "lue_par"), [("technicien_a", "dpo_a"), ("agent_a", "gestionnaire_a")]
)
def test_who_declared_it_learns_that_it_was_read(par: str, lue_par: str, bureaux: Personas) -> None:
    violation = declaree(bureaux, par)
    oublier()
    actions.prendre_connaissance(violation, acteur=getattr(bureaux, lue_par))
    assert courriels() == lignes() == tous("violation_connue", par.replace("_", "."))


@pytest.mark.parametrize(
    ("par", "qui", "prevenus"),
    [
        ("technicien_a", "technicien_a", ("dpo.a", "admin.a", "gestionnaire.a")),
        ("technicien_a", "gestionnaire_a", ("dpo.a", "admin.a", "technicien.a")),
        ("technicien_a", "dpo_a", ("admin.a", "gestionnaire.a", "technicien.a")),
        ("agent_a", "agent_a", ("dpo.a", "admin.a", "gestionnaire.a")),
        ("agent_a", "gestionnaire_a", ("dpo.a", "admin.a", "agent.a")),
        ("gestionnaire_a", "admin_a", ("dpo.a", "gestionnaire.a")),
    ],
)
def test_the_others_are_told_of_a_complement(
    par: str, qui: str, prevenus: tuple[str, ...], bureaux: Personas
) -> None:
    violation = declaree(bureaux, par)
    for _ in range(2):
        oublier()
        actions.completer(violation, texte="Le fichier est revenu.", acteur=getattr(bureaux, qui))
        assert courriels() == lignes() == tous("violation_completee", *prevenus)


@pytest.mark.parametrize(
    ("par", "prevenus"),
    [
        ("technicien_a", ("admin.a", "gestionnaire.a", "technicien.a")),
        ("agent_a", ("admin.a", "gestionnaire.a", "agent.a")),
        ("dpo_a", ("admin.a", "gestionnaire.a")),
    ],
)
def test_both_sides_hear_how_it_ended(
    par: str, prevenus: tuple[str, ...], bureaux: Personas
) -> None:
    violation = declaree(bureaux, par)
    oublier()
    actions.clore(violation, suite="ecartee", conclusion="Une erreur.", acteur=bureaux.dpo_a)
    assert courriels() == lignes() == tous("violation_close", *prevenus)


def test_who_left_is_told_nothing_more(pres: Personas) -> None:
    """The agent who declared it works next door now: the page would not open."""
    violation = declaree(pres, "agent_a")
    habilitations.retirer(pres.agent_a, pres.caisse_a, acteur=None)
    habilitations.habiliter(pres.agent_a, pres.caisse_b, acteur=None)
    oublier()
    actions.prendre_connaissance(violation, acteur=pres.gestionnaire_a)
    assert lignes() == []
    actions.completer(violation, texte="Le fichier est revenu.", acteur=pres.gestionnaire_a)
    assert lignes() == tous("violation_completee", "dpo.a", "admin.a")


def test_two_dpo_are_both_told_and_an_invited_one_is_not(pres: Personas) -> None:
    UtilisateurFactory(identifiant="dpo.second", profil="dpo", sur=pres.caisse_a)
    UtilisateurFactory(identifiant="dpo.futur", profil="dpo", sur=pres.caisse_a, etat="invite")
    declaree(pres)
    assert lignes() == tous(
        "violation_declaree", "dpo.a", "dpo.second", "admin.a", "gestionnaire.a"
    )


def bureau_ecrit() -> list[str]:
    ecrits = Courriel.objects.filter(gabarit="violation_declaree_contact")
    return sorted(ecrits.values_list("adresse", flat=True))
