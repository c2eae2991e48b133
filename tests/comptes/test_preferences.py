"""How one chooses to be told, kind by kind; and what nobody may switch off (D-17)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from comptes import notifications
from comptes.actions.preferences import regler_notifications, retablir_notifications
from comptes.models import Courriel, Notification, Trace, Utilisateur
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

# What each profile may choose, typed apart from the table that the code reads.
GENRES = {
    "technicien": {"mes_demandes"},
    "agent": {"reponses", "demandes_confiees", "delais_suivis", "delais_equipe"},
    "gestionnaire": {"demarches", "revues", "conventions", "comptes", "incidents"},
    "admin": {"delais_caisse", "demarches", "revues", "conventions", "comptes", "incidents"},
    "dpo": set(),
}
CHOIX = {
    "reponses": "quotidien",
    "demandes_confiees": "immediate",
    "delais_suivis": "aucun",
    "delais_equipe": "immediate",
    "heure": "18",
}


def url(nom: str = "notifications_reglages") -> str:
    return reverse(nom)


def choisis(page: str) -> dict[str, str]:
    """What the page shows as chosen."""
    boutons = re.findall(r"<input type=\"radio\"(.*?)>", page, re.S)
    coches = [bouton for bouton in boutons if "checked" in bouton]
    champs = ((re.search(r'name="(\w+)"', b), re.search(r'value="(\w+)"', b)) for b in coches)
    return {nom[1]: valeur[1] for nom, valeur in champs if nom and valeur}


def lire(client: Client) -> str:
    reponse = client.get(url())
    assert reponse.status_code == 200
    return reponse.content.decode()


@pytest.mark.parametrize("profil", GENRES)
def test_chaque_profil_choisit_ce_qui_le_concerne(
    profil: str, client: Client, personas: Personas
) -> None:
    page = lire(connecte(client, getattr(personas, f"{profil}_a")))
    assert set(choisis(page)) == GENRES[profil]
    assert ("Rétablir les choix conseillés" in page) == bool(GENRES[profil])
    assert ("Rien à choisir" in page) == (not GENRES[profil])
    assert "Les e-mails toujours envoyés" in page
    assert "la déclaration d’une violation de données personnelles" in page
    assert "Aucun des événements" not in page


def test_mon_compte_et_la_cloche_y_menent(client: Client, personas: Personas) -> None:
    connecte(client, personas.agent_a)
    for page in ("/mon-compte/", "/notifications/"):
        assert f'href="{url()}"' in client.get(page).content.decode()


def test_les_choix_sont_gardes_et_rendus(client: Client, personas: Personas) -> None:
    agent = personas.agent_a
    connecte(client, agent)
    reponse = client.post(url(), CHOIX, follow=True)
    assert "Vos choix sont enregistrés." in reponse.content.decode()
    assert choisis(lire(client)) == {nom: v for nom, v in CHOIX.items() if nom != "heure"}
    agent.refresh_from_db()
    assert agent.heure_recapitulatif == 18
    # Only what differs from the advice.
    assert set(agent.preferences.values_list("genre", "remise")) == {
        ("reponses", "quotidien"),
        ("delais_suivis", "aucun"),
        ("delais_equipe", "immediate"),
    }
    trace = Trace.objects.filter(qui=agent, action="changement").latest("pk")
    assert trace.details["notifications"]["delais_suivis"] == "aucun"
    assert trace.details["heure"] == 18


def test_les_choix_conseilles_reviennent(client: Client, personas: Personas) -> None:
    connecte(client, personas.agent_a)
    client.post(url(), CHOIX)
    reponse = client.post(url("notifications_conseillees"), follow=True)
    assert "Les choix conseillés sont rétablis." in reponse.content.decode()
    assert not personas.agent_a.preferences.exists()
    personas.agent_a.refresh_from_db()
    assert personas.agent_a.heure_recapitulatif == 8


@pytest.mark.parametrize(
    "faute",
    [{"reponses": "pigeon"}, {"reponses": ""}, {"heure": "24"}, {"heure": "-1"}, {"heure": "x"}],
)
def test_un_choix_impossible_est_refuse_a_son_champ(
    faute: dict[str, str], client: Client, personas: Personas
) -> None:
    connecte(client, personas.agent_a)
    page = client.post(url(), CHOIX | faute).content.decode()
    assert f'id="id_{next(iter(faute))}' in page
    assert "fr-message--error" in page
    assert choisis(page)["delais_suivis"] == "aucun"
    assert not personas.agent_a.preferences.exists()


def test_un_genre_d_un_autre_profil_n_est_pas_garde(client: Client, personas: Personas) -> None:
    connecte(client, personas.agent_a)
    client.post(url(), CHOIX | {"incidents": "aucun"})
    assert not personas.agent_a.preferences.filter(genre="incidents").exists()


def test_deux_fois_les_memes_choix_ne_laissent_qu_une_trace(personas: Personas) -> None:
    for _ in range(2):
        regler_notifications(remises={"reponses": "aucun"}, heure=7, acteur=personas.agent_a)
    traces = Trace.objects.filter(qui=personas.agent_a, action="changement")
    assert traces.count() == 1
    retablir_notifications(acteur=personas.agent_a)
    assert traces.count() == 2


def test_ce_qu_on_coupe_sort_aussi_du_prochain_recapitulatif(db: None) -> None:
    agent: Utilisateur = UtilisateurFactory(profil="agent")
    details = {"nature": "contact_48h", "palier": 80}
    notifications.notifier(
        [agent], "alerte_equipe", cle="a", reference="EP-2222-2222", details=details
    )
    regler_notifications(remises={"delais_equipe": "aucun"}, heure=8, acteur=agent)
    assert not Notification.objects.a_recapituler().exists()
    assert Notification.objects.non_lues().count() == 1
    assert not Courriel.objects.exists()
