"""The partner's side of the lists: what the home page and the history say (D-15)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from signalements import actions
from tests.personas import Personas, connecte
from tests.signalements.fabriques import SIMPLE, deposer, ouvrir_brouillon
from tests.voisinage import lier, voisiner

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-15")]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def scene(personas: Personas) -> Personas:
    lier(personas.caisse_a, personas.partenaire_a)
    return personas


def remplir(scene: Personas, nombre: int, **donnees: Any) -> None:
    for _ in range(nombre):
        deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a, **donnees)


def test_une_structure_neuve_sait_par_ou_commencer(technicien: Client, scene: Personas) -> None:
    assert "Aucune demande n’a encore été déposée" in technicien.get("/").content.decode()
    contenu = technicien.get("/demandes/").content.decode()
    assert "Aucune demande pour l’instant" in contenu
    assert "Effacer la recherche" not in contenu


@pytest.mark.parametrize("adresse", ["/demandes/?etape=cloturee", "/demandes/?du=2999-01-01"])
def test_un_filtre_sans_resultat_s_efface(
    technicien: Client, scene: Personas, adresse: str
) -> None:
    remplir(scene, 1)
    contenu = technicien.get(adresse).content.decode()
    assert "Aucune demande ne correspond" in contenu
    assert '<a class="fr-btn" href="/demandes/">Effacer la recherche et les filtres</a>' in contenu


def test_la_reponse_attendue_du_partenaire_se_voit(technicien: Client, scene: Personas) -> None:
    demande = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a, **SIMPLE)
    actions.franchir(demande, "prendre_en_charge", acteur=scene.agent_a)
    assert "Votre réponse est attendue" not in technicien.get("/demandes/").content.decode()
    actions.franchir(demande, "demander_complement", acteur=scene.agent_a, texte="Quel loyer ?")
    for adresse in ("/", "/demandes/"):
        assert "Votre réponse est attendue" in technicien.get(adresse).content.decode()


def test_htmx_ne_recoit_que_la_liste(technicien: Client, scene: Personas) -> None:
    remplir(scene, 1)
    contenu = technicien.get("/demandes/", headers=HTMX).content.decode()
    assert contenu.lstrip().startswith('<div id="liste"')
    assert "<main" not in contenu


@pytest.mark.regle("D-17")
def test_les_pages_d_une_recherche_restent_hors_de_l_adresse(
    technicien: Client, scene: Personas
) -> None:
    remplir(scene, 51)
    premiere = technicien.post("/demandes/", {"q": "vasseur"})
    suivant = premiere.context["page"].suivant
    contenu = premiere.content.decode()
    assert f'name="curseur"\n                value="{suivant}"' in contenu
    seconde = technicien.post("/demandes/", {"q": "vasseur", "curseur": suivant})
    assert len(premiere.context["demandes"]) == 50
    assert len(seconde.context["demandes"]) == 1


@pytest.mark.parametrize("adresse", ["/", "/demandes/"])
def test_vingt_lignes_ne_coutent_pas_plus_que_deux(
    technicien: Client, scene: Personas, adresse: str
) -> None:
    def requetes() -> int:
        with CaptureQueriesContext(connection) as captees:
            technicien.get(adresse)
        return len(captees)

    def ecrire_un_brouillon() -> None:
        brouillon = ouvrir_brouillon(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
        actions.enregistrer(brouillon, {"nom": ["Vasseur"]}, acteur=scene.technicien_a)

    remplir(scene, 2)
    ecrire_un_brouillon()
    ecrire_un_brouillon()
    deux = requetes()
    remplir(scene, 18)
    for _ in range(18):
        ecrire_un_brouillon()
    assert requetes() == deux


@pytest.mark.regle("C-06")
def test_l_historique_suit_le_service_de_chaque_caisse(personas: Personas) -> None:
    """On with the one, off with the other: only the first one's requests are listed."""
    voisinage = voisiner(personas)
    convention = voisinage.a.demande.convention
    client = connecte(Client(), personas.technicien_a)
    adresse = reverse("signalements:historique")
    assert voisinage.a.demande.reference in client.get(adresse).content.decode()
    convention.services = ["signaler"]
    convention.save(update_fields=["services"])
    page = client.get(adresse).content.decode()
    assert voisinage.a.demande.reference not in page
    assert "L’historique n’est pas ouvert à votre structure" in page
