"""An account opens from its mailed link: once, for 48 hours, and in two steps (H-04)."""

import base64
import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import activation, courriels
from comptes.models import Courriel, Etat, Jeton, Trace, Utilisateur
from tests.comptes.liens import NOUVEAU, inviter, lien_recu, plus_tard, suivre
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

PERDU = "Ce lien ne fonctionne plus"
ACTIVATION = Jeton.Usage.ACTIVATION


@pytest.fixture
def compte() -> Utilisateur:
    VersionCGUFactory()
    return inviter(identifiant="m.delattre", prenom="Maud", nom="Delattre")


@pytest.fixture
def lien(compte: Utilisateur) -> str:
    activation.envoyer_lien(compte, ACTIVATION, acteur=None)
    return lien_recu(compte)


def etat(compte: Utilisateur) -> str:
    return Utilisateur.objects.get(pk=compte.pk).etat


def cle_affichee(reponse) -> bytes:
    """The key, as somebody would copy it from the page."""
    secret = re.search(r'class="ep-cle">([A-Z2-7 ]+)<', reponse.content.decode())[1]
    return base64.b32decode(secret.replace(" ", ""))


def code_de(cle: bytes) -> str:
    return code_totp(TOTPDevice(key=cle.hex()), quand=time.time())


def choisir(client: Client, mot_de_passe: str = NOUVEAU):
    return client.post("/activation/", {"mot_de_passe": mot_de_passe})


def est_perdu(reponse) -> bool:
    return reponse.status_code == 410 and PERDU in reponse.content.decode()


def test_du_courriel_a_l_accueil(client: Client, compte: Utilisateur, lien: str) -> None:
    page = suivre(client, lien).content.decode()
    assert "m.delattre" in page
    assert "Maud Delattre" in page
    assert choisir(client).headers["Location"] == "/activation/application/"
    assert etat(compte) == Etat.INVITE
    page = client.get("/activation/application/")
    assert "<svg" in page.content.decode()
    avant = timezone.now()
    reponse = client.post("/activation/application/", {"code": code_de(cle_affichee(page))})
    assert reponse.headers["Location"] == "/mon-compte/codes/"
    actif = Utilisateur.objects.get(pk=compte.pk)
    assert actif.etat == Etat.ACTIF
    assert avant <= actif.active_le <= timezone.now()
    assert actif.check_password(NOUVEAU)
    assert client.get("/").headers["Location"] == "/mon-compte/codes/?next=/"
    codes = client.post("/mon-compte/codes/").content.decode()
    assert len(re.findall(r"<code>[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}</code>", codes)) == 10
    client.post("/mon-compte/codes/", {"garder": "oui", "gardes": "on"})
    assert client.get("/").headers["Location"] == "/cgu/accepter/?next=/"


def test_le_courriel_ne_dit_que_le_lien(compte: Utilisateur, lien: str) -> None:
    (courriel,) = Courriel.objects.filter(destinataire=compte)
    message = courriels.composer(courriel)
    assert message.body.count("http") == 1
    assert "48 heures" in message.body
    for personnel in ("Delattre", "Maud", "m.delattre"):
        assert personnel not in message.subject + message.body


def test_rien_de_ce_qui_est_garde_n_ouvre_le_compte(compte: Utilisateur, lien: str) -> None:
    secret = lien.rstrip("/").rpartition(".")[2]
    gardes = [
        *Courriel.objects.values_list(),
        *Jeton.objects.values_list(),
        *Trace.objects.values_list(),
    ]
    assert len(secret) == 64
    assert secret not in str(gardes)


def test_ouvrir_le_lien_ne_change_rien(client: Client, compte: Utilisateur, lien: str) -> None:
    """A mail scanner opens every link, and what it leads to, several times."""
    with CaptureQueriesContext(connection) as requetes:
        for _ in range(3):
            assert suivre(client, lien).status_code == 200
            assert suivre(Client(), lien).status_code == 200
            assert Client().head(lien).status_code == 302
    assert not [r for r in requetes if re.match(r"\s*(INSERT|UPDATE|DELETE)", r["sql"])]
    assert "m.delattre" in suivre(Client(), lien).content.decode()


def test_le_secret_ne_reste_pas_dans_l_adresse(client: Client, lien: str) -> None:
    reponse = client.get(lien)
    assert reponse.headers["Location"] == "/activation/"
    assert reponse.headers["Referrer-Policy"] == "no-referrer"
    cookie = reponse.cookies["session_activation"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_la_trace_ne_garde_pas_le_secret(personas: Personas, lien: str) -> None:
    client = connecte(Client(), personas.technicien_a)
    assert client.post(lien).status_code == 405
    refus = Trace.objects.get(action="refus")
    assert (refus.objet, refus.cle) == ("activation_lien", "")


def test_un_lien_ne_sert_qu_une_fois(client: Client, compte: Utilisateur, lien: str) -> None:
    suivre(client, lien)
    choisir(client)
    page = client.get("/activation/application/")
    client.post("/activation/application/", {"code": code_de(cle_affichee(page))})
    assert est_perdu(suivre(Client(), lien))
    autre = Client()
    suivre(autre, lien)
    assert est_perdu(choisir(autre, "une toute autre phrase bien longue"))
    assert Utilisateur.objects.get(pk=compte.pk).check_password(NOUVEAU)


@pytest.mark.parametrize(("apres", "ouvert"), [(-1, True), (0, False), (1, False)])
def test_un_lien_vaut_48_heures(compte: Utilisateur, apres: int, ouvert: bool) -> None:
    with time_machine.travel("2026-03-28 09:00:00+00:00", tick=False) as horloge:
        activation.envoyer_lien(compte, ACTIVATION, acteur=None)
        lien = lien_recu(compte)
        horloge.shift(timedelta(hours=48, seconds=apres))
        assert est_perdu(suivre(Client(), lien)) is not ouvert


def test_le_lien_finit_aussi_pendant_l_activation(client: Client, compte: Utilisateur) -> None:
    with time_machine.travel("2026-03-28 09:00:00+00:00", tick=False) as horloge:
        activation.envoyer_lien(compte, ACTIVATION, acteur=None)
        suivre(client, lien_recu(compte))
        horloge.shift(timedelta(hours=47, minutes=59))
        choisir(client)
        page = client.get("/activation/application/")
        horloge.shift(timedelta(minutes=1, seconds=1))
        reponse = client.post("/activation/application/", {"code": code_de(cle_affichee(page))})
        assert reponse.headers["Location"] == "/activation/"
    assert etat(compte) == Etat.INVITE
    assert not TOTPDevice.objects.exists()


def test_un_nouveau_lien_annule_le_precedent(compte: Utilisateur, lien: str) -> None:
    activation.envoyer_lien(compte, ACTIVATION, acteur=None)
    nouveau = lien_recu(compte)
    assert nouveau != lien
    assert est_perdu(suivre(Client(), lien))
    assert suivre(Client(), nouveau).status_code == 200


def test_un_lien_altere_ou_emprunte_n_ouvre_rien(compte: Utilisateur, lien: str) -> None:
    identifiant, empreinte = lien.split("/")[2].split(".")
    voisin = inviter()
    activation.envoyer_lien(voisin, ACTIVATION, acteur=None)
    autre = lien_recu(voisin).split("/")[2].split(".")
    derniere = "0" if empreinte[-1] != "0" else "1"
    for faux in (
        identifiant,
        f"{identifiant}.",
        f"{identifiant}.{empreinte[:-1]}",
        f"{identifiant}.{empreinte[:-1]}{derniere}",
        f"{identifiant}.{autre[1]}",
        f"{identifiant.upper()}.{empreinte}",
        f"{identifiant.replace('-', '')}.{empreinte}",
        "x" * 500,
        f"{identifiant}.é",
    ):
        assert est_perdu(suivre(Client(), f"/activation/{faux}/")), faux


def test_un_lien_d_un_usage_n_en_ouvre_pas_un_autre(compte: Utilisateur, lien: str) -> None:
    assert est_perdu(suivre(Client(), lien.replace("/activation/", "/mot-de-passe/")))
    actif = UtilisateurFactory()
    appareil(actif)
    activation.envoyer_lien(actif, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    oubli = lien_recu(actif)
    assert est_perdu(suivre(Client(), oubli.replace("/mot-de-passe/", "/activation/")))
    assert suivre(Client(), oubli).status_code == 200


def test_l_inactivation_annule_le_lien(client: Client, compte: Utilisateur, lien: str) -> None:
    suivre(client, lien)
    fermer(compte)
    assert est_perdu(choisir(client))
    assert est_perdu(suivre(Client(), lien))


def test_la_meme_reponse_quelle_que_soit_la_raison(compte: Utilisateur, lien: str) -> None:
    inconnu = suivre(Client(), "/activation/11111111-1111-4111-8111-111111111111.x/").content
    with plus_tard(hours=49):
        perime = suivre(Client(), lien).content
    activation.envoyer_lien(compte, ACTIVATION, acteur=None)
    remplace = suivre(Client(), lien).content
    sans_jeton = [
        re.sub(rb'"X-CSRFToken": "\w+"', b"", page) for page in (inconnu, perime, remplace)
    ]
    assert sans_jeton[0] == sans_jeton[1] == sans_jeton[2]
    assert "Demandez un nouveau lien" in inconnu.decode()


def test_sans_mot_de_passe_pas_d_application(
    client: Client, compte: Utilisateur, lien: str
) -> None:
    suivre(client, lien)
    assert client.get("/activation/application/").headers["Location"] == "/activation/"
    reponse = client.post("/activation/application/", {"code": "123456"})
    assert reponse.headers["Location"] == "/activation/"
    assert etat(compte) == Etat.INVITE


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", ""])
def test_un_mauvais_premier_code_n_active_rien(
    client: Client, compte: Utilisateur, lien: str, code: str
) -> None:
    suivre(client, lien)
    choisir(client)
    page = client.get("/activation/application/")
    if code == code_de(cle_affichee(page)):  # one chance in a million
        code = "111111"
    assert client.post("/activation/application/", {"code": code}).status_code == 200
    assert etat(compte) == Etat.INVITE
    assert not TOTPDevice.objects.exists()
    page = client.get("/activation/application/")
    client.post("/activation/application/", {"code": code_de(cle_affichee(page))})
    assert etat(compte) == Etat.ACTIF


def test_le_premier_code_ne_sert_pas_ensuite_a_entrer(client: Client, compte: Utilisateur) -> None:
    with time_machine.travel("2026-03-28 09:00:00+00:00", tick=False):
        activation.envoyer_lien(compte, ACTIVATION, acteur=None)
        suivre(client, lien_recu(compte))
        choisir(client)
        code = code_de(cle_affichee(client.get("/activation/application/")))
        client.post("/activation/application/", {"code": code})
        autre = Client()
        autre.post("/connexion/", {"identifiant": "m.delattre", "password": NOUVEAU})
        assert "déjà utilisé" in autre.post("/connexion/code/", {"code": code}).content.decode()


def test_on_reprend_ou_l_on_s_etait_arrete(compte: Utilisateur, lien: str) -> None:
    """Another browser, the next day: the link still leads to the end."""
    suivre(bureau := Client(), lien)
    choisir(bureau)
    with plus_tard(hours=20):
        suivre(maison := Client(), lien)
        choisir(maison, "une toute autre phrase bien longue")
        page = maison.get("/activation/application/")
        maison.post("/activation/application/", {"code": code_de(cle_affichee(page))})
    assert etat(compte) == Etat.ACTIF
    page = bureau.get("/activation/application/")
    assert page.headers["Location"] == "/activation/"


def test_un_compte_invite_n_entre_pas(client: Client, compte: Utilisateur, lien: str) -> None:
    suivre(client, lien)
    choisir(client)
    reponse = client.post("/connexion/", {"identifiant": "m.delattre", "password": NOUVEAU})
    assert "Identifiant ou mot de passe incorrect." in reponse.content.decode()


def test_un_compte_actif_n_a_pas_de_lien_d_activation() -> None:
    compte = UtilisateurFactory()
    appareil(compte)
    with pytest.raises(activation.EnvoiImpossible):
        activation.envoyer_lien(compte, ACTIVATION, acteur=None)
    fermer(compte)
    for usage in Jeton.Usage:
        with pytest.raises(activation.EnvoiImpossible):
            activation.envoyer_lien(compte, usage, acteur=None)
    assert not Jeton.objects.exists()
    assert not mail.outbox


def test_la_session_d_un_collegue_s_efface(personas: Personas, lien: str) -> None:
    """Two accounts of one person, or two persons at one desk."""
    client = connecte(Client(), personas.technicien_a)
    suivre(client, lien)
    choisir(client)
    page = client.get("/activation/application/")
    client.post("/activation/application/", {"code": code_de(cle_affichee(page))})
    page = client.get("/mon-compte/codes/").content.decode()
    assert "Maud Delattre" in page
    assert personas.technicien_a.get_full_name() not in page


def test_l_activation_laisse_une_trace(client: Client, compte: Utilisateur, lien: str) -> None:
    suivre(client, lien)
    choisir(client)
    page = client.get("/activation/application/")
    client.post("/activation/application/", {"code": code_de(cle_affichee(page))})
    lignes = Trace.objects.filter(cle=str(compte.pk)).order_by("pk")
    assert list(lignes.values_list("qui", "action", "details")) == [
        (None, "changement", {"lien": "activation"}),
        (compte.pk, "changement", {"mot_de_passe": "choisi"}),
        (compte.pk, "changement", {"totp": "pose"}),
        (compte.pk, "changement", {"etat": "actif"}),
        (compte.pk, "connexion", {"moyen": "totp"}),
    ]
    assert set(lignes.values_list("adresse", flat=True)) == {None, "127.0.0.1"}
    assert NOUVEAU not in str(Trace.objects.values_list())
    assert MOT_DE_PASSE not in str(Trace.objects.values_list())
