"""Who to talk to on each side: named, replaced, ended, dated; shown where partners look (C-08)."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.models import Caisse, Partenaire
from conventions.models import CaisseLiee, Contact
from tests.factories import CaisseFactory, UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("C-08")]

CAISSE, EQUIPE = "/contacts/", "/equipe/contacts/"
SAISIE = {
    "role": "support",
    "nom": "Relations partenaires",
    "fonction": "",
    "telephone": "0353016210",
    "email": "partenaires@artois.example",
}


@pytest.fixture
def admin(personas: Personas) -> Client:
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    return connecte(Client(), personas.admin_a)


@pytest.fixture
def gestionnaire(admin: Client, personas: Personas) -> Client:
    return connecte(Client(), personas.gestionnaire_a)


def texte(reponse: Any, statut: int = 200) -> str:
    assert reponse.status_code == statut
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())).split())


def pied(client: Client, adresse: str = "/aide/") -> str:
    html = client.get(adresse).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<footer") :]).split())


def contact(structure: Caisse | Partenaire, role: str = "referent", **champs: Any) -> Contact:
    lien = "caisse" if isinstance(structure, Caisse) else "partenaire"
    defauts = {"nom": "Camille Roussel", "telephone": "03 53 01 62 10", "depuis": "2026-01-05"}
    return Contact.objects.create(**{lien: structure, "role": role, **defauts, **champs})


# --- the caisse's own ------------------------------------------------------------------------


def test_l_admin_nomme_les_contacts_de_sa_caisse(admin: Client, personas: Personas) -> None:
    assert "À nommer : référent local" in texte(admin.get(CAISSE))
    assert admin.post(f"{CAISSE}nouveau/", SAISIE)["Location"] == CAISSE
    nomme = Contact.objects.get()
    assert (nomme.caisse, nomme.role) == (personas.caisse_a, "support")
    assert nomme.telephone == "03 53 01 62 10"
    assert nomme.depuis == timezone.localdate()
    page = texte(admin.get(CAISSE))
    assert "Relations partenaires" in page
    assert f"{timezone.localdate():%d/%m/%Y}" in page


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("nom", "", "Renseignez « Nom ou service »"),
        ("nom", "1 85 03 62 193 004 05", "numéro de sécurité sociale"),
        ("role", "", "Choisissez une réponse pour « Rôle »"),
        ("role", "autre", "Rôle"),
        ("email", "partenaires@", "Saisissez une adresse complète"),
        ("telephone", "12", "Saisissez un numéro à 10 chiffres"),
    ],
)
def test_ce_qui_ne_va_pas_est_dit_sans_rien_perdre(
    admin: Client, champ: str, valeur: str, message: str
) -> None:
    reponse = admin.post(f"{CAISSE}nouveau/", {**SAISIE, "fonction": "Accueil", champ: valeur})
    assert message in texte(reponse)
    assert 'value="Accueil"' in reponse.content.decode()
    assert not Contact.objects.exists()


def test_un_contact_se_joint_au_moins_d_une_facon(admin: Client) -> None:
    reponse = admin.post(f"{CAISSE}nouveau/", {**SAISIE, "telephone": "", "email": ""})
    assert "Donnez un téléphone ou une adresse électronique." in texte(reponse)
    assert admin.post(f"{CAISSE}nouveau/", {**SAISIE, "email": ""}).status_code == 302


def test_un_second_contact_de_support_remplace_le_premier(
    admin: Client, personas: Personas
) -> None:
    premier = contact(personas.caisse_a, "support")
    reponse = admin.post(f"{CAISSE}nouveau/", SAISIE)
    assert "remplacez-le" in texte(reponse)
    saisie = {nom: SAISIE[nom] for nom in ("nom", "fonction", "telephone", "email")}
    adresse = f"/contacts/{premier.identifiant}/remplacer/"
    assert 'value="Camille Roussel"' in admin.get(adresse).content.decode()
    assert admin.post(adresse, saisie)["Location"] == CAISSE
    assert Contact.objects.actuels().get().nom == "Relations partenaires"
    page = texte(admin.get(CAISSE))
    assert "Contacts précédents (1)" in page
    assert "Contact de support : Camille Roussel, du 05/01/2026 au" in page


def test_un_contact_se_retire_apres_confirmation(admin: Client, personas: Personas) -> None:
    nomme = contact(personas.caisse_a, "dpo")
    adresse = f"/contacts/{nomme.identifiant}/retirer/"
    assert "Cette fonction doit être tenue" in texte(admin.get(adresse))
    assert Contact.objects.actuels().exists()
    assert admin.post(adresse)["Location"] == CAISSE
    nomme.refresh_from_db()
    assert nomme.jusqu_au == timezone.localdate()
    assert "déjà été remplacé ou retiré" in texte(admin.post(adresse, follow=True))


def test_un_admin_de_deux_caisses_choisit_laquelle(personas: Personas) -> None:
    autre = CaisseFactory(code="audomarois")
    compte = UtilisateurFactory(profil="admin", sur=[personas.caisse_a, autre])
    client = connecte(Client(), compte)
    assert "Choisissez une réponse pour « Pour »" in texte(client.post(f"{CAISSE}nouveau/", SAISIE))
    refus = {**SAISIE, "structure": personas.caisse_b.code}
    assert client.post(f"{CAISSE}nouveau/", refus).status_code == 200
    client.post(f"{CAISSE}nouveau/", {**SAISIE, "structure": "audomarois"})
    assert Contact.objects.get().caisse == autre


# --- the partner's ---------------------------------------------------------------------------


def test_le_gestionnaire_nomme_ceux_de_sa_structure(
    gestionnaire: Client, personas: Personas
) -> None:
    assert "contact de support" not in texte(gestionnaire.get(f"{EQUIPE}nouveau/")).lower()
    reponse = gestionnaire.post(f"{EQUIPE}nouveau/", {**SAISIE, "role": "referent"})
    assert reponse["Location"] == EQUIPE
    nomme = Contact.objects.get()
    assert (nomme.partenaire, nomme.role) == (personas.partenaire_a, "referent")
    assert "Relations partenaires" in texte(gestionnaire.get(EQUIPE))
    retour = gestionnaire.post(f"/contacts/{nomme.identifiant}/retirer/")
    assert retour["Location"] == EQUIPE


def test_un_partenaire_ne_nomme_pas_de_contact_de_support(gestionnaire: Client) -> None:
    assert gestionnaire.post(f"{EQUIPE}nouveau/", SAISIE).status_code == 200
    assert not Contact.objects.exists()


def test_la_caisse_note_aussi_les_contacts_du_partenaire(admin: Client, personas: Personas) -> None:
    adresse = f"/partenaires/{personas.partenaire_a.code}/contacts/nouveau/"
    reponse = admin.post(adresse, {**SAISIE, "role": "dpo"})
    assert reponse["Location"] == f"/partenaires/{personas.partenaire_a.code}/#contacts"
    page = texte(admin.get(f"/partenaires/{personas.partenaire_a.code}/"))
    assert "Délégué à la protection des données Relations partenaires" in page


@pytest.mark.parametrize("geste", ["remplacer", "retirer"])
@pytest.mark.parametrize("persona", ["admin_a", "gestionnaire_a"])
def test_le_contact_du_voisin_n_existe_pas(
    admin: Client, personas: Personas, persona: str, geste: str
) -> None:
    client = connecte(Client(), getattr(personas, persona))
    for structure in (personas.caisse_b, personas.partenaire_b):
        adresse = f"/contacts/{contact(structure).identifiant}/{geste}/"
        assert client.get(adresse).status_code == 404
        assert client.post(adresse, SAISIE).status_code == 404
    sienne = personas.caisse_a if persona == "admin_a" else personas.partenaire_a
    assert client.get(f"/contacts/{contact(sienne).identifiant}/{geste}/").status_code == 200


def test_le_gestionnaire_ne_touche_pas_a_ceux_de_la_caisse(
    gestionnaire: Client, personas: Personas
) -> None:
    adresse = f"/contacts/{contact(personas.caisse_a).identifiant}/retirer/"
    assert gestionnaire.post(adresse).status_code == 404


# --- shown to partners -----------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["technicien_a", "gestionnaire_a"])
def test_le_contact_de_support_est_en_bas_de_page_et_dans_l_aide(
    admin: Client, personas: Personas, persona: str
) -> None:
    contact(personas.caisse_a, "support", telephone="03 53 01 62 99", email="aide@artois.example")
    contact(personas.caisse_b, "support", telephone="03 53 01 62 77")
    client = connecte(Client(), getattr(personas, persona))
    for adresse in ("/", "/aide/", "/cgu/"):
        bas = pied(client, adresse)
        assert f"{personas.caisse_a} : 03 53 01 62 99" in bas
        assert "aide@artois.example" in bas
        assert "03 53 01 62 77" not in bas
    assert texte(client.get("/aide/")).count("03 53 01 62 99") == 2


def test_chaque_caisse_liee_a_sa_ligne(admin: Client, personas: Personas) -> None:
    convention = lier(personas.caisse_a, personas.partenaire_a, intitule="À deux")
    CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_b)
    contact(personas.caisse_a, "support", telephone="03 53 01 62 99")
    bas = pied(connecte(Client(), personas.technicien_a))
    assert f"{personas.caisse_a} : 03 53 01 62 99" in bas
    assert f"{personas.caisse_b} : 03 00 00 00 00" in bas


def test_un_contact_retire_ou_d_un_autre_role_ne_s_affiche_pas(
    admin: Client, personas: Personas
) -> None:
    Caisse.objects.update(contact_support="")
    contact(personas.caisse_a, "referent", telephone="03 53 01 62 11")
    contact(personas.caisse_a, "support", telephone="03 53 01 62 22", jusqu_au="2026-02-01")
    bas = pied(connecte(Client(), personas.technicien_a))
    assert "Une difficulté avec le portail" not in bas


@pytest.mark.parametrize("persona", ["admin_a", "agent_a", "dpo_a"])
def test_la_caisse_ne_se_montre_pas_son_propre_contact(
    admin: Client, personas: Personas, persona: str
) -> None:
    assert "Une difficulté" not in pied(connecte(Client(), getattr(personas, persona)))


def test_le_pied_de_page_coute_une_requete_et_aucune_a_l_anonyme(
    admin: Client, personas: Personas
) -> None:
    with CaptureQueriesContext(connection) as requetes:
        Client().get("/aide/")
    assert not [r for r in requetes if "contact" in r["sql"]]
    with CaptureQueriesContext(connection) as requetes:
        connecte(Client(), personas.technicien_a).get("/aide/")
    assert len([r for r in requetes if "conventions_contact" in r["sql"]]) == 1
