"""Conventions written before acts existed get those that their dates suppose."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from comptes.models import Caisse, Partenaire
from conventions import actions
from conventions.models import CaisseLiee, Convention
from tests.conventions.vies import instant, le, relue
from tests.factories import CaisseFactory, PartenaireFactory

pytestmark = pytest.mark.django_db

EFFET = date(2025, 3, 2)


@pytest.fixture
def parties(db: None) -> tuple[Caisse, Partenaire]:
    return CaisseFactory(code="artois"), PartenaireFactory()


def ancienne(parties: tuple[Caisse, Partenaire], **champs: object) -> Convention:
    convention = Convention.objects.create(
        intitule="Ancienne", services=["signaler"], autres_signataires=["CARSAT"], **champs
    )
    CaisseLiee.objects.create(convention=convention, caisse=parties[0])
    convention.partenaires.add(parties[1])
    with le(date(2026, 6, 15)):
        import_module("conventions.migrations.0002_vie").reprendre_les_actes(apps, None)
    return relue(convention)


@pytest.mark.regle("C-05")
def test_une_convention_signee(parties: tuple[Caisse, Partenaire]) -> None:
    convention = ancienne(
        parties, etat="en_vigueur", date_effet=EFFET, date_utilisation=date(2025, 4, 1)
    )
    actes = convention.actes.values_list("nature", "etat", "signe_le")
    assert set(actes) == {
        ("metier", "signe", EFFET),
        ("utilisation", "signe", date(2025, 4, 1)),
    }
    assert convention.actes.get(nature="metier").signatures.count() == 3
    assert convention.actes.get(nature="utilisation").signatures.count() == 2
    assert convention.prochaine_echeance == date(2027, 3, 2)
    version = actions.version_au(convention, EFFET)
    assert version is not None
    assert set(version.parametres) == {*Convention.PARAMETRES, "modes_consentement"}


@pytest.mark.regle("C-02")
def test_une_convention_dont_la_fin_est_prevue(parties: tuple[Caisse, Partenaire]) -> None:
    convention = ancienne(parties, etat="en_vigueur", date_effet=EFFET, date_fin=date(2026, 7, 1))
    assert convention.etat == "denoncee"
    assert convention.ruptures.get().dernier_jour == date(2026, 7, 1)
    actions.echoir(instant(date(2026, 7, 2)))
    assert relue(convention).etat == "terminee"


def test_un_brouillon(parties: tuple[Caisse, Partenaire]) -> None:
    convention = ancienne(parties)
    assert list(convention.actes.values_list("nature", "etat")) == [("metier", "brouillon")]
    assert actions.envoyer_en_signature(convention, acteur=None).etat == "signature"
