"""Attachments of a draft: each is kept or refused on its own, and what was typed stays."""

import pytest
from django.test import Client
from django.utils import timezone

from signalements.models import Brouillon, Piece
from tests.portail import echantillons
from tests.signalements.fabriques import ouvrir_brouillon
from tests.signalements.saisies import attacher, envoyer, fichier, joindre, page

pytestmark = pytest.mark.django_db

LIMITE = 5_242_880


def noms(brouillon: Brouillon) -> list[str]:
    return [piece.nom for piece in brouillon.pieces.all()]


@pytest.mark.regle("D-07")
def test_un_fichier_de_5_mo_passe_un_octet_de_plus_est_refuse(
    technicien: Client, brouillon: Brouillon
) -> None:
    juste = fichier("juste.pdf", echantillons.pdf(LIMITE))
    assert joindre(technicien, brouillon, juste).status_code == 200
    trop = fichier("trop.pdf", echantillons.pdf(LIMITE + 1))
    reponse = joindre(technicien, brouillon, trop)
    assert reponse.status_code == 422
    assert "la limite est de 5\u00a0Mo" in reponse.content.decode()
    assert noms(brouillon) == ["juste.pdf"]


@pytest.mark.regle("D-07")
def test_le_neuvieme_fichier_est_refuse(technicien: Client, brouillon: Brouillon) -> None:
    for numero in range(8):
        assert joindre(technicien, brouillon, fichier(f"note-{numero}.pdf")).status_code == 200
    reponse = joindre(technicien, brouillon, fichier("note-9.pdf"))
    assert reponse.status_code == 422
    assert "8 pièces jointes, le maximum" in reponse.content.decode()
    assert brouillon.pieces.count() == 8
    assert "8 fichiers sur 8" in technicien.get(page(brouillon)).content.decode()


@pytest.mark.regle("D-07")
def test_un_fichier_infecte_ne_compte_pas_dans_les_huit(
    technicien: Client, brouillon: Brouillon
) -> None:
    attacher(brouillon, nom="virus.csv", etat=Piece.Etat.INFECTEE, analysee_le=timezone.now())
    for numero in range(8):
        assert joindre(technicien, brouillon, fichier(f"note-{numero}.pdf")).status_code == 200
    contenu = technicien.get(page(brouillon, "pieces/")).content.decode()
    assert "8 fichiers sur 8" in contenu
    assert "virus.csv" in contenu
    assert "Refusée : virus détecté" in contenu


@pytest.mark.regle("D-07")
@pytest.mark.parametrize(
    ("nom", "octets", "raison"),
    [
        ("note.exe", b"MZ", "Ce type de fichier n&#x27;est pas accepté"),
        ("note.pdf", b"bonjour", "son contenu n&#x27;y correspond pas"),
        ("note.pdf", echantillons.image("PNG"), "son contenu n&#x27;y correspond pas"),
    ],
)
def test_un_contenu_qui_n_est_pas_le_bon_est_refuse(
    technicien: Client, brouillon: Brouillon, nom: str, octets: bytes, raison: str
) -> None:
    reponse = joindre(technicien, brouillon, fichier(nom, octets))
    assert reponse.status_code == 422
    assert raison in reponse.content.decode()
    assert noms(brouillon) == []


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "nom",
    ["1850578006084_36.pdf", "1%2085%2005%2078%20006%20084%2036.pdf", "%318505780060%384.pdf"],
)
def test_un_nir_dans_le_nom_du_fichier_est_refuse(
    technicien: Client, brouillon: Brouillon, nom: str
) -> None:
    reponse = joindre(technicien, brouillon, fichier(nom))
    assert reponse.status_code == 422
    refus = reponse.content.decode()
    assert "Le nom du fichier ne convient pas : il contient" in refus
    assert "numéro de sécurité sociale" in refus
    # What the script reads, to offer another name.
    assert 'data-erreur="nom"' in reponse.content.decode()
    assert noms(brouillon) == []
    assert joindre(technicien, brouillon, fichier("dossier_36.pdf")).status_code == 200


@pytest.mark.parametrize("usage", ["inconnu", ""])
def test_un_usage_inconnu_est_refuse(technicien: Client, brouillon: Brouillon, usage: str) -> None:
    assert joindre(technicien, brouillon, fichier(), usage).status_code == 422
    assert noms(brouillon) == []


@pytest.mark.regle("D-07")
@pytest.mark.parametrize("faire", ["ajouter", "garder", "continuer", "relire"])
def test_sans_javascript_chaque_fichier_est_garde_ou_refuse(
    technicien: Client, brouillon: Brouillon, faire: str
) -> None:
    choisis = [fichier("budget.pdf"), fichier("faux.pdf", b"bonjour"), fichier("loyer.pdf")]
    reponse = envoyer(technicien, brouillon, faire, fichiers=choisis)
    contenu = reponse.content.decode()
    assert list(reponse.context["form"].errors) == ["fichiers"]
    assert "« faux.pdf » : Ce fichier porte l&#x27;extension .pdf" in contenu
    assert 'value="Élodie"' in contenu
    assert noms(brouillon) == ["budget.pdf", "loyer.pdf"]


def test_sans_javascript_chaque_champ_donne_son_usage(
    technicien: Client, exigeant: Brouillon
) -> None:
    usages = {
        "fichiers_consentement": fichier("accord.pdf"),
        "fichiers_urgence": fichier("certificat.pdf"),
        "fichiers": fichier("budget.pdf"),
    }
    reponse = envoyer(technicien, exigeant, "ajouter", **usages)
    assert reponse.headers["Location"] == page(exigeant) + "#pieces"
    assert dict(exigeant.pieces.values_list("nom", "usage")) == {
        "accord.pdf": "consentement",
        "certificat.pdf": "urgence",
        "budget.pdf": "autre",
    }


def test_retirer_une_piece_garde_la_saisie(technicien: Client, brouillon: Brouillon) -> None:
    retiree, gardee = attacher(brouillon, nom="a.csv"), attacher(brouillon, nom="b.csv")
    reponse = envoyer(technicien, brouillon, f"retirer:{retiree.identifiant}")
    assert reponse.status_code == 302
    brouillon.refresh_from_db()
    assert brouillon.contenu["nom"] == ["Vasseur"]
    assert list(brouillon.pieces.all()) == [gardee]


@pytest.mark.parametrize("cible", ["", "1", "00000000-0000-4000-8000-000000000000"])
def test_retirer_une_piece_inconnue(technicien: Client, brouillon: Brouillon, cible: str) -> None:
    assert envoyer(technicien, brouillon, f"retirer:{cible}").status_code == 404


def test_retirer_la_piece_d_un_autre_brouillon(technicien: Client, brouillon: Brouillon) -> None:
    voisin = ouvrir_brouillon(brouillon.caisse, brouillon.partenaire, brouillon.auteur)
    autre = attacher(voisin)
    assert envoyer(technicien, brouillon, f"retirer:{autre.identifiant}").status_code == 404
    adresse = page(brouillon, f"pieces/{autre.identifiant}/retirer/")
    assert technicien.post(adresse).status_code == 404
    assert voisin.pieces.count() == 1


@pytest.mark.regle("D-07")
def test_la_liste_se_redemande_tant_qu_un_verdict_manque(
    technicien: Client, brouillon: Brouillon
) -> None:
    piece = attacher(brouillon, nom="budget.csv")
    contenu = technicien.get(page(brouillon, "pieces/")).content.decode()
    assert 'hx-trigger="every 3s"' in contenu
    assert "Analyse antivirus en cours" in contenu
    Piece.objects.filter(pk=piece.pk).update(etat="saine", analysee_le=timezone.now())
    contenu = technicien.get(page(brouillon, "pieces/")).content.decode()
    assert "hx-trigger" not in contenu
    assert "Vérifiée" in contenu


def test_une_piece_dont_cette_caisse_n_a_pas_le_champ_reste_visible(
    technicien: Client, brouillon: Brouillon
) -> None:
    attacher(brouillon, nom="accord.csv", usage="consentement")
    contenu = technicien.get(page(brouillon)).content.decode()
    assert contenu.count("<strong>accord.csv</strong>") == 1
    assert "Formulaire de consentement signé" in contenu


@pytest.mark.regle("D-07")
@pytest.mark.parametrize(
    ("etat", "libelle"),
    [("infectee", "Refusée : virus détecté"), ("illisible", "Refusée : analyse impossible")],
)
def test_le_refus_dit_s_il_y_a_un_virus(
    technicien: Client, brouillon: Brouillon, etat: str, libelle: str
) -> None:
    attacher(brouillon, nom="budget.csv", etat=etat, analysee_le=timezone.now())
    contenu = technicien.get(page(brouillon)).content.decode()
    assert libelle in contenu
    assert contenu.count("Refusée :") == 1


@pytest.mark.regle("D-08")
def test_sans_javascript_un_nom_refuse_n_est_pas_repete(
    technicien: Client, brouillon: Brouillon
) -> None:
    reponse = envoyer(technicien, brouillon, "ajouter", fichiers=[fichier("1850578006084_36.pdf")])
    contenu = reponse.content.decode()
    assert "Le nom du fichier ne convient pas" in contenu
    assert "1850578006084" not in contenu
