"""How a convention ends on screen: the exact day first, then the notification, or the way back."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from comptes.models import CauseInactivation, Etat
from conventions.models import CaisseLiee, Convention, Rupture
from tests.factories import PartenaireFactory, UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = pytest.mark.django_db

A_MIDI = "2026-11-22T12:00:00+01:00"


@pytest.fixture(autouse=True)
def _jour() -> Iterator[None]:
    """Everybody signs in, and acts, on that day."""
    with time_machine.travel(A_MIDI, tick=False):
        yield


@pytest.fixture
def admin(_jour: None, personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


@pytest.fixture
def convention(personas: Personas) -> Convention:
    """In force since 15 December 2025: its notice window opened on 15 September."""
    return lier(
        personas.caisse_a,
        personas.partenaire_a,
        intitule="Arrageois",
        date_effet=date(2025, 12, 15),
        date_utilisation=date(2025, 12, 20),
    )


def adresse(convention: Convention, suite: str = "") -> str:
    return f"/conventions/{convention.identifiant}/{suite}"


def lire(client: Client, url: str) -> str:
    """The text of a page, its spaces made one."""
    return " ".join(client.get(url).content.decode().split())


@pytest.mark.regle("C-02")
def test_une_denonciation_montre_le_dernier_jour_avant_d_etre_notifiee(
    admin: Client, convention: Convention, personas: Personas
) -> None:
    url = adresse(convention, "fin/denonciation/")
    page = lire(admin, url)
    assert "Avec la date d’aujourd’hui" in page
    assert "14/12/2026" in page
    # The technicien and the gestionnaire of the partner; the closed account does not count.
    assert "2 comptes de" in page
    assert "Confirmer" not in page

    donnees = {"notifiee_le": "2026-11-20", "motif": "Fin du projet commun."}
    vue = admin.post(url, donnees)
    assert "Confirmer : dernier jour le 14/12/2026" in " ".join(vue.content.decode().split())
    assert not Rupture.objects.exists()

    reponse = admin.post(url, {**donnees, "vu": "2026-12-14", "confirmer": "1"})
    assert reponse["Location"] == adresse(convention)
    rupture = Rupture.objects.get()
    assert (rupture.cause, f"{rupture.dernier_jour}") == ("denonciation", "2026-12-14")
    convention.refresh_from_db()
    assert convention.etat == "denoncee"
    page = lire(admin, adresse(convention))
    assert "Dernier jour de la convention" in page
    assert "Retirer la dénonciation" in page
    assert "15/06/2027" in page


def test_on_ne_confirme_que_le_jour_que_l_on_a_vu(admin: Client, convention: Convention) -> None:
    url = adresse(convention, "fin/manquement/")
    donnees = {"notifiee_le": "2026-11-20", "motif": "Identifiants partagés.", "confirmer": "1"}
    for vu in ("2026-12-01", ""):
        reponse = admin.post(url, {**donnees, "vu": vu})
        assert reponse.status_code == 200
        assert "05/12/2026" in reponse.content.decode()
    assert not Rupture.objects.exists()
    assert admin.post(url, {**donnees, "vu": "2026-12-05"}).status_code == 302


@pytest.mark.regle("C-02")
def test_hors_du_preavis_la_page_donne_les_dates(
    convention: Convention, personas: Personas
) -> None:
    url = adresse(convention, "fin/denonciation/")
    donnees = {"notifiee_le": "2026-05-30", "motif": "Fin du projet commun."}
    with time_machine.travel("2026-06-01T12:00:00+02:00", tick=False):
        admin = connecte(Client(), personas.admin_a)
        assert "du 15/09/2026 au 14/12/2026" in lire(admin, url)
        reponse = admin.post(url, donnees)
    assert "du 15/09/2026 au 14/12/2026" in str(reponse.context["form"].errors["notifiee_le"])
    assert "Fin du projet commun." in reponse.content.decode()


@pytest.mark.regle("C-03")
def test_une_mise_en_demeure_se_leve(admin: Client, convention: Convention) -> None:
    donnees = {"notifiee_le": "2026-11-20", "motif": "Identifiants partagés."}
    admin.post(
        adresse(convention, "fin/manquement/"),
        {**donnees, "vu": "2026-12-05", "confirmer": "1"},
    )
    rupture = Rupture.objects.get()
    url = adresse(convention, f"ruptures/{rupture.identifiant}/lever/")
    assert "05/12/2026" in lire(admin, url)
    refus = admin.post(url, {"levee_le": "2026-11-23", "motif": "Réparé."})
    assert "futur" in str(refus.context["form"].errors["levee_le"])
    assert "Réparé." in refus.content.decode()
    admin.post(url, {"levee_le": "2026-11-22", "motif": "Réparé."})
    convention.refresh_from_db()
    assert (convention.etat, convention.date_fin) == ("en_vigueur", None)
    assert "le manquement est réparé" in lire(admin, adresse(convention))
    # Lifted once: nothing is left to lift.
    assert admin.get(url).status_code == 302


@pytest.mark.regle("C-03")
def test_la_violation_du_secret_ferme_tout_de_suite(
    admin: Client, convention: Convention, personas: Personas
) -> None:
    url = adresse(convention, "fin/secret/")
    assert "dès l’enregistrement" in lire(admin, url)
    donnees = {"notifiee_le": "2026-11-22", "motif": "Divulgation.", "vu": "2026-11-22"}
    assert admin.post(url, {**donnees, "confirmer": "1"}).status_code == 302
    personas.technicien_a.refresh_from_db()
    assert personas.technicien_a.etat == "inactif"
    page = lire(admin, adresse(convention))
    assert "son dernier jour était le 22/11/2026" in page
    assert "Mettre fin" not in page


@pytest.mark.regle("C-04")
def test_la_convention_d_utilisation_seule_finit_trente_jours_apres(
    admin: Client, convention: Convention
) -> None:
    url = adresse(convention, "fin/utilisation/")
    page = lire(admin, url)
    assert "22/12/2026" in page
    assert "La convention métier continue." in page


@pytest.mark.regle("H-12")
def test_une_caisse_part_seule_et_le_partenaire_garde_l_autre(
    admin: Client, convention: Convention, personas: Personas
) -> None:
    CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_b)
    url = adresse(convention, "fin/manquement/")
    page = lire(admin, url)
    assert f"{personas.caisse_a} seulement" in page
    assert f"{personas.caisse_b} seulement" not in page
    donnees = {"notifiee_le": "2026-11-20", "motif": "Manquement.", "caisse": "artois"}
    vue = " ".join(admin.post(url, donnees).content.decode().split())
    assert f"l’accès à {personas.caisse_b}" in vue
    assert "2 comptes de" not in vue
    admin.post(url, {**donnees, "vu": "2026-12-05", "confirmer": "1"})
    lien = convention.liens.get(caisse=personas.caisse_a)
    assert f"{lien.date_fin}" == "2026-12-05"
    assert Convention.objects.get().etat == "en_vigueur"
    # What a caisse decided alone is not the other's to lift.
    voisin = connecte(Client(), personas.admin_b)
    assert "Lever" not in lire(voisin, adresse(convention))
    rupture = Rupture.objects.get()
    lever = adresse(convention, f"ruptures/{rupture.identifiant}/lever/")
    assert voisin.post(lever, {"levee_le": "2026-11-22", "motif": "Non."}).status_code == 403


@pytest.mark.regle("H-12")
def test_le_depart_passe_d_une_caisse_n_attend_plus_personne(
    admin: Client, convention: Convention, personas: Personas
) -> None:
    CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_b)
    donnees = {"notifiee_le": "2026-11-06", "motif": "Manquement.", "caisse": "artois"}
    url = adresse(convention, "fin/manquement/")
    admin.post(url, {**donnees, "vu": "2026-11-21", "confirmer": "1"})
    assert convention.liens.get(caisse=personas.caisse_a).close_le
    for client in (admin, connecte(Client(), personas.admin_b)):
        assert "la fin s’applique d’elle-même" not in lire(client, adresse(convention))


@pytest.mark.regle("H-12")
def test_un_partenaire_lie_ailleurs_garde_ses_comptes(
    admin: Client, convention: Convention, personas: Personas
) -> None:
    lier(personas.caisse_b, personas.partenaire_a, intitule="Ailleurs")
    page = lire(admin, adresse(convention, "fin/manquement/"))
    assert f"garde ses 2 comptes et l’accès à {personas.caisse_b}" in page


@pytest.mark.regle("H-12")
def test_les_comptes_se_rendent_d_un_geste(
    admin: Client, convention: Convention, personas: Personas
) -> None:
    for compte in (personas.technicien_a, personas.gestionnaire_a):
        compte.etat, compte.cause_inactivation = Etat.INACTIF, CauseInactivation.CONVENTION
        compte.inactif_le, compte.active_le = "2026-11-01T00:00:00Z", "2026-01-05T09:00:00Z"
        compte.save(update_fields=["etat", "cause_inactivation", "inactif_le", "active_le"])
    page = lire(admin, adresse(convention))
    assert "Rendre leurs comptes à 2 personnes" in page
    url = adresse(convention, "partenaires/ccas-arras/rendre-les-comptes/")
    page = " ".join(admin.post(url, follow=True).content.decode().split())
    assert "2 comptes rendus" in page
    assert "Rendre leurs comptes" not in page
    personas.technicien_a.refresh_from_db()
    assert personas.technicien_a.etat == "actif"


def test_une_cause_inconnue_n_existe_pas(admin: Client, convention: Convention) -> None:
    assert admin.get(adresse(convention, "fin/lassitude/")).status_code == 404


def test_le_voisin_ne_voit_rien_et_le_gestionnaire_ne_change_rien(
    convention: Convention, personas: Personas
) -> None:
    lier(personas.caisse_b, personas.partenaire_b)
    gestes = ["etapes/preparer_utilisation/", "documents/", "fin/denonciation/", "abandonner/"]
    voisin, gestionnaire = (
        connecte(Client(), compte) for compte in (personas.admin_b, personas.gestionnaire_a)
    )
    for geste in gestes:
        assert voisin.post(adresse(convention, geste)).status_code == 404
        assert gestionnaire.post(adresse(convention, geste)).status_code == 403
    assert voisin.get(adresse(convention)).status_code == 404


def test_le_gestionnaire_lit_sans_aucun_geste(convention: Convention, personas: Personas) -> None:
    page = lire(connecte(Client(), personas.gestionnaire_a), adresse(convention))
    assert "Arrageois" in page
    assert "Paramètres en vigueur" in page
    for geste in ("Ce qu’il reste à faire", "Mettre fin", "Établir le PDF", "Préparer un avenant"):
        assert geste not in page


def test_deux_caisses_voient_la_meme_convention(convention: Convention, personas: Personas) -> None:
    autre = CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_b)
    page = lire(connecte(Client(), personas.admin_b), adresse(convention))
    assert "Préparer un avenant" in page
    assert str(autre.caisse) in page


def test_la_page_compte_les_memes_requetes_avec_dix_partenaires_de_plus(
    convention: Convention, personas: Personas, django_assert_max_num_queries: object
) -> None:
    gestionnaire = connecte(Client(), personas.gestionnaire_a)
    with django_assert_max_num_queries(60) as avant:  # type: ignore[operator]
        gestionnaire.get(adresse(convention))
    for _ in range(10):
        partenaire = PartenaireFactory()
        convention.partenaires.add(partenaire)
        UtilisateurFactory(sur=partenaire)
    with django_assert_max_num_queries(len(avant)):  # type: ignore[operator]
        gestionnaire.get(adresse(convention))
