"""The national support: its own site, its own accounts, and nothing of the requests."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import URLResolver, reverse
from django.utils import timezone

from comptes import support
from comptes.models import (
    AcceptationCGU,
    Annonce,
    Caisse,
    Courriel,
    Profil,
    Trace,
    Utilisateur,
    VersionCGU,
)
from portail.settings.lecteurs import Lecteur
from tests.factories import (
    CaisseFactory,
    UtilisateurFactory,
    VersionCGUFactory,
    fermer,
)
from tests.personas import Personas, connecte
from tests.test_permissions import lignes as lignes_de_la_matrice
from tests.voisinage import voisiner

pytestmark = pytest.mark.django_db

SITE = "/support-national/"
CAISSES = f"{SITE}comptes/caisse/"
VERSIONS = f"{SITE}comptes/versioncgu/"
ANNONCES = f"{SITE}comptes/annonce/"
CAISSE = {"code": "loire", "nom": "CPAM de la Loire", "departement": "42", "contact_support": ""}
ADMIN = {
    "civilite": "madame",
    "nom": "Fabre",
    "prenom": "Odile",
    "email": "odile.fabre@cpam-loire.example",
}


@pytest.fixture
def compte() -> Utilisateur:
    return UtilisateurFactory(profil=Profil.SUPPORT, is_superuser=True)


@pytest.fixture
def support_connecte(client: Client, compte: Utilisateur) -> Client:
    return connecte(client, compte)


def pages_du_site(patterns: list | None = None, debut: str = SITE) -> Iterator[str]:
    """A concrete path of every page of the site."""
    for pattern in support.site.urls[0] if patterns is None else patterns:
        chemin = debut + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages_du_site(pattern.url_patterns, chemin)
        else:
            yield re.sub(r"<\w+:\w+>", "1", chemin)


# --- who enters ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "persona", ["technicien_a", "gestionnaire_a", "agent_a", "admin_a", "dpo_a"]
)
def test_aucune_page_ne_s_ouvre_a_un_autre_profil(personas: Personas, persona: str) -> None:
    client = connecte(Client(), getattr(personas, persona))
    adresses = list(pages_du_site())
    assert len(adresses) > 15
    for adresse in adresses:
        assert client.get(adresse).status_code == 403, adresse
        assert client.post(adresse).status_code == 403, adresse


def test_sans_compte_on_passe_par_la_page_de_connexion(client: Client, db: None) -> None:
    for adresse in pages_du_site():
        for reponse in (client.get(adresse), client.post(adresse)):
            assert reponse.headers["Location"] == f"/connexion/?next={adresse}"


def test_sans_second_facteur_rien_ne_s_ouvre(support_connecte: Client, compte: Utilisateur) -> None:
    assert support_connecte.get(SITE).status_code == 200
    compte.totpdevice_set.all().delete()
    for adresse in pages_du_site():
        assert support_connecte.get(adresse).headers["Location"].startswith("/connexion/"), adresse


def test_un_compte_inactif_n_entre_plus(support_connecte: Client, compte: Utilisateur) -> None:
    fermer(compte)
    assert support_connecte.get(SITE).headers["Location"].startswith("/connexion/")


def test_un_superutilisateur_est_du_support_et_reciproquement(personas: Personas) -> None:
    for profil, superutilisateur in (("admin", True), ("support", False)):
        with pytest.raises(IntegrityError, match="support_seul"), transaction.atomic():
            Utilisateur.objects.filter(pk=personas.admin_a.pk).update(
                profil=profil, is_superuser=superutilisateur
            )


def test_l_accueil_du_support_est_son_site(support_connecte: Client) -> None:
    assert support_connecte.get("/").headers["Location"] == SITE
    assert support_connecte.get("/mon-compte/").status_code == 200


def test_le_site_s_ouvre_avant_les_premieres_cgu(client: Client, compte: Utilisateur) -> None:
    connecte(client, compte)
    AcceptationCGU.objects.all().delete()
    VersionCGU.objects.all().delete()
    assert client.get(SITE).status_code == 200
    assert client.get("/mon-compte/").headers["Location"].startswith("/cgu/accepter/")


def test_se_deconnecter_du_site_ferme_la_session(
    support_connecte: Client, compte: Utilisateur
) -> None:
    assert support_connecte.get(f"{SITE}logout/").status_code == 405
    assert support_connecte.post(f"{SITE}logout/").headers["Location"] == "/connexion/"
    assert not compte.sessions.exists()


@pytest.mark.regle("G-05")
def test_le_support_ne_voit_aucune_demande(support_connecte: Client, personas: Personas) -> None:
    """Every page of the portal, on the objects of a caisse at work."""
    voisinage = voisiner(personas)
    for vue, methode, statuts in lignes_de_la_matrice():
        # What everybody opens, or every account, is not about requests.
        reserve = statuts["anonyme"] == 302 and {403, 404} & set(statuts.values())
        if methode != "GET" or not reserve or vue.startswith("support:"):
            continue
        adresse = reverse(vue, kwargs=voisinage.a.parametres(vue))
        assert support_connecte.get(adresse).status_code in (403, 404), vue


def test_le_site_ne_connait_que_trois_tables() -> None:
    assert {modele.__name__ for modele in support.site._registry} == {
        "Caisse",
        "VersionCGU",
        "Annonce",
    }


# --- caisses ------------------------------------------------------------------------------------
def test_ouvrir_une_caisse(support_connecte: Client, compte: Utilisateur) -> None:
    support_connecte.post(f"{CAISSES}add/", CAISSE)
    caisse = Caisse.objects.get(code="loire")
    derniere = Trace.objects.filter(objet="caisse").order_by("-pk").first()
    assert (derniere.qui, derniere.action, derniere.cle) == (compte, "creation", str(caisse.pk))


def test_corriger_une_caisse_sans_changer_son_code(support_connecte: Client) -> None:
    caisse = CaisseFactory(code="loire", nom="CPAM de Loire")
    support_connecte.post(f"{CAISSES}{caisse.pk}/change/", {**CAISSE, "code": "rhone"})
    caisse.refresh_from_db()
    assert (caisse.code, caisse.nom) == ("loire", "CPAM de la Loire")
    derniere = Trace.objects.filter(objet="caisse").order_by("-pk").first()
    assert derniere.details == {"champs": ["nom", "departement", "contact_support"]}
    historique = support_connecte.get(f"{CAISSES}{caisse.pk}/history/").content.decode()
    assert "nom, departement" in historique


def test_une_caisse_ne_se_supprime_pas(support_connecte: Client) -> None:
    caisse = CaisseFactory()
    assert (
        support_connecte.post(f"{CAISSES}{caisse.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    liste = {"action": "delete_selected", "_selected_action": [caisse.pk], "post": "yes"}
    support_connecte.post(CAISSES, liste)
    assert Caisse.objects.filter(pk=caisse.pk).exists()


@pytest.mark.regle("D-08")
def test_un_nir_est_refuse_la_aussi(support_connecte: Client) -> None:
    support_connecte.post(f"{CAISSES}add/", {**CAISSE, "nom": "CPAM 1 84 12 76 451 089 46"})
    assert not Caisse.objects.exists()


def test_le_premier_admin_d_une_caisse(support_connecte: Client) -> None:
    caisse = CaisseFactory()
    adresse = f"{CAISSES}{caisse.pk}/administrateur/"
    support_connecte.post(adresse, ADMIN)
    admin = Utilisateur.objects.get(nom="Fabre")
    assert (admin.profil, admin.etat, admin.is_superuser) == ("admin", "invite", False)
    assert "déjà un administrateur" in support_connecte.get(adresse).content.decode()
    support_connecte.post(adresse, {**ADMIN, "nom": "Second"})
    assert not Utilisateur.objects.filter(nom="Second").exists()


# --- terms of use -------------------------------------------------------------------------------
@pytest.mark.regle("H-05")
def test_publier_demande_une_relecture(support_connecte: Client, compte: Utilisateur) -> None:
    version = {"numero": "9.0", "texte": "# Objet\n\nLes données de santé sont interdites."}
    page = support_connecte.post(f"{VERSIONS}add/", version).content.decode()
    assert '<h2 class="fr-h4">Objet</h2>' in page
    assert not VersionCGU.objects.filter(numero="9.0").exists()
    support_connecte.post(f"{VERSIONS}add/", {**version, "corriger": "oui"})
    assert not VersionCGU.objects.filter(numero="9.0").exists()
    reponse = support_connecte.post(f"{VERSIONS}add/", {**version, "publier": "oui"})
    assert reponse.headers["Location"] == VERSIONS
    assert VersionCGU.objects.get(numero="9.0").texte == version["texte"]
    derniere = Trace.objects.filter(objet="versioncgu").order_by("-pk").first()
    assert (derniere.qui, derniere.details) == (compte, {"numero": "9.0"})


def test_un_numero_deja_pris_est_refuse_au_champ(support_connecte: Client) -> None:
    VersionCGUFactory(numero="9.0")
    version = {"numero": "9.0", "texte": "Autre texte.", "publier": "oui"}
    page = support_connecte.post(f"{VERSIONS}add/", version).content.decode()
    assert "Autre texte." in page
    assert VersionCGU.objects.filter(numero="9.0").count() == 1
    assert 'aria-invalid="true"' in page


@pytest.mark.regle("H-05")
def test_une_version_publiee_ne_change_plus(support_connecte: Client) -> None:
    version = VersionCGUFactory(numero="9.0", texte="Texte signé.")
    change = f"{VERSIONS}{version.pk}/change/"
    assert "Texte signé." in support_connecte.get(change).content.decode()
    assert support_connecte.post(change, {"numero": "9.1", "texte": "Autre."}).status_code == 403
    assert support_connecte.post(f"{VERSIONS}{version.pk}/delete/").status_code == 403
    version.refresh_from_db()
    assert (version.numero, version.texte) == ("9.0", "Texte signé.")


# --- announcements ------------------------------------------------------------------------------
@pytest.mark.regle("A-01")
def test_une_annonce_se_lit_sur_toutes_les_pages_le_temps_dit(
    support_connecte: Client, personas: Personas
) -> None:
    maintenant = timezone.localtime()
    annonce = {
        "titre": "Maintenance",
        "texte": "Le portail sera fermé samedi de 8 h à 9 h.",
        "debut": f"{maintenant - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "fin": f"{maintenant + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }
    support_connecte.post(f"{ANNONCES}add/", annonce)
    for client, adresse in (
        (Client(), "/connexion/"),
        (Client(), "/aide/"),
        (connecte(Client(), personas.technicien_a), "/demandes/"),
    ):
        assert "Le portail sera fermé samedi" in client.get(adresse).content.decode(), adresse
    derniere = Trace.objects.filter(objet="annonce").order_by("-pk").first()
    assert (derniere.action, derniere.qui.profil) == ("creation", "support")


@pytest.mark.regle("A-01")
@pytest.mark.parametrize(
    ("debut", "fin", "vue"),
    [(-60, 60, True), (-60, 0, False), (1, 60, False), (0, 60, True)],
)
def test_une_annonce_commence_et_finit(debut: int, fin: int, vue: bool) -> None:
    maintenant = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # an hour that Paris skips
    Annonce.objects.create(
        titre="Maintenance",
        texte="Fermeture.",
        debut=maintenant + timedelta(minutes=debut),
        fin=maintenant + timedelta(minutes=fin),
    )
    assert Annonce.objects.en_cours(maintenant).exists() is vue


def test_une_annonce_finit_apres_son_debut(support_connecte: Client) -> None:
    annonce = {
        "titre": "Maintenance",
        "texte": "Fermeture.",
        "debut": "2026-03-02T10:00",
        "fin": "2026-03-02T10:00",
    }
    page = support_connecte.post(f"{ANNONCES}add/", annonce).content.decode()
    assert "finir après son début" in page
    with pytest.raises(IntegrityError, match="annonce_finit"), transaction.atomic():
        Annonce.objects.create(titre="x", texte="x", fin=timezone.now() - timedelta(days=1))


def test_retirer_une_annonce_laisse_une_trace(support_connecte: Client) -> None:
    annonce = Annonce.objects.create(titre="x", texte="x", fin=timezone.now() + timedelta(days=1))
    support_connecte.post(f"{ANNONCES}{annonce.pk}/delete/", {"post": "yes"})
    assert not Annonce.objects.exists()
    derniere = Trace.objects.filter(objet="annonce").order_by("-pk").first()
    assert (derniere.action, derniere.cle) == ("suppression", str(annonce.pk))


# --- the first account, the path ------------------------------------------------------------------
def creer(*options: str) -> str:
    sortie = StringIO()
    identite = [
        "--civilite=monsieur",
        "--nom=Perrin",
        "--prenom=Luc",
        "--email=l.perrin@cnam.example",
    ]
    call_command("creer_support", *identite, *options, stdout=sortie)
    return sortie.getvalue()


def test_creer_le_premier_compte_de_support(client: Client) -> None:
    dit = creer("--afficher-lien")
    compte = Utilisateur.objects.get(identifiant="l.perrin")
    assert "Identifiant : l.perrin" in dit
    assert (compte.profil, compte.is_superuser, compte.etat) == ("support", True, "invite")
    lien = re.search(rf"{settings.ADRESSE_PUBLIQUE}(/activation/\S+)", dit)
    assert client.get(lien[1]).headers["Location"] == "/activation/"
    assert client.get("/activation/").status_code == 200


def test_le_lien_ne_s_affiche_que_si_on_le_demande() -> None:
    assert "/activation/" not in creer()
    assert Courriel.objects.get().gabarit == "activation"


@pytest.mark.parametrize("chemin", ["support-national/", "a/b-2/", "x9/"])
def test_un_chemin_bien_ecrit_est_pris(chemin: str) -> None:
    lecteur = Lecteur({"PORTAIL_CHEMIN_SUPPORT": chemin})
    assert lecteur.chemin("PORTAIL_CHEMIN_SUPPORT", defaut="x/") == chemin


@pytest.mark.parametrize(
    "chemin", ["/support/", "support", "Support/", "a//b/", "../", "support national/", "<x>/"]
)
def test_un_chemin_mal_ecrit_est_refuse(chemin: str) -> None:
    lecteur = Lecteur({"PORTAIL_CHEMIN_SUPPORT": chemin})
    with pytest.raises(ImproperlyConfigured, match="PORTAIL_CHEMIN_SUPPORT"):
        lecteur.chemin("PORTAIL_CHEMIN_SUPPORT", defaut="x/")
