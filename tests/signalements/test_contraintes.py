"""Each database constraint of conventions and requests, violated once by a raw update."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from signalements.models import (
    Arret,
    Brouillon,
    Contact,
    Demande,
    Levee,
    Lieu,
    Message,
    Piece,
    Relecture,
)
from tests.personas import Personas
from tests.voisinage import Voisinage, voisiner

pytestmark = pytest.mark.django_db


@pytest.fixture
def voisinage(personas: Personas) -> Voisinage:
    return voisiner(personas)


def _note_du_partenaire(v: Voisinage) -> None:
    Message.objects.create(
        demande=v.a.demande,
        auteur=v.a.demande.auteur,
        de_la_caisse=False,
        interne=True,
        texte="Une note",
        envoye_le=timezone.now(),
    )


def _consentement_sans_contact(v: Voisinage) -> None:
    Contact.objects.create(
        demande=v.a.demande,
        agent=v.a.demande.auteur,
        quand=timezone.now(),
        canal="telephone",
        abouti=False,
        consentement_confirme=True,
    )


def _doubler_arret(v: Voisinage) -> None:
    relecture = Relecture.objects.create(lexique="essai", lancee_le=timezone.now())
    for _ in range(2):
        Arret.objects.create(
            relecture=relecture,
            demande=v.a.demande,
            caisse=v.a.caisse,
            partenaire=v.a.demande.partenaire,
            lieu=Lieu.COMMENTAIRES,
            passages=[],
            categories=[],
        )


def changer(modele: type[Any], **valeurs: Any) -> Callable[[Voisinage], None]:
    return lambda v: modele.objects.update(**valeurs)


VIOLATIONS: dict[str, Callable[[Voisinage], None]] = {
    "demande_mas_a_un_contexte": changer(Demande, contextes=[]),
    "demande_precisions_mas_seulement": changer(Demande, motif="droits"),
    "demande_contextes_connus": changer(Demande, contextes=["meteo"]),
    "demande_soins_connus": changer(Demande, soins=["voyance"]),
    "demande_causes_connus": changer(Demande, causes=["paresse"]),
    "demande_cloture_a_date_et_issue": changer(Demande, etat="cloturee"),
    "demande_commentaires_obligatoires": changer(Demande, commentaires=""),
    "demande_anonymisee_est_vide": changer(Demande, anonymisee_le=timezone.now()),
    "piece_a_un_seul_parent": changer(Piece, demande=None, brouillon=None),
    "piece_taille_permise": changer(Piece, taille=5_242_881),
    "piece_verdict_est_date": changer(Piece, etat="saine"),
    "message_note_de_la_caisse": _note_du_partenaire,
    "contact_consentement_suppose_abouti": _consentement_sans_contact,
    "levee_a_une_raison": changer(Levee, raison=""),
    "levee_relue_est_datee": changer(Levee, avis="justifiee"),
    "arret_unique_par_texte": _doubler_arret,
}


@pytest.mark.parametrize("nom", VIOLATIONS)
def test_la_base_refuse(voisinage: Voisinage, nom: str) -> None:
    with pytest.raises(IntegrityError, match=nom), transaction.atomic():
        VIOLATIONS[nom](voisinage)


def test_les_valeurs_limites_passent(voisinage: Voisinage) -> None:
    """The near misses of the refusals above."""
    Piece.objects.update(taille=5_242_880)
    Piece.objects.update(etat="saine", analysee_le=timezone.now())
    Demande.objects.update(etat="cloturee", cloturee_le=timezone.now(), issue="soins")
    Demande.objects.update(
        motif="droits", contextes=[], soins=[], causes=[], anciennete="", urgente=True
    )
    assert Brouillon.objects.count() == 2


def test_aucune_contrainte_n_est_oubliee() -> None:
    declarees = {
        contrainte.name
        for modele in apps.get_app_config("signalements").get_models()
        for contrainte in modele._meta.constraints
    }
    assert declarees == set(VIOLATIONS)
