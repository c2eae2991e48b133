"""The partners of a caisse on its admin's screens; the neighbour's stay unknown."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.models import Partenaire, Profil, Trace
from conventions.effectifs import quotas_de
from conventions.models import Acte, CaisseLiee, Contact, Convention
from conventions.quotas import quotas
from tests.factories import CaisseFactory, PartenaireFactory, UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = pytest.mark.django_db

LISTE, NOUVEAU = "/partenaires/", "/partenaires/nouveau/"
NIR = "1 85 03 62 193 004 05"
SAISIE: dict[str, Any] = {
    "type": "ccas",
    "nom": "CCAS de Lens-Ouest",
    "membres": "12",
    "domaines_email": "ccas-lens.example\n@mairie-lens.example",
    "adresse": "1 place de la Mairie, 62300 Lens",
    "dpo_nom": "Camille Roussel",
    "dpo_telephone": "",
    "dpo_email": "dpo@ccas-lens.example",
}


@pytest.fixture
def admin(personas: Personas) -> Client:
    lier(personas.caisse_a, personas.partenaire_a, intitule="Convention d’Arras")
    lier(personas.caisse_b, personas.partenaire_b, intitule="Convention de Calais")
    return connecte(Client(), personas.admin_a)


def texte(reponse: Any, statut: int = 200) -> str:
    assert reponse.status_code == statut
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())).split())


def lire(client: Client, adresse: str) -> str:
    return texte(client.get(adresse))


def fiche(partenaire: Partenaire, *suite: str) -> str:
    return "/".join(["/partenaires", partenaire.code, *suite, ""])


# --- the list --------------------------------------------------------------------------------


def test_la_liste_montre_les_partenaires_de_ses_caisses(admin: Client, personas: Personas) -> None:
    page = lire(admin, LISTE)
    assert str(personas.partenaire_a) in page
    assert str(personas.partenaire_b) not in page
    assert "CCAS ou CIAS Convention d’Arras En vigueur" in page
    assert "Gestionnaires : 1 sur 2 Techniciens : 1 sur 5" in page


@pytest.mark.regle("H-06")
def test_un_compte_ferme_ne_compte_pas_dans_le_quota(admin: Client, personas: Personas) -> None:
    """`personas.inactif` is a technicien of the first partner."""
    UtilisateurFactory(profil=Profil.TECHNICIEN, sur=personas.partenaire_a, etat="invite")
    assert "Techniciens : 2 sur 5" in lire(admin, LISTE)


@pytest.mark.regle("H-07")
def test_un_quota_peut_etre_sans_limite(admin: Client, personas: Personas) -> None:
    Convention.objects.filter(intitule="Convention d’Arras").update(techniciens_petit=None)
    assert "Techniciens : 1, sans limite" in lire(admin, LISTE)


def test_un_partenaire_partage_ne_montre_que_ses_propres_conventions(
    admin: Client, personas: Personas
) -> None:
    lier(personas.caisse_b, personas.partenaire_a, intitule="Convention secrète")
    for adresse in (LISTE, fiche(personas.partenaire_a)):
        page = lire(admin, adresse)
        assert "Convention d’Arras" in page
        assert "Convention secrète" not in page
    assert "D’autres caisses travaillent avec cette structure" in page


def test_vingt_partenaires_ne_coutent_pas_plus_que_deux(admin: Client, personas: Personas) -> None:
    def cout() -> int:
        with CaptureQueriesContext(connection) as requetes:
            lire(admin, LISTE)
        return len(requetes)

    def remplir(nombre: int) -> None:
        for _ in range(nombre):
            partenaire = PartenaireFactory()
            UtilisateurFactory(profil=Profil.GESTIONNAIRE, sur=partenaire)
            lier(personas.caisse_a, partenaire)

    remplir(2)
    deux = cout()
    remplir(18)
    assert cout() == deux


def test_les_pages_se_suivent_par_nom_sans_accent(admin: Client, personas: Personas) -> None:
    for rang in range(30):
        initiale = "É" if rang == 3 else "E"
        PartenaireFactory(nom=f"{initiale}s {rang:02d}", inscrit_par=personas.caisse_a)
    premiere = admin.get(LISTE)
    noms = re.findall(r"[EÉ]s \d\d", premiere.content.decode())
    assert noms[:5] == ["Es 00", "Es 01", "Es 02", "És 03", "Es 04"]
    suite = re.search(r'href="(\?curseur=[^"]+)"', premiere.content.decode())
    assert suite
    deuxieme = lire(admin, LISTE + suite[1].replace("&amp;", "&"))
    assert "Es 29" in deuxieme
    assert "Es 00" not in deuxieme
    assert "Page précédente" in deuxieme


@pytest.mark.parametrize("saisie", ["epinal", "ÉPINAL", "ccas epinal", "d'Épinal"])
def test_la_recherche_ignore_accents_et_capitales(
    admin: Client, personas: Personas, saisie: str
) -> None:
    PartenaireFactory(nom="CCAS d’Épinal", inscrit_par=personas.caisse_a)
    page = texte(admin.post(LISTE, {"q": saisie}))
    assert "CCAS d’Épinal" in page
    assert str(personas.partenaire_a) not in page


@pytest.mark.regle("D-08")
def test_un_nir_cherche_est_refuse(admin: Client) -> None:
    page = texte(admin.post(LISTE, {"q": NIR}))
    assert "La recherche n’a pas été lancée" in page
    assert Trace.objects.filter(action="refus", details__raison="nir").exists()


def test_une_recherche_vaine_dit_quoi_faire(admin: Client, personas: Personas) -> None:
    page = texte(admin.post(LISTE, {"q": personas.partenaire_b.nom}))
    assert "Aucun partenaire ne correspond" in page


def test_la_liste_vide_dit_quoi_faire(personas: Personas) -> None:
    page = lire(connecte(Client(), personas.admin_a), LISTE)
    assert "Aucun partenaire pour l’instant" in page
    assert page.count("Inscrire un partenaire") == 2


@pytest.mark.parametrize(
    ("situation", "attendus"),
    [
        ("", {"Vif", "Brouillon", "Sans", "Fini", "Dénoncé"}),
        ("vigueur", {"Vif", "Dénoncé"}),
        ("preparation", {"Brouillon"}),
        ("fin", {"Dénoncé"}),
        ("terminee", {"Fini"}),
        ("aucune", {"Sans"}),
        ("coupe", set()),
        ("inconnue", {"Vif", "Brouillon", "Sans", "Fini", "Dénoncé"}),
    ],
)
def test_on_filtre_par_situation(personas: Personas, situation: str, attendus: set[str]) -> None:
    caisse = personas.caisse_a
    jamais = {"date_effet": None, "date_utilisation": None}
    passee = {"date_effet": "2024-01-01", "date_utilisation": "2024-01-01"}
    PartenaireFactory(nom="Sans", inscrit_par=caisse)
    lier(caisse, PartenaireFactory(nom="Vif"))
    lier(caisse, PartenaireFactory(nom="Dénoncé"), etat="denoncee")
    lier(caisse, PartenaireFactory(nom="Brouillon"), etat="brouillon", **jamais)
    lier(caisse, PartenaireFactory(nom="Fini"), etat="terminee", date_fin="2024-12-31", **passee)
    html = connecte(Client(), personas.admin_a).get(f"{LISTE}?situation={situation}")
    assert (
        set(re.findall(r'href="/partenaires/[^"]+">(\w+)</a>', html.content.decode())) == attendus
    )


# --- written down ----------------------------------------------------------------------------


def test_un_partenaire_s_inscrit_avec_son_dpo(admin: Client, personas: Personas) -> None:
    reponse = admin.post(NOUVEAU, SAISIE)
    assert reponse.status_code == 302
    assert reponse["Location"] == "/partenaires/ccas-de-lens-ouest/"
    partenaire = Partenaire.objects.get(code="ccas-de-lens-ouest")
    assert partenaire.nom == "CCAS de Lens-Ouest"
    assert partenaire.membres == 12
    assert partenaire.domaines_email == ["ccas-lens.example", "mairie-lens.example"]
    assert partenaire.inscrit_par == personas.caisse_a
    assert partenaire.recoit_documents is False
    dpo = Contact.objects.get(partenaire=partenaire)
    assert (dpo.role, dpo.nom, dpo.email) == ("dpo", "Camille Roussel", "dpo@ccas-lens.example")
    page = lire(admin, reponse["Location"])
    assert "Camille Roussel" in page
    assert "ccas-lens.example, mairie-lens.example" in page
    assert "Code ccas-de-lens-ouest" in page


@pytest.mark.regle("C-07")
def test_l_habilitation_a_recevoir_des_documents_est_expliquee(admin: Client) -> None:
    page = lire(admin, NOUVEAU)
    assert "tutelles, gestionnaires de l’aide sociale à l’enfance, organismes dépositaires" in page
    admin.post(NOUVEAU, {**SAISIE, "recoit_documents": "on"})
    assert Partenaire.objects.get(nom=SAISIE["nom"]).recoit_documents


@pytest.mark.regle("H-03")
@pytest.mark.parametrize(
    ("saisie", "message"),
    [
        ("gmail.com", "« gmail.com » est une messagerie grand public"),
        ("ccas-lens.example\nmail.orange.fr", "« mail.orange.fr » est une messagerie grand public"),
        ("laposte.net", "Indiquez le domaine professionnel de la structure"),
        ("ccas lens", "« ccas » n’est pas un nom de domaine"),
        ("c.roussel@ccas-lens.example", "Écrivez le domaine seul"),
        ("", "Renseignez « Domaines de messagerie »"),
    ],
)
def test_un_domaine_qui_ne_convient_pas_est_refuse_sans_rien_perdre(
    admin: Client, saisie: str, message: str
) -> None:
    reponse = admin.post(NOUVEAU, {**SAISIE, "domaines_email": saisie})
    assert message in texte(reponse)
    assert 'value="CCAS de Lens-Ouest"' in reponse.content.decode()
    assert 'value="Camille Roussel"' in reponse.content.decode()
    if saisie:
        assert f">\n{saisie}</textarea>" in reponse.content.decode()
    assert not Partenaire.objects.filter(nom=SAISIE["nom"]).exists()


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("nom", "", "Renseignez « Nom de la structure »"),
        ("nom", f"CCAS {NIR}", "numéro de sécurité sociale"),
        ("membres", "0", "Une structure compte au moins un membre."),
        ("membres", "douze", "Saisissez un nombre entier"),
        ("type", "", "Choisissez une réponse pour « Type de structure »"),
        ("dpo_nom", "", "Donnez le nom du délégué, ou effacez ses coordonnées."),
        ("dpo_email", "", "Donnez un téléphone ou une adresse électronique."),
    ],
)
def test_ce_qui_manque_est_dit_au_champ(
    admin: Client, champ: str, valeur: str, message: str
) -> None:
    assert message in texte(admin.post(NOUVEAU, {**SAISIE, champ: valeur}))
    assert not Partenaire.objects.filter(adresse=SAISIE["adresse"]).exists()


def test_un_admin_de_deux_caisses_dit_laquelle_inscrit(personas: Personas) -> None:
    autre = CaisseFactory(code="audomarois")
    double = UtilisateurFactory(profil=Profil.ADMIN, sur=[personas.caisse_a, autre])
    client = connecte(Client(), double)
    assert "Choisissez une réponse pour « Caisse qui inscrit ce partenaire »" in texte(
        client.post(NOUVEAU, SAISIE)
    )
    client.post(NOUVEAU, {**SAISIE, "inscrit_par": personas.caisse_b.code})
    assert not Partenaire.objects.filter(nom=SAISIE["nom"]).exists()
    client.post(NOUVEAU, {**SAISIE, "inscrit_par": "audomarois"})
    assert Partenaire.objects.get(nom=SAISIE["nom"]).inscrit_par == autre


def test_un_partenaire_deja_connu_est_propose(admin: Client, personas: Personas) -> None:
    personas.partenaire_a.nom = "CCAS de Lens Ouest"
    personas.partenaire_a.save()
    reponse = admin.post(NOUVEAU, SAISIE)
    assert "Ce partenaire existe déjà : CCAS de Lens Ouest" in texte(reponse)
    assert f'href="{fiche(personas.partenaire_a)}"' in reponse.content.decode()
    assert Partenaire.objects.count() == 2


def test_un_partenaire_d_une_autre_caisse_se_lie_par_son_code_sans_se_montrer(
    admin: Client, personas: Personas
) -> None:
    personas.partenaire_b.nom = "C.C.A.S. DE LENS OUEST"
    personas.partenaire_b.save()
    Partenaire.objects.filter(pk=personas.partenaire_b.pk).update(nom="ccas de léns ouest")
    reponse = admin.post(NOUVEAU, SAISIE)
    page = texte(reponse)
    assert "Il travaille déjà avec une autre caisse" in page
    assert "en indiquant son code : ccas-calais" in page
    assert fiche(personas.partenaire_b) not in reponse.content.decode()
    assert admin.get(fiche(personas.partenaire_b)).status_code == 404


def test_deux_noms_proches_ont_deux_codes(admin: Client, personas: Personas) -> None:
    PartenaireFactory(code="ccas-de-lens-ouest", nom="Un tout autre nom")
    assert admin.post(NOUVEAU, SAISIE)["Location"] == "/partenaires/ccas-de-lens-ouest-2/"
    admin.post(NOUVEAU, {**SAISIE, "nom": "Nouveau !", "dpo_nom": "", "dpo_email": ""})
    assert Partenaire.objects.get(nom="Nouveau !").code == "nouveau-2"


# --- corrected -------------------------------------------------------------------------------


def test_la_fiche_se_corrige(admin: Client, personas: Personas) -> None:
    adresse = fiche(personas.partenaire_a, "modifier")
    assert "ccas-arras.example</textarea>" in admin.get(adresse).content.decode()
    reponse = admin.post(adresse, {**SAISIE, "membres": "30"})
    assert reponse["Location"] == fiche(personas.partenaire_a)
    personas.partenaire_a.refresh_from_db()
    assert personas.partenaire_a.membres == 30
    assert personas.partenaire_a.code == "ccas-arras"
    trace = Trace.objects.get(objet="partenaire", action="changement")
    assert SAISIE["adresse"] not in str(trace.details)


@pytest.mark.regle("H-06")
@pytest.mark.regle("H-07")
def test_moins_de_membres_dit_combien_de_comptes_inactiver(
    admin: Client, personas: Personas
) -> None:
    Partenaire.objects.filter(pk=personas.partenaire_a.pk).update(membres=20)
    for _ in range(7):
        UtilisateurFactory(profil=Profil.TECHNICIEN, sur=personas.partenaire_a)
    reponse = admin.post(fiche(personas.partenaire_a, "modifier"), {**SAISIE, "membres": "8"})
    page = texte(reponse)
    assert re.search(r"8.techniciens", page)
    assert re.search(r"inactivez d.abord 3.comptes", page)
    assert 'value="8"' in reponse.content.decode()
    personas.partenaire_a.refresh_from_db()
    assert personas.partenaire_a.membres == 20


def test_le_nom_d_un_autre_ne_se_prend_pas(admin: Client, personas: Personas) -> None:
    saisie = {**SAISIE, "nom": personas.partenaire_b.nom}
    page = texte(admin.post(fiche(personas.partenaire_a, "modifier"), saisie))
    assert "Ce partenaire existe déjà" in page


# --- near misses -----------------------------------------------------------------------------


@pytest.mark.parametrize("suite", ["", "modifier", "couper", "trace", "demandes"])
def test_le_partenaire_de_la_caisse_voisine_n_existe_pas(
    admin: Client, personas: Personas, suite: str
) -> None:
    etapes = [suite] if suite else []
    assert admin.get(fiche(personas.partenaire_b, *etapes)).status_code == 404
    voisin = connecte(Client(), personas.admin_b)
    assert voisin.get(fiche(personas.partenaire_b, *etapes)).status_code == 200


def test_un_brouillon_de_convention_suffit_a_voir_le_partenaire(personas: Personas) -> None:
    convention = Convention.objects.create(intitule="À écrire")
    convention.partenaires.add(personas.partenaire_b)
    CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_a)
    client = connecte(Client(), personas.admin_a)
    page = lire(client, reverse("conventions:partenaire", args=[personas.partenaire_b.code]))
    assert "À écrire Brouillon" in page


@pytest.mark.regle("H-07")
def test_la_liste_et_la_creation_comptent_de_meme(personas: Personas) -> None:
    """An avenant signed but not applied lowers the limit on both sides."""
    jour = timezone.localdate()
    for grille in (4, None):
        convention = lier(personas.caisse_a, PartenaireFactory(), techniciens_petit=grille)
        Acte.objects.create(
            convention=convention,
            nature="avenant",
            numero=1,
            changements={"techniciens_petit": 3},
            effet_le=jour + timedelta(days=5),
            etat="signe",
            signe_le=jour,
            cree_le=timezone.now(),
        )
    lier(personas.caisse_b, personas.partenaire_a, techniciens_petit=9)
    lier(personas.caisse_a, personas.partenaire_a, techniciens_petit=7)
    tous = list(Partenaire.objects.all())
    assert quotas_de(tous, jour) == {p.pk: quotas(p, jour) for p in tous}
    limites = {q["technicien"].limite for q in quotas_de(tous, jour).values()}
    assert limites == {3, 9, 0}
