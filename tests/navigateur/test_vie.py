"""A partner's life in a real Chromium: its conventions, its accounts, and what ends with what.

Days cannot pass during a test: paper is dated in the past, as real paper is, and `passer_minuit`
moves the dates of the ends one day back.
"""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from comptes.models import Etat, Utilisateur
from conventions.models import CaisseLiee, Convention, Document, Rupture, Scan
from equipes.models import Revue
from tests.comptes.liens import NOUVEAU
from tests.factories import UtilisateurFactory
from tests.navigateur.activation import FAIBLE, activer, lien_recu, lire, voir
from tests.navigateur.conftest import Boite, connecter, controler_accessibilite
from tests.navigateur.gestes import Souris
from tests.personas import Personas
from tests.portail import echantillons
from tests.processus.outils import attendre

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.navigateur]

STRUCTURE = "CCAS de Valmont-sur-Dune"
DOMAINE = "ccas-valmont.example"
INTITULE = "Accès aux soins du Valmontois"
REFUS = "Identifiant ou mot de passe incorrect."
TABLEAU = f"""Civilité;Nom;Prénom;Fonction;Téléphone;Adresse e-mail;Statut
Madame;Delattre;Maud;Travailleuse sociale;06 39 98 00 21;m.delattre@{DOMAINE};salariée
Monsieur;Lemaire;Hugo;Écrivain public;06 39 98 00 22;h.lemaire@messagerie.example;bénévole
Madame;Wattel;Odile;Travailleuse sociale;06 39 98 00 23;o.wattel@{DOMAINE};salariée
"""


@pytest.fixture
def entrer(ouvrir: Callable[..., Page]) -> Callable[[Utilisateur], Souris]:
    """Somebody signed in, in a browser of their own."""

    def _entrer(compte: Utilisateur) -> Souris:
        geste = Souris(ouvrir())
        connecter(geste, compte)
        return geste

    return _entrer


def il_y_a(jours: int) -> str:
    return (timezone.localdate() - timedelta(days=jours)).isoformat()


# --- the caisse: a partner, its convention, its first gestionnaire ----------------------------


def inscrire_le_partenaire(admin: Souris) -> None:
    admin.cliquer("link", "Partenaires")
    voir(admin, "Partenaires")
    admin.cliquer("link", "Inscrire un partenaire")
    voir(admin, "Inscrire un partenaire")
    admin.cocher("CCAS ou CIAS")
    admin.remplir("Nom de la structure", STRUCTURE)
    admin.remplir("Nombre de membres", "8")
    admin.remplir("Domaines de messagerie", DOMAINE)
    admin.remplir("Délégué à la protection des données", "Pôle juridique")
    admin.remplir("Adresse électronique du délégué", f"dpo@{DOMAINE}")
    admin.cliquer("button", "Inscrire le partenaire")
    voir(admin, STRUCTURE)
    lire(admin, "0 sur 2")


def preparer_la_convention(admin: Souris, autre_caisse: str) -> None:
    admin.cliquer("link", "Préparer une convention")
    voir(admin, "Préparer une convention")
    admin.remplir("Intitulé", INTITULE)
    admin.choisir("Caisse 2", autre_caisse)
    admin.choisir("Partenaire 1", STRUCTURE)
    admin.cliquer("button", "Enregistrer le brouillon")
    voir(admin, INTITULE)
    admin.cliquer("button", "Envoyer en signature")
    lire(admin, "Signatures reçues : 0 sur 3")
    controler_accessibilite(admin)


def enregistrer_la_signature(
    geste: Souris, partie: str, *, jour: str, scan: Path | None = None
) -> None:
    geste.cliquer("link", f"enregistrer sa signature ({partie})")
    voir(geste, partie)
    geste.remplir("Date de signature", jour)
    geste.remplir("Qualité du signataire", "Directrice")
    if scan:
        geste.joindre("id_scan", [scan])
    geste.cliquer("button", "Enregistrer")
    lire(geste, f"Signature enregistrée : {partie}.")


def recueillir_les_signatures(admin: Souris, personas: Personas, scan: Path) -> None:
    """The last of the three days is the one of effect (C-02)."""
    enregistrer_la_signature(admin, personas.caisse_a.nom, jour=il_y_a(90))
    enregistrer_la_signature(admin, personas.caisse_b.nom, jour=il_y_a(70))
    lire(admin, "Signatures reçues : 2 sur 3")
    assert Convention.objects.get(intitule=INTITULE).date_effet is None
    enregistrer_la_signature(admin, STRUCTURE, jour=il_y_a(80), scan=scan)
    voir(admin, INTITULE)
    assert f"{Convention.objects.get(intitule=INTITULE).date_effet}" == il_y_a(70)


def ouvrir_le_portail(admin: Souris, voisin: Souris, personas: Personas) -> None:
    """The convention d'utilisation (C-04); each caisse may record what it receives."""
    admin.cliquer("button", "Préparer la convention d’utilisation")
    controler_accessibilite(admin)
    admin.cliquer("button", "Envoyer en signature")
    enregistrer_la_signature(admin, personas.caisse_a.nom, jour=il_y_a(60))
    enregistrer_la_signature(admin, STRUCTURE, jour=il_y_a(60))
    lire(admin, "Signatures reçues : 2 sur 3")
    ouvrir_la_convention(voisin)
    enregistrer_la_signature(voisin, personas.caisse_b.nom, jour=il_y_a(60))
    lire(voisin, "Portail ouvert")
    controler_accessibilite(voisin)


def ouvrir_la_convention(geste: Souris) -> None:
    geste.cliquer("link", "Conventions")
    voir(geste, "Conventions")
    geste.cliquer("link", INTITULE)
    voir(geste, INTITULE)


def lire_les_papiers(admin: Souris) -> None:
    """The scan went through the antivirus; our own PDF was made by the worker."""
    attendre(lambda: not Scan.objects.exclude(etat="saine").exists(), "the antivirus verdict")
    attendre(lambda: not Document.objects.filter(etabli_le=None).exists(), "the PDF to sign")
    ouvrir_la_convention(admin)
    with admin.page.expect_download() as recu:
        admin.activer("link", "Ouvrir le PDF")
    texte = texte_du_pdf(recu.value)
    assert STRUCTURE in texte
    with admin.page.expect_download() as recu:
        admin.activer("link", "convention_signee.pdf")
    assert Path(recu.value.path()).read_bytes() == echantillons.pdf()


def texte_du_pdf(telechargement: Any) -> str:
    pages = pypdf.PdfReader(io.BytesIO(Path(telechargement.path()).read_bytes())).pages
    return "\n".join(page.extract_text() for page in pages)


def habiliter_la_gestionnaire(admin: Souris) -> None:
    """Keyed in by the caisse, since the partner has nobody to ask for it (H-02)."""
    lire(admin, f"Habiliter un premier gestionnaire : {STRUCTURE}")
    admin.cliquer("link", "Voir ses comptes")
    voir(admin, STRUCTURE)
    admin.cliquer("link", "Saisir une habilitation")
    voir(admin, "Habiliter un gestionnaire")
    remplir_l_identite(admin, "Irène", "Castelain", "25")
    admin.cliquer("button", "Envoyer la demande")
    voir(admin, "Habilitation")
    admin.cliquer("button", "Accepter")
    lire(admin, "La démarche est acceptée.")
    controler_accessibilite(admin)


def remplir_l_identite(geste: Souris, prenom: str, nom: str, fin: str) -> None:
    geste.cocher("Madame")
    geste.remplir("Nom", nom)
    geste.remplir("Prénom", prenom)
    geste.remplir("Fonction", "Responsable de l’accueil")
    geste.remplir("Téléphone professionnel", f"06 39 98 00 {fin}")
    adresse = f"{prenom[0].lower()}.{nom.lower()}@{DOMAINE}"
    geste.remplir("Adresse e-mail professionnelle", adresse)


# --- the gestionnaire: five techniciens, never six --------------------------------------------


def importer_trois_techniciens(geste: Souris, dossier: Path) -> None:
    """One row is wrong: it is corrected where it stands (H-03)."""
    tableau = dossier / "equipe.csv"
    tableau.write_text(TABLEAU, encoding="utf-8")
    geste.cliquer("link", "En créer plusieurs")
    voir(geste, "Créer plusieurs comptes de technicien")
    geste.joindre("id_fichier", [tableau])
    geste.cocher("Je déclare que toutes ces personnes")
    geste.cocher("Je déclare qu’elles utiliseront")
    geste.cliquer("button", "Vérifier la liste")
    voir(geste, "1 ligne sur 3 est à corriger")
    assert not Utilisateur.objects.filter(email__endswith=f"@{DOMAINE}", nom="Delattre").exists()
    geste.remplir("Adresse e-mail, ligne 3", f"h.lemaire@{DOMAINE}")
    geste.cliquer("button", "Vérifier de nouveau")
    voir(geste, "3 lignes vérifiées, sans erreur")
    geste.cliquer("button", "Créer 3 comptes")
    lire(geste, "3 comptes sont créés")
    lire(geste, "Techniciens : 3 sur 5")
    controler_accessibilite(geste)


def creer_un_technicien(geste: Souris, prenom: str, nom: str, fin: str) -> None:
    remplir_l_identite(geste, prenom, nom, fin)
    geste.cocher("Salarié")
    geste.cocher("Je déclare que cette personne")
    geste.cocher("Je déclare qu’elle utilisera")
    geste.cliquer("button", "Créer le compte")


def remplir_l_equipe(geste: Souris, dossier: Path) -> None:
    """Eight members: five techniciens; a sixth is refused, even by a page opened before (H-07)."""
    importer_trois_techniciens(geste, dossier)
    geste.cliquer("link", "Créer un compte de technicien")
    voir(geste, "Créer un compte de technicien")
    creer_un_technicien(geste, "Basilia", "Fournier", "24")
    voir(geste, "Basilia Fournier")
    ailleurs = Souris(geste.page.context.new_page())
    for onglet in (geste, ailleurs):
        onglet.page.goto("/equipe/nouveau/")
    creer_un_technicien(geste, "Inès", "Carpentier", "26")
    lire(geste, "Le compte de Inès Carpentier est créé")
    creer_un_technicien(ailleurs, "Yanis", "Leclercq", "27")
    lire(ailleurs, re.compile(r"Tous les comptes de technicien sont pris \(5 sur 5\)"))
    lire(ailleurs, "inactivez le compte d’une personne qui n’utilise plus le portail")
    expect(ailleurs.page.get_by_label("Prénom")).to_have_value("Yanis")
    controler_accessibilite(ailleurs)
    ailleurs.cliquer("link", "Équipe")
    lire(ailleurs, "Techniciens : 5 sur 5")
    controler_accessibilite(ailleurs)
    ailleurs.page.close()
    siens = Utilisateur.objects.filter(email__endswith=f"@{DOMAINE}", profil="technicien")
    assert siens.count() == 5


# --- one caisse leaves, then the last one -----------------------------------------------------


def mettre_en_demeure(admin: Souris, caisse: str = "") -> None:
    """Notified fifteen days ago, not repaired: today is the last day (C-03)."""
    ouvrir_la_convention(admin)
    admin.cliquer("link", "Mettre en demeure pour manquement")
    voir(admin, "Mettre en demeure pour manquement")
    admin.remplir("Notifiée le", il_y_a(15))
    if caisse:
        admin.cocher(f"{caisse} seulement")
    admin.remplir("Motif", "Les comptes sont prêtés d’une personne à l’autre.")
    admin.cliquer("button", "Continuer")
    voir(admin, "Si vous confirmez")
    lire(admin, f"Dernier jour : {timezone.localdate():%d/%m/%Y}")
    admin.cliquer("button", "Confirmer : dernier jour")
    lire(admin, f"dernier jour le {timezone.localdate():%d/%m/%Y}")
    controler_accessibilite(admin)


def passer_minuit() -> None:
    """The night passes for the ends: what had today as its last day had yesterday."""
    nuit = timedelta(days=1)
    with transaction.atomic():
        for rupture in Rupture.objects.all():
            rupture.notifiee_le -= nuit
            rupture.dernier_jour -= nuit
            rupture.save()
        for modele in (Convention, CaisseLiee):
            for objet in modele.objects.filter(date_fin__isnull=False).select_for_update():
                objet.date_fin -= nuit  # type: ignore[attr-defined]
                objet.save(update_fields=["date_fin"])


def compter_les_caisses(technicien: Souris, *noms: str) -> None:
    expect(technicien.page.locator(".ep-offre > h2")).to_have_text(list(noms))


def perdre_une_caisse(technicien: Souris, personas: Personas) -> None:
    """Its tiles go, at once; the others still open a draft (H-12)."""
    page, restante, partie = technicien.page, personas.caisse_a, personas.caisse_b
    compter_les_caisses(technicien, restante.nom, partie.nom)
    passer_minuit()
    technicien.cliquer("button", f"auprès de la {partie.nom}")
    expect(page).not_to_have_url(re.compile("/brouillons/"))
    controler_accessibilite(technicien)
    page.goto("/")
    compter_les_caisses(technicien, restante.nom)
    controler_accessibilite(technicien)
    attendre(
        lambda: CaisseLiee.objects.filter(caisse=partie, close_le__isnull=False).exists(),
        "beat closes the link of the caisse that left",
    )
    etats = Utilisateur.objects.filter(email__endswith=f"@{DOMAINE}").values_list("etat", flat=True)
    assert set(etats) == {Etat.ACTIF, Etat.INVITE}
    technicien.cliquer("button", "accès aux droits et aux soins")
    expect(page).to_have_url(re.compile("/brouillons/"))
    page.goto("/")


def perdre_la_derniere(technicien: Souris, gestionnaire: Souris) -> None:
    """Every account closes, without anyone; an open page leads to the sign-in (H-12)."""
    siens = Utilisateur.objects.filter(email__endswith=f"@{DOMAINE}")
    assert siens.count() == 6
    passer_minuit()
    attendre(lambda: not siens.exclude(etat=Etat.INACTIF).exists(), "beat closes the accounts")
    assert set(siens.values_list("cause_inactivation", flat=True)) == {"convention"}
    for geste, lien in ((technicien, "Demandes"), (gestionnaire, "Équipe")):
        geste.cliquer("link", lien)
        expect(geste.page).to_have_url(re.compile(r"/connexion/\?next=/\w+/&fin=fermee"))
        voir(geste, "Connexion")
        lire(geste, "Votre session a été fermée.")


def essayer_d_entrer(geste: Souris, identifiant: str, mot_de_passe: str) -> str:
    geste.page.goto("/connexion/")
    geste.remplir("Identifiant", identifiant)
    geste.remplir("Mot de passe", mot_de_passe)
    geste.cliquer("button", "Continuer")
    expect(geste.page).to_have_url(re.compile("/connexion/$"))
    return geste.page.get_by_role("main").inner_text()


def rester_dehors(geste: Souris, identifiant: str) -> None:
    """The right password is told nothing that a wrong one is not."""
    juste = essayer_d_entrer(geste, identifiant, NOUVEAU)
    assert REFUS in juste
    assert essayer_d_entrer(geste, identifiant, FAIBLE) == juste


@pytest.mark.regle("C-01")
@pytest.mark.regle("C-02")
@pytest.mark.regle("C-03")
@pytest.mark.regle("C-04")
@pytest.mark.regle("H-02")
@pytest.mark.regle("H-03")
@pytest.mark.regle("H-04")
@pytest.mark.regle("H-05")
@pytest.mark.regle("H-07")
@pytest.mark.regle("H-12")
def test_de_la_convention_au_dernier_compte(
    scene: Personas,
    entrer: Callable[[Utilisateur], Souris],
    ouvrir: Callable[..., Page],
    ouvrier: None,
    boite: Boite,
    tmp_path: Path,
) -> None:
    scan = tmp_path / "convention_signee.pdf"
    scan.write_bytes(echantillons.pdf())
    admin, voisin = entrer(scene.admin_a), entrer(scene.admin_b)
    inscrire_le_partenaire(admin)
    preparer_la_convention(admin, scene.caisse_b.nom)
    recueillir_les_signatures(admin, scene, scan)
    ouvrir_le_portail(admin, voisin, scene)
    lire_les_papiers(admin)
    habiliter_la_gestionnaire(admin)

    gestionnaire, technicien = Souris(ouvrir()), Souris(ouvrir())
    lien = lien_recu(boite, f"i.castelain@{DOMAINE}", "Irène", "Castelain", STRUCTURE)
    activer(gestionnaire, lien, faible=True)
    voir(gestionnaire, "Bonjour Irène")
    remplir_l_equipe(gestionnaire, tmp_path)
    activer(technicien, lien_recu(boite, f"m.delattre@{DOMAINE}", "Maud", "Delattre", STRUCTURE))
    voir(technicien, "Bonjour Maud")

    mettre_en_demeure(voisin, scene.caisse_b.nom)
    perdre_une_caisse(technicien, scene)
    mettre_en_demeure(admin)
    perdre_la_derniere(technicien, gestionnaire)
    rester_dehors(technicien, "m.delattre")
    rester_dehors(gestionnaire, "i.castelain")


# --- the review of the habilitations ----------------------------------------------------------


def ouvrir_la_revue(admin: Souris, partenaire: str) -> None:
    admin.cliquer("link", "Revues")
    voir(admin, "Revues des habilitations")
    admin.cliquer("link", "Ouvrir des revues")
    voir(admin, "Ouvrir des revues")
    admin.cocher(partenaire)
    admin.cliquer("button", "Ouvrir")
    lire(admin, "1 revue est ouverte.")
    controler_accessibilite(admin)


def repondre_a_la_revue(gestionnaire: Souris) -> None:
    """Two are kept, one ends: the summary says which before it is signed."""
    gestionnaire.page.goto("/")
    gestionnaire.cliquer("link", "Revue des habilitations à signer")
    controler_accessibilite(gestionnaire)
    ligne = gestionnaire.page.get_by_role("row", name="Ancienne")
    ligne.get_by_text("Mettre fin").click()
    gestionnaire.cliquer("button", "Continuer vers la signature")
    lire(gestionnaire, "2 comptes restent sans réponse")
    controler_accessibilite(gestionnaire)
    gestionnaire.cliquer("button", "Conserver tous les comptes sans réponse")
    lire(gestionnaire, "3 comptes sur 3 décidés")
    gestionnaire.cliquer("button", "Continuer vers la signature")
    voir(gestionnaire, "1 compte prend fin")
    gestionnaire.cliquer("button", "Signer la revue")
    lire(gestionnaire, "La revue est signée et transmise à la caisse.")
    controler_accessibilite(gestionnaire)


@pytest.mark.regle("H-15")
def test_la_revue_signee_revient_a_la_caisse(
    scene: Personas, entrer: Callable[[Utilisateur], Souris], ouvrier: None
) -> None:
    ancienne = UtilisateurFactory(
        identifiant="a.ancienne", nom="Ancienne", prenom="Agathe", sur=scene.partenaire_a
    )
    admin, gestionnaire = entrer(scene.admin_a), entrer(scene.gestionnaire_a)
    ouvrir_la_revue(admin, scene.partenaire_a.nom)
    repondre_a_la_revue(gestionnaire)
    ancienne.refresh_from_db()
    assert (ancienne.etat, ancienne.cause_inactivation) == (Etat.INACTIF, "revue")
    attendre(lambda: Revue.objects.get().document.est_etabli, "the signed table")
    admin.page.goto("/revues/?vue=signees")
    admin.cliquer("link", "Revue")
    lire(admin, "2 comptes conservés, 1 terminé")
    controler_accessibilite(admin)
    with admin.page.expect_download() as recu:
        admin.activer("link", "Tableau signé (PDF)")
    texte = texte_du_pdf(recu.value)
    assert "Ancienne" in texte
    assert scene.partenaire_a.nom in texte
    admin.page.goto("/notifications/")
    lire(admin, "Un partenaire a signé la revue de ses habilitations.")
    controler_accessibilite(admin)


# --- without JavaScript -----------------------------------------------------------------------


@pytest.mark.regle("H-03")
@pytest.mark.regle("H-04")
def test_sans_javascript_un_technicien_est_cree_puis_entre(
    scene: Personas, ouvrir: Callable[..., Page], ouvrier: None, boite: Boite
) -> None:
    inspecteur = ouvrir()
    gestionnaire = Souris(ouvrir(javascript=False), inspecteur=inspecteur)
    technicien = Souris(ouvrir(javascript=False), inspecteur=inspecteur)
    connecter(gestionnaire, scene.gestionnaire_a)
    gestionnaire.cliquer("link", "Créer un compte de technicien")
    creer_un_technicien(gestionnaire, "Yanis", "Leclercq", "27")
    lire(gestionnaire, "Elle se termine par @ccas-arras.example")
    controler_accessibilite(gestionnaire)
    expect(gestionnaire.page.get_by_label("Prénom")).to_have_value("Yanis")
    gestionnaire.remplir("Adresse e-mail professionnelle", "y.leclercq@ccas-arras.example")
    gestionnaire.cliquer("button", "Créer le compte")
    voir(gestionnaire, "Yanis Leclercq")
    activer(technicien, lien_recu(boite, "y.leclercq@ccas-arras.example"), faible=True)
    voir(technicien, "Bonjour Yanis")
    compter_les_caisses(technicien, scene.caisse_a.nom)
