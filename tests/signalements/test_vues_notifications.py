"""The bell and the page of notifications, for each profile."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes import notifications
from comptes.models import Courriel, Notification, Utilisateur
from signalements import cloche
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte
from tests.signalements.fabriques import deposer
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

PAGE = "/notifications/"


def dire(*comptes: Utilisateur, nombre: int = 1, reference: str = "", depart: int = 0) -> None:
    for rang in range(depart, depart + nombre):
        notifications.notifier(
            comptes,
            "demande_confiee",
            cle=f"essai:{rang}",
            reference=reference or f"EP-{rang:04d}-AAAA",
        )


def lire(client: Client, adresse: str = PAGE) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode()


def la_cloche(page: str) -> tuple[str, str]:
    """What the first bell of the page is called, and its figure."""
    lien = re.search(r"<a class=\"[^\"]*ep-cloche\"(.*?)</a>", page, re.S)
    assert lien
    assert f'href="{PAGE}"' in lien[1]
    nom = re.search(r'sr-only">(.*?)<', lien[1])
    chiffre = re.search(r'ep-compteur" aria-hidden="true">(.*?)<', lien[1])
    assert nom
    return nom[1], chiffre[1] if chiffre else ""


def phrases(page: str) -> list[str]:
    return re.findall(r"ep-notification\">(.*?)<", page)


def url(nom: str, notification: Notification | None = None) -> str:
    args = [notification.identifiant] if notification else []
    return reverse(f"signalements:{nom}", args=args)


@pytest.mark.parametrize(
    ("nombre", "nom", "chiffre"),
    [
        (0, "Notifications : aucune non lue", ""),
        (1, "Notifications : 1 non lue", "1"),
        (2, "Notifications : 2 non lues", "2"),
        (99, "Notifications : 99 non lues", "99"),
        (100, "Notifications : plus de 99 non lues", "99+"),
        (130, "Notifications : plus de 99 non lues", "99+"),
    ],
)
def test_la_cloche_dit_combien_attendent(
    nombre: int, nom: str, chiffre: str, client: Client, personas: Personas
) -> None:
    dire(personas.agent_a, nombre=nombre)
    dire(personas.agent_b, nombre=3)
    assert la_cloche(lire(connecte(client, personas.agent_a), "/aide/")) == (nom, chiffre)


@pytest.mark.parametrize("profil", ["technicien", "gestionnaire", "agent", "admin", "dpo"])
def test_chaque_profil_a_sa_cloche_et_sa_page(
    profil: str, client: Client, personas: Personas
) -> None:
    page = lire(connecte(client, getattr(personas, f"{profil}_a")))
    assert la_cloche(page) == ("Notifications : aucune non lue", "")
    assert "Aucune notification" in page
    assert "Tout marquer comme lu" not in page


def test_le_support_national_n_en_a_pas(client: Client, personas: Personas) -> None:
    support = UtilisateurFactory(profil="support", is_superuser=True)
    connecte(client, support)
    assert client.get(PAGE).status_code == 403
    assert "ep-cloche" not in client.get("/aide/").content.decode()


def test_la_cloche_ne_coute_aucune_requete(client: Client, personas: Personas) -> None:
    connecte(client, personas.agent_a)
    comptees = []
    for nombre in (0, 120):
        dire(personas.agent_a, nombre=nombre)
        with CaptureQueriesContext(connection) as requetes:
            lire(client, "/aide/")
        comptees.append(len(requetes))
    assert comptees[0] == comptees[1]


def test_chaque_ligne_dit_quoi_quand_et_de_qui(client: Client, personas: Personas) -> None:
    """The person appears here, to who sees the request, and neither in the row nor in the mail."""
    lier(personas.caisse_a, personas.partenaire_a)
    demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    dire(personas.agent_a, personas.agent_b, reference=demande.reference)
    page = lire(connecte(client, personas.agent_a))
    assert phrases(page) == [f"La demande {demande.reference} vous est confiée."]
    assert re.search(r"Aujourd’hui à \d\d\s?h\s?\d\d", page)
    assert demande.personne in page
    assert demande.personne not in lire(connecte(Client(), personas.agent_b))
    ligne = Notification.objects.filter(destinataire=personas.agent_a).values().get()
    assert demande.nom not in str(ligne)
    assert not [c for c in Courriel.objects.all() if demande.nom in str(c.contexte)]


@pytest.mark.parametrize(
    ("moment", "attendu"),
    [
        ("2026-11-22T23:30:00", "le 23/11/2026 à 0 h 30"),
        ("2026-11-22T22:59:00", "aujourd’hui à 23 h 59"),
        ("2026-11-21T23:00:00", "aujourd’hui à 0 h 00"),
        ("2026-11-21T22:59:00", "hier à 23 h 59"),
        ("2026-11-20T23:00:00", "hier à 0 h 00"),
        ("2026-11-20T22:59:00", "le 20/11/2026 à 23 h 59"),
    ],
)
def test_quand_en_mots_et_en_jours_de_paris(moment: str, attendu: str) -> None:
    midi = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    dit = cloche.quand(datetime.fromisoformat(f"{moment}+00:00"), midi)
    assert dit.replace("\u00a0", " ") == attendu


def test_ouvrir_marque_comme_lue_et_mene_a_la_page(client: Client, personas: Personas) -> None:
    dire(personas.agent_a, nombre=2)
    connecte(client, personas.agent_a)
    premiere = Notification.objects.get(cle="essai:0")
    reponse = client.post(url("notification_ouvrir", premiere))
    assert reponse["Location"] == "/demandes/EP-0000-AAAA/"
    premiere.refresh_from_db()
    lue_le = premiere.lue_le
    assert lue_le
    client.post(url("notification_ouvrir", premiere))
    premiere.refresh_from_db()
    assert premiere.lue_le == lue_le
    assert la_cloche(lire(client)) == ("Notifications : 1 non lue", "1")


def test_un_get_ne_marque_rien(client: Client, personas: Personas) -> None:
    dire(personas.agent_a)
    connecte(client, personas.agent_a)
    assert client.get(url("notification_ouvrir", Notification.objects.get())).status_code == 405
    lire(client)
    assert Notification.objects.non_lues().count() == 1


def test_une_notification_redevient_non_lue(client: Client, personas: Personas) -> None:
    dire(personas.agent_a)
    connecte(client, personas.agent_a)
    lui = Notification.objects.get()
    for lue in (True, False):
        reponse = client.post(url("notification_marquer", lui), {"vue": "non-lues"})
        assert reponse["Location"] == f"{PAGE}?vue=non-lues"
        lui.refresh_from_db()
        assert (lui.lue_le is not None) == lue


def test_tout_lire_puis_revenir(client: Client, personas: Personas) -> None:
    """What was read before stays read; what another account has is not touched."""
    dire(personas.agent_a, personas.agent_b, nombre=4)
    connecte(client, personas.agent_a)
    ancienne = Notification.objects.get(destinataire=personas.agent_a, cle="essai:0")
    client.post(url("notification_marquer", ancienne))
    reponse = client.post(url("notifications_tout_lire"), follow=True)
    page = reponse.content.decode()
    assert "Tout est marqué comme lu." in page
    assert Notification.objects.non_lues().count() == 4
    (lues,) = re.findall(r'name="lues" value="([^"]+)"', page)
    client.post(url("notifications_retablir"), {"lues": lues})
    siennes = Notification.objects.filter(destinataire=personas.agent_a)
    assert siennes.non_lues().count() == 3
    assert siennes.exclude(lue_le=None).get() == ancienne


def test_ce_qui_arrive_pendant_la_lecture_reste_non_lu(client: Client, personas: Personas) -> None:
    dire(personas.agent_a)
    connecte(client, personas.agent_a)
    (jusqua,) = re.findall(r'name="jusqua" value="([^"]+)"', lire(client))
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        dire(personas.agent_a, depart=1)
    client.post(url("notifications_tout_lire"), {"jusqua": jusqua})
    assert [n.cle for n in Notification.objects.non_lues()] == ["essai:1"]


@pytest.mark.parametrize(
    "instant",
    [
        "",
        "demain",
        "2026-11-22T10:00:00",
        "2026-99-99T10:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
    ],
)
def test_un_instant_illisible_ne_casse_rien(
    instant: str, client: Client, personas: Personas
) -> None:
    dire(personas.agent_a)
    connecte(client, personas.agent_a)
    lire(client, f"{PAGE}?{urlencode({'lues': instant})}")
    assert client.post(url("notifications_retablir"), {"lues": instant}).status_code == 302
    assert client.post(url("notifications_tout_lire"), {"jusqua": instant}).status_code == 302
    assert not Notification.objects.non_lues().exists()


def test_le_filtre_ne_montre_que_les_non_lues(client: Client, personas: Personas) -> None:
    dire(personas.agent_a, nombre=3)
    connecte(client, personas.agent_a)
    client.post(url("notification_marquer", Notification.objects.get(cle="essai:1")))
    assert phrases(lire(client)) == [
        f"La demande EP-000{rang}-AAAA vous est confiée." for rang in (2, 1, 0)
    ]
    assert phrases(lire(client, f"{PAGE}?vue=non-lues")) == [
        f"La demande EP-000{rang}-AAAA vous est confiée." for rang in (2, 0)
    ]
    client.post(url("notifications_tout_lire"))
    assert "Vous avez tout lu" in lire(client, f"{PAGE}?vue=non-lues")


def test_les_pages_se_suivent_et_coutent_le_meme_prix(client: Client, personas: Personas) -> None:
    connecte(client, personas.agent_a)
    dire(personas.agent_a, nombre=2)
    with CaptureQueriesContext(connection) as deux:
        lire(client)
    dire(personas.agent_a, nombre=58, depart=2)
    with CaptureQueriesContext(connection) as cinquante:
        page = lire(client)
    assert len(deux) == len(cinquante)
    (curseur,) = re.findall(r'rel="next"\s+href="([^"]+)"', page)
    suite = lire(client, f"{PAGE}{curseur}")
    toutes = [*phrases(page), *phrases(suite)]
    assert len(toutes) == len(set(toutes)) == 60
    assert 'rel="prev"' in suite


@pytest.mark.parametrize("nom", ["notification_ouvrir", "notification_marquer"])
def test_la_notification_d_un_autre_est_absente(
    nom: str, client: Client, personas: Personas
) -> None:
    """A near miss: told of the same thing, under the same name."""
    dire(personas.agent_a, personas.agent_b)
    sienne: Any = Notification.objects.get(destinataire=personas.agent_b)
    assert connecte(client, personas.agent_a).post(url(nom, sienne)).status_code == 404
    sienne.refresh_from_db()
    assert sienne.lue_le is None
