"""Each constraint of the database on conventions, violated once by a raw update."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from conventions import actions
from conventions.actions import copil
from conventions.models import (
    Acte,
    CaisseLiee,
    Contact,
    Convention,
    Coupure,
    Document,
    RappelCopil,
    Reunion,
    Rupture,
    Scan,
    Signature,
    Version,
)
from tests.conventions.vies import avenant, en_vigueur, le, preparee, rompue
from tests.personas import Personas

pytestmark = pytest.mark.django_db

EFFET = date(2026, 3, 2)
JOUR = date(2026, 3, 10)


@pytest.fixture
def convention(personas: Personas) -> Convention:
    """With one row of everything that has a constraint."""
    with le(JOUR):
        convention = en_vigueur(
            EFFET, caisses=[personas.caisse_a], partenaires=[personas.partenaire_a]
        )
        avenant(convention, {"delai_c2s_jours": 20})
        rompue(convention, "manquement", JOUR)
        for caisse in (personas.caisse_a, personas.caisse_b):
            Coupure.objects.create(
                caisse=caisse,
                partenaire=personas.partenaire_a,
                motif="Essai.",
                coupee_le=timezone.now(),
            )
        actions.nommer_contact(
            caisse=personas.caisse_a, role="support", nom="Support", telephone="36 46", acteur=None
        )
        Scan.objects.create(
            convention=convention,
            nom="a.pdf",
            type_mime="application/pdf",
            taille=10,
            sha256="0" * 64,
            deposee_le=timezone.now(),
        )
        copil.planifier(convention, jour=JOUR, acteur=None)
    return convention


def changer(modele: Any, **champs: Any) -> Callable[[], Any]:
    return lambda: modele.objects.update(**champs)


def seulement(modele: Any, filtre: dict[str, Any], **champs: Any) -> Callable[[], Any]:
    return lambda: modele.objects.filter(**filtre).update(**champs)


def _deuxieme(modele: Any, **champs: Any) -> Callable[[], Any]:
    """The first row of the model, written once more."""

    def copier() -> None:
        objet = modele.objects.order_by("pk").first()
        objet.pk = None
        for nom, valeur in champs.items():
            setattr(objet, nom, valeur)
        if hasattr(objet, "identifiant"):
            objet.identifiant = uuid.uuid4()
        objet.save(force_insert=True)

    return copier


def _deux(modele: Any, **champs: Any) -> Callable[[], Any]:
    def creer() -> None:
        convention = Convention.objects.get()
        modele.objects.bulk_create(modele(convention=convention, **champs) for _ in range(2))

    return creer


VIOLATIONS = {
    "convention_services_connus": changer(Convention, services=["telepathie"]),
    "convention_utilisation_apres_metier": changer(Convention, date_utilisation=date(2026, 3, 1)),
    "convention_fin_apres_effet": changer(Convention, date_fin=date(2026, 3, 1)),
    "convention_signee_est_datee": changer(Convention, etat="brouillon"),
    "convention_terminee_est_datee": changer(Convention, etat="terminee", date_fin=None),
    "convention_intitule_unique": _deuxieme(Convention),
    "caisse_liee_une_fois": _deuxieme(CaisseLiee),
    "coupure_une_seule_ouverte": _deuxieme(Coupure),
    "acte_numero_unique": _deuxieme(Acte),
    "acte_signe_est_date": seulement(Acte, {"nature": "metier"}, signe_le=None),
    "signature_d_une_seule_partie": seulement(Signature, {"caisse__isnull": False}, autre="CARSAT"),
    "signature_une_par_partie": _deuxieme(Signature),
    "version_numero_unique": lambda: Version.objects.create(
        convention=Convention.objects.get(),
        acte=Acte.objects.get(nature="avenant"),
        numero=1,
        depuis=EFFET,
        parametres={},
    ),
    "rupture_finit_apres_sa_notification": changer(Rupture, dernier_jour=JOUR - timedelta(days=1)),
    "rupture_une_ouverte_par_cause": _deuxieme(Rupture),
    "contact_d_une_seule_partie": changer(Contact, caisse=None),
    "contact_joignable": changer(Contact, telephone="", email=""),
    "copil_un_seul_prevu": _deuxieme(Reunion),
    "copil_tenu_une_fois_par_jour": _deux(
        Reunion, etat="tenue", jour=JOUR, enregistree_le=timezone.now()
    ),
    "copil_compte_rendu_d_une_reunion_tenue": lambda: Reunion.objects.update(
        compte_rendu=Scan.objects.get()
    ),
    "copil_rappele_une_fois": _deux(RappelCopil, pour=EFFET, nom="j60", emis_le=timezone.now()),
    "scan_taille_permise": changer(Scan, taille=5_242_881),
    "scan_verdict_est_date": changer(Scan, etat="saine"),
}


@pytest.mark.parametrize("contrainte", VIOLATIONS)
def test_postgresql_refuse(convention: Convention, contrainte: str) -> None:
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        VIOLATIONS[contrainte]()


def test_le_support_est_nomme_par_une_caisse(personas: Personas) -> None:
    contact = actions.nommer_contact(
        partenaire=personas.partenaire_a, role="dpo", nom="DPO", telephone="36 46", acteur=None
    )
    with pytest.raises(IntegrityError, match="contact_support_de_caisse"), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(role="support")


def test_un_intitule_abandonne_est_libre() -> None:
    premiere = preparee(intitule="Arras")
    actions.abandonner(premiere, acteur=None)
    preparee(intitule="Arras")
    with pytest.raises(IntegrityError), transaction.atomic():
        Convention.objects.filter(pk=premiere.pk).update(etat="brouillon")


def test_un_document_qui_porte_une_empreinte_est_date(convention: Convention) -> None:
    document = Document.objects.create(
        nature="contacts", convention=convention, source=uuid.uuid4(), demande_le=timezone.now()
    )
    with pytest.raises(IntegrityError, match="document_etabli_est_date"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(sha256="0" * 64)


def test_aucune_contrainte_n_est_oubliee() -> None:
    """The three others have a test of their own."""
    modeles = apps.get_app_config("conventions").get_models()
    ailleurs = {"contact_support_de_caisse", "document_etabli_est_date", "document_un_par_source"}
    declarees = {c.name for modele in modeles for c in modele._meta.constraints}
    assert declarees == set(VIOLATIONS) | ailleurs
