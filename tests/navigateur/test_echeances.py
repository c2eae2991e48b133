"""A deadline as an agent lives it: green, orange, red, told once a step, answered; its digest."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from comptes import recapitulatifs
from comptes.models import Courriel, Notification, Preference, Utilisateur
from echeances.models import Alerte, Echeance
from signalements import actions
from signalements.actions import suivi
from signalements.models import Demande
from tests.attente import attendre
from tests.navigateur.conftest import controler_accessibilite, entrer
from tests.navigateur.gestes import Souris
from tests.personas import Personas
from tests.signalements.fabriques import deposer

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def vieillir(demande: Demande, heures: int) -> None:
    """So many hours go by for this request's clocks, then the sweep."""
    duree = timedelta(hours=heures)
    Echeance.objects.filter(demande=demande).update(
        debut_le=F("debut_le") - duree,
        echeance_le=F("echeance_le") - duree,
        a_alerter_le=F("a_alerter_le") - duree,
    )
    demande = Demande.objects.get(pk=demande.pk)
    suivi.recaler(demande)
    suivi.enregistrer(demande)
    actions.balayer()
    actions.balayer()


def ligne_de(page: Page, demande: Demande) -> Any:
    page.goto("/file/?corbeille=miennes")
    return page.get_by_role("row", name=re.compile(demande.reference))


def recus(boite: Any, agent: Utilisateur, gabarit: str = "alerte_suivie") -> list[Message]:
    """The mails of this template that reached this account."""
    siens = Courriel.objects.filter(destinataire=agent, gabarit=gabarit)
    attendus = {
        f"<courriel-{pk}@{settings.DOMAINE_COURRIEL}>" for pk in siens.values_list("pk", flat=True)
    }
    return [courriel for courriel in boite.courriels if courriel["Message-ID"] in attendus]


def cloche(page: Page) -> Any:
    return page.get_by_role("banner").get_by_role("link", name=re.compile("Notifications")).first


def test_du_vert_au_rouge_une_alerte_par_palier_puis_le_delai_s_acheve(
    scene: Personas, boite: Any, ouvrier: None, ouvrir: Callable[..., Page]
) -> None:
    agent = scene.agent_a
    demande = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
    geste = Souris(ouvrir())
    entrer(geste, agent)
    page = geste.page
    page.goto(demande.get_absolute_url())
    geste.cliquer("button", "Prendre en charge")

    expect(ligne_de(page, demande).locator(".ep-delai--normal")).to_be_visible()
    expect(cloche(page)).to_have_accessible_name("Notifications : aucune non lue")

    vieillir(demande, 39)  # 38 h 24 are 80 % of 48 h
    expect(ligne_de(page, demande).locator(".ep-delai--proche")).to_be_visible()
    expect(cloche(page)).to_have_accessible_name("Notifications : 1 non lue")
    controler_accessibilite(geste)
    attendre(lambda: len(recus(boite, agent)) == 1, delai=60, quoi="the first alert")

    cloche(page).click()
    controler_accessibilite(geste)
    page.get_by_role("button", name=re.compile("^Le délai de contact avec la personne")).click()
    expect(page).to_have_url(re.compile(demande.reference))
    expect(cloche(page)).to_have_accessible_name("Notifications : aucune non lue")

    vieillir(demande, 10)
    expect(ligne_de(page, demande).locator(".ep-delai--retard")).to_be_visible()
    expect(cloche(page)).to_have_accessible_name("Notifications : 1 non lue")
    attendre(lambda: len(recus(boite, agent)) == 2, delai=60, quoi="the second alert")

    page.goto(demande.get_absolute_url())
    joindre_la_personne(geste)
    contact = Echeance.objects.get(demande=demande, nature="contact_48h")
    assert contact.depassee_le
    assert contact.terminee_le
    assert [alerte.palier for alerte in contact.alertes.all()] == [80, 100]
    expect(ligne_de(page, demande).locator(".ep-delai--normal")).to_be_visible()
    assert len(recus(boite, agent)) == 2


def test_un_delai_tenu_ne_previent_plus_personne(
    scene: Personas, boite: Any, ouvrier: None, ouvrir: Callable[..., Page]
) -> None:
    """Told at 80 %, the agent answers in time; its digest of the day is a page one can read."""
    agent = scene.agent_a
    Preference.objects.create(utilisateur=agent, genre="delais_suivis", remise="quotidien")
    demande = deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a)
    actions.franchir(demande, "prendre_en_charge", acteur=agent)
    vieillir(demande, 39)
    geste = Souris(ouvrir())
    entrer(geste, agent)
    geste.page.goto(demande.get_absolute_url())
    joindre_la_personne(geste)
    expect(geste.page.get_by_text(re.compile("^Tenu"))).to_be_visible()
    vieillir(demande, 48)
    assert [a.palier for a in Alerte.objects.filter(echeance__nature="contact_48h")] == [80]
    assert recus(boite, agent) == []

    lire_le_recapitulatif(boite, agent, demande, ouvrir(largeur=320))


def joindre_la_personne(geste: Souris) -> None:
    controler_accessibilite(geste)
    geste.deplier("Personne jointe")
    geste.cocher("Téléphone")
    geste.cocher("La personne confirme son consentement")
    geste.cliquer("button", "Valider : Personne jointe")


def lire_le_recapitulatif(boite: Any, agent: Utilisateur, demande: Demande, page: Page) -> None:
    """It leaves by the real worker; a telephone shows it whole, and its link leads there."""
    hier = timezone.now() - timedelta(days=1)
    Notification.objects.filter(destinataire=agent).update(creee_le=hier)
    Utilisateur.objects.filter(pk=agent.pk).update(heure_recapitulatif=0)
    assert recapitulatifs.recapituler(timezone.now()) == 1
    attendre(lambda: recus(boite, agent, "recapitulatif"), delai=60, quoi="the digest")
    (recapitulatif,) = recus(boite, agent, "recapitulatif")
    html = recapitulatif.get_payload()[1].get_payload(decode=True).decode()  # type: ignore[index,union-attr]
    page.set_content(html)
    controler_accessibilite(Souris(page))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    lien = page.get_by_role("link", name=re.compile(demande.reference))
    expect(lien).to_have_attribute("href", re.compile(f"/demandes/{demande.reference}/$"))
    assert demande.nom not in html
    assert recapitulatifs.recapituler(timezone.now()) == 0
