"""Signing in: password, then a code; nothing in between, nothing around."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from comptes.models import Trace, Utilisateur
from comptes.tasks import purger_connexions
from tests.factories import (
    MOT_DE_PASSE,
    UtilisateurFactory,
    VersionCGUFactory,
    appareil,
    code_totp,
    fermer,
)
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

INCORRECT = "Identifiant ou mot de passe incorrect."


@pytest.fixture
def compte() -> Utilisateur:
    compte = UtilisateurFactory(identifiant="s.morel")
    appareil(compte)
    VersionCGUFactory()
    return compte


def premier_pas(client: Client, identifiant: str = "s.morel", mot_de_passe: str = MOT_DE_PASSE):
    return client.post("/connexion/", {"identifiant": identifiant, "password": mot_de_passe})


def second_pas(client: Client, compte: Utilisateur, chemin: str = "/connexion/code/"):
    return client.post(chemin, {"code": code_totp(appareil(compte), quand=time.time())})


def est_connecte(client: Client) -> bool:
    """Nothing else opens before the terms are accepted: that page tells."""
    reponse = client.get("/cgu/accepter/")
    assert reponse.status_code == 200 or reponse.headers["Location"].startswith("/connexion/")
    return reponse.status_code == 200


def sans_jeton(reponse: HttpResponse) -> str:
    return re.sub(r'"X-CSRFToken": "\w+"', "", reponse.content.decode())


def test_mot_de_passe_puis_code_ouvrent_la_session(client: Client, compte: Utilisateur) -> None:
    assert premier_pas(client).headers["Location"] == "/connexion/code/"
    assert not est_connecte(client)
    assert second_pas(client, compte).headers["Location"] == "/"
    assert est_connecte(client)


def test_l_identifiant_se_tape_avec_ou_sans_majuscules(client: Client, compte: Utilisateur) -> None:
    assert premier_pas(client, " S.Morel ").status_code == 302


@pytest.mark.regle("H-01")
def test_l_adresse_electronique_n_est_pas_un_identifiant(
    client: Client, compte: Utilisateur
) -> None:
    assert INCORRECT in premier_pas(client, compte.email).content.decode()


@pytest.mark.parametrize(
    ("identifiant", "mot_de_passe", "actif"),
    [
        ("s.morel", "un-autre-mot-de-passe", True),
        ("personne", MOT_DE_PASSE, True),
        ("s.morel", MOT_DE_PASSE, False),
    ],
    ids=["mauvais-mot-de-passe", "identifiant-inconnu", "compte-inactif"],
)
def test_la_reponse_est_la_meme_quelle_que_soit_l_erreur(
    client: Client, compte: Utilisateur, identifiant: str, mot_de_passe: str, actif: bool
) -> None:
    if not actif:
        fermer(compte)
    reponse = premier_pas(client, identifiant, mot_de_passe)
    assert reponse.status_code == 200
    assert INCORRECT in reponse.content.decode()
    assert client.get("/connexion/code/").headers["Location"] == "/connexion/"


def test_le_code_seul_n_ouvre_rien(client: Client, compte: Utilisateur) -> None:
    assert second_pas(client, compte).headers["Location"] == "/connexion/"
    assert not est_connecte(client)


def test_le_second_pas_se_fait_dans_les_cinq_minutes(client: Client, compte: Utilisateur) -> None:
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as horloge:
        premier_pas(client)
        horloge.shift(timedelta(minutes=5))
        assert client.get("/connexion/code/").status_code == 200
        horloge.shift(timedelta(seconds=1))
        assert second_pas(client, compte).headers["Location"] == "/connexion/"
        assert not est_connecte(client)


def test_un_compte_ferme_entre_les_deux_pas_n_entre_pas(
    client: Client, compte: Utilisateur
) -> None:
    premier_pas(client)
    fermer(compte)
    assert second_pas(client, compte).headers["Location"] == "/connexion/"
    assert not est_connecte(client)


def test_un_compte_sans_application_n_entre_pas(client: Client, compte: Utilisateur) -> None:
    appareil(compte).delete()
    premier_pas(client)
    assert client.post("/connexion/code/", {"code": "123456"}).status_code == 200
    assert not est_connecte(client)


def test_la_cle_de_session_change_a_chaque_pas(client: Client, compte: Utilisateur) -> None:
    client.get("/connexion/")
    session = client.session
    session["deposee"] = "par un tiers"
    session.save()
    cles = [session.session_key]
    premier_pas(client)
    cles.append(client.session.session_key)
    second_pas(client, compte)
    cles.append(client.session.session_key)
    assert len(set(cles)) == 3
    assert "deposee" not in client.session
    assert not Session.objects.filter(session_key__in=cles[:2]).exists()


def test_entre_les_deux_pas_la_session_ne_dit_que_qui_et_depuis_quand(
    client: Client, compte: Utilisateur
) -> None:
    premier_pas(client)
    ((_, attente),) = client.session.items()
    assert set(attente) == {"pk", "depuis"}


@pytest.mark.parametrize("suite", ["/aide/", "/aide/?page=2"])
def test_on_arrive_ou_l_on_allait(client: Client, compte: Utilisateur, suite: str) -> None:
    pas = client.post(
        "/connexion/",
        {"identifiant": "s.morel", "password": MOT_DE_PASSE},
        query_params={"next": suite},
    )
    reponse = second_pas(client, compte, pas.headers["Location"])
    assert reponse.headers["Location"] == suite


@pytest.mark.parametrize(
    "ailleurs",
    [
        "https://mechant.example/",
        "//mechant.example/",
        "///mechant.example",
        "http:///mechant.example",
        "/\\mechant.example",
        "javascript:alert(1)",
        " https://mechant.example",
    ],
)
def test_on_n_est_pas_renvoye_ailleurs(
    client: Client, personas: Personas, compte: Utilisateur, ailleurs: str
) -> None:
    pas = client.post(
        "/connexion/",
        {"identifiant": "s.morel", "password": MOT_DE_PASSE},
        query_params={"next": ailleurs},
    )
    assert second_pas(client, compte, pas.headers["Location"]).headers["Location"] == "/"
    deja_la = connecte(Client(), personas.agent_a)
    reponse = deja_la.get("/connexion/", query_params={"next": ailleurs})
    assert reponse.headers["Location"] == "/"


def test_cinq_echecs_bloquent_un_quart_d_heure(client: Client, compte: Utilisateur) -> None:
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as horloge:
        for _ in range(4):
            assert premier_pas(client, mot_de_passe="faux").status_code == 200
        assert premier_pas(client, mot_de_passe="faux").status_code == 429
        bloquee = premier_pas(client)
        assert bloquee.status_code == 429
        assert "Réessayez dans 15 minutes" in bloquee.content.decode()
        horloge.shift(timedelta(minutes=15, seconds=1))
        assert premier_pas(client).status_code == 302


def test_vingt_echecs_d_ou_qu_ils_viennent_bloquent_le_compte(compte: Utilisateur) -> None:
    def depuis(numero: int) -> Client:
        return Client(REMOTE_ADDR=f"192.0.2.{numero}")

    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as horloge:
        for essai in range(19):
            reponse = premier_pas(depuis(essai // 4), mot_de_passe="faux")
            assert reponse.status_code == 200
        assert premier_pas(depuis(77)).status_code == 302
        assert premier_pas(depuis(88), mot_de_passe="faux").status_code == 429
        assert premier_pas(depuis(77)).status_code == 429
        assert premier_pas(depuis(88), "personne", "faux").status_code == 200
        horloge.shift(timedelta(minutes=15, seconds=1))
        assert premier_pas(depuis(77)).status_code == 302


def test_une_adresse_partagee_n_est_pas_bloquee(compte: Utilisateur, client: Client) -> None:
    for numero in range(25):
        assert premier_pas(client, f"voisin.{numero}", "faux").status_code == 200
    assert premier_pas(client).status_code == 302


def test_sessions_et_echecs_ne_sont_pas_gardes_sans_fin(
    client: Client, compte: Utilisateur
) -> None:
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as horloge:
        premier_pas(client, mot_de_passe="faux")
        premier_pas(client)
        horloge.shift(timedelta(hours=10) - timedelta(seconds=1))
        purger_connexions()
        assert (Session.objects.count(), AccessAttempt.objects.count()) == (1, 1)
        horloge.shift(timedelta(seconds=2))
        purger_connexions()
        assert (Session.objects.count(), AccessAttempt.objects.count()) == (0, 1)
        horloge.shift(timedelta(days=29, hours=13))
        purger_connexions()
        assert AccessAttempt.objects.count() == 1
        horloge.shift(timedelta(hours=2))
        purger_connexions()
        assert AccessAttempt.objects.count() == 0


def test_la_purge_est_planifiee_a_son_pas() -> None:
    planifiee = settings.CELERY_BEAT_SCHEDULE["comptes.tasks.purger_connexions"]
    assert (planifiee["task"], planifiee["schedule"]) == (purger_connexions.name, 3600)


def test_le_blocage_ne_dit_pas_si_le_compte_existe(client: Client, compte: Utilisateur) -> None:
    reponses = [
        [premier_pas(client, identifiant, "faux") for _ in range(5)][-1]
        for identifiant in ("s.morel", "personne")
    ]
    assert [r.status_code for r in reponses] == [429, 429]
    assert sans_jeton(reponses[0]) == sans_jeton(reponses[1])


def test_les_mauvais_codes_bloquent_aussi(client: Client, compte: Utilisateur) -> None:
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as horloge:
        premier_pas(client)
        statuts = []
        for _ in range(5):
            statuts.append(client.post("/connexion/code/", {"code": "faux"}).status_code)
            horloge.shift(timedelta(seconds=20))
        assert statuts == [200, 200, 200, 200, 429]
        assert second_pas(client, compte).status_code == 429
        assert not est_connecte(client)


def test_rien_de_ce_qui_est_tape_n_est_garde(client: Client, compte: Utilisateur) -> None:
    client.post(
        "/connexion/",
        {"identifiant": "ma-phrase-secrete", "password": "mon-autre-secret"},
        query_params={"next": "/demandes/?q=Durand"},
    )
    premier_pas(client)
    client.post("/connexion/code/", {"code": "7KQ2-M9FX-AAAA"})
    gardes = [*AccessAttempt.objects.values_list(), *Trace.objects.values_list()]
    assert len(gardes) == 4
    for tape in (
        "ma-phrase-secrete",
        "mon-autre-secret",
        "s.morel",
        "Durand",
        "7KQ2",
        MOT_DE_PASSE,
    ):
        assert tape not in str(gardes)


def test_la_connexion_laisse_une_trace(client: Client, compte: Utilisateur) -> None:
    premier_pas(client)
    client.post("/connexion/code/", {"code": "000000000"})
    Utilisateur.objects.get().totpdevice_set.update(throttling_failure_count=0)
    second_pas(client, compte)
    client.post("/deconnexion/")
    lignes = Trace.objects.order_by("pk").values_list("action", "qui", "cle", "adresse")
    cle = str(compte.pk)
    assert list(lignes) == [
        ("connexion_refusee", None, cle, "127.0.0.1"),
        ("connexion", compte.pk, cle, "127.0.0.1"),
        ("deconnexion", compte.pk, cle, "127.0.0.1"),
    ]


def test_un_refus_ne_nomme_que_le_compte_vise(client: Client, compte: Utilisateur) -> None:
    premier_pas(client, "personne")
    premier_pas(client, mot_de_passe="faux")
    refus = Trace.objects.filter(action="connexion_refusee").order_by("pk")
    assert list(refus.values_list("qui", "cle", "details")) == [
        (None, "", {"etape": "mot_de_passe"}),
        (None, str(compte.pk), {"etape": "mot_de_passe"}),
    ]


def test_se_deconnecter_ferme_la_session(client: Client, compte: Utilisateur) -> None:
    premier_pas(client)
    second_pas(client, compte)
    cle = client.session.session_key
    assert client.get("/deconnexion/").status_code == 405
    assert est_connecte(client)
    assert client.post("/deconnexion/").headers["Location"] == "/connexion/"
    assert not est_connecte(client)
    assert not Session.objects.filter(session_key=cle).exists()


def test_la_session_d_un_compte_ferme_meurt_a_la_page_suivante(
    client: Client, personas: Personas
) -> None:
    connecte(client, personas.technicien_a)
    assert client.get("/connexion/").status_code == 302
    fermer(personas.technicien_a)
    assert client.get("/connexion/").status_code == 200
    assert client.get("/cgu/accepter/").headers["Location"].startswith("/connexion/")


def test_changer_de_mot_de_passe_ferme_les_sessions(client: Client, personas: Personas) -> None:
    connecte(client, personas.technicien_a)
    personas.technicien_a.set_password("un tout autre mot de passe")
    personas.technicien_a.save(update_fields=["password"])
    assert client.get("/connexion/").status_code == 200


def test_le_mot_de_passe_est_garde_en_argon2id(compte: Utilisateur) -> None:
    assert compte.password.startswith("argon2$argon2id$")
