"""Writing a request: what the form asks, what it refuses, what it keeps, what it files."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from signalements.models import Brouillon, Demande, Piece
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte
from tests.signalements.saisies import SAISIE, attacher, envoyer, page, sans
from tests.voisinage import lier

pytestmark = pytest.mark.django_db

NIR = "1 85 05 78 006 084 36"


# --- the tiles --------------------------------------------------------------------------------


@pytest.mark.regle("C-06")
def test_l_accueil_ne_montre_que_les_services_ouverts(
    technicien: Client, personas: Personas
) -> None:
    services = ["signaler", "document", "historique"]
    lier(personas.caisse_a, personas.partenaire_a, services=services)
    contenu = technicien.get("/").content.decode()
    assert "Signaler une difficulté d&#x27;accès aux droits et aux soins" in contenu
    assert 'action="/demandes/nouvelle/artois/signaler/"' in contenu
    assert "Demander un document" in contenu
    assert "03 00 00 00 00" in contenu
    for absent in ("Contacter la caisse", "Demander un rendez-vous", "étude de dossier"):
        assert absent not in contenu


@pytest.mark.regle("D-01")
def test_une_caisse_sans_convention_en_vigueur_n_est_pas_proposee(
    technicien: Client, personas: Personas
) -> None:
    hier = timezone.localdate() - timedelta(days=1)
    lier(personas.caisse_a, personas.partenaire_a, date_fin=hier)
    assert personas.caisse_a.nom not in technicien.get("/").content.decode()
    assert technicien.post("/demandes/nouvelle/artois/signaler/").status_code == 404


@pytest.mark.regle("D-01")
@pytest.mark.regle("C-06")
@pytest.mark.parametrize(
    ("adresse", "statut"),
    [
        ("artois/signaler", 302),
        ("artois/contacter", 404),  # off in this convention
        ("artois/document", 404),  # on, but not taken by the portal yet
        ("artois/inconnu", 404),
        ("cote-opale/signaler", 404),  # bound to the neighbour only
    ],
)
def test_un_brouillon_ne_s_ouvre_que_pour_un_service_ouvert(
    technicien: Client, personas: Personas, adresse: str, statut: int
) -> None:
    lier(personas.caisse_a, personas.partenaire_a, services=["signaler", "document"])
    lier(personas.caisse_b, personas.partenaire_b)
    assert technicien.post(f"/demandes/nouvelle/{adresse}/").status_code == statut
    assert Brouillon.objects.count() == (statut == 302)


# --- the form ---------------------------------------------------------------------------------


@pytest.mark.regle("D-04")
def test_les_cinq_motifs(technicien: Client, brouillon: Brouillon) -> None:
    contenu = technicien.get(page(brouillon)).content.decode()
    for motif in (
        "Dossier complexe (rétroactivité, rupture de droits, IJ complexes…)",
        "Droits",
        "Situation d&#x27;urgence",
        "Saisine Mission accompagnement santé",
        "Suivi d&#x27;une demande faite par l&#x27;assuré",
    ):
        assert f">{motif}</option>" in contenu
    assert envoyer(technicien, brouillon, motif="autre").status_code == 200


@pytest.mark.regle("D-02")
def test_l_ordre_du_formulaire_officiel_sans_numero_de_securite_sociale(
    technicien: Client, exigeant: Brouillon
) -> None:
    contenu = technicien.get(page(exigeant)).content.decode()
    noms = (
        "motif fichiers_consentement contextes soins anciennete causes civilite nom prenom "
        "date_naissance lieu_naissance departement_residence telephone urgente fichiers_urgence "
        "fichiers commentaires"
    ).split()
    places = [contenu.index(f'name="{nom}"') for nom in noms]
    assert places == sorted(places)
    assert 'name="nir"' not in contenu


@pytest.mark.regle("D-02")
@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("civilite", ""),
        ("nom", ""),
        ("prenom", " "),
        ("date_naissance", "30/02/1984"),
        ("date_naissance", "09/03/2999"),
        ("lieu_naissance", "620"),
        ("departement_residence", "99"),
        ("telephone", "06 39 98 00"),
        ("commentaires", ""),
        ("motif", ""),
    ],
)
def test_une_reponse_manquante_ou_fausse_est_montree(
    technicien: Client, brouillon: Brouillon, champ: str, valeur: str
) -> None:
    reponse = envoyer(technicien, brouillon, **{champ: valeur})
    assert list(reponse.context["form"].errors) == [champ]
    assert 'value="Élodie"' in reponse.content.decode() or champ == "prenom"


@pytest.mark.regle("D-05")
def test_la_saisine_mas_demande_un_contexte(technicien: Client, brouillon: Brouillon) -> None:
    reponse = technicien.post(page(brouillon), {**sans("contextes"), "faire": "relire"})
    assert list(reponse.context["form"].errors) == ["contextes"]
    facultatifs = sans("soins", "anciennete", "causes")
    assert technicien.post(page(brouillon), {**facultatifs, "faire": "relire"}).status_code == 302


@pytest.mark.regle("D-05")
def test_les_precisions_d_un_autre_motif_ne_sont_pas_transmises(
    technicien: Client, brouillon: Brouillon
) -> None:
    assert envoyer(technicien, brouillon, motif="droits").status_code == 302
    assert "Pharmacie" not in technicien.get(page(brouillon, "relire/")).content.decode()
    technicien.post(page(brouillon, "relire/"))
    demande = Demande.objects.get()
    assert (demande.contextes, demande.soins, demande.causes) == ([], [], [])


@pytest.mark.regle("D-06")
@pytest.mark.parametrize(("longueur", "statut"), [(5000, 302), (5001, 200)])
def test_un_commentaire_compte_au_plus_5000_caracteres(
    technicien: Client, brouillon: Brouillon, longueur: int, statut: int
) -> None:
    texte = "é\r\n" + "a" * (longueur - 2)
    assert envoyer(technicien, brouillon, commentaires=texte).status_code == statut


@pytest.mark.regle("D-03")
def test_la_case_du_consentement_est_obligatoire(technicien: Client, brouillon: Brouillon) -> None:
    contenu = technicien.get(page(brouillon)).content.decode()
    assert 'name="consentement"' in contenu
    assert 'name="fichiers_consentement"' not in contenu
    reponse = technicien.post(page(brouillon), {**sans("consentement"), "faire": "relire"})
    assert list(reponse.context["form"].errors) == ["consentement"]


@pytest.mark.regle("D-03")
def test_cette_caisse_veut_le_formulaire_signe_et_pas_la_case(
    technicien: Client, exigeant: Brouillon
) -> None:
    contenu = technicien.get(page(exigeant)).content.decode()
    assert 'name="consentement"' not in contenu
    assert list(envoyer(technicien, exigeant).context["form"].errors) == ["fichiers_consentement"]
    attacher(exigeant)  # an attachment that is not the signed form
    assert envoyer(technicien, exigeant).status_code == 200
    attacher(exigeant, usage="consentement", etat=Piece.Etat.INFECTEE, analysee_le=timezone.now())
    assert envoyer(technicien, exigeant).status_code == 200
    attacher(exigeant, usage="consentement")
    assert envoyer(technicien, exigeant).status_code == 302


@pytest.mark.regle("D-10")
def test_une_urgence_demande_un_justificatif_a_cette_convention(
    technicien: Client, exigeant: Brouillon
) -> None:
    attacher(exigeant, usage="consentement")
    assert envoyer(technicien, exigeant).status_code == 302
    reponse = envoyer(technicien, exigeant, urgente="on")
    assert list(reponse.context["form"].errors) == ["fichiers_urgence"]
    attacher(exigeant, usage="urgence")
    assert envoyer(technicien, exigeant, urgente="on").status_code == 302


@pytest.mark.regle("D-10")
def test_une_autre_convention_n_en_demande_pas(technicien: Client, brouillon: Brouillon) -> None:
    assert envoyer(technicien, brouillon, urgente="on").status_code == 302


# --- the draft --------------------------------------------------------------------------------


def test_le_brouillon_s_enregistre_et_se_reprend(technicien: Client, brouillon: Brouillon) -> None:
    reponse = technicien.post(
        page(brouillon, "enregistrer/"), {"nom": "Vasseur", "motif": "droits"}
    )
    expire = timezone.localdate() + timedelta(days=14)
    assert reponse.json()["expire_le"] == f"{expire:%d/%m/%Y}"
    assert reponse.json()["refus"] == {}
    contenu = technicien.get(page(brouillon)).content.decode()
    assert 'value="Vasseur"' in contenu
    assert '<option value="droits" selected>' in contenu
    assert f"conservé jusqu’au {expire:%d/%m/%Y}" in contenu


@pytest.mark.regle("D-08")
def test_un_nir_n_est_enregistre_nulle_part(technicien: Client, brouillon: Brouillon) -> None:
    enregistrer = page(brouillon, "enregistrer/")
    technicien.post(enregistrer, {"commentaires": "Avant.", "nom": "Vasseur"})
    saisie = {"commentaires": f"Son numéro : {NIR}.", "date_naissance": NIR, "nom": "Vasseur B"}
    refus = technicien.post(enregistrer, saisie).json()["refus"]
    assert set(refus) == {"commentaires", "date_naissance"}
    assert f"<mark>{NIR}</mark>" in refus["commentaires"]
    brouillon.refresh_from_db()
    assert brouillon.contenu["commentaires"] == ["Avant."]
    assert brouillon.contenu["date_naissance"] == []
    assert brouillon.contenu["nom"] == ["Vasseur B"]


@pytest.mark.regle("D-08")
@pytest.mark.regle("D-09")
@pytest.mark.parametrize("faire", ["relire", "garder", "continuer", "ajouter"])
@pytest.mark.parametrize(
    ("texte", "passage"),
    [(f"Son numéro est {NIR}.", NIR), ("Elle souffre d'un cancer du sein.", "cancer")],
)
def test_un_texte_refuse_revient_avec_son_passage_et_le_reste(
    technicien: Client, brouillon: Brouillon, faire: str, texte: str, passage: str
) -> None:
    reponse = envoyer(technicien, brouillon, faire, commentaires=texte)
    contenu = reponse.content.decode()
    assert reponse.status_code == 200
    assert list(reponse.context["form"].errors) == ["commentaires"]
    assert f"<mark>{passage}" in contenu
    assert 'value="Élodie"' in contenu


def test_les_caracteres_et_choix_impossibles_ne_sont_pas_gardes(
    technicien: Client, brouillon: Brouillon
) -> None:
    saisie = {"nom": "Vas\0seur", "motif": "inconnu", "soins": ["pharmacie", "autre-chose"]}
    assert technicien.post(page(brouillon, "enregistrer/"), saisie).status_code == 200
    brouillon.refresh_from_db()
    assert brouillon.contenu["nom"] == ["Vasseur"]
    assert brouillon.contenu["motif"] == []
    assert brouillon.contenu["soins"] == ["pharmacie"]


@pytest.mark.regle("D-15")
def test_le_brouillon_d_un_collegue_est_introuvable(
    personas: Personas, brouillon: Brouillon
) -> None:
    collegue = connecte(Client(), UtilisateurFactory(sur=personas.partenaire_a))
    assert collegue.get("/").status_code == 200
    piece = attacher(brouillon)
    for suite in ("", "pieces/", "relire/"):
        assert collegue.get(page(brouillon, suite)).status_code == 404
    for suite in (
        "",
        "enregistrer/",
        "relire/",
        "supprimer/",
        f"pieces/{piece.identifiant}/retirer/",
    ):
        assert collegue.post(page(brouillon, suite), SAISIE).status_code == 404
    brouillon.refresh_from_db()
    assert brouillon.contenu == {}
    assert brouillon.pieces.count() == 1


def test_enregistrer_et_quitter_puis_supprimer(technicien: Client, brouillon: Brouillon) -> None:
    assert envoyer(technicien, brouillon, "garder").headers["Location"] == "/"
    accueil = technicien.get("/").content.decode()
    assert "Élodie Vasseur" in accueil
    assert page(brouillon) in accueil
    attacher(brouillon)
    technicien.post(page(brouillon, "supprimer/"))
    assert not Brouillon.objects.exists()
    assert not Piece.objects.exists()
    assert "Aucun brouillon en cours" in technicien.get("/").content.decode()


@pytest.mark.regle("D-01")
def test_changer_de_caisse_garde_la_saisie(
    technicien: Client, brouillon: Brouillon, personas: Personas
) -> None:
    assert envoyer(technicien, brouillon, "changer", caisse="cote-opale").status_code == 404
    lier(personas.caisse_b, personas.partenaire_a)
    reponse = envoyer(technicien, brouillon, "changer", caisse="cote-opale")
    assert reponse.status_code == 302
    brouillon.refresh_from_db()
    assert brouillon.caisse == personas.caisse_b
    assert brouillon.contenu["nom"] == ["Vasseur"]


@pytest.mark.regle("D-01")
def test_une_convention_finie_entre_temps_empeche_le_depot(
    technicien: Client, brouillon: Brouillon
) -> None:
    envoyer(technicien, brouillon)
    convention = brouillon.caisse.conventions.get()
    convention.date_fin = timezone.localdate() - timedelta(days=1)
    convention.save()
    reponse = technicien.post(page(brouillon, "relire/"), follow=True)
    assert "aucune convention en vigueur" in reponse.content.decode()
    assert not Demande.objects.exists()
    assert Brouillon.objects.exists()


# --- the summary and the deposit --------------------------------------------------------------


def test_la_relecture_montre_tout_et_previent_d_un_autre_departement(
    technicien: Client, brouillon: Brouillon
) -> None:
    attacher(brouillon, nom="budget.csv")
    envoyer(technicien, brouillon, departement_residence="83")
    contenu = technicien.get(page(brouillon, "relire/")).content.decode()
    for reponse in (
        "Saisine Mission accompagnement santé",
        "La personne concernée accepte que ses coordonnées soient transmises",
        "Difficultés d&#x27;accès aux droits",
        "Fragilité face au numérique",
        "Plus d&#x27;1 an",
        "Transport",
        "Madame",
        "09/03/1984",
        "06 39 98 00 12",
        "budget.csv",
        "Analyse antivirus en cours",
        "La personne réside dans le département 83 – Var",
    ):
        assert reponse in contenu
    envoyer(technicien, brouillon, departement_residence="62")
    assert "réside dans" not in technicien.get(page(brouillon, "relire/")).content.decode()


@pytest.mark.regle("D-10")
@pytest.mark.parametrize(
    ("champs", "demande"),
    [({"motif": "urgence"}, True), ({"motif": "urgence", "urgente": "on"}, False), ({}, False)],
)
def test_la_relecture_demande_si_une_situation_d_urgence_est_urgente(
    champs: dict[str, str], demande: bool, technicien: Client, brouillon: Brouillon
) -> None:
    envoyer(technicien, brouillon, **champs)
    contenu = technicien.get(page(brouillon, "relire/")).content.decode()
    assert ("Est-ce urgent ?" in contenu) == demande
    assert ("aurait 30 jours pour l’instruire" in contenu) == demande


def test_un_brouillon_incomplet_ne_se_depose_pas(technicien: Client, brouillon: Brouillon) -> None:
    technicien.post(page(brouillon, "enregistrer/"), {"nom": "Vasseur"})
    reponse = technicien.post(page(brouillon, "relire/"))
    assert "telephone" in reponse.context["form"].errors
    assert not Demande.objects.exists()


@pytest.mark.regle("D-03")
def test_le_depot_transmet_la_demande_et_ses_pieces(
    technicien: Client, brouillon: Brouillon, personas: Personas
) -> None:
    attacher(brouillon, nom="budget.csv")
    envoyer(technicien, brouillon)
    reponse = technicien.post(page(brouillon, "relire/"))
    demande = Demande.objects.get()
    assert reponse.headers["Location"] == f"/demandes/{demande.reference}/"
    assert demande.auteur == demande.consentement_par == personas.technicien_a
    assert demande.consentement_mode == "case"
    assert demande.consentement_version == "2026-1"
    assert demande.consentement_le.date() == timezone.now().date()
    assert demande.date_naissance == date(1984, 3, 9)
    assert demande.contextes == ["droits", "numerique"]
    assert [piece.nom for piece in demande.pieces.all()] == ["budget.csv"]
    assert technicien.post(page(brouillon, "relire/")).url == f"/demandes/{demande.reference}/"
    assert Demande.objects.count() == 1
