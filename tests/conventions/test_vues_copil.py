"""The comité de pilotage on screen: planned, held, its report read by both sides (C-09)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comptes.models import Trace
from conventions.actions import copil
from conventions.models import CaisseLiee, Convention, Reunion, Scan
from conventions.tasks import relancer_scans
from portail import antivirus
from tests.personas import Personas, connecte
from tests.portail import echantillons
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("C-09")]

JOUR = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _jour() -> Iterator[None]:
    with time_machine.travel("2026-11-22T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def admin(_jour: None, personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


@pytest.fixture
def convention(personas: Personas) -> Convention:
    """The next committee is due on 15 December 2026."""
    return liee(personas, date(2025, 12, 15))


def liee(personas: Personas, effet: date, **champs: object) -> Convention:
    return lier(
        personas.caisse_a,
        personas.partenaire_a,
        intitule="Arrageois",
        date_effet=effet,
        date_utilisation=effet,
        **champs,
    )


def adresse(convention: Convention, suite: str = "") -> str:
    return f"/conventions/{convention.identifiant}/{suite}"


def lire(client: Client, url: str) -> str:
    contenu = client.get(url, follow=True).content.decode()
    return " ".join(contenu.replace("\u00a0", " ").split())


def test_prevu_tenu_puis_partage(admin: Client, convention: Convention, personas: Personas) -> None:
    gestionnaire = connecte(Client(), personas.gestionnaire_a)
    page = lire(admin, adresse(convention))
    assert "à tenir au plus tard le 15 décembre 2026, dans 23 jours" in page
    assert "Réunir le comité de pilotage" in page
    assert "Aucune réunion enregistrée pour le moment." in page
    assert "Date limite du comité de pilotage" in page

    url = adresse(convention, "copil/prevoir/")
    assert "7 jours avant" in lire(admin, url)
    refus = admin.post(url, {"jour": "2026-11-21"})
    assert "date est passée" in str(refus.context["form"].errors["jour"])
    assert 'value="2026-11-21"' in refus.content.decode()
    assert admin.post(url, {"jour": "01/12/2026"})["Location"] == adresse(convention)
    for client in (admin, gestionnaire):
        page = lire(client, adresse(convention))
        assert "prévu le 1er décembre 2026, dans 9 jours" in page
        assert "Comité de pilotage prévu" in page
        assert "Réunir le comité de pilotage" not in page
    assert "Enregistrer qu’elle a eu lieu" not in page
    # A second one is refused with the reason, on the convention's page.
    assert "déjà prévue le 01/12/2026" in lire(admin, url)

    with time_machine.travel("2026-12-02T12:00:00+01:00", tick=False):
        admin, gestionnaire = (
            connecte(Client(), qui) for qui in (personas.admin_a, personas.gestionnaire_a)
        )
        assert "dites si elle a eu lieu" in lire(admin, adresse(convention))
        url = adresse(convention, f"copil/{Reunion.objects.get().identifiant}/tenir/")
        assert 'value="2026-12-01"' in lire(admin, url)
        papier = SimpleUploadedFile("compte_rendu.pdf", echantillons.pdf())
        admin.post(url, {"jour": "2026-12-01", "scan": papier})
        assert "analyse antivirus en cours" in lire(gestionnaire, adresse(convention))
        sain = antivirus.Verdict(sain=True, signature=None)
        with mock.patch.object(antivirus, "analyser", return_value=sain):
            relancer_scans()
        page = lire(gestionnaire, adresse(convention))
        assert "Réunion du 01/12/2026" in page
        assert "à tenir au plus tard le 1er décembre 2027" in page
        assert "Ouvrir le compte rendu" in page
        reponse = gestionnaire.get(f"/scans/{Scan.objects.get().identifiant}/")
        assert b"".join(reponse.streaming_content) == echantillons.pdf()
    trace = Trace.objects.get(action="telechargement")
    assert trace.qui == personas.gestionnaire_a


def test_le_compte_rendu_se_joint_plus_tard(
    admin: Client, convention: Convention, personas: Personas
) -> None:
    admin.post(adresse(convention, "copil/enregistrer/"), {"jour": "2026-11-20"})
    url = adresse(convention, f"copil/{Reunion.objects.get().identifiant}/joindre/")
    refus = admin.post(url, {"scan": SimpleUploadedFile("a.csv", b"a;b\n1;2\n")})
    assert "PDF ou en image" in str(refus.context["form"].errors["scan"])
    admin.post(url, {"scan": SimpleUploadedFile("compte_rendu.pdf", echantillons.pdf())})
    assert Reunion.objects.get().compte_rendu.nom == "compte_rendu.pdf"
    assert "déjà joint" in lire(admin, url)
    page = lire(admin, "/partenaires/ccas-arras/trace/")
    assert "Comité de pilotage enregistré" in page
    assert "Compte rendu du comité de pilotage joint" in page


def test_une_date_se_corrige_et_une_reunion_s_annule(admin: Client, convention: Convention) -> None:
    reunion = copil.enregistrer(convention, jour=date(2026, 2, 20), acteur=None)
    dater = adresse(convention, f"copil/{reunion.identifiant}/dater/")
    annuler = adresse(convention, f"copil/{reunion.identifiant}/annuler/")
    refus = admin.post(dater, {"jour": "2026-11-23"})
    assert "futur" in str(refus.context["form"].errors["jour"])
    admin.post(dater, {"jour": "2026-11-20"})
    assert "20 novembre 2027" in lire(admin, adresse(convention))
    assert "Annuler cette réunion" in lire(admin, annuler)
    assert "La réunion est annulée." in " ".join(
        admin.post(annuler, follow=True).content.decode().split()
    )
    assert not Reunion.objects.exists()
    assert admin.post(annuler).status_code == 404
    assert admin.get(adresse(convention, "copil/dissoudre/")).status_code == 404


def test_le_gestionnaire_lit_sans_aucun_geste(convention: Convention, personas: Personas) -> None:
    copil.enregistrer(convention, jour=JOUR, acteur=personas.admin_a)
    page = lire(connecte(Client(), personas.gestionnaire_a), adresse(convention))
    assert "Réunion du 22/11/2026" in page
    assert "Compte rendu pas encore joint" in page
    assert "/copil/" not in page
    assert f"par {personas.admin_a}" not in page


def test_une_convention_qui_finit_avant_ne_demande_rien(admin: Client, personas: Personas) -> None:
    finissante = liee(personas, date(2026, 1, 10), etat="denoncee", date_fin=date(2027, 1, 9))
    page = lire(admin, adresse(finissante))
    assert "Aucune réunion n’est plus à tenir" in page
    assert "Date limite du comité" not in page


def test_la_page_compte_les_memes_requetes_avec_vingt_reunions(
    admin: Client, convention: Convention, django_assert_max_num_queries: Callable
) -> None:
    def reunir(debut: int, fin: int) -> None:
        for rang in range(debut, fin):
            copil.enregistrer(convention, jour=JOUR - timedelta(days=rang), acteur=None)

    reunir(0, 2)
    with django_assert_max_num_queries(70) as deux:
        admin.get(adresse(convention))
    reunir(2, 20)
    with django_assert_max_num_queries(len(deux)):
        assert "Réunion du 03/11/2026" in lire(admin, adresse(convention))


@pytest.mark.parametrize(
    ("effet", "phrase"),
    [
        (date(2026, 1, 22), ""),
        (date(2026, 1, 21), "à tenir au plus tard le 21 janvier 2027, dans 60 jours"),
        (date(2025, 11, 21), "en retard de 1 jour, à tenir au plus tard le 21 novembre 2026"),
    ],
)
def test_l_accueil_dit_quel_comite_attend_une_date(
    admin: Client, personas: Personas, effet: date, phrase: str
) -> None:
    convention = liee(personas, effet)
    page = lire(admin, "/")
    assert ("Comités de pilotage à prévoir" in page) is bool(phrase)
    assert phrase in page
    voisin = connecte(Client(), personas.admin_b)
    assert "Comités de pilotage" not in lire(voisin, "/")
    CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_b, date_fin=JOUR)
    assert ("Comités de pilotage" in lire(voisin, "/")) is bool(phrase)
    CaisseLiee.objects.filter(caisse=personas.caisse_b).update(date_fin=JOUR - timedelta(days=1))
    assert "Comités de pilotage" not in lire(voisin, "/")
    copil.planifier(convention, jour=JOUR + timedelta(days=30), acteur=None)
    assert "Comités de pilotage" not in lire(admin, "/")
