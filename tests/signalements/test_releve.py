"""Absent colleagues in the agents' queue: who is away, who stands in, what one takes over."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes import habilitations
from comptes.models import Absence, Utilisateur
from signalements.models import Demande
from tests.factories import AbsenceFactory, UtilisateurFactory, fermer
from tests.personas import Personas, connecte
from tests.signalements.fabriques import avancer, deposer
from tests.voisinage import lier

pytestmark = pytest.mark.django_db

CORBEILLE = "/file/?corbeille=remplacements"
REFERENCE = re.compile(r"EP-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def scene(personas: Personas) -> Personas:
    lier(personas.caisse_a, personas.partenaire_a)
    return personas


@pytest.fixture
def samira(scene: Personas) -> Utilisateur:
    return UtilisateurFactory(profil="agent", prenom="Samira", nom="Haddad", sur=scene.caisse_a)


@pytest.fixture
def agent(client: Client, scene: Personas) -> Client:
    return connecte(client, scene.agent_a)


@pytest.fixture
def suivie(scene: Personas) -> Callable[[Utilisateur], Demande]:
    """A request that this agent took in charge."""

    def _suivie(agent: Utilisateur) -> Demande:
        depose = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
        return avancer(depose, agent, jusqu_a="prendre_en_charge")

    return _suivie


def montrees(reponse: Any) -> set[str]:
    assert reponse.status_code == 200
    return set(REFERENCE.findall(reponse.content.decode()))


def texte(reponse: Any) -> str:
    assert reponse.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", reponse.content.decode()).split())


def dans(jours: int) -> str:
    return f"{timezone.localdate() + timedelta(days=jours):%d/%m/%Y}"


def test_la_corbeille_tient_les_demandes_des_collegues_que_l_on_remplace(
    agent: Client, scene: Personas, samira: Utilisateur, suivie: Callable[[Utilisateur], Demande]
) -> None:
    autre = UtilisateurFactory(profil="agent", sur=scene.caisse_a)
    sienne, miens, de_l_autre = suivie(samira), suivie(scene.agent_a), suivie(autre)
    AbsenceFactory(agent=samira, remplacant=scene.agent_a)
    AbsenceFactory(agent=autre, remplacant=scene.agent_a, du=timezone.localdate() + timedelta(1))
    reponse = agent.get(CORBEILLE)
    assert montrees(reponse) == {sienne.reference}
    assert "Remplacements 1" in texte(reponse)
    assert f"Samira Haddad absente jusqu’au {dans(6)}, remplacée par vous" in texte(reponse)
    assert montrees(agent.get("/file/?corbeille=miennes")) == {miens.reference}
    assert de_l_autre.reference in montrees(agent.get("/file/"))


def test_la_corbeille_suit_les_chaines_et_s_arrete_aux_caisses(
    agent: Client, scene: Personas, samira: Utilisateur, suivie: Callable[[Utilisateur], Demande]
) -> None:
    """Next door one does not stand in: the substitute of a same person may differ by caisse."""
    bruno = UtilisateurFactory(profil="agent", civilite="monsieur", sur=scene.caisse_a)
    habilitations.habiliter(samira, scene.caisse_b, acteur=None)
    lier(scene.caisse_b, scene.partenaire_b)
    avancer(
        deposer(scene.caisse_b, scene.partenaire_b, scene.technicien_b),
        samira,
        jusqu_a="prendre_en_charge",
    )
    de_samira, de_bruno = suivie(samira), suivie(bruno)
    AbsenceFactory(agent=samira, remplacant=bruno)
    AbsenceFactory(agent=bruno, remplacant=scene.agent_a)
    assert montrees(agent.get(CORBEILLE)) == {de_samira.reference, de_bruno.reference}
    fermer(bruno)
    assert montrees(agent.get(CORBEILLE)) == set()


def test_la_corbeille_vide_le_dit(agent: Client) -> None:
    page = texte(agent.get(CORBEILLE))
    assert "Remplacements 0" in page
    assert "Rien à traiter ici" in page


@pytest.mark.parametrize("corbeille", ["ouvertes", "urgentes", "retard"])
def test_chaque_corbeille_dit_qui_est_absent_et_qui_le_remplace(
    corbeille: str,
    agent: Client,
    scene: Personas,
    samira: Utilisateur,
    suivie: Callable[[Utilisateur], Demande],
) -> None:
    bruno = UtilisateurFactory(
        profil="agent", civilite="monsieur", prenom="Bruno", nom="Vantorre", sur=scene.caisse_a
    )
    suivie(samira)
    hier = timezone.now() - timedelta(days=1)
    Demande.objects.update(urgente=True, a_traiter_avant=hier, bientot_le=hier)
    AbsenceFactory(agent=samira, remplacant=bruno)
    attendu = f"Samira Haddad absente jusqu’au {dans(6)}, "
    adresse = f"/file/?corbeille={corbeille}"
    assert f"{attendu}remplacée par Bruno Vantorre" in texte(agent.get(adresse))
    fermer(bruno)
    assert f"{attendu}sans remplaçant" in texte(agent.get(adresse))
    Absence.objects.update(annulee_le=timezone.now())
    assert "absente" not in texte(agent.get(adresse))


@pytest.mark.parametrize("page", ["/", "/file/"])
def test_un_agent_absent_se_l_entend_rappeler_et_dit_qu_il_est_de_retour(
    page: str, agent: Client, scene: Personas, samira: Utilisateur
) -> None:
    assert "Je suis de retour" not in texte(agent.get(page))
    absence = AbsenceFactory(
        agent=scene.agent_a, remplacant=samira, du=timezone.localdate() - timedelta(days=1)
    )
    rappel = texte(agent.get(page))
    assert f"Vous êtes notée absente jusqu’au {dans(5)}" in rappel
    assert "les alertes vont à Samira Haddad." in rappel
    html = agent.get(page).content.decode()
    adresse = f"/absences/{absence.identifiant}/annuler/"
    assert f'action="{adresse}"' in html
    assert "Bon retour !" in texte(agent.post(adresse, follow=True))
    assert "Vous êtes notée absente" not in texte(agent.get(page))


def test_un_agent_absent_sans_remplacant_est_invite_a_en_choisir_un(
    agent: Client, scene: Personas, samira: Utilisateur
) -> None:
    absence = AbsenceFactory(agent=scene.agent_a, remplacant=fermer(samira))
    html = agent.get("/").content.decode()
    assert "Personne ne peut vous remplacer aujourd’hui" in html
    assert f'href="/absences/{absence.identifiant}/modifier/"' in html


@pytest.mark.parametrize("page", ["/", CORBEILLE, "/file/"])
def test_vingt_absents_ne_coutent_pas_plus_que_deux(
    page: str,
    agent: Client,
    scene: Personas,
    suivie: Callable[[Utilisateur], Demande],
) -> None:
    def absents(nombre: int) -> None:
        for _ in range(nombre):
            collegue = UtilisateurFactory(profil="agent", sur=scene.caisse_a)
            suivie(collegue)
            AbsenceFactory(agent=collegue, remplacant=scene.agent_a)

    def requetes() -> int:
        with CaptureQueriesContext(connection) as captees:
            agent.get(page)
        return len(captees)

    absents(2)
    a_deux = requetes()
    absents(10)
    assert requetes() == a_deux
