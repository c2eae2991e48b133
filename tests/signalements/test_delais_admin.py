"""The admin's page of late and near deadlines: whose they are, who follows, nobody insured."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes import habilitations
from signalements import actions
from signalements.models import Demande
from tests.factories import AbsenceFactory, UtilisateurFactory
from tests.personas import Personas, connecte
from tests.signalements.fabriques import SIMPLE, avancer, deposer
from tests.signalements.scene import paris
from tests.voisinage import demander, lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-14")]

DELAIS, PROCHES = "/delais/", "/delais/?vue=proche"


@pytest.fixture
def scene(horloge: time_machine.Traveller, personas: Personas) -> Personas:
    """Next door, an urgent request too."""
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    deposer(personas.caisse_b, personas.partenaire_b, personas.technicien_b, urgente=True)
    return personas


@pytest.fixture
def depose(scene: Personas) -> Callable[..., Demande]:
    def _deposer(**donnees: Any) -> Demande:
        return deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a, **donnees)

    return _deposer


@pytest.fixture
def admin(scene: Personas, horloge: time_machine.Traveller) -> Callable[..., str]:
    """Move the clock, sweep, and read a page as the admin of the first caisse."""

    def _lire(adresse: str, quand: datetime | None = None) -> str:
        if quand:
            horloge.move_to(quand)
            actions.balayer()
        reponse = connecte(Client(), scene.admin_a).get(adresse)
        assert reponse.status_code == 200
        return reponse.content.decode().replace("&#x27;", "'")

    return _lire


def lignes(html: str) -> list[str]:
    """The rows of the table, as their words."""
    corps = re.search(r"<tbody>(.*)</tbody>", html, re.S)
    trouvees = re.findall(r"<tr>(.*?)</tr>", corps.group(1), re.S) if corps else []
    return [mots(ligne) for ligne in trouvees]


def mots(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def onglets(html: str) -> dict[str, str]:
    comptes = re.findall(r'>([^<>]+) <span class="ep-corbeille__compte">([^<]+)<', html)
    return {libelle.strip(): compte for libelle, compte in comptes}


def test_un_delai_est_proche_puis_en_retard_puis_disparait(
    scene: Personas, depose: Callable[..., Demande], admin: Callable[..., str]
) -> None:
    demande = depose(urgente=True, **SIMPLE)
    debut = f"{demande.reference} {scene.partenaire_a} Prise en compte de l’urgence"
    assert onglets(admin(DELAIS)) == {"En retard": "0", "Bientôt en retard": "0"}
    # 80 % of the 48 hours: 38 h 24 after 9:00.
    assert lignes(admin(PROCHES, paris(3, 23, 23))) == []
    assert lignes(admin(PROCHES, paris(3, 23, 30))) == [
        f"{debut} bientôt, dans 9 h 30 mercredi 4 mars à 9 h 00 Non attribuée"
    ]
    page = admin(DELAIS, paris(4, 11))
    assert onglets(page) == {"En retard": "1", "Bientôt en retard": "0"}
    assert "<title>En retard – Délais – Espace Partenaires</title>" in page
    assert 'href="/comptes-caisse/reglages/">Régler les alertes</a>' in page
    assert lignes(page) == [f"{debut} en retard de 2 h mercredi 4 mars à 9 h 00 Non attribuée"]
    assert "1 délai dépassé Voir les délais" in mots(admin("/"))
    actions.franchir(demande, "prendre_en_charge", acteur=scene.agent_a)
    assert lignes(admin(DELAIS)) == []
    assert "délai dépassé" not in mots(admin("/"))


def test_en_attente_du_partenaire_il_reste_en_retard_et_le_dit(
    scene: Personas, depose: Callable[..., Demande], admin: Callable[..., str]
) -> None:
    demande = avancer(depose(), scene.agent_a, jusqu_a="prendre_en_charge")
    admin(DELAIS, paris(5, 9))
    actions.franchir(demande, "demander_complement", acteur=scene.agent_a, texte="Il manque.")
    (ligne,) = lignes(admin(DELAIS))
    assert "en retard de 1 j, en attente du partenaire" in ligne


def test_ce_qui_est_proche_suit_les_seuils_gardes_par_l_echeance(
    scene: Personas, depose: Callable[..., Demande], admin: Callable[..., str]
) -> None:
    caisse = scene.caisse_a
    caisse.seuils_alerte = [10]
    caisse.save()
    demande = depose(urgente=True)
    caisse.seuils_alerte = [90]
    caisse.save()
    (ligne,) = lignes(admin(PROCHES, paris(2, 15)))
    assert ligne.startswith(f"{demande.reference} ")


@pytest.mark.regle("H-02")
def test_une_demarche_y_mene_a_sa_page(scene: Personas, admin: Callable[..., str]) -> None:
    demarche = demander(scene.caisse_a, scene.partenaire_a)
    fin = "lundi 9 mars à 23 h 59 Administrateurs"  # 5 working days
    (proche,) = lignes(admin(PROCHES, paris(9, 20)))
    assert proche.startswith(f"Habilitation d'un gestionnaire {scene.partenaire_a}")
    assert proche.endswith(f"bientôt, dans 3 h 59 {fin}")
    page = admin(DELAIS, paris(10, 8))
    assert lignes(page)[0].endswith(f"en retard de 8 h {fin}")
    assert f'/{demarche.identifiant}/">' in page
    assert "asseur" not in page  # whom it is about


def test_la_page_dit_qui_suit_et_qui_remplace(
    scene: Personas, depose: Callable[..., Demande], admin: Callable[..., str]
) -> None:
    samira = UtilisateurFactory(profil="agent", prenom="Samira", nom="Haddad", sur=scene.caisse_a)
    karim = UtilisateurFactory(profil="agent", prenom="Karim", nom="Benali", sur=scene.caisse_a)
    prise = avancer(depose(), samira, jusqu_a="prendre_en_charge")
    AbsenceFactory(agent=samira, remplacant=karim, du=paris(4, 0).date(), au=paris(6, 0).date())
    (ligne,) = lignes(admin(DELAIS, paris(5, 9)))
    assert ligne.startswith(f"{prise.reference} {scene.partenaire_a} Contact avec la personne")
    assert ligne.endswith("Samira Haddad absente jusqu’au 06/03/2026, remplacée par Karim Benali")
    (ligne,) = lignes(admin(DELAIS, paris(7, 9)))
    assert ligne.endswith("Samira Haddad")


def test_aucun_assure_n_y_est_nomme_et_le_voisin_n_y_est_pas(
    scene: Personas, depose: Callable[..., Demande], admin: Callable[..., str]
) -> None:
    demande = depose(urgente=True)
    voisine = Demande.objects.get(caisse=scene.caisse_b)
    sienne = admin(DELAIS, paris(5, 9))
    autre = connecte(Client(), scene.admin_b).get(DELAIS).content.decode()
    for page, la, pas_la in ((sienne, demande, voisine), (autre, voisine, demande)):
        assert la.reference in page
        for absent in (pas_la.reference, "asseur", "lodie"):
            assert absent not in page


def test_la_caisse_se_filtre_quand_on_en_tient_deux(
    scene: Personas, depose: Callable[..., Demande], admin: Callable[..., str]
) -> None:
    demande = depose(urgente=True)
    voisine = Demande.objects.get(caisse=scene.caisse_b)
    cote_opale = f"{DELAIS}?caisse={scene.caisse_b.code}"
    assert 'name="caisse"' not in admin(DELAIS, paris(5, 9))
    # A caisse that is not one's own filters nothing out and lets nothing in.
    assert [ligne[:12] for ligne in lignes(admin(cote_opale))] == [demande.reference]
    habilitations.habiliter(scene.admin_a, scene.caisse_b, acteur=None)
    toutes = {ligne[:12] for ligne in lignes(admin(DELAIS))}
    assert toutes == {demande.reference, voisine.reference}
    assert [ligne[:12] for ligne in lignes(admin(cote_opale))] == [voisine.reference]
    assert onglets(admin(cote_opale))["En retard"] == "1"


def test_les_pages_se_suivent_sans_rien_perdre(
    scene: Personas,
    depose: Callable[..., Demande],
    admin: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Deadlines in days fall at the same second: their reference parts them."""
    from portail import pagination
    from signalements.views import delais

    def par_deux(*args: Any, **reste: Any) -> Any:
        return pagination.page(*args, **reste, taille=2)

    monkeypatch.setattr(delais, "page", par_deux)
    demandes = {depose(**SIMPLE).reference for _ in range(5)}
    habilitations.habiliter(scene.admin_a, scene.caisse_b, acteur=None)
    for vue, quand in (("proche", paris(31, 12)), ("retard", paris(2, 12, mois=4))):
        adresse, lues = f"{DELAIS}?vue={vue}&caisse={scene.caisse_a.code}", []
        admin(adresse, quand)
        while adresse:
            page = admin(adresse)
            lues.append([ligne[:12] for ligne in lignes(page)])
            suite = re.search(r'rel="next"\s+href="([^"]+)"', page)
            adresse = DELAIS + suite.group(1).replace("&amp;", "&") if suite else ""
        assert [len(lue) for lue in lues] == [2, 2, 1], vue
        assert [reference for lue in lues for reference in lue] == sorted(demandes)


def test_vingt_lignes_ne_coutent_pas_plus_que_deux(
    scene: Personas,
    depose: Callable[..., Demande],
    admin: Callable[..., str],
    horloge: time_machine.Traveller,
) -> None:
    def remplir(nombre: int) -> dict[str, int]:
        horloge.move_to(paris(2, 9))
        for _ in range(nombre):
            avancer(depose(), scene.agent_a, jusqu_a="prendre_en_charge")
        horloge.move_to(paris(4, 8))
        return {vue: cout(f"{DELAIS}?vue={vue}") for vue in ("retard", "proche")}

    def cout(adresse: str) -> int:
        client = connecte(Client(), scene.admin_a)
        with CaptureQueriesContext(connection) as captees:
            assert client.get(adresse).status_code == 200
        return len(captees)

    assert remplir(2) == remplir(18)
    assert len(lignes(admin(PROCHES))) == 20


def test_sans_rien_a_montrer_la_page_le_dit(admin: Callable[..., str]) -> None:
    assert "Aucun délai dépassé" in admin(DELAIS)
    assert "Aucun délai sur le point d’être dépassé" in admin(PROCHES)
    assert "Aucun délai dépassé" in admin(f"{DELAIS}?vue=autre&curseur=~")
