"""A draft that was filed in another tab: pages go to the request, scripts are told so (409)."""

from typing import Any

import pytest
from django.test import Client

from comptes.models import Trace
from signalements.models import Brouillon, Demande, Piece
from tests.personas import Personas, connecte
from tests.signalements.saisies import SAISIE, attacher, envoyer, fichier, joindre, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(technicien: Client, brouillon: Brouillon) -> Demande:
    envoyer(technicien, brouillon)
    technicien.post(page(brouillon, "relire/"))
    return Demande.objects.get()


def script(client: Client, brouillon: Brouillon, nom: str) -> Any:
    """What depot.js, fichiers.js and htmx send."""
    htmx = {"HX-Request": "true"}
    if nom == "enregistrer":
        return client.post(page(brouillon, "enregistrer/"), SAISIE)
    if nom == "joindre":
        return joindre(client, brouillon, fichier("retard.pdf"))
    if nom == "lister":
        return client.get(page(brouillon, "pieces/"), headers=htmx)
    inconnue = "00000000-0000-4000-8000-000000000000"
    return client.post(page(brouillon, f"pieces/{inconnue}/retirer/"), headers=htmx)


SCRIPTS = ["enregistrer", "joindre", "lister", "retirer"]


@pytest.mark.parametrize("nom", SCRIPTS)
def test_un_script_apprend_que_le_brouillon_est_depose(
    technicien: Client, brouillon: Brouillon, depose: Demande, nom: str
) -> None:
    reponse = script(technicien, brouillon, nom)
    assert reponse.status_code == 409
    assert reponse.headers["Content-Type"] == "application/json"
    assert reponse.json()["adresse"] == f"/demandes/{depose.reference}/"
    assert "a déjà été déposé" in reponse.json()["raison"]
    assert not Piece.objects.exists()
    trace = Trace.objects.get(action="refus")
    assert (trace.objet, trace.cle) == ("demande", depose.reference)
    assert trace.details == {"raison": "deja_deposee"}


@pytest.mark.parametrize("nom", SCRIPTS)
def test_le_voisin_n_apprend_rien(
    personas: Personas, brouillon: Brouillon, depose: Demande, nom: str
) -> None:
    voisin = connecte(Client(), personas.technicien_b)
    assert script(voisin, brouillon, nom).status_code == 404


@pytest.mark.parametrize(
    ("methode", "suite"),
    [("get", ""), ("post", ""), ("get", "relire/"), ("post", "relire/"), ("post", "supprimer/")],
)
def test_une_page_mene_a_la_demande(
    technicien: Client, brouillon: Brouillon, depose: Demande, methode: str, suite: str
) -> None:
    reponse = technicien.generic(methode.upper(), page(brouillon, suite))
    assert reponse.status_code == 302
    assert reponse.headers["Location"] == f"/demandes/{depose.reference}/"


def test_retirer_sans_htmx_mene_aussi_a_la_demande(
    technicien: Client, brouillon: Brouillon
) -> None:
    piece = attacher(brouillon)
    envoyer(technicien, brouillon)
    technicien.post(page(brouillon, "relire/"))
    reponse = technicien.post(page(brouillon, f"pieces/{piece.identifiant}/retirer/"))
    assert reponse.status_code == 302
    assert reponse.headers["Location"] == f"/demandes/{Demande.objects.get().reference}/"


def test_un_brouillon_vivant_ne_recoit_pas_de_409(technicien: Client, brouillon: Brouillon) -> None:
    assert technicien.post(page(brouillon, "enregistrer/"), SAISIE).status_code == 200
    assert joindre(technicien, brouillon, fichier()).status_code == 200
    assert technicien.get(page(brouillon, "pieces/")).status_code == 200


@pytest.mark.regle("G-05")
@pytest.mark.parametrize("suite", ["", "relire/"])
def test_lire_un_brouillon_laisse_une_trace(
    technicien: Client, brouillon: Brouillon, personas: Personas, suite: str
) -> None:
    envoyer(technicien, brouillon)
    avant = Trace.objects.filter(action="lecture").count()
    assert technicien.get(page(brouillon, suite)).status_code == 200
    assert Trace.objects.filter(action="lecture").count() == avant + 1
    trace = Trace.objects.filter(action="lecture").latest("pk")
    assert (trace.objet, trace.cle) == ("brouillon", str(brouillon.identifiant))
    assert trace.qui_id == personas.technicien_a.pk
