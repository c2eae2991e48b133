"""The main job, end to end, in a real Chromium: with a mouse, without JavaScript, by keyboard."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from comptes.models import Courriel
from signalements.models import Demande
from tests.navigateur.conftest import Boite, connecter, controler_accessibilite, texte_de
from tests.navigateur.gestes import Clavier, Souris
from tests.personas import Personas
from tests.processus.outils import attendre

TAILLE = 5_242_880
EICAR = "X5O!P%@AP[4" + "\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS" + "-TEST-FILE!$H+H*"
COMMENTAIRE = "La personne a perdu sa complémentaire et ne sait pas comment la renouveler."
REPONSE = "La complémentaire est renouvelée, la personne est informée."

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.navigateur]


@pytest.fixture(params=["souris", "sans_javascript", "clavier"])
def geste(request: pytest.FixtureRequest, ouvrir: Callable[..., Page]) -> Callable[[], Souris]:
    if request.param == "sans_javascript":
        return lambda: Souris(ouvrir(javascript=False), inspecteur=ouvrir())
    return lambda: (Clavier if request.param == "clavier" else Souris)(ouvrir())


@pytest.fixture
def fichiers(tmp_path: Path) -> list[Path]:
    """Eight files of exactly 5 Mo, and one that carries the antivirus test signature."""
    ligne = b"poste;montant\n"
    lourds = [tmp_path / f"budget-{rang}.csv" for rang in range(1, 9)]
    for lourd in lourds:
        lourd.write_bytes((ligne * (TAILLE // len(ligne) + 1))[:TAILLE])
    virus = tmp_path / "releve.csv"
    virus.write_text(EICAR)
    return [virus, *lourds]


def remplir_la_demande(geste: Souris) -> None:
    geste.choisir("Motif de la demande", "Saisine Mission accompagnement santé")
    geste.cocher("La personne concernée accepte que ses coordonnées")
    geste.cocher("Difficultés d'accès aux droits")
    geste.cocher("Pharmacie")
    geste.choisir("Depuis quand dure le renoncement ?", "De 3 mois à 1 an")
    geste.cocher("Reste à charge")
    geste.cocher("Madame")
    geste.remplir("Nom", "Vasseur")
    geste.remplir("Prénom", "Élodie")
    geste.remplir("Date de naissance", "09/03/1984")
    geste.remplir("Lieu de naissance", "62")
    geste.choisir("Département de résidence", "62 – Pas-de-Calais")
    geste.remplir("Téléphone", "06 39 98 00 12")


def joindre_les_fichiers(geste: Souris, fichiers: list[Path]) -> None:
    page = geste.page
    for lot in (fichiers[:1], fichiers[1:]):
        geste.joindre("id_fichiers", lot)
        _attendre_les_verdicts(page, geste.javascript, len(fichiers) if len(lot) > 1 else 1)
    expect(page.get_by_text("Refusée : virus détecté")).to_have_count(1)
    expect(page.get_by_text("Vérifiée", exact=True)).to_have_count(8)


def _attendre_les_verdicts(page: Page, javascript: bool, nombre: int) -> None:
    verdicts = page.get_by_text(re.compile("^(Vérifiée|Refusée : virus détecté)$"))
    if javascript:
        expect(verdicts).to_have_count(nombre)
        return

    def rendus() -> bool:
        page.reload()
        return verdicts.count() == nombre

    attendre(rendus, "the antivirus verdicts")


def deposer(geste: Souris, personas: Personas, fichiers: list[Path]) -> str:
    page = geste.page
    connecter(geste, personas.technicien_a)
    controler_accessibilite(geste)
    geste.cliquer("button", "Signaler une difficulté d'accès aux droits et aux soins")
    controler_accessibilite(geste)
    if geste.javascript:
        remplir_la_demande(geste)
        joindre_les_fichiers(geste, fichiers)
    else:
        joindre_les_fichiers(geste, fichiers)
        remplir_la_demande(geste)
    geste.remplir("Commentaires", COMMENTAIRE)
    controler_accessibilite(geste)
    geste.cliquer("button", "Relire avant d’envoyer")
    expect(page.get_by_role("heading", name="Relire avant d’envoyer")).to_be_visible()
    expect(page.get_by_text(COMMENTAIRE)).to_be_visible()
    controler_accessibilite(geste)
    geste.cliquer("button", "Déposer la demande")
    expect(page).to_have_url(re.compile("/demandes/EP-"))
    controler_accessibilite(geste)
    return Demande.objects.get().reference


def instruire(geste: Souris, personas: Personas, reference: str) -> None:
    page = geste.page
    connecter(geste, personas.agent_a)
    controler_accessibilite(geste)
    geste.cliquer("link", "File de travail")
    controler_accessibilite(geste)
    geste.cliquer("link", reference)
    geste.cliquer("button", "Prendre en charge")
    geste.deplier("Personne jointe")
    geste.cocher("Téléphone")
    geste.cocher("La personne confirme son consentement")
    controler_accessibilite(geste)
    geste.cliquer("button", "Valider : Personne jointe")
    geste.remplir("Votre message", "Bonjour, la personne est jointe. Le dossier avance.")
    geste.cliquer("button", "Envoyer au partenaire")
    geste.remplir("Note interne", "Rappeler jeudi matin.")
    geste.cliquer("button", "Enregistrer la note")
    geste.cliquer("button", "Bilan des droits réalisé")
    geste.deplier("Personne recontactée")
    geste.cocher("Téléphone")
    geste.cliquer("button", "Valider : Personne recontactée")
    geste.cliquer("button", "Plan proposé")
    geste.cliquer("button", "Engager l'accompagnement")
    geste.deplier("Clôturer")
    geste.cocher("Droits ouverts ou rétablis")
    geste.remplir("Réponse au partenaire", REPONSE)
    geste.cliquer("button", "Valider : Clôturer")
    expect(page.get_by_role("heading", name="Demande clôturée")).to_be_visible()
    controler_accessibilite(geste)


def lire_la_reponse(geste: Souris, reference: str) -> None:
    page = geste.page
    geste.cliquer("link", "Demandes")
    controler_accessibilite(geste)
    geste.cliquer("link", reference)
    expect(page.get_by_text(REPONSE)).to_be_visible()
    expect(page.get_by_text("Rappeler jeudi matin.")).to_have_count(0)
    controler_accessibilite(geste)
    with page.expect_download() as telechargement:
        geste.activer("link", "Récépissé (PDF)")
    recepisse = Path(telechargement.value.path()).read_bytes()
    texte = pypdf.PdfReader(io.BytesIO(recepisse)).pages[0].extract_text()
    assert reference in texte


@pytest.mark.regle("D-07")
@pytest.mark.regle("D-12")
@pytest.mark.regle("D-15")
def test_une_demande_du_depot_a_la_reponse(
    geste: Callable[[], Souris],
    scene: Personas,
    ouvrier: None,
    boite: Boite,
    fichiers: list[Path],
) -> None:
    technicien = geste()
    reference = deposer(technicien, scene, fichiers)
    attendre(lambda: hasattr(Demande.objects.get(), "recepisse"), "the receipt")
    instruire(geste(), scene, reference)
    lire_la_reponse(technicien, reference)
    attendre(lambda: len(boite.courriels) == Courriel.objects.count(), "the mails")
    controler_les_courriels(boite.courriels, reference)


def controler_les_courriels(courriels: list[Any], reference: str) -> None:
    """D-17: there is something to read, and where; nothing about anybody."""
    # The deposit, the six steps told to the partner, the message.
    assert len(courriels) == 9
    for courriel in courriels:
        texte = texte_de(courriel)
        assert reference in texte
        assert not re.search("Vasseur|Élodie|complémentaire|06 39|jointe", texte)
