"""The team of a partner on screen: who is in it, what remains, how somebody is found."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.models import Etat, Profil, Utilisateur
from conventions.models import CaisseLiee, Convention, Document
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = pytest.mark.django_db
EQUIPE = "/equipe/"


@pytest.fixture
def gestionnaire(client: Client, personas: Personas) -> Client:
    lier(personas.caisse_a, personas.partenaire_a)
    return connecte(client, personas.gestionnaire_a)


def ajouter(personas: Personas, nom: str, **champs: object) -> Utilisateur:
    return UtilisateurFactory(nom=nom, sur=personas.partenaire_a, **champs)


@pytest.mark.regle("H-07")
def test_les_places_prises_et_celles_qui_restent_sont_dites(
    gestionnaire: Client, personas: Personas
) -> None:
    ajouter(personas, "Vasseur")
    page = gestionnaire.get(EQUIPE).content.decode()
    assert "Techniciens : 2 sur 5" in page
    assert "Il reste 3 places." in page
    assert "Gestionnaires : 1 sur 2" in page


@pytest.mark.regle("H-14")
def test_un_compte_efface_n_apparait_nulle_part(gestionnaire: Client, personas: Personas) -> None:
    efface = fermer(ajouter(personas, "Disparu"))
    efface.etat, efface.supprime_le = Etat.SUPPRIME, timezone.now()
    efface.save()
    assert "Disparu" not in gestionnaire.get(EQUIPE).content.decode()
    assert "Disparu" not in gestionnaire.get("/equipe/tableau.csv").content.decode()
    assert gestionnaire.post(EQUIPE, {"q": "Disparu"}).context["lignes"] == []
    assert gestionnaire.get(f"/equipe/{efface.public}/").status_code == 404


def test_l_etat_est_dit_avec_la_date_qui_compte(gestionnaire: Client, personas: Personas) -> None:
    parti = fermer(ajouter(personas, "Parti"))
    parti.inactif_le = timezone.datetime(2026, 8, 31, 10, tzinfo=timezone.get_current_timezone())
    parti.save()
    reponse = gestionnaire.get(f"{EQUIPE}?vue=inactifs")
    assert "depuis le 31/08/2026, effacé le 28/02/2027" in reponse.content.decode()
    noms = [ligne["compte"].identifiant for ligne in reponse.context["lignes"]]
    assert sorted(noms) == sorted(["inactif.a", parti.identifiant])


@pytest.mark.parametrize("cherche", ["vasseur", "VASSEUR", "élodie", "Elodie Vass", "vasseur e"])
def test_on_trouve_une_personne_sans_ses_accents(
    gestionnaire: Client, personas: Personas, cherche: str
) -> None:
    ajouter(personas, "Vasseur", prenom="Élodie")
    ajouter(personas, "Vasselin", prenom="Paul")
    reponse = gestionnaire.post(EQUIPE, {"q": cherche})
    assert [ligne["compte"].nom for ligne in reponse.context["lignes"]] == ["Vasseur"]


@pytest.mark.regle("D-08")
def test_un_numero_de_securite_sociale_ne_se_cherche_pas(gestionnaire: Client) -> None:
    reponse = gestionnaire.post(EQUIPE, {"q": "2 84 03 62 041 123 82"})
    assert reponse.context["recherche"].errors
    assert reponse.context["lignes"] == []


def test_un_nom_ne_voyage_dans_aucune_adresse(gestionnaire: Client, personas: Personas) -> None:
    for rang in range(60):
        ajouter(personas, f"Vasseur{rang:02}")
    page = gestionnaire.get(EQUIPE).content.decode()
    assert "?curseur=" in page
    assert "asseur" not in "".join(lien.split('"')[0] for lien in page.split('href="')[1:])
    assert gestionnaire.get(f"{EQUIPE}?q=Vasseur01").context["recherche"].is_bound is False


def test_on_avance_et_on_recule_sans_rien_perdre(gestionnaire: Client, personas: Personas) -> None:
    for rang in range(60):
        ajouter(personas, f"Vasseur{rang:02}")
    premiere = gestionnaire.get(EQUIPE).context["page"]
    deuxieme = gestionnaire.get(EQUIPE, {"curseur": premiere.suivant}).context["page"]
    retour = gestionnaire.get(EQUIPE, {"curseur": deuxieme.precedent}).context["page"]
    noms = [compte.pk for compte in [*premiere.lignes, *deuxieme.lignes]]
    assert len(noms) == len(set(noms)) == 63
    assert [c.pk for c in retour.lignes] == [c.pk for c in premiere.lignes]
    assert retour.precedent is deuxieme.suivant is None


def test_un_repere_d_une_autre_equipe_mene_au_debut(
    gestionnaire: Client, personas: Personas
) -> None:
    voisin = personas.technicien_b.public
    page = gestionnaire.get(EQUIPE, {"curseur": str(voisin)}).context["page"]
    assert page.precedent is None
    assert len(page.lignes) == 3


def test_la_liste_coute_autant_a_vingt_qu_a_deux(gestionnaire: Client, personas: Personas) -> None:
    def requetes() -> int:
        with CaptureQueriesContext(
            connection,
        ) as capture:
            gestionnaire.get(EQUIPE)
        return len(capture)

    requetes()
    avant = requetes()
    for rang in range(20):
        ajouter(personas, f"Vasseur{rang:02}", responsable=personas.gestionnaire_a)
    assert requetes() == avant


def test_une_equipe_sans_technicien_montre_le_premier_geste(
    gestionnaire: Client, personas: Personas
) -> None:
    reponse = gestionnaire.get(f"{EQUIPE}?vue=invites")
    assert "Aucun compte dans cet état" in reponse.content.decode()


@pytest.mark.regle("H-15")
def test_le_tableau_a_jour_s_ouvre_dans_un_tableur(
    gestionnaire: Client, personas: Personas
) -> None:
    ajouter(personas, "Vasseur", fonction="=HYPERLINK(1)", etat=Etat.INVITE)
    reponse = gestionnaire.get("/equipe/tableau.csv")
    texte = reponse.content.decode("utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(texte), delimiter=";"))
    [ligne] = [li for li in lignes if li["Nom"] == "Vasseur"]
    assert ligne["Fonction"] == "'=HYPERLINK(1)"
    assert ligne["État"] == "En attente d'activation"
    assert len(lignes) == 4
    assert "attachment" in reponse["Content-Disposition"]
    assert gestionnaire.get("/equipe/tableau.xlsx").content.startswith(b"PK")
    assert gestionnaire.get("/equipe/tableau.exe").status_code == 404


def test_la_caisse_voit_les_comptes_de_son_partenaire_et_d_aucun_autre(
    client: Client, personas: Personas
) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    admin = connecte(client, personas.admin_a)
    page = admin.get(reverse("equipes:comptes", args=["ccas-arras"]))
    assert page.status_code == 200
    assert "Techniciens : 1 sur 5" in page.content.decode()
    assert admin.get(reverse("equipes:comptes", args=["ccas-calais"])).status_code == 404
    voisin = reverse("equipes:exporter_comptes", args=["ccas-calais", "csv"])
    assert admin.get(voisin).status_code == 404


def test_la_caisse_saisit_l_habilitation_quand_personne_ne_le_peut(
    client: Client, personas: Personas
) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    admin = connecte(client, personas.admin_a)
    adresse = reverse("equipes:comptes", args=["ccas-arras"])
    assert "pas de gestionnaire" not in admin.get(adresse).content.decode()
    Utilisateur.objects.filter(profil=Profil.GESTIONNAIRE).update(
        etat=Etat.INACTIF,
        inactif_le=timezone.now() - timedelta(days=1),
        cause_inactivation="depart",
    )
    assert "pas de gestionnaire" in admin.get(adresse).content.decode()


@pytest.mark.regle("H-15")
def test_le_tableau_du_jour_s_etablit_aussi_en_pdf(
    gestionnaire: Client, personas: Personas
) -> None:
    assert 'action="/equipe/tableau/"' in gestionnaire.get(EQUIPE).content.decode()
    demande = gestionnaire.post("/equipe/tableau/")
    document = Document.objects.get(nature="habilitations")
    assert demande.headers["Location"] == f"/documents/{document.identifiant}/fiche/"
    assert gestionnaire.get(demande.headers["Location"]).status_code in (200, 202)
    admin = connecte(Client(), personas.admin_a)
    assert admin.post("/partenaires/ccas-arras/comptes/tableau/").status_code == 302
    sienne = Document.objects.get(demande_par=personas.admin_a)
    assert (sienne.caisse, sienne.est_provisoire) == (personas.caisse_a, True)


def test_avec_un_simple_brouillon_la_page_des_comptes_dit_ce_qui_manque(
    client: Client, personas: Personas
) -> None:
    convention = Convention.objects.create(intitule="À écrire")
    convention.partenaires.add(personas.partenaire_a)
    CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_a)
    admin = connecte(client, personas.admin_a)
    page = admin.get(reverse("equipes:comptes", args=["ccas-arras"])).content.decode()
    assert "Aucune convention signée avec cette structure" in page
    assert personas.technicien_a.prenom not in page
    assert admin.post("/partenaires/ccas-arras/comptes/tableau/").status_code == 404
