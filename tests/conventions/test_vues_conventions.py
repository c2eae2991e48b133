"""The pages of conventions: from a draft to a portal that is open, and its avenants."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conventions.models import Acte, Convention, Signature
from tests.personas import Personas, connecte
from tests.portail.echantillons import image

pytestmark = pytest.mark.django_db


def saisie(personas: Personas, **champs: Any) -> dict[str, Any]:
    """What an admin types, every parameter at the default of the contract."""
    return {
        "intitule": "Accès aux droits dans l’Arrageois",
        "caisse_1": personas.caisse_a.code,
        "mode_1": "case",
        "caisse_2": personas.caisse_b.code,
        "mode_2": "formulaire",
        "partenaire_1": personas.partenaire_a.code,
        "partenaire_2": "",
        "autres_signataires": "CARSAT du Nord\nConseil départemental",
        "services": ["signaler", "document"],
        "delai_urgence_heures": "48",
        "delai_contact_heures": "48",
        "delai_instruction_jours": "30",
        "delai_c2s_jours": "31",
        "preavis_mois": "3",
        "regle_preavis": "fenetre",
        "techniciens_petit": "5",
        "techniciens_moyen": "15",
        "techniciens_grand": "",
        "delai_violation_heures": "24",
        "conservation_mois": "24",
        **champs,
    }


@pytest.fixture(autouse=True)
def _jour() -> Iterator[None]:
    """Everybody signs in, and acts, on that day."""
    with time_machine.travel("2026-05-04T10:00:00+02:00", tick=False):
        yield


@pytest.fixture
def admin(_jour: None, personas: Personas) -> Client:
    partenaire = personas.partenaire_a
    partenaire.inscrit_par = personas.caisse_a
    partenaire.save(update_fields=["inscrit_par"])
    return connecte(Client(), personas.admin_a)


def creer(admin: Client, personas: Personas, **champs: Any) -> Convention:
    reponse = admin.post("/conventions/nouvelle/", saisie(personas, **champs))
    convention = Convention.objects.order_by("pk").last()
    assert convention is not None, reponse.context["form"].errors
    assert reponse["Location"] == f"/conventions/{convention.identifiant}/"
    return convention


def adresse(convention: Convention, suite: str = "") -> str:
    return f"/conventions/{convention.identifiant}/{suite}"


def signatures(convention: Convention, nature: str) -> list[Signature]:
    return list(Signature.objects.filter(acte__convention=convention, acte__nature=nature))


def signer(admin: Client, convention: Convention, signature: Signature, jour: str) -> None:
    url = adresse(convention, f"signatures/{signature.identifiant}/")
    reponse = admin.post(url, {"signee_le": jour, "qualite": "Directrice"})
    assert reponse.status_code == 302, reponse.context["form"].errors


def signer_tout(admin: Client, convention: Convention, nature: str, jour: str) -> None:
    for signature in signatures(convention, nature):
        signer(admin, convention, signature, jour)


def ouvrir_le_portail(admin: Client, personas: Personas, jour: str = "2026-03-02") -> Convention:
    """A convention whose two acts everybody signed on that day."""
    convention = creer(admin, personas)
    admin.post(adresse(convention, "etapes/envoyer/"))
    signer_tout(admin, convention, Acte.Nature.METIER, jour)
    admin.post(adresse(convention, "etapes/preparer_utilisation/"))
    acte = convention.actes.get(nature=Acte.Nature.UTILISATION)
    admin.post(adresse(convention, f"actes/{acte.identifiant}/envoyer/"))
    signer_tout(admin, convention, Acte.Nature.UTILISATION, jour)
    convention.refresh_from_db()
    return convention


@pytest.mark.regle("C-01")
def test_un_admin_prepare_une_convention_a_deux_caisses(admin: Client, personas: Personas) -> None:
    convention = creer(admin, personas)
    assert convention.etat == "brouillon"
    modes = {lien.caisse.code: lien.mode_consentement for lien in convention.liens.all()}
    assert modes == {"artois": "case", "cote-opale": "formulaire"}
    assert [p.code for p in convention.partenaires.all()] == ["ccas-arras"]
    assert convention.autres_signataires == ["CARSAT du Nord", "Conseil départemental"]
    assert set(convention.services) == {"signaler", "document"}
    assert convention.techniciens_grand is None
    page = admin.get(adresse(convention)).content.decode()
    assert "Relire, puis envoyer en signature" in page
    assert "Étape 1 sur 4" in page


@pytest.mark.regle("C-02")
@pytest.mark.regle("C-04")
def test_de_la_preparation_au_portail_ouvert(admin: Client, personas: Personas) -> None:
    convention = creer(admin, personas)
    admin.post(adresse(convention, "etapes/envoyer/"))
    page = admin.get(adresse(convention)).content.decode()
    assert "Étape 2 sur 4" in page
    assert "0 sur 5" in page
    premiere, *autres = signatures(convention, Acte.Nature.METIER)
    signer(admin, convention, premiere, "2026-03-02")
    assert "1 sur 5" in admin.get(adresse(convention)).content.decode()
    for signature in autres:
        signer(admin, convention, signature, "2026-03-10")
    convention.refresh_from_db()
    assert convention.etat == "en_vigueur"
    assert f"{convention.date_effet}" == "2026-03-10"
    page = admin.get(adresse(convention)).content.decode()
    assert "Étape 3 sur 4" in page
    assert "Préparer la convention d’utilisation" in page

    admin.post(adresse(convention, "etapes/preparer_utilisation/"))
    acte = convention.actes.get(nature=Acte.Nature.UTILISATION)
    admin.post(adresse(convention, f"actes/{acte.identifiant}/envoyer/"))
    # The other signatories have no part in the portal's convention (C-01).
    assert len(signatures(convention, Acte.Nature.UTILISATION)) == 3
    signer_tout(admin, convention, Acte.Nature.UTILISATION, "2026-04-01")
    page = admin.get(adresse(convention)).content.decode()
    assert "Étape 4 sur 4" in page
    assert "Ouvert depuis le 01/04/2026" in page
    assert "1re reconduction tacite" in page
    assert "10/03/2027" in page


def test_une_signature_se_corrige_tant_que_l_acte_n_est_pas_complet(
    admin: Client, personas: Personas
) -> None:
    convention = creer(admin, personas)
    admin.post(adresse(convention, "etapes/envoyer/"))
    premiere = signatures(convention, Acte.Nature.METIER)[0]
    signer(admin, convention, premiere, "2026-03-02")
    signer(admin, convention, premiere, "2026-03-01")
    premiere.refresh_from_db()
    assert f"{premiere.signee_le}" == "2026-03-01"
    page = admin.get(adresse(convention, f"signatures/{premiere.identifiant}/")).content.decode()
    assert "2026-03-01" in page
    assert "Directrice" in page


def test_le_scan_s_ajoute_apres_la_derniere_signature(admin: Client, personas: Personas) -> None:
    convention = ouvrir_le_portail(admin, personas)
    signature = signatures(convention, Acte.Nature.METIER)[0]
    url = adresse(convention, f"signatures/{signature.identifiant}/")
    assert "Toutes les parties ont signé" in admin.get(url).content.decode()
    assert admin.post(url, {}).status_code == 200
    reponse = admin.post(url, {"scan": SimpleUploadedFile("signee.png", image("PNG"), "image/png")})
    assert reponse.status_code == 302, reponse.context["form"].errors
    signature.refresh_from_db()
    assert signature.scan is not None
    assert signature.scan.nom == "signee.png"
    assert "signee.png" in admin.get(adresse(convention)).content.decode()


def test_une_saisie_refusee_revient_entiere(admin: Client, personas: Personas) -> None:
    donnees = saisie(personas, intitule="", preavis_mois="12", delai_c2s_jours="trente")
    reponse = admin.post("/conventions/nouvelle/", donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert not Convention.objects.exists()
    assert set(reponse.context["form"].errors) == {"intitule", "preavis_mois", "delai_c2s_jours"}
    assert "Saisissez un nombre entier, de 1 à 11." in page
    for reste in ("CARSAT du Nord\nConseil départemental", 'value="trente"', 'value="12"'):
        assert reste in page
    assert '<option value="cote-opale" selected>' in page


@pytest.mark.parametrize(
    ("champs", "champ", "message"),
    [
        ({"caisse_1": "", "caisse_2": ""}, "caisse_1", "Choisissez une caisse"),
        ({"caisse_1": "cote-opale", "caisse_2": ""}, "caisse_1", "que vous administrez"),
        ({"caisse_2": "artois"}, "caisse_2", "Déjà choisi plus haut"),
        ({"partenaire_1": ""}, "partenaire_1", "une convention en lie au moins un"),
        ({"partenaire_1": "ccas-calais"}, "partenaire_1", "Ce choix n’existe plus"),
        ({"autre_partenaire": "inconnu"}, "autre_partenaire", "Aucun partenaire ne porte ce code"),
        ({"services": []}, "services", "Cochez au moins une réponse"),
        ({"autres_signataires": "CARSAT\nCARSAT"}, "autres_signataires", "figure deux fois"),
    ],
)
def test_chaque_erreur_se_dit_a_son_champ(
    admin: Client, personas: Personas, champs: dict[str, Any], champ: str, message: str
) -> None:
    reponse = admin.post("/conventions/nouvelle/", saisie(personas, **champs))
    assert reponse.status_code == 200
    assert message in str(reponse.context["form"].errors[champ])


def test_un_intitule_deja_pris_se_dit_a_l_intitule(admin: Client, personas: Personas) -> None:
    creer(admin, personas)
    reponse = admin.post("/conventions/nouvelle/", saisie(personas))
    assert "porte déjà cet intitulé" in str(reponse.context["form"].errors)


def test_ajouter_une_ligne_garde_ce_qui_est_saisi(admin: Client, personas: Personas) -> None:
    reponse = admin.post("/conventions/nouvelle/", saisie(personas, intitule="", ajouter="caisse"))
    page = reponse.content.decode()
    assert 'name="caisse_3"' in page
    assert 'name="partenaire_3"' not in page
    assert "fr-error" not in page
    assert "points sont à corriger" not in page
    assert '<option value="cote-opale" selected>' in page
    assert not Convention.objects.exists()


@pytest.mark.regle("C-01")
def test_un_partenaire_d_une_autre_caisse_se_lie_par_son_code(
    admin: Client, personas: Personas
) -> None:
    convention = creer(admin, personas, autre_partenaire="CCAS-Calais")
    assert {p.code for p in convention.partenaires.all()} == {"ccas-arras", "ccas-calais"}


def test_un_brouillon_se_modifie_puis_plus(admin: Client, personas: Personas) -> None:
    convention = creer(admin, personas)
    page = admin.get(adresse(convention, "modifier/")).content.decode()
    assert "CARSAT du Nord" in page
    donnees = saisie(personas, caisse_2="", services=["historique"])
    assert admin.post(adresse(convention, "modifier/"), donnees).status_code == 302
    assert [lien.caisse.code for lien in convention.liens.all()] == ["artois"]
    admin.post(adresse(convention, "etapes/envoyer/"))
    refus = admin.get(adresse(convention, "modifier/"), follow=True)
    assert "impossible" in refus.content.decode()
    perdu = admin.post(adresse(convention, "modifier/"), saisie(personas, intitule="Autre titre"))
    assert 'value="Autre titre"' in perdu.content.decode()


def test_une_convention_se_reprend_puis_s_abandonne(admin: Client, personas: Personas) -> None:
    convention = creer(admin, personas)
    admin.post(adresse(convention, "etapes/envoyer/"))
    admin.post(adresse(convention, "etapes/reprendre/"))
    convention.refresh_from_db()
    assert convention.etat == "brouillon"
    assert "ne se défait pas" in admin.get(adresse(convention, "abandonner/")).content.decode()
    admin.post(adresse(convention, "abandonner/"))
    page = admin.get(adresse(convention)).content.decode()
    assert "abandonnée avant sa signature" in page
    assert "Reprendre le brouillon" not in page


@pytest.mark.regle("C-05")
def test_un_avenant_change_les_parametres_et_l_ancienne_version_reste_lisible(
    admin: Client, personas: Personas
) -> None:
    convention = ouvrir_le_portail(admin, personas)
    formulaire = admin.get(adresse(convention, "avenants/nouveau/")).content.decode()
    assert "Aujourd’hui : 30\u00a0jours." in formulaire
    assert 'value="modes_consentement"' in formulaire
    donnees = {
        "objet": "Les dossiers sont instruits plus vite.",
        "changements": ["delai_instruction_jours", "modes_consentement"],
        "delai_instruction_jours": "20",
        "mode_artois": "formulaire",
        "mode_cote-opale": "formulaire",
    }
    reponse = admin.post(adresse(convention, "avenants/nouveau/"), donnees)
    acte = convention.actes.get(nature=Acte.Nature.AVENANT)
    assert reponse["Location"] == adresse(convention, f"actes/{acte.identifiant}/")
    assert acte.changements == {
        "delai_instruction_jours": 20,
        "modes_consentement": {"artois": "formulaire"},
    }
    page = admin.get(reponse["Location"]).content.decode()
    for dit in ("30\u00a0jours", "20\u00a0jours", "case à cocher", "formulaire signé joint"):
        assert dit in page
    admin.post(adresse(convention, f"actes/{acte.identifiant}/envoyer/"))
    signer_tout(admin, convention, Acte.Nature.AVENANT, "2026-05-04")
    convention.refresh_from_db()
    assert convention.delai_instruction_jours == 20
    avant = admin.get(adresse(convention, "?au=2026-05-03")).content.decode()
    assert "Paramètres au 03/05/2026" in avant
    assert "30\u00a0jours" in avant
    apres = admin.get(adresse(convention, "?au=2026-05-04")).content.decode()
    assert "20\u00a0jours" in apres
    assert (
        "pas encore pris effet" in admin.get(adresse(convention, "?au=2026-03-01")).content.decode()
    )


@pytest.mark.parametrize(
    ("champs", "champ", "message"),
    [
        ({"changements": []}, "changements", "Cochez au moins une réponse"),
        ({"delai_instruction_jours": "30"}, "changements", "celles d’aujourd’hui"),
        ({"delai_instruction_jours": ""}, "delai_instruction_jours", "Renseignez"),
        ({"objet": ""}, "objet", "Renseignez"),
    ],
)
@pytest.mark.regle("C-05")
def test_un_avenant_change_quelque_chose(
    admin: Client, personas: Personas, champs: dict[str, Any], champ: str, message: str
) -> None:
    convention = ouvrir_le_portail(admin, personas)
    donnees = {
        "objet": "Plus vite.",
        "changements": ["delai_instruction_jours"],
        "delai_instruction_jours": "20",
        **champs,
    }
    reponse = admin.post(adresse(convention, "avenants/nouveau/"), donnees)
    assert message in str(reponse.context["form"].errors[champ])
    assert not convention.actes.filter(nature=Acte.Nature.AVENANT).exists()


def test_un_avenant_s_abandonne(admin: Client, personas: Personas) -> None:
    convention = ouvrir_le_portail(admin, personas)
    donnees = {"objet": "Services", "changements": ["services"], "services": ["signaler"]}
    admin.post(adresse(convention, "avenants/nouveau/"), donnees)
    acte = convention.actes.get(nature=Acte.Nature.AVENANT)
    url = adresse(convention, f"actes/{acte.identifiant}/abandonner/")
    assert "Abandonner" in admin.get(url).content.decode()
    suite = admin.post(url, follow=True).content.decode()
    assert f"avenants/nouveau/?depuis={acte.identifiant}" in suite
    page = admin.get(adresse(convention, f"avenants/nouveau/?depuis={acte.identifiant}"))
    initial = page.context["form"].initial
    assert (initial["objet"], initial["changements"]) == ("Services", ["services"])
    assert initial["services"] == ["signaler"]
    autre = admin.get(adresse(convention, "avenants/nouveau/?depuis=x"))
    assert "objet" not in autre.context["form"].initial
    acte.refresh_from_db()
    assert acte.etat == "abandonne"
    convention.refresh_from_db()
    assert set(convention.services) == {"signaler", "document"}


@pytest.mark.regle("C-05")
def test_un_pdf_de_projet_se_refait_celui_d_un_texte_arrete_non(
    admin: Client, personas: Personas
) -> None:
    convention = ouvrir_le_portail(admin, personas)
    donnees = {"objet": "Services", "changements": ["services"], "services": ["signaler"]}
    admin.post(adresse(convention, "avenants/nouveau/"), donnees)
    acte = convention.actes.get(nature=Acte.Nature.AVENANT)
    demande = {"nature": "avenant", "source": str(acte.identifiant)}
    reponse = admin.post(adresse(convention, "documents/"), demande, follow=True)
    siens = convention.documents.filter(source=acte.identifiant)
    projet = siens.get()
    assert f"/documents/{projet.identifiant}/" in reponse.content.decode()
    page = adresse(convention, f"actes/{acte.identifiant}/")
    assert "Établir le PDF" in admin.get(page).content.decode()
    admin.post(adresse(convention, f"actes/{acte.identifiant}/envoyer/"))
    admin.post(adresse(convention, "documents/"), demande)
    admin.post(adresse(convention, "documents/"), demande)
    assert siens.count() == 2
    assert "Établir le PDF" not in admin.get(page).content.decode()


@pytest.mark.parametrize(
    "donnees", [{}, {"nature": "fraude"}, {"nature": "avenant", "source": "x"}]
)
def test_un_document_inconnu_ne_se_demande_pas(
    admin: Client, personas: Personas, donnees: dict[str, str]
) -> None:
    convention = creer(admin, personas)
    assert admin.post(adresse(convention, "documents/"), donnees).status_code == 400
