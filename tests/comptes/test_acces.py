"""Deny by default, and what a refusal leaves behind."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes.connexion import MOTEUR
from comptes.models import Trace
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

# The whole of what somebody without an account may see. Adding a line is a decision.
PUBLIQUES = {
    "accessibilite/",
    "activation/",
    "activation/application/",
    "activation/<str:reference>/",
    "aide/",
    "cgu/",
    "connexion/",
    "connexion/code/",
    "deconnexion/",
    "donnees-personnelles/",
    "etat/",
    "mot-de-passe/<str:reference>/",
    "mot-de-passe/choisir/",
    "mot-de-passe/envoye/",
    "mot-de-passe/force/",
    "mot-de-passe/oublie/",
}
EXEMPLES = ("1", "essai", "EP-2222-2222", "11111111-1111-4111-8111-111111111111", "signaler")
ESSAI = pytest.mark.urls("tests.comptes.urls_essai")


def chemins(patterns: list[URLPattern | URLResolver], debut: str = "") -> Iterator[tuple[str, str]]:
    """Route and a concrete path of every page of the project."""
    for pattern in patterns:
        route = debut + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from chemins(pattern.url_patterns, route)
        else:
            yield route, re.sub(r"<(?:(\w+):)?\w+>", _exemple, route)


def _exemple(parametre: re.Match[str]) -> str:
    from django.urls.converters import get_converters

    converter = get_converters()[parametre[1] or "str"]
    return next(e for e in EXEMPLES if re.fullmatch(converter.regex, e))


def test_sans_compte_rien_ne_s_ouvre_que_la_liste_publique(client: Client) -> None:
    ouvertes = set()
    for route, chemin in chemins(get_resolver().url_patterns):
        reponses = [client.get(f"/{chemin}"), client.post(f"/{chemin}")]
        if not all(_renvoie_a_la_connexion(reponse) for reponse in reponses):
            ouvertes.add(route)
    assert ouvertes <= PUBLIQUES
    assert {"cgu/accepter/", ""} <= {r for r, _ in chemins(get_resolver().url_patterns)} - ouvertes


def _renvoie_a_la_connexion(reponse) -> bool:
    return reponse.status_code == 302 and reponse.headers["Location"].startswith(
        "/connexion/?next="
    )


def test_le_mot_de_passe_seul_ne_suffit_pas(client: Client, personas: Personas) -> None:
    connecte(client, personas.technicien_a)
    client.force_login(personas.technicien_b, backend=MOTEUR)
    assert client.get("/").headers["Location"] == "/connexion/?next=/"
    assert client.get("/connexion/").status_code == 200


def test_l_appareil_d_un_autre_ne_suffit_pas(client: Client, personas: Personas) -> None:
    connecte(client, personas.technicien_a)
    TOTPDevice.objects.update(user=personas.technicien_b)
    assert client.get("/").headers["Location"] == "/connexion/?next=/"


def test_un_compte_inactif_n_ouvre_rien(client: Client, personas: Personas) -> None:
    connecte(client, personas.inactif)
    assert client.get("/").headers["Location"] == "/connexion/?next=/&fin=fermee"


@ESSAI
def test_htmx_renvoie_toute_la_page_a_la_connexion(client: Client, personas: Personas) -> None:
    reponse = client.get("/", headers={"HX-Request": "true"})
    assert (reponse.status_code, reponse.content) == (200, b"")
    assert reponse.headers["HX-Redirect"] == "/connexion/?next=/"
    connecte(client, personas.agent_a)
    assert "HX-Redirect" not in client.get("/", headers={"HX-Request": "true"}).headers


@ESSAI
@pytest.mark.regle("G-05")
@pytest.mark.parametrize(("page", "statut"), [("interdite", 403), ("absente", 404)])
def test_un_refus_laisse_une_trace(
    client: Client, personas: Personas, page: str, statut: int
) -> None:
    connecte(client, personas.agent_b)
    avant = Trace.objects.latest("pk").pk
    assert client.get(f"/{page}/EP-2222-2222/").status_code == statut
    ligne = Trace.objects.get(pk__gt=avant)
    assert (ligne.action, ligne.qui_id, ligne.objet, ligne.cle, ligne.adresse) == (
        "refus",
        personas.agent_b.pk,
        page,
        "EP-2222-2222",
        "127.0.0.1",
    )
    assert ligne.details == {"statut": statut}


@ESSAI
@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    ("adresse", "cle"),
    [
        ("284036249800164", ""),
        ("EP-2222-22222", ""),
        ("ep-2222-2222", ""),
        ("EP-2222-2222", "EP-2222-2222"),
        ("11111111-1111-4111-8111-11111111111a", "11111111-1111-4111-8111-11111111111a"),
        ("11111111-1111-4111-8111-11111111111", ""),
    ],
)
def test_la_trace_d_un_refus_ne_garde_que_nos_identifiants(
    client: Client, personas: Personas, adresse: str, cle: str
) -> None:
    connecte(client, personas.agent_b)
    assert client.get(f"/absente/{adresse}/").status_code == 404
    assert Trace.objects.latest("pk").cle == cle


@pytest.mark.regle("G-05")
def test_une_methode_refusee_laisse_une_trace(client: Client, personas: Personas) -> None:
    connecte(client, personas.agent_b)
    assert client.get("/deconnexion/").status_code == 405
    ligne = Trace.objects.latest("pk")
    assert (ligne.action, ligne.objet, ligne.details) == ("refus", "deconnexion", {"statut": 405})


@ESSAI
def test_une_adresse_qui_n_existe_pas_n_est_pas_un_refus(
    client: Client, personas: Personas
) -> None:
    connecte(client, personas.agent_b)
    avant = Trace.objects.count()
    assert client.get("/nulle-part/").status_code == 404
    assert client.get("/").status_code == 200
    assert Trace.objects.count() == avant


@ESSAI
@pytest.mark.regle("G-05")
def test_un_formulaire_sans_jeton_est_un_refus(personas: Personas) -> None:
    client = connecte(Client(enforce_csrf_checks=True), personas.agent_b)
    assert client.post("/deconnexion/").status_code == 403
    ligne = Trace.objects.latest("pk")
    assert (ligne.action, ligne.objet, ligne.adresse) == ("refus", "deconnexion", "127.0.0.1")


@ESSAI
def test_un_anonyme_ne_laisse_pas_de_refus(client: Client) -> None:
    assert client.get("/interdite/EP-2222-2222/").status_code == 302
    assert not Trace.objects.exists()


@ESSAI
@pytest.mark.parametrize("page", ["/", "/interdite/EP-2222-2222/", "/aide/"])
def test_ce_qu_un_compte_a_vu_n_est_garde_par_aucun_cache(
    client: Client, personas: Personas, page: str
) -> None:
    connecte(client, personas.agent_a)
    politique = client.get(page).headers["Cache-Control"]
    assert {"no-store", "private"} <= set(politique.split(", "))


def test_les_pages_de_connexion_ne_sont_pas_gardees(client: Client) -> None:
    assert "no-store" in client.get("/connexion/").headers["Cache-Control"]


@ESSAI
def test_une_page_ne_coute_que_quatre_requetes_d_identite(
    client: Client, personas: Personas, django_assert_num_queries
) -> None:
    connecte(client, personas.agent_a)
    # Session, account, device, clock of the session; savepoint and its release.
    with django_assert_num_queries(6):
        client.get("/")


@pytest.mark.parametrize(
    ("profil", "menu"),
    [
        ("technicien", ["Accueil", "Demandes"]),
        ("gestionnaire", "Accueil Équipe Démarches Revues Conventions Contacts".split()),
        ("agent", ["Accueil", "File de travail"]),
        (
            "admin",
            [
                *"Accueil Partenaires Conventions Démarches Revues Délais Contacts".split(),
                "Comptes de la caisse",
                "Garde-fou",
            ],
        ),
        ("dpo", ["Accueil", "Levées", "Relecture", "Garde-fou", "Violations"]),
    ],
)
def test_le_menu_depend_du_profil(
    client: Client, personas: Personas, profil: str, menu: list[str]
) -> None:
    connecte(client, getattr(personas, f"{profil}_a"))
    contexte = client.get("/aide/").context
    assert [entree["libelle"] for entree in contexte["navigation"]] == menu
    assert not any(entree["actif"] for entree in contexte["navigation"])


@ESSAI
def test_le_menu_ignore_les_pages_qui_n_existent_pas(client: Client, personas: Personas) -> None:
    connecte(client, personas.technicien_a)
    assert [e["libelle"] for e in client.get("/aide/").context["navigation"]] == ["Accueil"]
    connecte(client, personas.agent_a)
    assert [e["libelle"] for e in client.get("/aide/").context["navigation"]] == ["Accueil"]


def test_le_menu_est_vide_tant_que_l_on_n_est_pas_entre(client: Client) -> None:
    assert client.get("/aide/").context["navigation"] == []
    client.force_login(UtilisateurFactory(), backend=MOTEUR)
    assert client.get("/aide/").context["navigation"] == []
