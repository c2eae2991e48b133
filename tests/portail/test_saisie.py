"""The check while typing: what it answers, and that nothing of what is typed stays anywhere."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes.models import Trace
from portail import garde_fou
from portail.journaux import FormatSobre, SansArguments, SansChemin
from tests.personas import MOTEUR, Personas, connecte

pytestmark = pytest.mark.django_db
ADRESSE = "/garde-fou/verifier/"
NIR = "1 85 03 99 123 001 20"


@pytest.fixture
def client(personas: Personas) -> Client:
    return connecte(Client(), personas.technicien_a)


@pytest.fixture
def console() -> Iterator[io.StringIO]:
    """What the console handler of the settings prints, from the lowest level up."""
    flux = io.StringIO()
    gestionnaire = logging.StreamHandler(flux)
    gestionnaire.setFormatter(
        FormatSobre(settings.LOGGING["formatters"]["sobre"]["format"], style="{")
    )
    gestionnaire.addFilter(SansArguments())
    gestionnaire.addFilter(SansChemin())
    racine = logging.getLogger()
    niveau = racine.level
    racine.addHandler(gestionnaire)
    racine.setLevel(logging.DEBUG)
    yield flux
    racine.setLevel(niveau)
    racine.removeHandler(gestionnaire)


def verifier(client: Client, texte: str, **autres: str) -> dict[str, Any]:
    reponse = client.post(ADRESSE, {"texte": texte, **autres})
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/json"
    assert "no-store" in reponse["Cache-Control"]
    return reponse.json()


@pytest.mark.regle("D-09")
def test_les_mots_d_une_maladie_sont_montres(client: Client) -> None:
    reponse = verifier(client, "Elle a un cancer du sein, merci.")
    assert reponse["verdict"] == "bloque"
    assert reponse["segments"] == [
        {"texte": "Elle a un ", "genre": None},
        {"texte": "cancer du sein", "genre": "sante"},
        {"texte": ", merci.", "genre": None},
    ]
    (message,) = reponse["messages"]
    assert message["genre"] == "sante"
    assert "Indiquez le besoin ou la démarche, pas la maladie." in message["texte"]
    assert message["explications"] == ["un cancer"]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize("sante", ["0", "1"])
def test_un_nir_est_montre_meme_dans_une_recherche(client: Client, sante: str) -> None:
    reponse = verifier(client, f"Vasseur {NIR}", sante=sante)
    assert reponse["verdict"] == "bloque"
    assert {"texte": NIR, "genre": "nir"} in reponse["segments"]
    assert [m["genre"] for m in reponse["messages"]] == ["nir"]
    assert "Effacez-le" in reponse["messages"][0]["texte"]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    ("recours", "genre", "phrase"),
    [("1", "numero", "Si c’est un autre numéro, dites lequel."), ("0", "nir", "Effacez-le")],
)
def test_treize_chiffres_ne_s_expliquent_que_la_ou_le_champ_le_permet(
    client: Client, recours: str, genre: str, phrase: str
) -> None:
    reponse = verifier(client, NIR[:18], sante="1", recours=recours)
    assert reponse["segments"] == [{"texte": NIR[:18], "genre": genre}]
    (message,) = reponse["messages"]
    assert phrase in message["texte"]


def test_une_recherche_ne_parle_pas_de_sante(client: Client) -> None:
    reponse = verifier(client, "Mme Lupus, asthme", sante="0")
    assert reponse == {
        "verdict": "ok",
        "segments": [{"texte": "Mme Lupus, asthme", "genre": None}],
        "messages": [],
    }


@pytest.mark.regle("D-09")
def test_un_indice_n_arrete_rien_et_parle_autrement(client: Client) -> None:
    reponse = verifier(client, "En arrêt de travail, sans mutuelle")
    assert reponse["verdict"] == "indice"
    assert {"texte": "arrêt de travail", "genre": "indice"} in reponse["segments"]
    (message,) = reponse["messages"]
    assert message["genre"] == "indice"
    assert "seulement si la caisse en a besoin pour agir" in message["texte"]


def test_le_plus_grave_est_dit_d_abord_une_phrase_par_genre(client: Client) -> None:
    reponse = verifier(client, f"En ALD, asthme puis cancer, NIR {NIR}")
    assert [m["genre"] for m in reponse["messages"]] == ["nir", "sante", "indice"]
    assert len(reponse["messages"][1]["explications"]) == 2


@pytest.mark.parametrize(
    "texte",
    [
        "",
        " ",
        "Bonjour,\nla personne n’a plus de mutuelle.\n",
        "\n\tasthme\n\n",
        "🙂🙂 un cancer 🧑‍⚕️, un asthme 🙂",
        "𝒸𝒶𝓃𝒸𝑒𝓇 et c\u200ba\u200bn\u200bc\u200be\u200br",
        "ＮＩＲ １８５０３９９１２３００１",
        "<b>cancer</b> & \"asthme\" 'VIH'",
        "x" * 20_000,
        "🙂" * 20_000,
        "cancer, " * 2_500,
    ],
)
def test_les_segments_redonnent_le_texte(client: Client, texte: str) -> None:
    segments = verifier(client, texte)["segments"]
    assert "".join(s["texte"] for s in segments) == texte
    assert all(s["texte"] for s in segments)


def test_un_texte_trop_long_est_refuse_en_francais(client: Client) -> None:
    reponse = client.post(ADRESSE, {"texte": "x" * 20_001})
    assert reponse.status_code == 413
    assert "trop long" in reponse.json()["raison"]
    assert "no-store" in reponse["Cache-Control"]


def test_personne_n_y_entre_sans_connexion_complete(personas: Personas) -> None:
    reponse = Client().post(ADRESSE, {"texte": "cancer"})
    assert reponse.status_code == 302
    sans_code = Client()
    sans_code.force_login(personas.technicien_a, backend=MOTEUR)
    assert sans_code.post(ADRESSE, {"texte": "cancer"}).status_code == 302


def test_sans_jeton_la_page_d_un_autre_site_n_apprend_rien(personas: Personas) -> None:
    client = connecte(Client(enforce_csrf_checks=True), personas.technicien_a)
    assert client.post(ADRESSE, {"texte": "cancer"}).status_code == 403


@pytest.mark.regle("D-09")
def test_rien_n_est_ecrit(client: Client) -> None:
    verifier(client, "premier appel")
    traces = Trace.objects.count()
    with CaptureQueriesContext(connection) as requetes:
        verifier(client, f"Un cancer, {NIR}")
    sql = [requete["sql"] for requete in requetes]
    assert sql
    assert all(instruction.startswith("SELECT") for instruction in sql), sql
    assert not any("cancer" in instruction for instruction in sql)
    assert Trace.objects.count() == traces


@pytest.mark.regle("D-09")
@pytest.mark.parametrize("cas", ["trouve", "trop_long", "panne"])
def test_rien_n_est_journalise(
    client: Client, console: io.StringIO, monkeypatch: pytest.MonkeyPatch, cas: str
) -> None:
    texte = "Elle a un cancer secret"
    if cas == "trop_long":
        texte *= 1000
    if cas == "panne":
        monkeypatch.setattr(garde_fou, "verifier", echouer)
        client.raise_request_exception = False
    reponse = client.post(ADRESSE, {"texte": texte})
    assert reponse.status_code == {"trouve": 200, "trop_long": 413, "panne": 500}[cas]
    assert "secret" not in console.getvalue()
    assert ("ValueError" in console.getvalue()) is (cas == "panne")


def echouer(texte: str, *, sante: bool) -> None:
    raise ValueError(texte)


@pytest.mark.parametrize("page", ["/", "/demandes/"])
def test_les_pages_d_un_compte_chargent_la_verification(client: Client, page: str) -> None:
    html = client.get(page).content.decode()
    assert f'data-verifier="{ADRESSE}"' in html
    assert "js/garde.js" in html


def test_la_page_de_connexion_ne_la_charge_pas() -> None:
    html = Client().get("/connexion/").content.decode()
    assert "garde.js" not in html
    assert "data-verifier" not in html
