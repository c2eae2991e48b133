"""A refusal leaves a trace that says which kind, and never what was typed (D-08, D-09, G-05)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from comptes.models import Trace
from signalements.models import Demande
from tests.personas import Personas, connecte
from tests.signalements.fabriques import avancer
from tests.voisinage import DONNEES, Voisinage, voisiner

NIR = "2 84 03 62 498 001 64"

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-05")]


@pytest.fixture
def voisinage(personas: Personas) -> Voisinage:
    return voisiner(personas)


def raisons() -> list[Any]:
    refus = Trace.objects.filter(action="refus").order_by("pk")
    return [trace.details.get("raison") for trace in refus]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    ("vue", "champ"),
    [
        ("signalements:message", "texte"),
        ("signalements:note", "note-texte"),
        ("signalements:enregistrer", "commentaires"),
        ("signalements:brouillon", "commentaires"),
        ("signalements:file", "q"),
    ],
)
def test_un_nir_refuse_se_trace_sans_le_texte(
    voisinage: Voisinage, personas: Personas, vue: str, champ: str
) -> None:
    acteur = personas.technicien_a if "brouillon" in vue or "enreg" in vue else personas.agent_a
    adresse = reverse(vue, kwargs=voisinage.a.parametres(vue))
    connecte(Client(), acteur).post(adresse, {champ: f"Son numéro : {NIR}"})
    assert "nir" in raisons()
    tout = str(list(Trace.objects.values()))
    assert NIR not in tout
    assert NIR.replace(" ", "") not in tout


@pytest.mark.regle("D-09")
def test_une_maladie_refusee_se_trace(voisinage: Voisinage, personas: Personas) -> None:
    adresse = reverse("signalements:message", args=[voisinage.a.demande.reference])
    connecte(Client(), personas.technicien_a).post(adresse, {"texte": "Elle a un diabète."})
    assert raisons() == ["sante"]


def test_un_texte_accepte_ne_laisse_pas_de_refus(voisinage: Voisinage, personas: Personas) -> None:
    adresse = reverse("signalements:message", args=[voisinage.a.demande.reference])
    connecte(Client(), personas.technicien_a).post(adresse, {"texte": "Bonjour, du nouveau ?"})
    assert raisons() == []


@pytest.mark.regle("D-08")
def test_un_nom_refuse_laisse_un_brouillon_a_reprendre(
    voisinage: Voisinage, personas: Personas
) -> None:
    brouillon, client = voisinage.a.brouillon, connecte(Client(), personas.technicien_a)
    brouillon.contenu = {}
    brouillon.save(update_fields=["contenu"])
    adresse = reverse("signalements:enregistrer", args=[brouillon.identifiant])
    reponse = client.post(adresse, {"nom": f"Vasseur {NIR}", "prenom": "Élodie"})
    assert list(reponse.json()["refus"]) == ["nom"]
    accueil = client.get("/")
    assert accueil.status_code == 200
    assert "Élodie" in accueil.content.decode()


@pytest.mark.regle("D-07")
def test_un_fichier_refuse_se_trace_sans_son_nom(voisinage: Voisinage, personas: Personas) -> None:
    adresse = reverse("signalements:pieces_brouillon", args=[voisinage.a.brouillon.identifiant])
    fichier = SimpleUploadedFile("elodie-vasseur.exe", b"MZ")
    connecte(Client(), personas.technicien_a).post(adresse, {"fichier": fichier})
    assert raisons() == ["fichier:extension"]
    assert "vasseur" not in str(list(Trace.objects.values())).lower()


@pytest.mark.regle("D-08")
@pytest.mark.regle("D-09")
@pytest.mark.parametrize("nom", ["284036249800164.csv", "2_84_03_62_498_001_64.csv", "diabete.csv"])
def test_un_nom_de_fichier_refuse_n_est_ni_dit_ni_garde(
    voisinage: Voisinage, personas: Personas, nom: str
) -> None:
    demande, client = voisinage.a.demande, connecte(Client(), personas.technicien_a)
    adresse = reverse("signalements:joindre", args=[demande.reference])
    fichiers = [SimpleUploadedFile(n, b"poste;montant") for n in (nom, "loyer.csv", "note.exe")]
    reponse = client.post(adresse, {"fichiers": fichiers})
    racine = nom.removesuffix(".csv")
    assert racine not in str(reponse.cookies) + str(dict(client.session))
    page = client.get(demande.get_absolute_url()).content.decode()
    assert racine not in page
    assert "Le nom du fichier ne convient pas" in page
    assert "« loyer.csv » est ajouté." in page
    assert "« note.exe » : Ce type de fichier" in page
    assert raisons() == ["fichier:nom", "fichier:extension"]


def test_ce_qui_n_est_pas_encore_pret_se_trace(voisinage: Voisinage, personas: Personas) -> None:
    client = connecte(Client(), personas.agent_a)
    for vue in ("signalements:piece", "signalements:recepisse"):
        adresse = reverse(vue, kwargs=voisinage.a.parametres(vue))
        assert client.get(adresse).status_code == 409
    assert raisons() == ["piece:en_attente", "recepisse:attendu"]
    refus = Trace.objects.filter(action="refus").order_by("pk")
    assert [trace.objet for trace in refus] == ["piece", "demande"]
    assert {trace.qui_id for trace in refus} == {personas.agent_a.pk}


def test_une_etape_ou_un_message_depasses_se_tracent_sans_le_texte(
    voisinage: Voisinage, personas: Personas
) -> None:
    demande = avancer(voisinage.a.demande, personas.agent_a, jusqu_a="cloturer")
    client = connecte(Client(), personas.agent_a)
    etape = reverse("signalements:etape", args=[demande.reference, "prendre_en_charge"])
    client.post(etape)
    message = reverse("signalements:message", args=[demande.reference])
    client.post(message, {"texte": "Une dernière chose."})
    assert raisons() == ["devancee", "devancee"]
    assert "dernière" not in str(list(Trace.objects.values()))


def test_deposer_deux_fois_mene_a_la_meme_demande(voisinage: Voisinage, personas: Personas) -> None:
    """Two clicks on « Déposer » without JavaScript: one request, and the way to it."""
    brouillon, client = voisinage.a.brouillon, connecte(Client(), personas.technicien_a)
    saisie = {**DONNEES, "date_naissance": "09/03/1984", "consentement": "on"}
    saisie.pop("urgente")
    client.post(brouillon.get_absolute_url(), {**saisie, "faire": "relire"})
    adresse = reverse("signalements:relire", args=[brouillon.identifiant])
    avant = Demande.objects.count()
    premiere, seconde = client.post(adresse), client.post(adresse)
    assert Demande.objects.count() == avant + 1
    assert premiere.url == seconde.url
    assert premiere.url.startswith("/demandes/EP-")
    colocataire = connecte(Client(), personas.technicien_b)
    assert colocataire.post(adresse).status_code == 404
