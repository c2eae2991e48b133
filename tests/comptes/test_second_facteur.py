"""The second factor: one use per code, and ten recovery codes nobody can read back."""

import re
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import connexion
from comptes.models import CodeSecours, Trace, Utilisateur
from tests.factories import MOT_DE_PASSE, UtilisateurFactory, appareil, code_totp

pytestmark = pytest.mark.django_db

MIDI = "2026-03-02 12:00:00+00:00"


@pytest.fixture
def compte() -> Utilisateur:
    compte = UtilisateurFactory()
    appareil(compte)
    return compte


def tenter(compte: Utilisateur, saisie: str) -> str:
    """By which means the code was accepted, or the sentence of the refusal."""
    try:
        return connexion.verifier_code(compte, saisie)[1]
    except connexion.CodeRefuse as refus:
        return refus.message


@pytest.mark.parametrize(
    ("decalage", "attendu"),
    [(-60, False), (-30, True), (0, True), (30, True), (60, False)],
)
def test_un_code_vaut_pour_sa_periode_et_les_voisines(
    compte: Utilisateur, decalage: int, attendu: bool
) -> None:
    with time_machine.travel(MIDI, tick=False):
        code = code_totp(appareil(compte), quand=time.time() + decalage)
        assert (tenter(compte, code) == "totp") is attendu


def test_un_code_ne_sert_qu_une_fois(compte: Utilisateur) -> None:
    with time_machine.travel(MIDI, tick=False) as horloge:
        code = code_totp(appareil(compte), quand=time.time())
        assert tenter(compte, code) == "totp"
        assert tenter(compte, code) == "Code incorrect ou déjà utilisé."
        horloge.shift(timedelta(seconds=30))
        assert tenter(compte, code) == "Code incorrect ou déjà utilisé."
        suivant = code_totp(appareil(compte), quand=time.time())
        horloge.shift(timedelta(seconds=3))
        assert tenter(compte, suivant) == "totp"


def test_le_code_d_un_autre_compte_est_refuse(compte: Utilisateur) -> None:
    voisin = UtilisateurFactory()
    with time_machine.travel(MIDI, tick=False):
        code = code_totp(appareil(voisin), quand=time.time())
        assert tenter(compte, code) != "totp"
        assert tenter(voisin, code) == "totp"


@pytest.mark.parametrize("saisie", ["", "12345", "1234567", "+12345", "١٢٣٤٥٦", "12345a", "\x00"])
def test_ce_qui_n_est_pas_un_code_est_refuse(compte: Utilisateur, saisie: str) -> None:
    assert tenter(compte, saisie) == "Code incorrect ou déjà utilisé."


def test_les_espaces_d_un_code_copie_sont_ignores(compte: Utilisateur) -> None:
    with time_machine.travel(MIDI, tick=False):
        code = code_totp(appareil(compte), quand=time.time())
        assert tenter(compte, f" {code[:3]} {code[3:]} ") == "totp"


def test_chaque_erreur_double_l_attente(compte: Utilisateur) -> None:
    with time_machine.travel(MIDI, tick=False) as horloge:
        for attente in (1, 2, 4, 8):
            tenter(compte, "faux")
            bon = code_totp(appareil(compte), quand=time.time())
            assert tenter(compte, bon).startswith("Patientez")
            horloge.shift(timedelta(seconds=attente))
        assert tenter(compte, code_totp(appareil(compte), quand=time.time())) == "totp"


@pytest.mark.parametrize("echecs", [10, 17, 40])
def test_l_attente_ne_depasse_jamais_neuf_minutes(compte: Utilisateur, echecs: int) -> None:
    with time_machine.travel(MIDI, tick=False) as horloge:
        TOTPDevice.objects.filter(pk=appareil(compte).pk).update(
            throttling_failure_count=echecs, throttling_failure_timestamp=timezone.now()
        )
        horloge.shift(timedelta(seconds=511))
        assert tenter(compte, "faux").startswith("Patientez")
        horloge.shift(timedelta(seconds=1))
        assert tenter(compte, "faux") == "Code incorrect ou déjà utilisé."
        horloge.shift(timedelta(seconds=511))
        assert tenter(compte, "faux").startswith("Patientez")
        horloge.shift(timedelta(seconds=1))
        assert tenter(compte, code_totp(appareil(compte), quand=time.time())) == "totp"


def test_patienter_ne_compte_pas_comme_un_echec(client: Client, compte: Utilisateur) -> None:
    with time_machine.travel(MIDI, tick=False):
        client.post("/connexion/", {"identifiant": compte.identifiant, "password": MOT_DE_PASSE})
        statuts = {client.post("/connexion/code/", {"code": "faux"}).status_code for _ in range(7)}
    assert statuts == {200}


def test_dix_codes_de_secours_se_disent_au_telephone(compte: Utilisateur) -> None:
    codes = connexion.generer_codes(compte)
    assert len(set(codes)) == 10
    assert all(
        re.fullmatch(r"([2-9A-HJKMNPQRTV-Z]{4}-){2}[2-9A-HJKMNPQRTV-Z]{4}", c) for c in codes
    )


def test_les_codes_de_secours_ne_sont_gardes_que_haches(
    compte: Utilisateur, settings: pytest.FixtureDef
) -> None:
    codes = connexion.generer_codes(compte)
    empreintes = list(CodeSecours.objects.values_list("empreinte", flat=True))
    assert all(re.fullmatch(r"[0-9a-f]{64}", empreinte) for empreinte in empreintes)
    assert not any(code.replace("-", "") in str(empreintes).upper() for code in codes)
    assert not any(code in str(Trace.objects.values_list()) for code in codes)
    settings.SECRET_KEY = "une autre cle" * 5
    assert not connexion.consommer_code(compte, codes[0])


def test_un_code_de_secours_ne_sert_qu_une_fois(compte: Utilisateur) -> None:
    premier, second, *_ = connexion.generer_codes(compte)
    assert connexion.consommer_code(compte, premier)
    assert not connexion.consommer_code(compte, premier)
    assert connexion.consommer_code(compte, second.lower().replace("-", " "))


def test_un_code_de_secours_n_ouvre_que_son_compte(compte: Utilisateur) -> None:
    voisin = UtilisateurFactory()
    connexion.generer_codes(voisin)
    code = connexion.generer_codes(compte)[0]
    assert not connexion.consommer_code(voisin, code)
    assert connexion.consommer_code(compte, code)


def test_de_nouveaux_codes_annulent_les_anciens(compte: Utilisateur) -> None:
    ancien = connexion.generer_codes(compte)[0]
    connexion.generer_codes(compte)
    assert not connexion.consommer_code(compte, ancien)
    assert compte.codes_secours.count() == 10


def test_on_entre_avec_un_code_de_secours(client: Client, compte: Utilisateur) -> None:
    code = connexion.generer_codes(compte)[0]
    client.post("/connexion/", {"identifiant": compte.identifiant, "password": MOT_DE_PASSE})
    assert "Code de secours" in client.get("/connexion/code/?secours=oui").content.decode()
    reponse = client.post("/connexion/code/?secours=oui", {"code": code})
    assert reponse.headers["Location"] == "/"
    assert Trace.objects.get(action="connexion").details == {"moyen": "code_secours"}


@pytest.mark.django_db(transaction=True)
def test_deux_usages_simultanes_d_un_code_de_secours(compte: Utilisateur) -> None:
    code = connexion.generer_codes(compte)[0]
    depart = threading.Barrier(2)
    acceptes: list[bool] = []

    def utiliser() -> None:
        depart.wait()
        acceptes.append(connexion.consommer_code(compte, code))
        connection.close()

    fils = [threading.Thread(target=utiliser) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(acceptes) == [False, True]
