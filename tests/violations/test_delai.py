"""Within how long the other party has to know: 24 or 48 elapsed hours since the finding (G-02)."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client

from conventions import actions as conventions
from conventions.models import Convention
from echeances.models import Echeance
from tests.conventions.vies import avenant, en_vigueur, instant, rompue, tout_signer
from tests.personas import Personas, connecte
from tests.violations.scene import declaree, i
from tests.voisinage import lier
from violations import actions
from violations.models import Violation

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]

Signer = Callable[..., Convention]


@pytest.fixture
def signer(horloge: time_machine.Traveller, personas: Personas) -> Signer:
    """A convention between the near tenants, in force since that day through the real verbs."""

    def _signer(jour: date = date(2026, 2, 2), **parametres: object) -> Convention:
        caisses, partenaires = [personas.caisse_a], [personas.partenaire_a]
        return en_vigueur(jour, caisses=caisses, partenaires=partenaires, **parametres)

    return _signer


def fin(violation: Violation) -> str:
    return Echeance.objects.get(violation=violation).echeance_le.isoformat(" ")


def page(violation: Violation, pres: Personas) -> str:
    client = connecte(Client(), pres.dpo_a)
    return client.get(f"/violations/{violation.identifiant}/").content.decode()


def annonce(pres: Personas, nom: str) -> str:
    """What the page says of the delay before anything is declared."""
    return connecte(Client(), getattr(pres, nom)).get("/violations/declarer/").content.decode()


@pytest.mark.parametrize("par", ["technicien_a", "dpo_a"])
@pytest.mark.parametrize(
    ("heures", "attendue"),
    [(24, "2026-03-03 07:00:00+00:00"), (48, "2026-03-04 07:00:00+00:00")],
)
def test_the_convention_says_how_long(
    heures: int, attendue: str, par: str, signer: Signer, personas: Personas
) -> None:
    """Counted from 8:00, when it was found, and not from 9:00, when it is declared."""
    convention = signer(delai_violation_heures=heures)
    violation = declaree(personas, par)
    echeance = Echeance.objects.get()
    assert fin(violation) == attendue
    assert (echeance.debut_le, echeance.convention) == (i("2026-03-02T08:00+01"), convention)
    assert (echeance.caisse, echeance.partenaire) == (personas.caisse_a, personas.partenaire_a)
    assert f"soit {heures} heures après le constat" in page(violation, personas)


def test_without_a_word_it_is_24_hours(signer: Signer, personas: Personas) -> None:
    signer()
    assert fin(declaree(personas)) == "2026-03-03 07:00:00+00:00"


@pytest.mark.parametrize(
    ("heures", "constat", "attendue"),
    [
        # Clocks go forward on 29 March at 2:00, back on 25 October at 3:00.
        (24, "2026-03-28T10:15+01", "2026-03-29T11:15+02"),
        (48, "2026-03-28T10:15+01", "2026-03-30T11:15+02"),
        (24, "2026-03-28T01:59:59+01", "2026-03-29T01:59:59+01"),
        (24, "2026-10-24T10:15+02", "2026-10-25T09:15+01"),
        (48, "2026-10-24T10:15+02", "2026-10-26T09:15+01"),
        (24, "2026-10-25T02:30+01", "2026-10-26T02:30+01"),
    ],
)
def test_hours_are_elapsed_hours(
    heures: int,
    constat: str,
    attendue: str,
    signer: Signer,
    personas: Personas,
    horloge: time_machine.Traveller,
) -> None:
    signer(delai_violation_heures=heures)
    horloge.move_to(i("2026-10-25T02:45+01"))
    violation = declaree(personas, constatee_le=i(constat))
    assert Echeance.objects.get(violation=violation).echeance_le == i(attendue)


@pytest.mark.parametrize(
    ("jour", "heure", "constat"),
    [
        ("28/03/2026", "10:15", "2026-03-28T10:15+01"),
        # Neither of these is typed for sure: an hour that does not exist, one that comes twice.
        ("29/03/2026", "02:30", "2026-03-29T03:30+02"),
        ("25/10/2026", "02:30", "2026-10-25T02:30+02"),
        ("24/10/2026", "23:59", "2026-10-24T23:59+02"),
    ],
)
def test_what_is_typed_is_the_hour_of_paris(
    jour: str,
    heure: str,
    constat: str,
    signer: Signer,
    personas: Personas,
    horloge: time_machine.Traveller,
) -> None:
    signer()
    horloge.move_to(i("2026-10-25T12:00+01"))
    client = connecte(Client(), personas.technicien_a)
    saisie = {"statut": "averee", "atteintes": ["integrite"], "categories": ["acces"]}
    client.post(
        "/violations/declarer/",
        {**saisie, "constatee_le": jour, "heure": heure, "recit": "Un compte a servi."},
    )
    assert Violation.objects.get().constatee_le == i(constat)


@pytest.mark.regle("C-05")
@pytest.mark.parametrize("balayee", [True, False])
def test_an_avenant_rules_from_its_day(
    balayee: bool, signer: Signer, personas: Personas, horloge: time_machine.Traveller
) -> None:
    """Even before the sweep applies it, and never for a clock that runs."""
    convention = signer()
    tout_signer(
        avenant(convention, {"delai_violation_heures": 48}, date(2026, 3, 3)), date(2026, 3, 2)
    )
    avant = declaree(personas)
    assert "dans les <strong>24 heures" in annonce(personas, "technicien_a")
    horloge.move_to(i("2026-03-03T00:30+01"))
    if balayee:
        conventions.echoir(instant(date(2026, 3, 3), 0))
    apres = declaree(personas, constatee_le=i("2026-03-02T23:30+01"))
    assert fin(avant) == "2026-03-03 07:00:00+00:00"
    assert fin(apres) == "2026-03-04 22:30:00+00:00"
    assert "soit 24 heures après le constat" in page(avant, personas)
    assert "soit 48 heures après le constat" in page(apres, personas)
    for nom in ("technicien_a", "agent_a"):
        assert "dans les <strong>48 heures" in annonce(personas, nom)


def test_the_page_says_both_when_conventions_differ(signer: Signer, personas: Personas) -> None:
    """Those that bind one's own party, and not the next one's."""
    signer(delai_violation_heures=48)
    lier(personas.caisse_b, personas.partenaire_b)
    assert "dans les <strong>48 heures" in annonce(personas, "gestionnaire_a")
    assert "dans les <strong>24 heures" in annonce(personas, "gestionnaire_b")
    lier(personas.caisse_b, personas.partenaire_a, intitule="Une autre")
    assert "dans les <strong>24 ou 48 heures" in annonce(personas, "gestionnaire_a")
    assert "dans les <strong>48 heures" in annonce(personas, "dpo_a")


def test_of_two_in_force_the_last_one_rules(signer: Signer, personas: Personas) -> None:
    signer(date(2026, 2, 2), delai_violation_heures=24)
    signer(date(2026, 2, 9), delai_violation_heures=48)
    assert fin(declaree(personas)) == "2026-03-04 07:00:00+00:00"


def test_one_still_waiting_for_its_second_act_does_not_rule_yet(
    signer: Signer, personas: Personas
) -> None:
    signer(date(2026, 2, 2), delai_violation_heures=48)
    lier(
        personas.caisse_a,
        personas.partenaire_a,
        intitule="La suivante",
        date_effet=date(2026, 3, 1),
        date_utilisation=None,
        delai_violation_heures=24,
    )
    assert fin(declaree(personas)) == "2026-03-04 07:00:00+00:00"


@pytest.mark.parametrize("par", ["technicien_a", "agent_a"])
def test_after_the_end_the_last_convention_rules(
    par: str, signer: Signer, personas: Personas, horloge: time_machine.Traveller
) -> None:
    for jour, heures in ((date(2026, 2, 2), 24), (date(2026, 2, 9), 48)):
        rompue(signer(jour, delai_violation_heures=heures), "secret", date(2026, 3, 1))
    horloge.move_to(i("2026-06-15T09:00+02"))
    conventions.echoir(instant(date(2026, 6, 15), 0))
    assert not Convention.objects.en_vigueur(date(2026, 6, 15)).exists()
    # The access ended with the conventions; who still works for the party may declare (G-02).
    type(personas.technicien_a).objects.update(etat="actif", inactif_le=None, cause_inactivation="")
    assert fin(declaree(personas, par)) == "2026-06-17 06:00:00+00:00"
    assert "heures</strong>" not in annonce(personas, par)


def test_it_is_met_to_its_last_second(
    signer: Signer, personas: Personas, horloge: time_machine.Traveller
) -> None:
    signer()
    tenue, manquee = declaree(personas), declaree(personas)
    horloge.move_to(i("2026-03-03T08:00:00.9+01"))
    actions.prendre_connaissance(tenue, acteur=personas.dpo_a)
    assert "lue dans le délai" in page(tenue, personas)
    horloge.move_to(i("2026-03-03T08:00:01+01"))
    actions.prendre_connaissance(manquee, acteur=personas.dpo_a)
    assert "lue hors délai" in page(manquee, personas)
    lus = Echeance.objects.order_by("pk").values_list("terminee_le", "depassee_le")
    assert list(lus) == [
        (i("2026-03-03T08:00:00.9+01"), None),
        (i("2026-03-03T08:00:01+01"), i("2026-03-03T08:00:01+01")),
    ]


@pytest.mark.parametrize(("par", "lu"), [("technicien_a", "lue"), ("agent_a", "close")])
def test_closing_ends_the_clock_of_what_nobody_had_read(
    par: str, lu: str, signer: Signer, personas: Personas
) -> None:
    """The caisse that closes what it received has read it; its own, the partner has not."""
    signer()
    violation = declaree(personas, par)
    actions.clore(violation, suite="ecartee", conclusion="Une erreur.", acteur=personas.admin_a)
    echeance = Echeance.objects.get()
    assert (echeance.terminee_le, echeance.depassee_le) == (i("2026-03-02T09:00+01"), None)
    contenu = page(violation, personas)
    assert f"{lu} dans le délai" in contenu
    assert ("Lue par l’autre partie" in contenu) == (lu == "lue")


def test_what_follows_leaves_a_clock_that_ended_alone(
    signer: Signer, personas: Personas, horloge: time_machine.Traveller
) -> None:
    signer()
    violation = declaree(personas)
    actions.prendre_connaissance(violation, acteur=personas.dpo_a)
    horloge.move_to(i("2026-03-20T09:00+01"))
    actions.completer(violation, texte="Le fichier est revenu.", acteur=personas.technicien_a)
    actions.clore(violation, suite="notifiee", conclusion="Fait.", acteur=personas.dpo_a)
    echeance = Echeance.objects.get()
    assert (echeance.terminee_le, echeance.depassee_le) == (i("2026-03-02T09:00+01"), None)
    violation.refresh_from_db()
    assert violation.connue_le == i("2026-03-02T09:00+01")
