"""Sessions end by themselves, are shown to their owner, and can be closed from anywhere."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from comptes import sessions
from comptes.models import SessionOuverte, Trace, Utilisateur
from comptes.tasks import purger_connexions
from tests.factories import MOT_DE_PASSE, VersionCGUFactory, appareil, code_totp, fermer
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

DEBUT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def entrer(compte: Utilisateur, **extra: str) -> Client:
    """Signed in through the pages, as a person does."""
    client = connecte(Client(**extra), compte)
    client.logout()
    client.post("/connexion/", {"identifiant": compte.identifiant, "password": MOT_DE_PASSE})
    appareil(compte)
    compte.totpdevice_set.update(last_t=-1)
    code = code_totp(appareil(compte), quand=time.time())
    assert client.post("/connexion/code/", {"code": code}).headers["Location"] == "/"
    return client


def ligne(client: Client) -> SessionOuverte:
    return SessionOuverte.objects.get(cle=client.session.session_key)


def est_ouverte(client: Client) -> bool:
    return client.get("/mon-compte/", headers={"X-Arriere-Plan": "1"}).status_code == 200


# --- how long -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("persona", "minutes"),
    [
        ("technicien_a", 30),
        ("gestionnaire_a", 30),
        ("agent_a", 15),
        ("admin_a", 15),
        ("dpo_a", 15),
    ],
)
def test_une_session_inactive_se_ferme(personas: Personas, persona: str, minutes: int) -> None:
    with time_machine.travel(DEBUT, tick=False) as horloge:
        client = connecte(Client(), getattr(personas, persona))
        horloge.shift(timedelta(minutes=minutes) - timedelta(seconds=1))
        assert est_ouverte(client)
        horloge.shift(timedelta(seconds=1))
        assert not est_ouverte(client)


def test_chaque_page_prolonge_la_session(personas: Personas) -> None:
    with time_machine.travel(DEBUT, tick=False) as horloge:
        client = connecte(Client(), personas.technicien_a)
        for _ in range(4):
            horloge.shift(timedelta(minutes=29))
            assert client.get("/mon-compte/").status_code == 200


def test_ecrire_prolonge_la_session_se_rafraichir_non(personas: Personas) -> None:
    with time_machine.travel(DEBUT, tick=False) as horloge:
        client = connecte(Client(), personas.technicien_a)
        horloge.shift(timedelta(minutes=20))
        assert client.post("/garde-fou/verifier/", {"texte": "Bonjour"}).status_code == 200
        assert ligne(client).vue_le == DEBUT + timedelta(minutes=20)
        horloge.shift(timedelta(minutes=20))
        assert est_ouverte(client)
        assert ligne(client).vue_le == DEBUT + timedelta(minutes=20)
        horloge.shift(timedelta(minutes=10))
        assert not est_ouverte(client)


def test_l_horloge_s_ecrit_une_fois_par_minute(personas: Personas) -> None:
    with time_machine.travel(DEBUT, tick=False) as horloge:
        client = connecte(Client(), personas.technicien_a)
        horloge.shift(timedelta(seconds=59))
        client.get("/mon-compte/")
        assert ligne(client).vue_le == DEBUT
        horloge.shift(timedelta(seconds=1))
        client.get("/mon-compte/")
        assert ligne(client).vue_le == DEBUT + timedelta(minutes=1)


def test_dix_heures_au_plus_quoi_qu_il_arrive(personas: Personas) -> None:
    with time_machine.travel(DEBUT, tick=False) as horloge:
        client = connecte(Client(), personas.technicien_a)
        for _ in range(29):
            horloge.shift(timedelta(minutes=20))
            client.post("/mon-compte/sessions/fermer/")  # the message rewrites Django's session
        horloge.shift(timedelta(minutes=19, seconds=59))
        assert est_ouverte(client)
        horloge.shift(timedelta(seconds=1))
        assert "fin=duree" in client.get("/mon-compte/").headers["Location"]


def test_rester_connecte(personas: Personas) -> None:
    with time_machine.travel(DEBUT, tick=False) as horloge:
        client = connecte(Client(), personas.agent_a)
        horloge.shift(timedelta(minutes=14))
        reste = client.get("/mon-compte/session/", headers={"X-Arriere-Plan": "1"})
        assert reste.json() == {"reste": 60}
        assert client.post("/mon-compte/session/").json() == {"reste": 900}
        horloge.shift(timedelta(minutes=14))
        assert est_ouverte(client)


def test_rester_connecte_avant_d_avoir_accepte_les_cgu(personas: Personas) -> None:
    client = connecte(Client(), personas.agent_a)
    VersionCGUFactory()
    assert client.get("/mon-compte/").headers["Location"] == "/cgu/accepter/?next=/mon-compte/"
    assert client.post("/mon-compte/session/").status_code == 200


def test_rester_connecte_n_est_rien_avant_le_second_facteur(personas: Personas) -> None:
    client = connecte(Client(), personas.agent_a)
    personas.agent_a.totpdevice_set.all().delete()
    assert client.post("/mon-compte/session/").headers["Location"].startswith("/connexion/")


def test_le_reste_s_arrete_aux_dix_heures(personas: Personas) -> None:
    with time_machine.travel(DEBUT, tick=False):
        client = connecte(Client(), personas.agent_a)
        SessionOuverte.objects.update(ouverte_le=DEBUT - timedelta(hours=9, minutes=58))
        assert client.get("/mon-compte/session/").json() == {"reste": 120}


# --- what the page after says -----------------------------------------------------------------
def test_on_revient_ou_l_on_etait_et_l_on_sait_pourquoi(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    SessionOuverte.objects.update(vue_le=timezone.now() - timedelta(hours=1))
    reponse = client.get("/demandes/?etape=deposee")
    attendue = "/connexion/?next=/demandes/%3Fetape%3Ddeposee&fin=inactivite"
    assert reponse.headers["Location"] == attendue
    assert "fermée faute d’activité" in client.get(attendue).content.decode()


def test_un_formulaire_envoye_trop_tard_ramene_a_sa_page(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    SessionOuverte.objects.update(vue_le=timezone.now() - timedelta(hours=1))
    for page, attendue in (
        ("http://testserver/demandes/?page=2", "/demandes/%3Fpage%3D2"),
        ("https://mechant.example/", "/"),
        ("", "/"),
    ):
        reponse = client.post("/mon-compte/sessions/fermer/", headers={"Referer": page})
        assert reponse.headers["Location"] == f"/connexion/?next={attendue}&fin=inactivite"


def test_une_raison_inventee_ne_dit_rien(client: Client) -> None:
    page = client.get("/connexion/?fin=<b>gagne</b>").content.decode()
    assert "gagne" not in page
    assert "fr-alert" not in page


def test_htmx_suit_vers_la_connexion(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    SessionOuverte.objects.all().delete()
    reponse = client.get("/demandes/", headers={"HX-Request": "true"})
    assert reponse.headers["HX-Redirect"] == "/connexion/?next=/demandes/&fin=fermee"


def test_une_session_finie_laisse_lire_les_pages_publiques(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    SessionOuverte.objects.all().delete()
    page = client.get("/aide/")
    assert page.status_code == 200
    assert "Se déconnecter" not in page.content.decode()


# --- which are open ---------------------------------------------------------------------------
def test_se_connecter_ecrit_la_session(personas: Personas) -> None:
    client = entrer(personas.technicien_a, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    ouverte = ligne(client)
    assert (ouverte.utilisateur, ouverte.adresse) == (personas.technicien_a, "192.0.2.7")
    assert ouverte.navigateur == "Firefox sur Windows"


def test_se_deconnecter_efface_la_session(personas: Personas) -> None:
    client = entrer(personas.technicien_a)
    ouverte = ligne(client)
    client.post("/deconnexion/")
    assert not SessionOuverte.objects.filter(pk=ouverte.pk).exists()


@pytest.mark.parametrize(
    ("agent", "attendu"),
    [
        (FIREFOX, "Firefox sur Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36", "Chrome sur Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge sur Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
            "Safari sur iOS",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("", "Navigateur inconnu"),
        ("x" * 4000, "Navigateur inconnu"),
    ],
)
def test_le_navigateur_se_dit_en_deux_mots(agent: str, attendu: str) -> None:
    assert sessions.nommer_navigateur(agent) == attendu


def test_mon_compte_montre_les_siennes_et_marque_celle_ci(personas: Personas) -> None:
    maintenant = timezone.now()
    client = entrer(personas.technicien_a, HTTP_USER_AGENT=FIREFOX)
    SessionOuverte.objects.create(
        utilisateur=personas.technicien_a, cle="ailleurs", navigateur="Chrome sur Linux"
    )
    SessionOuverte.objects.create(
        utilisateur=personas.technicien_a,
        cle="finie",
        navigateur="Opera sur macOS",
        vue_le=maintenant - timedelta(minutes=31),
    )
    SessionOuverte.objects.create(
        utilisateur=personas.technicien_b, cle="voisine", navigateur="Safari sur iOS"
    )
    page = client.get("/mon-compte/").content.decode()
    assert page.count("Cette session</span>") == 1
    assert page.index("Firefox sur Windows") < page.index("Chrome sur Linux")
    assert "Opera sur macOS" not in page
    assert "Safari sur iOS" not in page


# --- closing ----------------------------------------------------------------------------------
def test_fermer_une_session_l_arrete_a_la_page_suivante(personas: Personas) -> None:
    ici, ailleurs = (entrer(personas.technicien_a) for _ in range(2))
    adresse = f"/mon-compte/sessions/{ligne(ailleurs).identifiant}/fermer/"
    assert ici.post(adresse).headers["Location"] == "/mon-compte/"
    assert ailleurs.get("/").headers["Location"] == "/connexion/?next=/&fin=fermee"
    assert est_ouverte(ici)
    derniere = Trace.objects.order_by("-pk").first()
    assert (derniere.action, derniere.details) == ("deconnexion", {"sessions_fermees": 1})


def test_on_ne_ferme_pas_la_session_d_un_autre(personas: Personas) -> None:
    ici, voisin = connecte(Client(), personas.admin_a), connecte(Client(), personas.technicien_a)
    adresse = f"/mon-compte/sessions/{ligne(voisin).identifiant}/fermer/"
    assert ici.post(adresse).status_code == 404
    assert est_ouverte(voisin)


def test_fermer_toutes_les_autres(personas: Personas) -> None:
    ici, la, ailleurs = (entrer(personas.technicien_a) for _ in range(3))
    voisin = connecte(Client(), personas.technicien_b)
    ici.post("/mon-compte/sessions/fermer/")
    assert [est_ouverte(c) for c in (ici, la, ailleurs, voisin)] == [True, False, False, True]


def test_fermer_supprime_aussi_ce_que_django_garde(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    cle = client.session.session_key
    assert sessions.fermer(personas.technicien_a) == 1
    assert not Session.objects.filter(session_key=cle).exists()


def test_le_cookie_de_django_seul_n_ouvre_rien(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    SessionOuverte.objects.all().delete()
    assert Session.objects.filter(session_key=client.session.session_key).exists()
    assert not est_ouverte(client)


def test_la_ligne_d_un_autre_compte_n_ouvre_rien(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    SessionOuverte.objects.update(utilisateur=personas.technicien_b)
    assert not est_ouverte(client)


def test_inactiver_un_compte_l_arrete_a_la_page_suivante(personas: Personas) -> None:
    client, voisin = (
        connecte(Client(), personas.technicien_a),
        connecte(Client(), personas.technicien_b),
    )
    fermer(personas.technicien_a)
    assert client.get("/demandes/").headers["Location"].startswith("/connexion/")
    assert est_ouverte(voisin)


def test_la_purge_ote_les_lignes_de_plus_de_dix_heures(personas: Personas) -> None:
    with time_machine.travel(DEBUT, tick=False) as horloge:
        connecte(Client(), personas.technicien_a)
        horloge.shift(timedelta(hours=9, minutes=59))
        connecte(Client(), personas.technicien_b)
        purger_connexions()
        assert SessionOuverte.objects.count() == 2
        horloge.shift(timedelta(minutes=1))
        purger_connexions()
        assert [s.utilisateur for s in SessionOuverte.objects.all()] == [personas.technicien_b]
