"""The length of a deadline is that of the convention in force when it starts (D-14, C-05)."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from comptes.models import Profil, Utilisateur
from conventions import actions as conventions
from conventions.models import Convention
from signalements import actions
from signalements.models import Demande
from tests.conventions.vies import avenant, en_vigueur, instant, rompue, tout_signer
from tests.echeances.scene import i
from tests.factories import CaisseFactory, PartenaireFactory, UtilisateurFactory
from tests.signalements.fabriques import deposer

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-14")]

MARS = date(2026, 3, 2)
TEXTE = "Voici la réponse de la caisse."


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(i("2026-05-31T23:50+02"), tick=False) as horloge:
        yield horloge


@pytest.fixture
def convention(horloge: time_machine.Traveller) -> Convention:
    return en_vigueur(MARS, caisses=[CaisseFactory()], partenaires=[PartenaireFactory()])


@pytest.fixture
def agent(convention: Convention) -> Utilisateur:
    return UtilisateurFactory(profil=Profil.AGENT, sur=convention.caisses.get())


def deposee(convention: Convention) -> Demande:
    caisse, partenaire = convention.caisses.get(), convention.partenaires.get()
    auteur = UtilisateurFactory(profil=Profil.TECHNICIEN, sur=partenaire)
    return deposer(caisse, partenaire, auteur)


def fin(demande: Demande, nature: str) -> str:
    """Of its clock that runs."""
    echeance = demande.echeances.ouvertes().get(nature=nature)
    return echeance.echeance_le.isoformat(" ")


@pytest.mark.parametrize("balayee", [True, False])
def test_an_avenant_rules_from_its_day_and_never_a_clock_that_runs(
    balayee: bool, convention: Convention, agent: Utilisateur, horloge: time_machine.Traveller
) -> None:
    """Even in the minute, or the days of a stopped beat, before the sweep applies it."""
    changements = {"delai_instruction_jours": 20, "modes_consentement": {}}
    tout_signer(avenant(convention, changements, date(2026, 6, 1)), MARS)
    tout_signer(avenant(convention, {"delai_contact_heures": 24}, date(2026, 6, 1)), MARS)
    tout_signer(avenant(convention, {"delai_contact_heures": 12}, date(2026, 6, 2)), MARS)
    avant = deposee(convention)
    assert fin(avant, "instruction_30j") == "2026-06-30 21:59:59+00:00"
    horloge.move_to(i("2026-06-01T00:00+02"))
    if balayee:
        conventions.echoir(instant(date(2026, 6, 1), 0))
    apres = deposee(convention)
    assert fin(apres, "instruction_30j") == "2026-06-21 21:59:59+00:00"
    assert fin(avant, "instruction_30j") == "2026-06-30 21:59:59+00:00"
    actions.franchir(avant, "prendre_en_charge", acteur=agent)
    assert fin(avant, "contact_48h") == "2026-06-01 22:00:00+00:00"
    horloge.move_to(i("2026-06-02T09:00+02"))
    actions.franchir(apres, "prendre_en_charge", acteur=agent)
    assert fin(apres, "contact_48h") == "2026-06-02 19:00:00+00:00"


def test_a_reopened_request_follows_the_convention_that_took_over(
    convention: Convention, agent: Utilisateur, horloge: time_machine.Traveller
) -> None:
    demande = deposee(convention)
    demande = actions.franchir(demande, "prendre_en_charge", acteur=agent)
    demande = actions.franchir(
        demande, "cloturer_sans_suite", acteur=agent, issue="doublon", texte=TEXTE
    )
    rompue(convention, "secret", date(2026, 5, 31))
    horloge.move_to(i("2026-06-15T09:00+02"))
    conventions.echoir(instant(date(2026, 6, 15)))
    en_vigueur(
        date(2026, 6, 10),
        caisses=[demande.caisse],
        partenaires=[demande.partenaire],
        delai_instruction_jours=10,
    )
    demande = actions.franchir(demande, "rouvrir", acteur=agent, texte=TEXTE)
    assert fin(demande, "instruction_30j") == "2026-06-25 21:59:59+00:00"


def test_without_any_in_force_it_follows_its_own(
    convention: Convention, agent: Utilisateur, horloge: time_machine.Traveller
) -> None:
    demande = deposee(convention)
    rompue(convention, "secret", date(2026, 5, 31))
    horloge.move_to(i("2026-06-15T09:00+02"))
    conventions.echoir(instant(date(2026, 6, 15)))
    demande = actions.franchir(demande, "prendre_en_charge", acteur=agent)
    assert fin(demande, "contact_48h") == "2026-06-17 07:00:00+00:00"
