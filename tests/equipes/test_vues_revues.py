"""Reviews on screen: answered at one's pace, signed once, followed by the caisse (H-15)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.actions.cycle import effacer
from comptes.models import Courriel, Etat, Profil
from equipes.models import LigneRevue, Revue
from tests.factories import CaisseFactory, PartenaireFactory, UtilisateurFactory, fermer
from tests.personas import Personas, connecte
from tests.voisinage import lier, revoir

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-15")]


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


def choix(personas: Personas, technicien: str, gestionnaire: str = "conserver") -> dict[str, str]:
    return {
        f"decision-{personas.technicien_a.public}": technicien,
        f"decision-{personas.gestionnaire_a.public}": gestionnaire,
    }


def test_ce_qui_est_repondu_est_garde_sans_rien_fermer(
    gestionnaire: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    adresse = f"/revues/{revue.identifiant}/"
    gestionnaire.post(adresse, {f"decision-{personas.technicien_a.public}": "terminer"})
    page = gestionnaire.get(adresse)
    assert (page.context["decidees"], page.context["restantes"]) == (1, 1)
    personas.technicien_a.refresh_from_db()
    assert personas.technicien_a.etat == Etat.ACTIF
    assert gestionnaire.get(f"{adresse}signer/").headers["Location"] == adresse


def test_aller_signer_trop_tot_dit_ce_qui_manque(gestionnaire: Client, personas: Personas) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    saisie = {f"decision-{personas.technicien_a.public}": "terminer", "faire": "signer"}
    page = gestionnaire.post(f"/revues/{revue.identifiant}/", saisie, follow=True)
    assert page.redirect_chain == [(f"/revues/{revue.identifiant}/", 302)]
    assert "1 compte reste sans réponse : choisissez pour chacun" in page.content.decode()


def test_tout_conserver_ne_touche_pas_aux_reponses_deja_donnees(
    gestionnaire: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    saisie = {f"decision-{personas.technicien_a.public}": "terminer", "faire": "tout_conserver"}
    gestionnaire.post(f"/revues/{revue.identifiant}/", saisie)
    decisions = dict(revue.lignes.values_list("compte__identifiant", "decision"))
    assert decisions == {"technicien.a": "terminer", "gestionnaire.a": "conserver"}


def test_signer_dit_ce_qui_prend_fin_puis_le_fait(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    adresse = f"/revues/{revue.identifiant}/"
    saisie = {**choix(personas, "terminer"), "faire": "signer"}
    assert gestionnaire.post(adresse, saisie).headers["Location"] == f"{adresse}signer/"
    resume = gestionnaire.get(f"{adresse}signer/").content.decode()
    assert "1 compte prend fin" in " ".join(resume.split())
    assert "1 compte conservé" in " ".join(resume.split())
    assert gestionnaire.post(f"{adresse}signer/").status_code == 302
    personas.technicien_a.refresh_from_db()
    assert personas.technicien_a.cause_inactivation == "revue"
    for client in (gestionnaire, admin):
        page = client.get(adresse).content.decode()
        assert "Tableau signé (PDF)" in page
        assert 'type="radio"' not in page


def test_le_dernier_gestionnaire_ne_se_retire_pas_et_les_reponses_restent(
    gestionnaire: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    reponse = gestionnaire.post(
        f"/revues/{revue.identifiant}/", choix(personas, "conserver", "terminer")
    )
    page = reponse.content.decode()
    assert "seul gestionnaire actif" in page
    assert page.count("checked") == 2
    assert set(LigneRevue.objects.values_list("decision", flat=True)) == {""}


def test_une_revue_signee_ne_se_change_plus(gestionnaire: Client, personas: Personas) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    adresse = f"/revues/{revue.identifiant}/"
    gestionnaire.post(adresse, choix(personas, "conserver"))
    gestionnaire.post(f"{adresse}signer/")
    gestionnaire.post(adresse, choix(personas, "terminer"))
    assert set(revue.lignes.values_list("decision", flat=True)) == {"conserver"}


def test_un_compte_voisin_glisse_dans_la_reponse_est_ignore(
    gestionnaire: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    intrus = {f"decision-{personas.technicien_b.public}": "terminer"}
    gestionnaire.post(f"/revues/{revue.identifiant}/", {**choix(personas, "conserver"), **intrus})
    assert not LigneRevue.objects.filter(compte=personas.technicien_b).exists()


def test_la_caisse_ouvre_une_campagne_et_suit_les_reponses(
    admin: Client, personas: Personas
) -> None:
    autre = PartenaireFactory(nom="CCAS d’Avion", code="ccas-avion")
    lier(personas.caisse_a, autre)
    UtilisateurFactory(profil=Profil.GESTIONNAIRE, sur=autre)
    page = admin.get("/revues/ouvrir/?partenaire=ccas-avion").content.decode()
    assert "CCAS d’Avion" in page
    assert personas.partenaire_b.nom not in page
    echeance = timezone.localdate() + timedelta(days=20)
    rien = admin.post("/revues/ouvrir/", {"echeance_le": echeance})
    assert "Cochez au moins un partenaire" in rien.content.decode()
    passee = admin.post("/revues/ouvrir/", {"tous": "on", "echeance_le": timezone.localdate()})
    assert "date à venir" in str(passee.context["form"].errors["echeance_le"])
    admin.post("/revues/ouvrir/", {"tous": "on", "echeance_le": echeance})
    assert Revue.objects.filter(caisse=personas.caisse_a).count() == 2
    page = admin.get("/revues/").content.decode()
    assert "CCAS d’Avion" in page
    assert "0 sur 2" in page
    assert "dans 20\u00a0jours" in page


def test_un_partenaire_voisin_ne_s_interroge_pas(admin: Client, personas: Personas) -> None:
    saisie = {
        "partenaires": ["ccas-calais"],
        "echeance_le": timezone.localdate() + timedelta(days=20),
    }
    reponse = admin.post("/revues/ouvrir/", saisie)
    assert reponse.context["form"].errors["partenaires"]
    assert not Revue.objects.exists()


def test_la_caisse_relance_une_fois_par_jour(admin: Client, personas: Personas) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    for _ in range(2):
        admin.post(f"/revues/{revue.identifiant}/relancer/")
    assert Courriel.objects.filter(gabarit="revue_rappel").count() == 1


def test_un_compte_ouvert_depuis_entre_dans_la_revue(
    gestionnaire: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    nouveau = UtilisateurFactory(nom="Vasseur", sur=personas.partenaire_a)
    adresse = f"/revues/{revue.identifiant}/"
    assert "Vasseur" in gestionnaire.get(adresse).content.decode()
    gestionnaire.post(adresse, {"faire": "tout_conserver"})
    assert revue.lignes.get(compte=nouveau).decision == "conserver"
    assert gestionnaire.get(f"{adresse}signer/").status_code == 200


def test_un_compte_ferme_pendant_la_revue_n_est_plus_a_choisir(
    gestionnaire: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    fermer(personas.technicien_a)
    page = gestionnaire.get(f"/revues/{revue.identifiant}/").content.decode()
    assert "Le compte est déjà fermé." in page
    assert page.count('type="radio"') == 2


def test_le_voisin_ne_voit_rien(personas: Personas) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    for voisin in (personas.gestionnaire_b, personas.admin_b):
        client = connecte(Client(), voisin)
        assert client.get("/revues/").context["revues"] == []
        for suite in ("", "signer/", "relancer/"):
            assert client.post(f"/revues/{revue.identifiant}/{suite}").status_code == 404


def test_la_liste_et_la_page_coutent_autant_a_vingt_qu_a_deux(
    admin: Client, gestionnaire: Client, personas: Personas
) -> None:
    revue = revoir(personas.caisse_a, personas.partenaire_a)

    def requetes(client: Client, adresse: str) -> int:
        client.get(adresse)
        with CaptureQueriesContext(connection) as capture:
            client.get(adresse)
        return len(capture)

    pages = [(admin, "/revues/"), (gestionnaire, f"/revues/{revue.identifiant}/")]
    avant = [requetes(*page) for page in pages]
    for compte in UtilisateurFactory.create_batch(20, sur=personas.partenaire_a):
        LigneRevue.objects.create(revue=revue, compte=compte)
        Revue.objects.create(
            caisse=personas.caisse_a,
            partenaire=PartenaireFactory(),
            ouverte_le=revue.ouverte_le,
            echeance_le=revue.echeance_le,
        )
    assert [requetes(*page) for page in pages] == avant


def test_une_caisse_sans_partenaire_le_dit(personas: Personas) -> None:
    seul = UtilisateurFactory(profil=Profil.ADMIN, sur=CaisseFactory())
    page = connecte(Client(), seul).get("/revues/ouvrir/").content.decode()
    assert "Aucun partenaire à interroger" in page


@pytest.mark.regle("H-14")
def test_le_tableau_signe_s_exporte_avec_ses_decisions_sans_les_comptes_supprimes(
    gestionnaire: Client, admin: Client, personas: Personas
) -> None:
    parti = UtilisateurFactory(nom="Parti", sur=personas.partenaire_a)
    revue = revoir(personas.caisse_a, personas.partenaire_a)
    adresse = f"/revues/{revue.identifiant}/"
    decisions = {**choix(personas, "terminer"), f"decision-{parti.public}": "conserver"}
    gestionnaire.post(adresse, decisions)
    gestionnaire.post(f"{adresse}signer/")
    effacer(fermer(parti))
    for client in (gestionnaire, admin):
        lignes = client.get(f"{adresse}tableau.csv").content.decode("utf-8-sig").splitlines()
        assert lignes[0].startswith("Décision;Profil;Civilité;Nom;")
        assert [ligne.split(";")[0] for ligne in lignes[1:]] == ["Conserver", "Mettre fin"]
    assert client.get(f"{adresse}tableau.xlsx").content[:2] == b"PK"
    assert client.get(f"{adresse}tableau.ods").status_code == 404
