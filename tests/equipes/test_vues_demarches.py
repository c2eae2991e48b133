"""Demarches on screen: the deadline in clear on both sides, an answer that is explained."""

from datetime import date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes.models import Caisse, Etat, Profil, Utilisateur
from equipes.echeances import delai, jours_restants
from equipes.models import Demarche
from portail.calendrier import PARIS
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas, connecte
from tests.voisinage import demander, lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-02")]
HABILITER = "/demarches/habilitation/"
SAISIE = {
    "civilite": "madame",
    "nom": "Vasseur",
    "prenom": "Élodie",
    "fonction": "Directrice",
    "telephone": "06 39 98 00 12",
    "email": "e.vasseur@ccas-arras.example",
}


@pytest.fixture(autouse=True)
def _lies(personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)


@pytest.fixture
def gestionnaire(client: Client, personas: Personas) -> Client:
    return connecte(client, personas.gestionnaire_a)


@pytest.fixture
def admin(personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


@pytest.mark.parametrize(
    ("echeance", "departement", "attendu"),
    [
        # Friday 27 February 2026.
        (date(2026, 3, 3), "62", "à traiter au plus tard le mardi 3 mars, dans 2 jours ouvrés"),
        (date(2026, 3, 2), "62", "à traiter au plus tard le lundi 2 mars, dans 1 jour ouvré"),
        (date(2026, 2, 27), "62", "à traiter aujourd’hui, vendredi 27 février"),
        (date(2026, 2, 26), "62", "en retard : c’était à traiter au plus tard le jeudi 26 février"),
        (date(2027, 1, 1), "62", "à traiter au plus tard le vendredi 1er janvier 2027"),
    ],
)
def test_l_echeance_se_dit_en_clair(echeance: date, departement: str, attendu: str) -> None:
    _, texte = delai(echeance, date(2026, 2, 27), departement)
    assert texte.replace("\u00a0", " ").startswith(attendu)


def test_le_vendredi_saint_n_est_ouvre_que_hors_de_moselle() -> None:
    assert jours_restants(date(2026, 4, 7), date(2026, 4, 2), "62") == 2
    assert jours_restants(date(2026, 4, 7), date(2026, 4, 2), "57") == 1


def test_le_partenaire_demande_et_les_deux_cotes_lisent_la_meme_echeance(
    personas: Personas,
) -> None:
    with time_machine.travel(datetime(2026, 2, 27, 10, tzinfo=PARIS)):
        gestionnaire = connecte(Client(), personas.gestionnaire_a)
        admin = connecte(Client(), personas.admin_a)
        Caisse.objects.update(departement="62")
        lier(
            personas.caisse_a,
            personas.partenaire_a,
            intitule="Ancienne",
            date_effet="2026-01-01",
            date_utilisation="2026-01-01",
        )
        assert "vendredi\u00a06\u00a0mars" in gestionnaire.get(HABILITER).content.decode()
        gestionnaire.post(HABILITER, SAISIE)
        demarche = Demarche.objects.get()
        attendu = "à traiter au plus tard le vendredi\u00a06\u00a0mars, dans 5\u00a0jours ouvrés"
        for client in (gestionnaire, admin):
            assert attendu in client.get("/demarches/").content.decode()
            assert attendu in client.get(f"/demarches/{demarche.identifiant}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "champ"),
    [
        ({"email": "elodie@gmail.com"}, "email"),
        ({"email": "e@ccas-calais.example"}, "email"),
        ({"nom": "2 84 03 62 041 123 82"}, "nom"),
        ({"telephone": ""}, "telephone"),
    ],
)
def test_une_demande_fausse_se_corrige_sans_rien_perdre(
    gestionnaire: Client, changes: dict[str, str], champ: str
) -> None:
    formulaire = gestionnaire.post(HABILITER, {**SAISIE, **changes}).context["form"]
    assert set(formulaire.errors) == {champ}
    assert formulaire["prenom"].value() == "Élodie"
    assert not Demarche.objects.exists()


def test_la_caisse_accepte_et_le_compte_est_invite(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    demarche = demander(personas.caisse_a, personas.partenaire_a)
    adresse = f"/demarches/{demarche.identifiant}/"
    assert "Gestionnaires de ce partenaire : 1 sur 2." in admin.get(adresse).content.decode()
    assert admin.post(f"{adresse}accepter/").headers["Location"] == adresse
    compte = Utilisateur.objects.get(nom="Vasseur")
    assert (compte.profil, compte.etat) == (Profil.GESTIONNAIRE, Etat.INVITE)
    page = gestionnaire.get(adresse).content.decode()
    assert "Acceptée" in page
    assert f"/equipe/{compte.public}/" in page


@pytest.mark.regle("H-06")
def test_une_acceptation_sans_place_dit_pourquoi(admin: Client, personas: Personas) -> None:
    demarche = demander(personas.caisse_a, personas.partenaire_a)
    UtilisateurFactory(profil=Profil.GESTIONNAIRE, sur=personas.partenaire_a)
    adresse = f"/demarches/{demarche.identifiant}/"
    page = admin.post(f"{adresse}accepter/", follow=True).content.decode()
    assert "fr-alert--error" in page
    assert Demarche.objects.get().etat == Demarche.Etat.DEPOSEE


def test_un_refus_porte_son_motif_que_le_partenaire_lit(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    demarche = demander(personas.caisse_a, personas.partenaire_a)
    adresse = f"/demarches/{demarche.identifiant}/"
    sans = admin.post(f"{adresse}refuser/", {"motif": ""})
    assert "Renseignez « Motif du refus »" in sans.content.decode()
    admin.post(f"{adresse}refuser/", {"motif": "Cette personne n’est plus de la structure."})
    page = gestionnaire.get(adresse).content.decode()
    assert "Cette personne n’est plus de la structure." in page
    deux_fois = admin.post(f"{adresse}accepter/", follow=True).content.decode()
    assert "impossible : refusée" in deux_fois


def test_le_partenaire_retire_et_n_accepte_pas(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    demarche = demander(personas.caisse_a, personas.partenaire_a)
    adresse = f"/demarches/{demarche.identifiant}/"
    assert gestionnaire.post(f"{adresse}accepter/").status_code == 403
    assert admin.post(f"{adresse}retirer/").status_code == 403
    assert gestionnaire.post(f"{adresse}retirer/").status_code == 302
    assert "Retirée" in gestionnaire.get("/demarches/?vue=finies").content.decode()


def test_la_caisse_saisit_pour_un_partenaire_sans_gestionnaire(
    admin: Client, personas: Personas
) -> None:
    adresse = "/partenaires/ccas-arras/comptes/habilitation/"
    assert admin.get(adresse).headers["Location"] == "/partenaires/ccas-arras/comptes/"
    fermer(personas.gestionnaire_a)
    assert admin.get(adresse).status_code == 200
    admin.post(adresse, SAISIE)
    demarche = Demarche.objects.get()
    assert demarche.demandee_par is None
    assert demarche.caisse == personas.caisse_a
    page = admin.get(f"/demarches/{demarche.identifiant}/").content.decode()
    assert personas.caisse_a.nom in page


def test_sans_convention_en_vigueur_rien_ne_se_demande(client: Client, personas: Personas) -> None:
    personas.partenaire_a.conventions.update(date_utilisation=None)
    gestionnaire = connecte(client, personas.gestionnaire_a)
    page = gestionnaire.get(HABILITER).content.decode()
    assert "Aucune convention d’utilisation n’est en vigueur" in page
    assert gestionnaire.post(HABILITER, SAISIE).status_code == 200
    assert not Demarche.objects.exists()


def test_avec_deux_caisses_on_choisit_laquelle(client: Client, personas: Personas) -> None:
    lier(personas.caisse_b, personas.partenaire_a)
    gestionnaire = connecte(client, personas.gestionnaire_a)
    formulaire = gestionnaire.post(HABILITER, SAISIE).context["form"]
    assert set(formulaire.errors) == {"caisse"}
    gestionnaire.post(HABILITER, {**SAISIE, "caisse": personas.caisse_b.code})
    assert Demarche.objects.get().caisse == personas.caisse_b


def test_le_voisin_ne_voit_ni_la_liste_ni_la_page(personas: Personas) -> None:
    demarche = demander(personas.caisse_a, personas.partenaire_a)
    demander(personas.caisse_b, personas.partenaire_b)
    for voisin in (personas.gestionnaire_b, personas.admin_b):
        client = connecte(Client(), voisin)
        assert len(client.get("/demarches/").context["demarches"]) == 1
        adresse = f"/demarches/{demarche.identifiant}/"
        assert client.get(adresse).status_code == 404
        assert client.post(f"{adresse}accepter/").status_code == 404


def test_la_liste_coute_autant_a_vingt_qu_a_deux(admin: Client, personas: Personas) -> None:
    def requetes() -> int:
        with CaptureQueriesContext(connection) as capture:
            admin.get("/demarches/")
        return len(capture)

    premiere = demander(personas.caisse_a, personas.partenaire_a)
    requetes()
    avant = requetes()
    for _ in range(20):
        Demarche.objects.create(
            nature=premiere.nature,
            caisse=premiere.caisse,
            partenaire=premiere.partenaire,
            donnees=premiere.donnees,
            demandee_par=premiere.demandee_par,
            demandee_le=premiere.demandee_le,
            echeance_le=premiere.echeance_le,
        )
    assert requetes() == avant
