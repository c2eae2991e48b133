"""The table of habilitations and the proof of an inactivation, typed by hand (H-13, H-15)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from comptes.models import Utilisateur
from conventions.actions import documents
from conventions.models import Document
from equipes.models import Incident, LigneRevue, Revue
from tests.conventions.documents import faire, lecteur, texte
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

LUNDI = datetime(2026, 3, 9, 9, 5, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _horloge() -> Iterator[None]:
    """Monday 9 March 2026, 9:05 in Paris."""
    with time_machine.travel(LUNDI, tick=False):
        yield


@pytest.fixture
def scene(_horloge: None, personas: Personas) -> Personas:
    return personas


def revue(scene: Personas, decisions: dict[Utilisateur, str], *, signee: bool = True) -> Revue:
    faite = Revue.objects.create(
        caisse=scene.caisse_a,
        partenaire=scene.partenaire_a,
        ouverte_le=LUNDI - timedelta(days=8),
        ouverte_par=scene.admin_a,
        echeance_le=date(2026, 3, 31),
        signee_le=LUNDI if signee else None,
        signee_par=scene.gestionnaire_a if signee else None,
    )
    for compte, decision in decisions.items():
        LigneRevue.objects.create(revue=faite, compte=compte, decision=decision)
    return faite


def tableau(scene: Personas, source: Revue | None = None) -> Document:
    return faire(
        documents.demander_document(
            "habilitations",
            source=source,
            caisse=scene.caisse_a,
            partenaire=scene.partenaire_a,
            acteur=scene.admin_a,
        )
    )


def incident(scene: Personas, **champs: object) -> Document:
    compte = fermer(scene.technicien_a, Utilisateur.Cause.FRAUDE)
    arrive = Incident.objects.create(
        **{
            "compte": compte,
            "caisse": scene.caisse_a,
            "partenaire": scene.partenaire_a,
            "nature": "vol",
            "constate_le": date(2026, 3, 7),
            "recit": "L’ordinateur du service a été volé.",
            "signale_par": scene.gestionnaire_a,
            "signale_le": LUNDI,
            **champs,
        }
    )
    return faire(
        documents.demander_document(
            "fraude",
            source=arrive,
            caisse=scene.caisse_a,
            partenaire=scene.partenaire_a,
            acteur=None,
        )
    )


@pytest.mark.regle("H-15")
def test_le_tableau_signe_dit_chaque_decision(scene: Personas) -> None:
    parti = UtilisateurFactory(
        nom="Morel", prenom="Camille", fonction="Stagiaire", sur=scene.partenaire_a
    )
    Utilisateur.objects.filter(pk=scene.gestionnaire_a.pk).update(
        nom="Caron", prenom="Inès", fonction="Directrice"
    )
    scene.gestionnaire_a.refresh_from_db()
    document = tableau(scene, revue(scene, {parti: "terminer", scene.gestionnaire_a: "conserver"}))
    contenu = texte(document)
    for attendu in (
        "Tableau des habilitations",
        scene.partenaire_a.nom,
        f"Revue demandée par {scene.caisse_a.nom}, ouverte le 1er mars 2026",
        "signée le 09/03/2026 à 9 h 05 par Inès Caron, directrice",
        "1 compte de gestionnaire, 1 compte de technicien.",
        "Inès Caron gestionnaire.a Gestionnaire Directrice",
        "Stagiaire",
        "Actif Mettre fin",
        "Actif Conserver",
        "Inès Caron atteste avoir revu chacun de ces comptes",
    ):
        assert attendu in contenu, attendu
    assert document.garde_jusqu_au is None
    assert contenu.index("Inès Caron gestionnaire.a") < contenu.index("Camille Morel")


@pytest.mark.regle("H-15")
def test_soixante_comptes_repetent_les_titres_a_chaque_page(scene: Personas) -> None:
    comptes = UtilisateurFactory.create_batch(60, sur=scene.partenaire_a)
    document = tableau(scene, revue(scene, dict.fromkeys(comptes, "conserver")))
    pages = [" ".join(page.extract_text().split()) for page in lecteur(document).pages]
    assert len(pages) > 1
    for page in pages:
        assert "Titulaire Identifiant Profil Fonction Créé le État Décision" in page
    assert sum(page.count("Conserver") for page in pages) == 60
    for page in lecteur(document).pages:
        assert page.mediabox.width > page.mediabox.height


@pytest.mark.regle("H-14")
def test_le_tableau_du_jour_ne_dure_pas_et_tait_les_comptes_supprimes(scene: Personas) -> None:
    parti = fermer(UtilisateurFactory(nom="Effacé", prenom="Anna", sur=scene.partenaire_a))
    Utilisateur.objects.filter(pk=parti.pk).update(etat="supprime", supprime_le=LUNDI)
    ailleurs = UtilisateurFactory(nom="Voisin", sur=scene.partenaire_b)
    document = tableau(scene)
    contenu = texte(document)
    assert "État des comptes le 9 mars 2026. Ce tableau n’est pas signé." in contenu
    assert "technicien.a" in contenu
    assert "inactif.a" in contenu
    assert "Effacé" not in contenu
    assert parti.identifiant not in contenu
    assert ailleurs.identifiant not in contenu
    assert "Décision" not in contenu
    assert document.garde_jusqu_au == date(2026, 4, 8)


def test_une_revue_non_signee_ne_donne_que_le_tableau_du_jour(scene: Personas) -> None:
    ouverte = revue(scene, {scene.technicien_a: "terminer"}, signee=False)
    document = tableau(scene, ouverte)
    assert "Ce tableau n’est pas signé." in texte(document)
    assert document.est_provisoire


@pytest.mark.regle("H-13")
def test_l_attestation_dit_quel_compte_pourquoi_et_a_la_demande_de_qui(scene: Personas) -> None:
    Utilisateur.objects.filter(pk=scene.technicien_a.pk).update(nom="Morel", prenom="Camille")
    Utilisateur.objects.filter(pk=scene.gestionnaire_a.pk).update(nom="Caron", prenom="Inès")
    scene.technicien_a.refresh_from_db()
    contenu = texte(incident(scene))
    for attendu in (
        f"{scene.caisse_a.nom} atteste que le compte désigné ci-dessous a été inactivé",
        "le 09/03/2026 à 9 h 05",
        "Titulaire Camille Morel",
        "Identifiant technicien.a",
        "Motif Vol d'identifiants ou d'appareil",
        "Fait constaté le 7 mars 2026",
        "Signalé par Inès Caron, gestionnaire du partenaire",
        "L’ordinateur du service a été volé.",
        "Le compte ne peut plus ouvrir de session",
    ):
        assert attendu in contenu, attendu


@pytest.mark.regle("H-13")
def test_une_fraude_vue_par_la_caisse(scene: Personas) -> None:
    contenu = texte(incident(scene, signale_par=scene.admin_a, nature="fraude"))
    assert "administrateur de la caisse" in contenu
    assert "Motif Usage frauduleux" in contenu


@pytest.mark.parametrize(
    ("persona", "statut"),
    [
        ("admin_a", 200),
        ("gestionnaire_a", 200),
        ("admin_b", 404),
        ("gestionnaire_b", 404),
        ("agent_a", 403),
    ],
)
def test_la_preuve_est_pour_la_caisse_et_le_partenaire(
    scene: Personas, persona: str, statut: int
) -> None:
    document = incident(scene)
    client = connecte(Client(), getattr(scene, persona))
    reponse = client.get(f"/documents/{document.identifiant}/")
    reponse.close()
    assert reponse.status_code == statut
