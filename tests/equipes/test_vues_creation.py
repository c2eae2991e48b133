"""Techniciens are created one by one or from a spreadsheet; nothing typed is lost (H-03, H-07)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes.models import Etat, Partenaire, Utilisateur
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-03")]
NOUVEAU, IMPORT = "/equipe/nouveau/", "/equipe/import/"
SAISIE = {
    "civilite": "madame",
    "nom": "Vasseur",
    "prenom": "Élodie",
    "fonction": "Travailleuse sociale",
    "telephone": "0639980012",
    "email": "e.vasseur@ccas-arras.example",
    "statut": "benevole",
    "appartenance": "on",
    "poste": "on",
}
DECLARE = {"appartenance": "on", "poste": "on"}
TITRES = "Civilité;Nom;Prénom;Fonction;Téléphone;Adresse e-mail;Statut"


def ligne(rang: int, domaine: str = "ccas-arras.example") -> str:
    return f"Mme;Vasseur{rang};Élodie;Accueil;06 39 98 00 1{rang % 10};v{rang}@{domaine};salariée"


@pytest.fixture
def gestionnaire(client: Client, personas: Personas) -> Client:
    lier(personas.caisse_a, personas.partenaire_a)
    return connecte(client, personas.gestionnaire_a)


def vasseurs() -> list[Utilisateur]:
    return list(Utilisateur.objects.filter(nom__startswith="Vasseur").order_by("nom"))


def verifier(client: Client, tableau: str, faire: str = "verifier", **autres: Any) -> Any:
    return client.post(IMPORT, {**DECLARE, "tableau": tableau, "faire": faire, **autres})


def test_un_technicien_est_cree_et_invite(gestionnaire: Client, personas: Personas) -> None:
    reponse = gestionnaire.post(NOUVEAU, SAISIE)
    [compte] = vasseurs()
    assert reponse.headers["Location"] == f"/equipe/{compte.public}/"
    assert (compte.etat, compte.statut) == (Etat.INVITE, "benevole")
    assert compte.declare_le is not None
    assert compte.responsable == personas.gestionnaire_a
    assert compte.telephone == "06 39 98 00 12"
    assert compte.jetons.count() == 1


def test_les_domaines_permis_sont_dits_avant_la_saisie(gestionnaire: Client) -> None:
    assert "@ccas-arras.example" in gestionnaire.get(NOUVEAU).content.decode()


@pytest.mark.parametrize(
    ("changes", "champ", "raison"),
    [
        ({"email": "elodie@gmail.com"}, "email", "messagerie personnelle"),
        ({"email": "e.vasseur@ccas-calais.example"}, "email", "domaine de la structure"),
        ({"appartenance": ""}, "appartenance", "Cochez la case"),
        ({"poste": ""}, "poste", "Cochez la case"),
        ({"statut": ""}, "statut", "Choisissez une réponse"),
        ({"telephone": "12"}, "telephone", "10 chiffres"),
        ({"fonction": "2 84 03 62 041 123 82"}, "fonction", "numéro de sécurité sociale"),
    ],
)
def test_un_refus_se_dit_au_champ_et_garde_la_saisie(
    gestionnaire: Client, changes: dict[str, str], champ: str, raison: str
) -> None:
    reponse = gestionnaire.post(NOUVEAU, {**SAISIE, **changes})
    formulaire = reponse.context["form"]
    assert raison in str(formulaire.errors[champ])
    assert formulaire["prenom"].value() == "Élodie"
    assert vasseurs() == []


@pytest.mark.regle("H-07")
def test_quand_tout_est_pris_on_le_dit_avant_le_formulaire(
    gestionnaire: Client, personas: Personas
) -> None:
    UtilisateurFactory.create_batch(4, sur=personas.partenaire_a)
    page = gestionnaire.get(NOUVEAU).content.decode()
    assert "Tous les comptes de technicien sont pris (5 sur 5)" in page
    assert "inactivez le compte" in page
    assert 'name="nom"' not in page
    reponse = gestionnaire.post(NOUVEAU, SAISIE)
    assert reponse.status_code == 200
    assert reponse.context["form"]["nom"].value() == "Vasseur"
    assert vasseurs() == []


def test_rien_n_est_cree_avant_la_confirmation(gestionnaire: Client) -> None:
    tableau = "\n".join([TITRES, ligne(1), ligne(2)])
    reponse = verifier(gestionnaire, tableau)
    assert reponse.context["lecture"].est_valide
    assert "Créer 2 comptes" in reponse.content.decode()
    assert reponse.context["form"]["tableau"].value() == tableau
    assert vasseurs() == []
    assert verifier(gestionnaire, tableau, "creer").headers["Location"] == "/equipe/"
    assert [c.nom for c in vasseurs()] == ["Vasseur1", "Vasseur2"]
    assert {c.statut for c in vasseurs()} == {"salarie"}


@pytest.mark.parametrize(
    ("fausse", "colonne", "raison"),
    [
        (ligne(2).replace("Mme", "Mlle"), "civilite", "Écrivez Madame ou Monsieur."),
        (ligne(2).replace("salariée", "stagiaire"), "statut", "Écrivez salarié ou bénévole."),
        (ligne(2).replace("v2@ccas-arras.example", "v2"), "email", "adresse complète"),
        (ligne(2, "gmail.com"), "email", "messagerie personnelle"),
        (ligne(2, "ccas-calais.example"), "email", "domaine de la structure"),
        (ligne(2).replace("v2@", "V1@"), "email", "figure déjà à la ligne 1"),
        (ligne(2).replace("Accueil", ""), "fonction", "Renseignez"),
        (ligne(2).replace("Accueil", "2840362041123 82"), "fonction", "sécurité sociale"),
    ],
)
def test_une_ligne_fausse_se_dit_a_sa_case_et_arrete_tout(
    gestionnaire: Client, fausse: str, colonne: str, raison: str
) -> None:
    reponse = verifier(gestionnaire, f"{ligne(1)}\n{fausse}", "creer")
    lecture = reponse.context["lecture"]
    assert [li.est_valide for li in lecture.lignes] == [True, False]
    assert raison in str(lecture.lignes[1].formulaire.errors[colonne])
    page = reponse.content.decode()
    assert "1 ligne sur 2 est à corriger" in page
    assert f'name="case-2-{colonne}"' in page
    assert vasseurs() == []


def test_toutes_les_fautes_d_une_ligne_se_disent_d_un_coup(gestionnaire: Client) -> None:
    fausse = ligne(1, "gmail.com").replace("Mme", "Mlle").replace("salariée", "")
    [lue] = verifier(gestionnaire, fausse).context["lecture"].lignes
    assert set(lue.formulaire.errors) == {"civilite", "email", "statut"}


def test_un_compte_qui_existe_deja_se_dit_et_la_verification_ne_coute_pas_plus(
    gestionnaire: Client, personas: Personas
) -> None:
    def requetes(nombre: int) -> int:
        tableau = "\n".join(ligne(rang) for rang in range(1, nombre + 1))
        with CaptureQueriesContext(connection) as capture:
            verifier(gestionnaire, tableau)
        return len(capture)

    requetes(2)
    assert requetes(2) == requetes(20)
    UtilisateurFactory(email="V1@ccas-arras.example", sur=personas.partenaire_a)
    [lue] = verifier(gestionnaire, ligne(1)).context["lecture"].lignes
    assert "déjà un compte" in str(lue.formulaire.errors["email"])


def test_une_case_se_corrige_sur_place(gestionnaire: Client) -> None:
    tableau = f"{ligne(1)}\n{ligne(2, 'gmail.com')}"
    corrige = {"case-2-email": "v2@ccas-arras.example"}
    reponse = verifier(gestionnaire, tableau, **corrige)
    assert reponse.context["lecture"].est_valide
    repris = reponse.context["form"]["tableau"].value()
    assert "v2@ccas-arras.example" in repris
    assert verifier(gestionnaire, repris, "creer").status_code == 302
    assert len(vasseurs()) == 2


@pytest.mark.parametrize("encodage", ["utf-8-sig", "cp1252"])
def test_un_fichier_est_repris_comme_s_il_etait_colle(gestionnaire: Client, encodage: str) -> None:
    octets = "\r\n".join([TITRES, ligne(1)]).encode(encodage)
    fichier = SimpleUploadedFile("equipe.csv", octets, content_type="text/csv")
    reponse = gestionnaire.post(IMPORT, {**DECLARE, "faire": "verifier", "fichier": fichier})
    assert reponse.context["lecture"].est_valide
    assert "Élodie" in reponse.context["form"]["tableau"].value()


@pytest.mark.parametrize(
    ("tableau", "raison"),
    [
        ("", "Collez au moins une ligne"),
        ("\n".join([ligne(1)] * 201), "201 lignes, pour 200"),
        ("Nom;Prénom\nVasseur;Élodie", "Il manque une colonne"),
    ],
)
def test_un_tableau_illisible_le_dit_et_reste_dans_la_page(
    gestionnaire: Client, tableau: str, raison: str
) -> None:
    formulaire = verifier(gestionnaire, tableau).context["form"]
    assert raison in str(formulaire.errors["tableau"])
    assert formulaire["tableau"].value() == tableau


def test_un_classeur_n_est_pas_un_csv(gestionnaire: Client) -> None:
    fichier = SimpleUploadedFile("equipe.csv", b"PK\x03\x04")
    reponse = gestionnaire.post(
        IMPORT, {**DECLARE, "faire": "verifier", "fichier": fichier, "tableau": ligne(1)}
    )
    formulaire = reponse.context["form"]
    assert "classeur" in str(formulaire.errors["fichier"])
    assert formulaire["tableau"].value() == ligne(1)


def test_sans_declaration_rien_n_est_cree(gestionnaire: Client) -> None:
    reponse = gestionnaire.post(IMPORT, {"tableau": ligne(1), "faire": "creer"})
    assert set(reponse.context["form"].errors) == {"appartenance", "poste"}
    assert reponse.context["lecture"].est_valide
    assert vasseurs() == []


@pytest.mark.regle("H-07")
def test_un_import_trop_long_dit_combien_retirer(gestionnaire: Client) -> None:
    tableau = "\n".join(ligne(rang) for rang in range(1, 7))
    reponse = verifier(gestionnaire, tableau, "creer")
    page = reponse.content.decode()
    assert "il ne reste que 4 comptes" in page
    assert "Retirez 2 lignes" in page
    assert vasseurs() == []


def test_le_modele_se_reimporte(gestionnaire: Client) -> None:
    modele = gestionnaire.get("/equipe/import/modele.csv").content
    fichier = SimpleUploadedFile("modele.csv", modele)
    reponse = gestionnaire.post(IMPORT, {**DECLARE, "faire": "verifier", "fichier": fichier})
    assert reponse.context["lecture"].est_valide


@pytest.mark.regle("H-07")
def test_une_convention_sans_limite_ne_dit_aucun_reste(client: Client, personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a, techniciens_petit=None)
    gestionnaire = connecte(client, personas.gestionnaire_a)
    assert "1, sans limite" in gestionnaire.get(IMPORT).content.decode()
    Partenaire.objects.filter(pk=personas.partenaire_a.pk).update(membres=40)
    tableau = "\n".join(ligne(rang) for rang in range(1, 9))
    assert verifier(gestionnaire, tableau).context["lecture"].est_valide
