"""The list of conventions: what a line says, its tabs, its search, its pages."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conventions.models import Acte, Convention, Signature
from tests.factories import PartenaireFactory
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


def remplir(personas: Personas, nombre: int) -> None:
    for rang in range(nombre):
        lier(personas.caisse_a, PartenaireFactory(), intitule=f"Convention {rang:02}")


def titres(client: Client, url: str = "/conventions/") -> list[str]:
    return [ligne["convention"].intitule for ligne in client.get(url).context["lignes"]]


def test_une_caisse_neuve_sait_par_ou_commencer(admin: Client, personas: Personas) -> None:
    lier(personas.caisse_b, personas.partenaire_b)
    page = admin.get("/conventions/").content.decode()
    assert "Commencez par préparer la convention métier" in page
    assert "Rechercher" not in page


def test_une_ligne_dit_ce_qui_manque_et_la_prochaine_date(personas: Personas) -> None:
    lier(
        personas.caisse_a,
        personas.partenaire_a,
        intitule="En vigueur",
        date_effet=date(2025, 12, 15),
        date_utilisation=date(2025, 12, 15),
        services=["signaler", "document"],
    )
    attendue = lier(
        personas.caisse_a,
        personas.partenaire_a,
        intitule="À signer",
        etat=Convention.Etat.SIGNATURE,
        date_effet=None,
        date_utilisation=None,
    )
    acte = Acte.objects.create(
        convention=attendue,
        nature="metier",
        etat="signature",
        cree_le="2026-11-01T00:00:00Z",
    )
    for rang in range(4):
        signee_le = date(2026, 11, 2) if rang < 2 else None
        Signature.objects.create(acte=acte, autre=f"Partie {rang}", signee_le=signee_le)
    with time_machine.travel("2026-11-22T12:00:00+01:00", tick=False):
        admin = connecte(Client(), personas.admin_a)
        page = " ".join(admin.get("/conventions/").content.decode().split())
    assert "Convention métier : 2 signatures sur 4" in page
    assert "du 15/09/2026 au 14/12/2026" in page
    assert "2 sur 6" in page


def test_les_onglets_trient_par_etat(admin: Client, personas: Personas) -> None:
    vide = {"date_effet": None, "date_utilisation": None}
    lier(personas.caisse_a, personas.partenaire_a, intitule="A", etat="brouillon", **vide)
    lier(personas.caisse_a, personas.partenaire_a, intitule="B")
    lier(personas.caisse_a, personas.partenaire_a, intitule="C", date_utilisation=None)
    fin = date(2099, 1, 1)
    lier(personas.caisse_a, personas.partenaire_a, intitule="D", etat="denoncee", date_fin=fin)
    lier(personas.caisse_a, personas.partenaire_a, intitule="E", etat="abandonnee", **vide)
    assert titres(admin) == ["A", "B", "C", "D", "E"]
    assert titres(admin, "/conventions/?etat=a_completer") == ["A", "C"]
    assert titres(admin, "/conventions/?etat=en_vigueur") == ["B", "C"]
    assert titres(admin, "/conventions/?etat=fin_prevue") == ["D"]
    assert titres(admin, "/conventions/?etat=terminees") == ["E"]
    assert titres(admin, "/conventions/?etat=inconnu") == ["A", "B", "C", "D", "E"]


@pytest.mark.regle("D-17")
def test_la_recherche_trouve_le_titre_ou_le_partenaire_sans_accent(
    admin: Client, personas: Personas
) -> None:
    lier(personas.caisse_a, PartenaireFactory(nom="CCAS d’Hénin"), intitule="Une")
    lier(personas.caisse_a, PartenaireFactory(nom="CIAS de Lens"), intitule="Précarité à Liévin")

    def chercher(texte: str) -> list[str]:
        reponse = admin.post("/conventions/", {"q": texte})
        return [ligne["convention"].intitule for ligne in reponse.context["lignes"]]

    assert chercher("henin") == ["Une"]
    assert chercher("precarite LENS") == ["Précarité à Liévin"]
    assert chercher("béthune") == []
    reponse = admin.post("/conventions/", {"q": "béthune"})
    assert "Aucune convention trouvée" in reponse.content.decode()


@pytest.mark.regle("D-08")
def test_une_recherche_refuse_un_nir(admin: Client, personas: Personas) -> None:
    remplir(personas, 1)
    reponse = admin.post("/conventions/", {"q": "1 84 03 62 041 025 26"})
    assert reponse.context["lignes"] == []
    assert reponse.context["recherche"].errors


def test_les_pages_se_suivent_dans_les_deux_sens(admin: Client, personas: Personas) -> None:
    remplir(personas, 52)
    premiere = admin.get("/conventions/").context["page"]
    assert premiere.precedent is None
    deuxieme = admin.get(f"/conventions/?curseur={premiere.suivant}").context["page"]
    troisieme = admin.get(f"/conventions/?curseur={deuxieme.suivant}").context["page"]
    assert [c.intitule for c in troisieme.lignes] == ["Convention 50", "Convention 51"]
    assert troisieme.suivant is None
    retour = admin.get(f"/conventions/?curseur={troisieme.precedent}").context["page"]
    assert retour.lignes == deuxieme.lignes
    debut = admin.get(f"/conventions/?curseur={retour.precedent}").context["page"]
    assert debut.lignes == premiere.lignes
    assert debut.precedent is None
    assert titres(admin, "/conventions/?curseur=illisible")[0] == "Convention 00"


def test_vingt_lignes_ne_coutent_pas_plus_que_deux(admin: Client, personas: Personas) -> None:
    remplir(personas, 2)
    admin.get("/conventions/")
    with CaptureQueriesContext(connection) as deux:
        admin.get("/conventions/")
    for rang in range(18):
        lier(personas.caisse_a, PartenaireFactory(), intitule=f"Autre {rang}")
    with CaptureQueriesContext(connection) as vingt:
        admin.get("/conventions/")
    assert len(vingt) == len(deux)


def test_le_gestionnaire_a_sa_liste_sans_rien_preparer(personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a, intitule="La sienne")
    lier(personas.caisse_a, personas.partenaire_b, intitule="La voisine")
    gestionnaire = connecte(Client(), personas.gestionnaire_a)
    assert titres(gestionnaire) == ["La sienne"]
    page = gestionnaire.get("/conventions/").content.decode()
    assert "Préparer une convention" not in page
    assert gestionnaire.get("/conventions/nouvelle/").status_code == 403
