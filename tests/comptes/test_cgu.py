"""H-05: the terms are accepted first, version by version; nothing else opens before."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from comptes import actions, cgu
from comptes.models import AcceptationCGU, Trace, Utilisateur, VersionCGU
from tests.factories import UtilisateurFactory, VersionCGUFactory
from tests.personas import Personas, connecte

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.regle("H-05"),
    pytest.mark.urls("tests.comptes.urls_essai"),
]


@pytest.fixture
def premiere(db: None) -> VersionCGU:
    return VersionCGUFactory(numero="1.0")


@pytest.fixture
def nouveau(client: Client, personas: Personas, premiere: VersionCGU) -> Client:
    """Somebody who signs in for the first time."""
    connecte(client, personas.technicien_a)
    AcceptationCGU.objects.all().delete()
    return client


def accepter(client: Client, version: VersionCGU, *, suite: str = ""):
    return client.post(
        "/cgu/accepter/",
        {f"cgu{version.pk}-accepte": "on"},
        query_params={"next": suite} if suite else None,
    )


def test_rien_ne_s_ouvre_avant(nouveau: Client) -> None:
    for page in ("/", "/interdite/EP-2222-2222/", "/absente/EP-2222-2222/"):
        assert nouveau.get(page).headers["Location"].startswith("/cgu/accepter/?next=")
        assert nouveau.post(page).headers["Location"] == "/cgu/accepter/"
    assert nouveau.get("/cgu/accepter/").context["navigation"] == []


def test_sauf_les_pages_publiques_et_la_sortie(nouveau: Client) -> None:
    for page in ("/cgu/", "/aide/", "/accessibilite/", "/donnees-personnelles/"):
        assert nouveau.get(page).status_code == 200
    assert nouveau.post("/deconnexion/").headers["Location"] == "/connexion/"


def test_accepter_ouvre_la_page_demandee(nouveau: Client, premiere: VersionCGU) -> None:
    porte = nouveau.get("/").headers["Location"]
    assert "Un usage professionnel." in nouveau.get(porte).content.decode()
    assert accepter(nouveau, premiere, suite="/aide/").headers["Location"] == "/aide/"
    assert nouveau.get("/").status_code == 200


def test_on_n_est_pas_renvoye_ailleurs(nouveau: Client, premiere: VersionCGU) -> None:
    reponse = accepter(nouveau, premiere, suite="https://mechant.example/")
    assert reponse.headers["Location"] == "/"


def test_la_version_et_l_heure_sont_gardees(
    nouveau: Client, premiere: VersionCGU, personas: Personas
) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=False):
        quand = timezone.now()
        accepter(nouveau, premiere)
    gardee = AcceptationCGU.objects.get()
    assert (gardee.utilisateur, gardee.version) == (personas.technicien_a, premiere)
    assert gardee.acceptee_le == quand
    ligne = Trace.objects.get(action="cgu")
    assert (ligne.qui, ligne.details) == (personas.technicien_a, {"numero": "1.0"})


def test_sans_cocher_rien_n_est_accepte(nouveau: Client) -> None:
    page = nouveau.post("/cgu/accepter/", {"autre": "x"}).content.decode()
    assert "Cochez la case pour accepter" in page
    assert not AcceptationCGU.objects.exists()
    assert nouveau.get("/").status_code == 302


def test_une_nouvelle_version_est_redemandee(nouveau: Client, premiere: VersionCGU) -> None:
    accepter(nouveau, premiere)
    assert nouveau.get("/").status_code == 200
    actions.publier_cgu(numero="2.0", texte="# Objet\n\nDu nouveau.", acteur=None)
    assert nouveau.get("/").headers["Location"] == "/cgu/accepter/?next=/"
    assert "Du nouveau." in nouveau.get("/cgu/accepter/").content.decode()
    accepter(nouveau, VersionCGU.objects.get(numero="2.0"))
    assert nouveau.get("/").status_code == 200
    assert AcceptationCGU.objects.count() == 2


def test_cocher_sous_l_ancien_texte_ne_vaut_pas_pour_le_nouveau(
    nouveau: Client, premiere: VersionCGU
) -> None:
    VersionCGUFactory(numero="2.0", texte="Du nouveau.")
    page = accepter(nouveau, premiere).content.decode()
    assert "Cochez la case" in page
    assert "Du nouveau." in page
    assert not AcceptationCGU.objects.exists()


def test_une_version_a_venir_n_est_pas_demandee(nouveau: Client, premiere: VersionCGU) -> None:
    accepter(nouveau, premiere)
    demain = VersionCGUFactory(numero="2.0", publiee_le=timezone.now() + timedelta(days=1))
    assert nouveau.get("/").status_code == 200
    with time_machine.travel(demain.publiee_le - timedelta(days=1) + timedelta(minutes=20)):
        assert nouveau.get("/").status_code == 200
    VersionCGU.objects.filter(pk=demain.pk).update(publiee_le=timezone.now())
    assert nouveau.get("/").status_code == 302


def test_l_acceptation_d_un_autre_ne_vaut_rien(
    nouveau: Client, premiere: VersionCGU, personas: Personas
) -> None:
    AcceptationCGU.objects.create(utilisateur=personas.technicien_b, version=premiere)
    assert nouveau.get("/").status_code == 302


def test_accepter_deux_fois_ne_laisse_qu_une_ligne(
    nouveau: Client, premiere: VersionCGU, personas: Personas
) -> None:
    for _ in range(2):
        actions.accepter_cgu(premiere, acteur=personas.technicien_a)
    assert AcceptationCGU.objects.count() == 1
    assert Trace.objects.filter(action="cgu").count() == 1
    assert accepter(nouveau, premiere, suite="/aide/").headers["Location"] == "/aide/"


def test_sans_version_publiee_le_portail_reste_ferme(client: Client, personas: Personas) -> None:
    connecte(client, personas.technicien_a)
    AcceptationCGU.objects.all().delete()
    VersionCGU.objects.all().delete()
    assert client.get("/").status_code == 302
    assert client.get("/cgu/accepter/").status_code == 503
    assert client.get("/cgu/").status_code == 200


def test_le_texte_est_affiche_sans_etre_interprete(client: Client) -> None:
    VersionCGUFactory(texte="# A & B\r\n\r\n<script>x</script>\r\n\r\n- un\r\n- <b>deux</b>")
    page = client.get("/cgu/").content.decode()
    assert "<h2" in page
    assert "A &amp; B" in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<li>&lt;b&gt;deux&lt;/b&gt;</li>" in page


def test_le_texte_de_la_demonstration_se_decoupe() -> None:
    texte = (Path(settings.RACINE) / "comptes/textes/cgu-1.0.txt").read_text("utf-8")
    blocs = cgu.blocs(texte)
    assert {bloc.genre for bloc in blocs} == {"titre", "paragraphe", "liste"}
    assert not any(ligne.startswith(("#", "- ")) for bloc in blocs for ligne in bloc.lignes)
    tout = " ".join(ligne for bloc in blocs for ligne in bloc.lignes)
    for promesse in (
        "NIR",
        "donnée de santé",
        "professionnel",
        "secret",
        "personnels",
        "enregistré",
    ):
        assert promesse in tout


def test_la_premiere_connexion_mene_aux_cgu(client: Client, premiere: VersionCGU) -> None:
    compte = connecte(client, UtilisateurFactory())
    Utilisateur.objects.get().acceptations.all().delete()
    assert compte.get("/").headers["Location"] == "/cgu/accepter/?next=/"
