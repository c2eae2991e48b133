"""Each constraint of the database on teams, violated once by a raw write."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from equipes.models import Demarche, LigneRevue, Revue
from tests.personas import Personas
from tests.voisinage import lier, revoir

pytestmark = pytest.mark.django_db


@pytest.fixture
def demarche(personas: Personas) -> Demarche:
    lier(personas.caisse_a, personas.partenaire_a)
    revoir(personas.caisse_a, personas.partenaire_a)
    return Demarche.objects.create(
        nature="modification",
        caisse=personas.caisse_a,
        partenaire=personas.partenaire_a,
        compte=personas.gestionnaire_a,
        demandee_le=timezone.now(),
    )


def changer(**champs: Any) -> Callable[[], Any]:
    return lambda: Demarche.objects.update(**champs)


def doubler(modele: Any) -> Callable[[], None]:
    def copier() -> None:
        objet = modele.objects.order_by("pk").first()
        objet.pk = None
        if hasattr(objet, "identifiant"):
            objet.identifiant = uuid.uuid4()
        objet.save(force_insert=True)

    return copier


VIOLATIONS = {
    "demarche_traitee_est_datee": changer(etat="acceptee"),
    "demarche_refusee_seule_motivee": changer(motif_refus="Adresse personnelle."),
    "demarche_inactivation_est_datee": changer(nature="inactivation"),
    "demarche_une_a_la_fois": doubler(Demarche),
    "revue_une_seule_ouverte": doubler(Revue),
    "ligne_revue_unique": doubler(LigneRevue),
}


@pytest.mark.parametrize("contrainte", VIOLATIONS)
def test_postgresql_refuse(demarche: Demarche, contrainte: str) -> None:
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        VIOLATIONS[contrainte]()


def test_les_valeurs_voisines_passent(demarche: Demarche) -> None:
    changer(etat="refusee", motif_refus="Adresse personnelle.", traitee_le=timezone.now())()
    doubler(Demarche)()
    Revue.objects.update(signee_le=timezone.now())
    doubler(Revue)()
    assert (Demarche.objects.count(), Revue.objects.count()) == (2, 2)


def test_aucune_contrainte_n_est_oubliee() -> None:
    modeles = apps.get_app_config("equipes").get_models()
    assert {c.name for modele in modeles for c in modele._meta.constraints} == set(VIOLATIONS)
