"""Conventions are prepared, signed and ended; each step leaves a trace and opens what it must."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from comptes.models import Caisse, Partenaire, Trace
from conventions import actions
from conventions.models import CaisseLiee, Convention, Service
from conventions.offre import offres
from tests.factories import CaisseFactory, PartenaireFactory

pytestmark = pytest.mark.django_db

JOUR = date(2026, 3, 2)
VEILLE = JOUR - timedelta(days=1)
LENDEMAIN = JOUR + timedelta(days=1)


@pytest.fixture
def caisse() -> Caisse:
    return CaisseFactory(code="artois")


@pytest.fixture
def partenaire() -> Partenaire:
    return PartenaireFactory(code="ccas-arras")


@pytest.fixture
def convention(caisse: Caisse, partenaire: Partenaire) -> Convention:
    return actions.preparer_convention(
        intitule="Arras",
        caisses={caisse: CaisseLiee.ModeConsentement.FORMULAIRE},
        partenaires=[partenaire],
        services=[Service.SIGNALER],
        autres_signataires=["CARSAT d’essai"],
        acteur=None,
    )


def ouvertes(partenaire: Partenaire, jour: date) -> list[str]:
    return [offre.caisse.code for offre in offres(partenaire, jour)]


@pytest.mark.regle("C-01")
def test_une_convention_preparee_n_ouvre_rien(
    convention: Convention, partenaire: Partenaire
) -> None:
    assert convention.autres_signataires == ["CARSAT d’essai"]
    assert convention.liens.get().mode_consentement == "formulaire"
    assert ouvertes(partenaire, JOUR) == []


@pytest.mark.regle("D-01")
def test_elle_ouvre_le_jour_de_la_seconde_signature(
    convention: Convention, partenaire: Partenaire
) -> None:
    actions.signer_convention(convention, metier=VEILLE, acteur=None)
    assert ouvertes(partenaire, LENDEMAIN) == []
    actions.signer_convention(convention, metier=VEILLE, utilisation=JOUR, acteur=None)
    assert ouvertes(partenaire, VEILLE) == []
    assert ouvertes(partenaire, JOUR) == ["artois"]


@pytest.mark.regle("D-01")
def test_elle_tient_jusqu_au_dernier_jour_compris(
    convention: Convention, partenaire: Partenaire
) -> None:
    actions.signer_convention(convention, metier=VEILLE, utilisation=VEILLE, acteur=None)
    actions.terminer_convention(convention, dernier_jour=JOUR, acteur=None)
    assert ouvertes(partenaire, JOUR) == ["artois"]
    assert ouvertes(partenaire, LENDEMAIN) == []


def test_la_convention_d_utilisation_ne_precede_pas_la_convention_metier(
    convention: Convention,
) -> None:
    with pytest.raises(ValidationError, match="convention métier déjà signée"):
        actions.signer_convention(convention, metier=JOUR, utilisation=VEILLE, acteur=None)
    convention.refresh_from_db()
    assert convention.date_effet is None


def test_elle_ne_finit_pas_avant_d_avoir_commence(convention: Convention) -> None:
    actions.signer_convention(convention, metier=JOUR, utilisation=JOUR, acteur=None)
    with pytest.raises(ValidationError, match="fin ne peut précéder"):
        actions.terminer_convention(convention, dernier_jour=VEILLE, acteur=None)


def test_un_code_deja_pris_est_refuse(caisse: Caisse, partenaire: Partenaire) -> None:
    with pytest.raises(ValidationError):
        actions.inscrire_caisse(code="artois", nom="Autre", departement="62", acteur=None)
    with pytest.raises(ValidationError):
        actions.inscrire_partenaire(
            code="ccas-arras",
            nom="Autre",
            type=Partenaire.Type.CCAS,
            membres=3,
            domaines_email=["autre.example"],
            acteur=None,
        )


@pytest.mark.regle("G-05")
def test_chaque_changement_laisse_une_trace(convention: Convention) -> None:
    actions.signer_convention(convention, metier=VEILLE, utilisation=JOUR, acteur=None)
    actions.terminer_convention(convention, dernier_jour=LENDEMAIN, acteur=None)
    traces = Trace.objects.filter(objet="convention", cle=convention.reference).order_by("pk")
    assert [(trace.action, trace.details) for trace in traces] == [
        ("creation", {}),
        ("changement", {"date_effet": "2026-03-01", "date_utilisation": "2026-03-02"}),
        ("changement", {"date_fin": "2026-03-03"}),
    ]
