"""An authenticator is set, replaced, lost; recovery codes are shown once and kept (H-04)."""

import base64
import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import activation, connexion, secondfacteur
from comptes.actions import securite
from comptes.models import CodeSecours, Courriel, Jeton, SessionOuverte, Trace, Utilisateur
from tests.comptes.liens import inviter, lien_recu, suivre
from tests.factories import (
    MOT_DE_PASSE,
    UtilisateurFactory,
    VersionCGUFactory,
    appareil,
    code_totp,
    fermer,
)
from tests.personas import Personas, connecte

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-04")]

MATIN = "2026-03-02 09:00:00+00:00"
ETAPE = "/mon-compte/second-facteur/"
APPLICATION = "/mon-compte/second-facteur/application/"
CODES = "/mon-compte/codes/"


@pytest.fixture
def compte() -> Utilisateur:
    VersionCGUFactory()
    compte = UtilisateurFactory(identifiant="s.morel")
    appareil(compte)
    return compte


@pytest.fixture
def ouvert(client: Client, compte: Utilisateur) -> Client:
    return connecte(client, compte)


def code_actuel(compte: Utilisateur) -> str:
    return code_totp(TOTPDevice.objects.get(user=compte), quand=time.time())


def code_affiche(reponse) -> str:
    """What an authenticator that just read the page displays."""
    secret = re.search(r'class="ep-cle">([A-Z2-7 ]+)<', reponse.content.decode())[1]
    cle = base64.b32decode(secret.replace(" ", ""))
    return code_totp(TOTPDevice(key=cle.hex()), quand=time.time())


def prouver(client: Client, compte: Utilisateur):
    return client.post(ETAPE, {"actuel": MOT_DE_PASSE, "code": code_actuel(compte)})


# --- what the page shows ------------------------------------------------------------------------
def test_le_qr_code_dit_la_meme_cle_que_le_texte() -> None:
    compte = inviter(identifiant="m.delattre")
    cle = secondfacteur.nouvelle_cle()
    texte = secondfacteur.en_groupes(cle)
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", texte)
    adresse = secondfacteur.adresse(compte, cle)
    assert adresse.startswith("otpauth://totp/Espace%20Partenaires%3Am.delattre?")
    assert f"secret={texte.replace(' ', '')}" in adresse
    assert "issuer=Espace%20Partenaires" in adresse
    assert secondfacteur.nouvelle_cle() != cle
    assert len(bytes.fromhex(cle)) == 20


def test_le_qr_code_est_dessine_ici() -> None:
    svg = secondfacteur.qr(inviter(), secondfacteur.nouvelle_cle())
    assert svg.startswith("<svg ")
    for interdit in ("style=", "href", "http", "<script", "<image"):
        assert interdit not in svg


# --- replaced -----------------------------------------------------------------------------------
def test_on_remplace_son_application(compte: Utilisateur) -> None:
    with time_machine.travel(MATIN, tick=False):
        ouvert, ailleurs = connecte(Client(), compte), connecte(Client(), compte)
        assert prouver(ouvert, compte).headers["Location"] == APPLICATION
        page = ouvert.get(APPLICATION)
        ancienne = appareil(compte)
        reponse = ouvert.post(APPLICATION, {"code": code_affiche(page)})
        assert reponse.headers["Location"] == "/mon-compte/"
        nouvelle = TOTPDevice.objects.get(user=compte)
        assert nouvelle.key != ancienne.key
        assert ouvert.get("/mon-compte/").status_code == 200
        assert ailleurs.get("/mon-compte/").status_code == 302
    (courriel,) = Courriel.objects.filter(destinataire=compte)
    assert courriel.gabarit == "second_facteur_change"


def test_l_ancienne_application_vaut_jusqu_au_premier_code(compte: Utilisateur) -> None:
    with time_machine.travel(MATIN, tick=False) as horloge:
        ouvert = connecte(Client(), compte)
        cle = appareil(compte).key
        prouver(ouvert, compte)
        ouvert.get(APPLICATION)
        assert ouvert.post(APPLICATION, {"code": "000000"}).status_code == 200
        assert TOTPDevice.objects.get(user=compte).key == cle
        horloge.shift(timedelta(minutes=10, seconds=1))
        assert ouvert.get(APPLICATION).headers["Location"] == ETAPE
        assert ouvert.post(APPLICATION, {"code": "000000"}).headers["Location"] == ETAPE


@pytest.mark.parametrize(
    ("actuel", "code", "champ"),
    [("un autre mot de passe", None, "actuel"), (MOT_DE_PASSE, "000000", "code")],
)
def test_il_faut_les_deux_facteurs(
    ouvert: Client, compte: Utilisateur, actuel: str, code: str | None, champ: str
) -> None:
    reponse = ouvert.post(ETAPE, {"actuel": actuel, "code": code or code_actuel(compte)})
    assert list(reponse.context["form"].errors) == [champ]
    assert ouvert.get(APPLICATION).headers["Location"] == ETAPE


def test_un_code_de_secours_remplace_l_application_perdue(
    ouvert: Client, compte: Utilisateur
) -> None:
    code = connexion.generer_codes(compte)[0]
    reponse = ouvert.post(ETAPE, {"actuel": MOT_DE_PASSE, "code": code})
    assert reponse.headers["Location"] == APPLICATION
    assert secondfacteur.codes_restants(compte) == 9


def test_voir_la_page_ne_pose_rien(compte: Utilisateur) -> None:
    with time_machine.travel(MATIN, tick=False):
        ouvert = connecte(Client(), compte)
        prouver(ouvert, compte)
        with CaptureQueriesContext(connection) as requetes:
            premiere, seconde = ouvert.get(APPLICATION), ouvert.get(APPLICATION)
        assert code_affiche(premiere) == code_affiche(seconde)
    assert not [r for r in requetes if re.match(r"\s*(INSERT|UPDATE|DELETE)", r["sql"])]


# --- recovery codes -----------------------------------------------------------------------------
def test_de_nouveaux_codes_demandent_un_code(ouvert: Client, compte: Utilisateur) -> None:
    anciens = connexion.generer_codes(compte)
    assert ouvert.post(CODES, {}).status_code == 200
    assert ouvert.post(CODES, {"code": "000000"}).context["form"].errors
    assert secondfacteur.codes_restants(compte) == 10
    assert connexion.consommer_code(compte, anciens[0])


def test_les_codes_se_gardent_avant_tout_le_reste(compte: Utilisateur) -> None:
    with time_machine.travel(MATIN, tick=False):
        ouvert = connecte(Client(), compte)
        page = ouvert.post(CODES, {"code": code_actuel(compte)})
        codes = re.findall(r"<code>([2-9A-Z-]{14})</code>", page.content.decode())
        assert len(codes) == 10
        assert all(code in page.context["fichier"] for code in codes)
        assert ouvert.get("/mon-compte/").headers["Location"] == f"{CODES}?next=/mon-compte/"
        refus = ouvert.post(CODES, {"garder": "oui"}, follow=True).content.decode()
        assert "Cochez « Je les ai gardés »" in refus
        assert ouvert.get("/mon-compte/").status_code == 302
        ouvert.post(CODES, {"garder": "oui", "gardes": "on"})
        assert ouvert.get("/mon-compte/").status_code == 200
        assert connexion.consommer_code(compte, codes[3])


def test_les_codes_ne_s_affichent_qu_une_fois(compte: Utilisateur) -> None:
    with time_machine.travel(MATIN, tick=False):
        ouvert = connecte(Client(), compte)
        page = ouvert.post(CODES, {"code": code_actuel(compte)})
        assert "no-store" in page.headers["Cache-Control"]
        codes = re.findall(r"<code>([2-9A-Z-]{14})</code>", page.content.decode())
        suite = ouvert.get(CODES).content.decode()
        assert not any(code in suite for code in codes)
        gardes = [*CodeSecours.objects.values_list(), *Trace.objects.values_list()]
        assert not any(code in str(gardes) for code in codes)
        assert not any(code in str(ouvert.session.items()) for code in codes)
        nouveaux = ouvert.post(CODES).content.decode()
        assert not any(code in nouveaux for code in codes)
        assert not connexion.consommer_code(compte, codes[0])


# --- lost ---------------------------------------------------------------------------------------
def test_un_second_facteur_perdu_se_reinitialise(client: Client, personas: Personas) -> None:
    compte = personas.technicien_a
    ailleurs = connecte(Client(), compte)
    ailleurs.get("/")
    connexion.generer_codes(compte)
    securite.reinitialiser_second_facteur(compte, acteur=personas.gestionnaire_a)
    assert not TOTPDevice.objects.filter(user=compte).exists()
    assert not CodeSecours.objects.filter(utilisateur=compte).exists()
    assert not SessionOuverte.objects.filter(utilisateur=compte).exists()
    assert ailleurs.get("/").headers["Location"].startswith("/connexion/")
    with time_machine.travel(MATIN):
        securite.reinitialiser_second_facteur(compte, acteur=personas.gestionnaire_a)
        page = suivre(client, lien_recu(compte)).content.decode()
        assert 'name="mot_de_passe"' not in page
        reponse = client.post("/activation/", {"actuel": MOT_DE_PASSE})
        assert reponse.headers["Location"] == "/activation/application/"
        code = code_affiche(client.get("/activation/application/"))
        reponse = client.post("/activation/application/", {"code": code})
        assert reponse.headers["Location"] == CODES
    assert Utilisateur.objects.get(pk=compte.pk).check_password(MOT_DE_PASSE)


def test_la_reinitialisation_est_tracee_et_dite(personas: Personas) -> None:
    compte = personas.technicien_a
    appareil(compte)
    securite.reinitialiser_second_facteur(compte, acteur=personas.gestionnaire_a)
    trace = Trace.objects.filter(cle=str(compte.pk)).order_by("pk").last()
    premiere = Trace.objects.get(details={"second_facteur": "reinitialise"})
    assert premiere.qui_id == trace.qui_id == personas.gestionnaire_a.pk
    (courriel,) = Courriel.objects.filter(destinataire=compte)
    assert courriel.gabarit == "second_facteur_reinitialise"


def test_le_lien_seul_ne_suffit_pas(client: Client, personas: Personas) -> None:
    """Whoever reads the mailbox needs the password too, and guesses it five times at most."""
    compte = personas.technicien_a
    securite.reinitialiser_second_facteur(compte, acteur=personas.gestionnaire_a)
    suivre(client, lien_recu(compte))
    essais = [
        client.post("/activation/", {"actuel": "un essai", "mot_de_passe": "x"}) for _ in range(5)
    ]
    assert [reponse.status_code for reponse in essais] == [200, 200, 200, 200, 429]
    assert client.get("/activation/application/").headers["Location"] == "/activation/"


def test_sans_second_facteur_le_mot_de_passe_n_ouvre_rien(
    client: Client, personas: Personas
) -> None:
    compte = personas.technicien_a
    ancien = code_totp(appareil(compte), quand=time.time())
    codes = connexion.generer_codes(compte)
    securite.reinitialiser_second_facteur(compte, acteur=personas.gestionnaire_a)
    client.post("/connexion/", {"identifiant": compte.identifiant, "password": MOT_DE_PASSE})
    for code in (ancien, codes[0], ""):
        assert client.post("/connexion/code/", {"code": code}).status_code == 200
    assert client.get("/").headers["Location"].startswith("/connexion/")


def test_on_ne_reinitialise_pas_un_compte_ferme(personas: Personas) -> None:
    appareil(personas.inactif)
    with pytest.raises(activation.EnvoiImpossible):
        securite.reinitialiser_second_facteur(personas.inactif, acteur=personas.gestionnaire_a)
    assert TOTPDevice.objects.filter(user=personas.inactif).exists()


def test_le_lien_ne_sert_plus_une_fois_l_application_posee(
    client: Client, personas: Personas
) -> None:
    compte = personas.technicien_a
    securite.reinitialiser_second_facteur(compte, acteur=personas.gestionnaire_a)
    lien = lien_recu(compte)
    suivre(client, lien)
    client.post("/activation/", {"actuel": MOT_DE_PASSE})
    code = code_affiche(client.get("/activation/application/"))
    client.post("/activation/application/", {"code": code})
    assert suivre(Client(), lien).status_code == 410
    assert not Jeton.objects.filter(utilise_le=None).exists()


def test_deux_poses_au_meme_instant(personas: Personas) -> None:
    """The same link in two browsers: the second finds it used."""
    compte = personas.technicien_a
    jeton = securite.reinitialiser_second_facteur(compte, acteur=personas.gestionnaire_a)
    cles = [secondfacteur.nouvelle_cle() for _ in range(2)]
    codes = [code_totp(TOTPDevice(key=cle), quand=time.time()) for cle in cles]
    securite.activer_par_lien(jeton, cles[0], codes[0])
    with pytest.raises(securite.LienPerdu):
        securite.activer_par_lien(jeton, cles[1], codes[1])
    assert TOTPDevice.objects.get(user=compte).key == cles[0]


def test_un_compte_ferme_entre_temps_ne_s_active_pas() -> None:
    compte = UtilisateurFactory()
    jeton = securite.reinitialiser_second_facteur(compte, acteur=None)
    fermer(compte)
    cle = secondfacteur.nouvelle_cle()
    with pytest.raises(securite.LienPerdu):
        securite.activer_par_lien(jeton, cle, code_totp(TOTPDevice(key=cle), quand=time.time()))
