"""Anonymising beside people at work, twice at once, and cut short (G-04)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import DatabaseError

from comptes.models import Courriel, Notification, Trace
from portail import destructions
from portail.models import Destruction
from signalements import actions
from signalements.actions import conservation
from signalements.models import Demande, Message, Piece
from tests.personas import Personas
from tests.signalements.closes import CLOTURE, DEPOT, TERME, close, dite, fichiers, lie, tenue
from tests.signalements.fabriques import deposer
from tests.voisinage import csv

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.regle("G-04")]


def nommees() -> int:
    return Demande.objects.filter(nom="Vasseur").count()


def avec_piece(personas: Personas) -> Demande:
    """Closed, its file never scanned."""
    lie(personas)
    with time_machine.travel(DEPOT, tick=False):
        demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
        actions.joindre(demande, csv(), usage="autre", acteur=personas.technicien_a)
    Demande.objects.filter(pk=demande.pk).update(
        etat="cloturee", cloturee_le=CLOTURE, issue="doublon"
    )
    demande.echeances.update(terminee_le=CLOTURE)
    return demande


@pytest.mark.parametrize("quoi", ["demande", "piece", "levee", "notification", "courriel"])
def test_ce_que_quelqu_un_tient_attend_le_passage_suivant(personas: Personas, quoi: str) -> None:
    """And keeps nobody else waiting: its neighbour in the same batch is done."""
    demande = dite(personas)
    close(personas)
    siennes = Notification.objects.filter(reference=demande.reference)
    siens = Courriel.objects.filter(contexte__reference=demande.reference)
    objets = {
        "demande": demande,
        "piece": demande.pieces.get(),
        "levee": demande.levees.get(),
        "notification": siennes.earliest("pk"),
        "courriel": siens.latest("pk"),
    }
    dites = (siennes.count(), siens.count())
    with tenue(objets[quoi]):
        assert actions.anonymiser(TERME) == 1
        assert Demande.objects.get(pk=demande.pk).nom == "Zorglubier"
        assert (siennes.count(), siens.count()) == dites
        assert demande.messages.exists()
        assert demande.pieces.exists()
    assert actions.anonymiser(TERME) == 1
    assert Demande.objects.get(pk=demande.pk).nom == ""
    assert (siennes.count(), siens.count()) == (0, 0)


def test_rouverte_pendant_le_passage_elle_reste_telle_quelle(personas: Personas) -> None:
    """Another connection reopens it after it was read as due, before it is locked."""
    demande = close(personas)
    lire = conservation._echues

    def puis_rouvrir(jour: Any) -> Any:
        echues = lire(jour)
        assert list(echues) == [demande.pk]
        Demande.objects.filter(pk=demande.pk).update(
            etat="prise_en_charge", cloturee_le=None, issue=""
        )
        return echues

    with mock.patch.object(conservation, "_echues", puis_rouvrir):
        assert actions.anonymiser(TERME) == 0
    assert Demande.objects.get(pk=demande.pk).commentaires
    assert not Trace.objects.filter(details__has_key="anonymisation").exists()


def test_deux_passages_a_la_fois_font_chaque_demande_une_fois(
    personas: Personas, en_meme_temps: Callable[..., list[Any]]
) -> None:
    references = {close(personas).reference for _ in range(12)}
    with mock.patch.object(conservation, "LOT", 3):
        faites = en_meme_temps(*[lambda: actions.anonymiser(TERME)] * 3)
    assert sum(faites) + actions.anonymiser(TERME) == 12
    lignes = Trace.objects.filter(details__has_key="anonymisation")
    assert sorted(lignes.values_list("cle", flat=True)) == sorted(references)
    assert nommees() == 0


@pytest.mark.parametrize("etape", ["_effacer_le_contenu", "reduire", "_oublier_la_personne"])
def test_un_passage_tue_laisse_des_lots_entiers(personas: Personas, etape: str) -> None:
    """Killed in the second batch: the first one is whole, rows and bytes of the second stay."""
    avant = fichiers()
    for _ in range(4):
        avec_piece(personas)
    faire, faits = getattr(conservation, etape), []

    def tuer_au_second(*arguments: Any) -> None:
        faire(*arguments)
        faits.append(etape)
        if len(faits) == 2:
            raise KeyboardInterrupt

    coupure = mock.patch.multiple(conservation, LOT=2, **{etape: tuer_au_second})
    with coupure, pytest.raises(KeyboardInterrupt):
        actions.anonymiser(TERME)
    assert (nommees(), Piece.objects.count(), Destruction.objects.count()) == (2, 2, 2)
    assert Message.objects.count() == 0
    assert all(piece.fichier.storage.exists(piece.fichier.name) for piece in Piece.objects.all())
    assert actions.anonymiser(TERME) == 2
    assert (nommees(), Piece.objects.count(), Destruction.objects.count()) == (0, 0, 4)
    destructions.detruire(datetime.now(UTC))
    assert fichiers() == avant


def test_une_demande_qui_echoue_n_arrete_pas_les_autres(personas: Personas) -> None:
    malade, *_ = [close(personas) for _ in range(3)]
    faire = conservation._reduire_l_histoire

    def echouer(pks: Any) -> None:
        if malade.pk in pks:
            raise DatabaseError
        faire(pks)

    with mock.patch.object(conservation, "_reduire_l_histoire", echouer):
        assert actions.anonymiser(TERME) == 2
    assert Demande.objects.get(nom="Vasseur").pk == malade.pk
    assert Demande.objects.get(pk=malade.pk).messages.count() == 1


def test_le_temps_d_un_passage_est_compte(personas: Personas) -> None:
    for _ in range(3):
        close(personas)
    with mock.patch.multiple(conservation, LOT=1, DUREE=-1.0):
        assert actions.anonymiser(TERME) == 0
    with mock.patch.object(conservation, "PRISES", 2):
        assert [actions.anonymiser(TERME) for _ in range(3)] == [2, 1, 0]
