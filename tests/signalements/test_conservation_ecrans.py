"""What each side sees of a request before and after it is anonymised: no page, no step (G-04)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from comptes.models import Caisse
from portail import destructions
from portail.etats import TransitionImpossible
from portail.fichiers import FichierRefuse
from signalements import actions
from signalements.models import Demande
from signalements.registre import circuit
from tests.personas import Personas, connecte
from tests.signalements.closes import CLOTURE, TERME, VEILLE, close, dite
from tests.voisinage import csv

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-04")]


@pytest.fixture
def anonyme(personas: Personas) -> Demande:
    """With `ancienne`, the reference that everybody knew."""
    demande = dite(personas)
    assert actions.anonymiser(TERME) == 1
    relue = Demande.objects.get(pk=demande.pk)
    relue.ancienne = demande.reference
    return relue


def lire(compte: object, adresse: str) -> str:
    reponse = connecte(Client(), compte).get(adresse)
    assert reponse.status_code == 200
    return " ".join(reponse.content.decode().split())


@pytest.mark.regle("D-15")
@pytest.mark.parametrize(
    ("qui", "adresse"),
    [
        ("technicien_a", "/demandes/"),
        ("agent_a", "/file/?corbeille=closes"),
        ("admin_a", "/partenaires/ccas-arras/demandes/"),
    ],
)
def test_les_listes_la_comptent_sans_la_nommer(
    personas: Personas, anonyme: Demande, qui: str, adresse: str
) -> None:
    html = lire(getattr(personas, qui), adresse)
    assert html.count("Demande anonymisée") == 1
    assert "Clôturée" in html
    if qui != "admin_a":
        assert "Clôturée : droits ouverts ou rétablis" in html
    if qui != "agent_a":
        assert "janvier 2024" in html
        assert "/01/2024" not in html
    for reference in (anonyme.reference, anonyme.ancienne):
        assert reference not in html


def test_aucune_adresse_n_y_mene(personas: Personas, anonyme: Demande) -> None:
    """Neither the one that mails and papers hold, nor the new one; a neighbour is still there."""
    temoin = close(personas, quand=VEILLE)
    for compte in (personas.technicien_a, personas.agent_a):
        client = connecte(Client(), compte)
        assert client.get(temoin.get_absolute_url()).status_code == 200
        for reference in (anonyme.reference, anonyme.ancienne):
            for vue in ("demande", "pieces_demande", "recepisse"):
                adresse = reverse(f"signalements:{vue}", args=[reference])
                assert client.get(adresse).status_code == 404, adresse
            for vue in ("message", "joindre", "note"):
                adresse = reverse(f"signalements:{vue}", args=[reference])
                assert client.post(adresse, {"texte": "Bonjour."}).status_code == 404, adresse


def test_aucun_geste_n_est_possible(personas: Personas, anonyme: Demande) -> None:
    for acteur in (personas.agent_a, personas.technicien_a):
        assert circuit(anonyme).possibles(anonyme, acteur) == []
        for etape in circuit(anonyme):
            with pytest.raises(PermissionDenied):
                actions.franchir(anonyme, etape.nom, acteur=acteur)
    with pytest.raises(PermissionDenied):
        actions.annoter(anonyme, "Une note.", acteur=personas.agent_a)
    with pytest.raises(TransitionImpossible):
        actions.ecrire(anonyme, "Bonjour.", acteur=personas.technicien_a)
    with pytest.raises(FichierRefuse):
        actions.joindre(anonyme, csv(), usage="autre", acteur=personas.technicien_a)
    relue = Demande.objects.get(pk=anonyme.pk)
    assert (relue.messages.count(), relue.pieces.count(), relue.etat) == (0, 0, "cloturee")


@pytest.mark.parametrize("qui", ["technicien_a", "agent_a"])
def test_la_page_d_une_demande_close_dit_jusqu_a_quand(personas: Personas, qui: str) -> None:
    demande = close(personas)
    html = lire(getattr(personas, qui), demande.get_absolute_url())
    assert "Conservée jusqu’au 30/01/2026, puis anonymisée" in html
    Caisse.objects.filter(pk=personas.caisse_a.pk).update(conservation_mois=6)
    html = lire(getattr(personas, qui), demande.get_absolute_url())
    assert "Conservée jusqu’au 30/07/2024, puis anonymisée" in html
    Demande.objects.filter(pk=demande.pk).update(etat="prise_en_charge", issue="", cloturee_le=None)
    assert "puis anonymisée" not in lire(getattr(personas, qui), demande.get_absolute_url())


def test_le_dpo_voit_combien_le_sont_et_quand_vient_la_suivante(personas: Personas) -> None:
    def accueil(quand: datetime) -> str:
        with time_machine.travel(quand, tick=False):
            return lire(personas.dpo_a, "/")

    assert "Aucune ne l’a encore été. Aucune demande close n’attend." in accueil(CLOTURE)
    close(personas)
    close(personas, quand=datetime(2024, 3, 10, 12, tzinfo=UTC))
    assert "Aucune ne l’a encore été. Prochaine anonymisation : le 31/01/2026." in accueil(VEILLE)
    lendemain = datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert "La prochaine aurait dû l’être le 31/01/2026" in accueil(lendemain)
    assert actions.anonymiser(lendemain) == 1
    attendu = "Demandes anonymisées : 1. Prochaine anonymisation : le 10/03/2026."
    assert attendu in accueil(lendemain)
    with time_machine.travel(lendemain, tick=False):
        assert "Aucune ne l’a encore été." in lire(personas.dpo_b, "/")


def test_un_telechargement_commence_va_jusqu_au_bout(personas: Personas, clamd: str) -> None:
    demande = dite(personas)
    piece = demande.pieces.get()
    actions.analyser(piece.pk)
    reponse = connecte(Client(), personas.agent_a).get(f"/pieces/{piece.identifiant}/")
    assert actions.anonymiser(TERME) == 1
    destructions.detruire(datetime.now(UTC))
    assert b"".join(reponse.streaming_content) == b"nom;zorglub\n"
    reponse.close()


@pytest.mark.parametrize("quoi", ["piece", "recepisse", "levee"])
def test_ce_qui_disparait_pendant_qu_on_le_demande_est_introuvable(
    personas: Personas, clamd: str, monkeypatch: pytest.MonkeyPatch, quoi: str
) -> None:
    """Found by the view, gone an instant later: 404, as at the next click, never a failure."""
    demande = dite(personas)
    piece, levee = demande.pieces.get(), demande.levees.get()
    actions.analyser(piece.pk)
    recepisse = reverse("signalements:recepisse", args=[demande.reference])
    avis = reverse("signalements:avis", args=[levee.identifiant])
    agent, dpo = (connecte(Client(), c) for c in (personas.agent_a, personas.dpo_a))
    demander: dict[str, tuple[str, Callable[[], object]]] = {
        "piece": ("ouvrir", lambda: agent.get(f"/pieces/{piece.identifiant}/")),
        "recepisse": ("ouvrir_recepisse", lambda: agent.get(recepisse)),
        "levee": ("juger", lambda: dpo.post(avis, {"avis": "justifiee", "vu": ""})),
    }
    nom, geste = demander[quoi]
    faire = getattr(actions, nom)

    def trop_tard(*arguments: object, **options: object) -> object:
        actions.anonymiser(TERME)
        destructions.detruire(datetime.now(UTC))
        return faire(*arguments, **options)

    monkeypatch.setattr(actions, nom, trop_tard)
    assert geste().status_code == 404
