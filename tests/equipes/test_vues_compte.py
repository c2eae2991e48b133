"""The page of an account: its history, and gestures that say what they will do first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comptes.models import Etat, Profil, Utilisateur
from equipes.models import Demarche, Incident
from portail.calendrier import PARIS
from tests.factories import UtilisateurFactory, appareil, fermer
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _lies(personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    Utilisateur.objects.filter(pk=personas.technicien_a.pk).update(email="t@ccas-arras.example")


@pytest.fixture
def gestionnaire(client: Client, personas: Personas) -> Client:
    return connecte(client, personas.gestionnaire_a)


@pytest.fixture
def admin(personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


def gestes(client: Client, compte: Utilisateur) -> set[str]:
    contexte = client.get(f"/equipe/{compte.public}/").context
    return {geste.nom for geste in contexte["gestes"]}


def faire(client: Client, compte: Utilisateur, geste: str, **donnees: object) -> Any:
    adresse = f"/equipe/{compte.public}/{geste}/"
    assert client.get(adresse).status_code == 200
    return client.post(adresse, {"confirmer": "oui", **donnees})


def test_les_boutons_sont_ceux_que_la_regle_ouvre(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    technicien, collegue = personas.technicien_a, personas.gestionnaire_a
    assert gestes(gestionnaire, technicien) == {
        "corriger",
        "inactiver",
        "attribuer",
        "reinitialiser_second_facteur",
        "signaler_fraude",
    }
    assert gestes(gestionnaire, collegue) == {
        "demander_modification",
        "demander_inactivation",
        "signaler_fraude",
    }
    assert gestes(admin, technicien) == {"signaler_fraude"}
    assert gestes(admin, collegue) == {"reinitialiser_second_facteur", "signaler_fraude"}


@pytest.mark.regle("H-11")
def test_inactiver_dit_ce_qui_va_se_passer_puis_le_fait(
    gestionnaire: Client, personas: Personas
) -> None:
    compte = personas.technicien_a
    page = gestionnaire.get(f"/equipe/{compte.public}/inactiver/").content.decode()
    assert "dès son prochain clic" in page
    sans_cause = faire(gestionnaire, compte, "inactiver")
    assert "Choisissez une réponse" in sans_cause.content.decode()
    assert faire(gestionnaire, compte, "inactiver", cause="depart").status_code == 302
    compte.refresh_from_db()
    assert (compte.etat, compte.cause_inactivation) == (Etat.INACTIF, "depart")
    page = gestionnaire.get(f"/equipe/{compte.public}/").content.decode()
    assert "Compte inactivé" in page
    assert "Réactivation possible jusqu’au" in page


@pytest.mark.regle("H-14")
@pytest.mark.parametrize(
    ("jour", "possible"),
    [
        (datetime(2027, 2, 27, 23, 30, tzinfo=PARIS), True),
        (datetime(2027, 2, 28, 0, 5, tzinfo=PARIS), False),
    ],
)
def test_on_reactive_jusqu_a_la_veille_de_l_effacement(
    personas: Personas, jour: datetime, possible: bool
) -> None:
    personas.technicien_a.refresh_from_db()
    compte = fermer(personas.technicien_a)
    compte.inactif_le = datetime(2026, 8, 31, 18, tzinfo=PARIS)
    compte.save()
    with time_machine.travel(jour):
        client = connecte(Client(), personas.gestionnaire_a)
        assert ("reactiver" in gestes(client, compte)) is possible
        reponse = client.post(f"/equipe/{compte.public}/reactiver/", {"confirmer": "oui"})
    assert reponse.headers["Location"] == f"/equipe/{compte.public}/"
    compte.refresh_from_db()
    assert (compte.etat == Etat.INACTIF) is not possible


@pytest.mark.regle("H-07")
def test_reactiver_sans_place_le_dit_sur_la_page(gestionnaire: Client, personas: Personas) -> None:
    compte = fermer(personas.technicien_a)
    UtilisateurFactory.create_batch(5, sur=personas.partenaire_a)
    gestionnaire.post(f"/equipe/{compte.public}/reactiver/", {"confirmer": "oui"})
    page = gestionnaire.get(f"/equipe/{compte.public}/").content.decode()
    assert 'role="alert"' in page
    compte.refresh_from_db()
    assert compte.etat == Etat.INACTIF


@pytest.mark.regle("H-10")
def test_un_technicien_se_rattache_a_un_gestionnaire_de_son_equipe_seulement(
    gestionnaire: Client, personas: Personas
) -> None:
    compte = personas.technicien_a
    voisin = faire(gestionnaire, compte, "attribuer", responsable=personas.gestionnaire_b.public)
    assert voisin.context["form"].errors["responsable"]
    siens = personas.gestionnaire_a.public
    assert faire(gestionnaire, compte, "attribuer", responsable=siens).status_code == 302
    compte.refresh_from_db()
    assert compte.responsable == personas.gestionnaire_a


def test_un_second_facteur_perdu_se_reinitialise(gestionnaire: Client, personas: Personas) -> None:
    appareil(personas.technicien_a)
    reponse = faire(gestionnaire, personas.technicien_a, "reinitialiser_second_facteur")
    assert reponse.status_code == 302
    assert not personas.technicien_a.totpdevice_set.exists()
    page = gestionnaire.get(reponse.headers["Location"]).content.decode()
    assert "Second facteur réinitialisé" in page


@pytest.mark.regle("H-13")
@pytest.mark.parametrize("cote", ["gestionnaire", "admin"])
def test_une_fraude_ferme_le_compte_et_laisse_une_preuve(
    request: pytest.FixtureRequest, personas: Personas, cote: str
) -> None:
    client, compte = request.getfixturevalue(cote), personas.technicien_a
    saisie = {"nature": "vol", "recit": "L’ordinateur a été pris dans la voiture."}
    demain = timezone.localdate() + timedelta(days=1)
    futur = faire(client, compte, "signaler_fraude", **saisie, constate_le=demain)
    assert futur.context["form"].errors["constate_le"]
    assert futur.context["form"]["recit"].value() == saisie["recit"]
    hier = timezone.localdate() - timedelta(days=1)
    assert faire(client, compte, "signaler_fraude", **saisie, constate_le=hier).status_code == 302
    compte.refresh_from_db()
    assert (compte.etat, compte.cause_inactivation) == (Etat.INACTIF, "fraude")
    incident = Incident.objects.get(compte=compte)
    page = client.get(f"/equipe/{compte.public}/").content.decode()
    assert f"/documents/{incident.document.identifiant}/" in page
    assert "Attestation d’inactivation (PDF)" in page


@pytest.mark.regle("H-13")
def test_apres_une_fraude_seule_la_caisse_reactive(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    compte = fermer(personas.technicien_a, Utilisateur.Cause.FRAUDE)
    assert "reactiver_apres_incident" not in gestes(gestionnaire, compte)
    assert "reactiver" not in gestes(gestionnaire, compte)
    assert "reactiver_apres_incident" in gestes(admin, compte)
    assert faire(admin, compte, "reactiver_apres_incident").status_code == 302
    compte.refresh_from_db()
    assert compte.etat == Etat.INVITE


@pytest.mark.regle("H-08")
def test_le_partenaire_demande_une_modification_et_la_caisse_la_fait(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    compte = personas.gestionnaire_a
    Utilisateur.objects.filter(pk=compte.pk).update(
        telephone="06 39 98 00 12", email="a@ccas-arras.example"
    )
    pareil = {
        "nom": "Delattre",
        "fonction": "Travailleuse sociale",
        "telephone": "06 39 98 00 12",
        "email": "a@ccas-arras.example",
    }
    rien = faire(gestionnaire, compte, "demander_modification", **pareil)
    assert "Rien n’est changé" in rien.content.decode()
    reponse = faire(gestionnaire, compte, "demander_modification", **{**pareil, "nom": "Vasseur"})
    demarche = Demarche.objects.get()
    assert reponse.headers["Location"] == f"/demarches/{demarche.identifiant}/"
    assert demarche.donnees == {"nom": "Vasseur"}
    page = admin.get(f"/demarches/{demarche.identifiant}/").content.decode()
    assert "Vasseur (actuellement : Delattre)" in page
    assert admin.post(f"/demarches/{demarche.identifiant}/accepter/").status_code == 302
    compte.refresh_from_db()
    assert compte.nom == "Vasseur"


@pytest.mark.regle("H-09")
def test_le_seul_gestionnaire_ne_part_pas_sans_remplacant(
    gestionnaire: Client, personas: Personas
) -> None:
    adresse = f"/equipe/{personas.gestionnaire_a.public}/demander_inactivation/"
    page = gestionnaire.get(adresse).content.decode()
    assert "seul gestionnaire actif" in page
    assert "/demarches/habilitation/" in page
    assert "date_voulue" not in page


@pytest.mark.regle("H-09")
def test_le_depart_d_un_gestionnaire_se_demande_quinze_jours_avant(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    autre = UtilisateurFactory(profil=Profil.GESTIONNAIRE, nom="Vasseur", sur=personas.partenaire_a)
    compte = personas.gestionnaire_a
    page = gestionnaire.get(f"/equipe/{compte.public}/demander_inactivation/").content.decode()
    jour = timezone.localdate()
    assert f"le {jour + timedelta(days=15):%d/%m/%Y} au plus tôt" in page
    saisie = {"date_voulue": jour + timedelta(days=14), "repreneur": autre.public}
    tot = faire(gestionnaire, compte, "demander_inactivation", **saisie)
    assert "15 jours à l’avance" in str(tot.context["form"].errors["date_voulue"])
    saisie["date_voulue"] = jour + timedelta(days=15)
    assert faire(gestionnaire, compte, "demander_inactivation", **saisie).status_code == 302
    demarche = Demarche.objects.get()
    admin.post(f"/demarches/{demarche.identifiant}/accepter/")
    compte.refresh_from_db()
    assert compte.dernier_jour == jour + timedelta(days=15)
    assert (
        f"jusqu’au {compte.dernier_jour:%d/%m/%Y}" in gestionnaire.get("/equipe/").content.decode()
    )


def test_un_compte_d_a_cote_est_un_compte_absent(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    for client in (gestionnaire, admin):
        for compte in (personas.technicien_b, personas.gestionnaire_b, personas.agent_a):
            assert client.get(f"/equipe/{compte.public}/").status_code == 404
            adresse = f"/equipe/{compte.public}/signaler_fraude/"
            assert client.post(adresse, {"confirmer": "oui"}).status_code == 404


def test_un_geste_inconnu_est_une_page_absente(gestionnaire: Client, personas: Personas) -> None:
    for nom in ("effacer", "activer", "supprimer"):
        adresse = f"/equipe/{personas.technicien_a.public}/{nom}/"
        assert gestionnaire.post(adresse).status_code == 404


@pytest.mark.regle("H-04")
def test_un_lien_perime_se_dit_et_un_lien_tout_neuf_se_tait(
    gestionnaire: Client, personas: Personas
) -> None:
    invite = UtilisateurFactory(etat=Etat.INVITE, sur=personas.partenaire_a)
    adresse = f"/equipe/{invite.public}/"
    assert "renvoyez-le" in gestionnaire.get(adresse).content.decode()
    faire(gestionnaire, invite, "renvoyer_lien")
    assert "renvoyez-le" not in gestionnaire.get(adresse).content.decode()
