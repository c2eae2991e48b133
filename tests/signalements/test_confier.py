"""Entrusting a request to a colleague, or to who stands in; and who hears the partner's answer."""

import re
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from comptes import habilitations
from comptes.models import Notification, Utilisateur
from portail.etats import TransitionImpossible
from signalements import actions
from signalements.models import Demande
from tests.factories import AbsenceFactory, fermer
from tests.personas import Personas, connecte
from tests.signalements.fabriques import avancer, deposer
from tests.signalements.scene import collegue, dits
from tests.voisinage import csv, lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-14")]


@pytest.fixture
def demande(horloge: time_machine.Traveller, personas: Personas) -> Demande:
    """Followed by agent_a since Monday 2 March; next door, somebody works too."""
    lier(personas.caisse_b, personas.partenaire_b)
    lier(personas.caisse_a, personas.partenaire_a)
    objet = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    return avancer(objet, personas.agent_a, jusqu_a="prendre_en_charge")


@pytest.fixture
def samira(personas: Personas) -> Utilisateur:
    return collegue(personas.caisse_a, "Samira", "Haddad")


@pytest.fixture
def karim(personas: Personas) -> Utilisateur:
    return collegue(personas.caisse_a, "Karim", "Benali", "monsieur")


def absent(agent: Utilisateur, remplacant: Utilisateur) -> None:
    AbsenceFactory(agent=agent, remplacant=remplacant, du=date(2026, 3, 2), au=date(2026, 3, 6))


def confier(demande: Demande, acteur: Utilisateur, choisi: Utilisateur) -> Demande:
    return actions.franchir(demande, "confier", acteur=acteur, agent=choisi)


def options(client: Client, demande: Demande) -> dict[str, str]:
    """The colleagues to choose from: value → words."""
    html = client.get(demande.get_absolute_url()).content.decode()
    liste = re.search(r'<select name="confier-agent".*?</select>', html, re.S)
    assert liste
    return dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', liste.group()))


def poster(client: Client, demande: Demande, choisi: Utilisateur) -> str:
    adresse = f"{demande.get_absolute_url()}etapes/confier/"
    reponse = client.post(adresse, {"confier-agent": str(choisi.public)}, follow=True)
    return " ".join(re.sub(r"<[^>]+>", " ", reponse.content.decode()).split())


def test_une_demande_se_confie_a_un_collegue_qui_l_apprend(
    demande: Demande, personas: Personas, samira: Utilisateur, karim: Utilisateur
) -> None:
    fermer(karim)
    agent = connecte(Client(), personas.agent_a)
    assert options(agent, demande) == {str(samira.public): "Samira Haddad"}
    page = poster(agent, demande, samira)
    assert "La demande est confiée à Samira Haddad." in page
    assert "Suivie par Samira Haddad" in page
    demande.refresh_from_db()
    assert (demande.agent, demande.etat) == (samira, "prise_en_charge")
    assert dits("demande_confiee") == [samira]
    evenement = demande.evenements.latest("pk")
    assert (evenement.libelle, evenement.visible) == ("Demande confiée à Samira Haddad", False)
    assert "Haddad" not in str(Notification.objects.values_list("details", "reference", "cle"))
    # She takes nothing back from herself, and may hand it to somebody else.
    with pytest.raises(TransitionImpossible):
        confier(demande, samira, samira)
    assert confier(demande, samira, personas.agent_a).agent == personas.agent_a


def test_la_demande_d_un_collegue_absent_va_a_son_remplacant(
    demande: Demande, personas: Personas, samira: Utilisateur, karim: Utilisateur
) -> None:
    absent(samira, karim)
    agent = connecte(Client(), personas.agent_a)
    assert options(agent, demande) == {
        str(karim.public): "Karim Benali",
        str(samira.public): (
            "Samira Haddad – absente jusqu’au 06/03/2026, remplacée par Karim Benali"
        ),
    }
    page = poster(agent, demande, samira)
    dite = "Samira Haddad est absente jusqu’au 06/03/2026 : la demande est confiée à Karim Benali."
    assert dite in page
    demande.refresh_from_db()
    assert demande.agent == karim
    assert dits("demande_confiee") == [karim]
    absent(karim, personas.agent_a)
    relais = "Suivie par Karim Benali, absent jusqu’au 06/03/2026, remplacé par vous"
    html = agent.get(demande.get_absolute_url()).content.decode()
    assert relais in html
    partenaire = connecte(Client(), personas.technicien_a).get(demande.get_absolute_url())
    assert "absent jusqu" not in partenaire.content.decode()
    libelle = "Demande confiée à Karim Benali, en l’absence de Samira Haddad"
    assert demande.evenements.latest("pk").libelle == libelle


def test_sans_remplacant_utilisable_le_champ_le_dit(
    demande: Demande, personas: Personas, samira: Utilisateur, karim: Utilisateur
) -> None:
    """Away without anybody, in a circle, or replaced by who follows it already."""
    absent(samira, karim)
    absent(karim, samira)
    agent = connecte(Client(), personas.agent_a)
    for choisi, accord in ((samira, "absente"), (karim, "absent")):
        sans = f"{choisi} – {accord} jusqu’au 06/03/2026, sans remplaçant"
        assert options(agent, demande)[str(choisi.public)] == sans
        page = poster(agent, demande, choisi)
        assert f"{choisi} est {accord} jusqu’au 06/03/2026 et personne ne prend sa suite" in page
        with pytest.raises(TransitionImpossible, match="personne ne prend sa suite"):
            confier(demande, personas.agent_a, choisi)
    nadia = collegue(personas.caisse_a, "Nadia", "Roche")
    absent(nadia, personas.agent_a)
    assert f"{personas.agent_a} suit déjà cette demande." in poster(agent, demande, nadia)
    demande.refresh_from_db()
    assert demande.agent == personas.agent_a
    assert dits("demande_confiee") == []


def test_on_ne_confie_ni_au_voisin_ni_a_un_autre_profil_ni_sans_droit(
    demande: Demande, personas: Personas, samira: Utilisateur, karim: Utilisateur
) -> None:
    agent = connecte(Client(), personas.agent_a)
    fermer(karim)
    for choisi in (personas.agent_b, personas.admin_a, personas.technicien_a, karim):
        assert "Sélectionnez un choix valide" in poster(agent, demande, choisi)
        with pytest.raises(TransitionImpossible, match="Choisissez un agent de la caisse"):
            confier(demande, personas.agent_a, choisi)
    for intrus in (personas.agent_b, personas.admin_a, personas.technicien_a):
        with pytest.raises(PermissionDenied):
            confier(demande, intrus, samira)
    # A colleague who also works next door is one of this caisse all the same.
    habilitations.habiliter(samira, personas.caisse_b, acteur=None)
    assert confier(demande, personas.agent_a, samira).agent == samira


def test_celui_qui_reprend_la_demande_n_en_est_pas_prevenu(
    demande: Demande, samira: Utilisateur
) -> None:
    assert confier(demande, samira, samira).agent == samira
    assert dits("demande_confiee") == []


def repondre(demande: Demande, personas: Personas) -> list[Utilisateur]:
    """The partner writes; whom the caisse told."""
    Notification.objects.all().delete()
    actions.ecrire(demande, "Voici l'avis demandé.", acteur=personas.technicien_a)
    return dits("reponse_partenaire")


def test_la_reponse_du_partenaire_trouve_quelqu_un(
    demande: Demande, personas: Personas, samira: Utilisateur, karim: Utilisateur
) -> None:
    agent = personas.agent_a
    assert repondre(demande, personas) == [agent]
    absent(samira, karim)
    absent(agent, samira)
    assert repondre(demande, personas) == [karim]  # the substitute's own substitute
    fermer(karim)
    # Nobody stands in: the team, but those who are away are all there is of it.
    assert repondre(demande, personas) == [agent, samira]
    nadia = collegue(personas.caisse_a, "Nadia", "Roche")
    assert repondre(demande, personas) == [nadia]
    Notification.objects.all().delete()
    actions.joindre(demande, csv("suite.csv"), usage="autre", acteur=personas.technicien_a)
    assert dits("reponse_partenaire") == []  # an answer waits to be read already


def test_un_compte_ferme_ou_une_demande_rendue_laisse_l_equipe(
    demande: Demande, personas: Personas, samira: Utilisateur
) -> None:
    fermer(personas.agent_a)
    assert repondre(demande, personas) == [samira]
    actions.franchir(demande, "liberer", acteur=samira)
    assert repondre(demande, personas) == [samira]
    neuve = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    assert repondre(neuve, personas) == []  # it is in the queue, and nobody began
