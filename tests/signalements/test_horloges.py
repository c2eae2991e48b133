"""The deadlines of a request on its page: what, since when, until when, how far, told how often."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from signalements import actions
from signalements.horloges import en_mots
from signalements.models import Demande
from tests.personas import Personas, connecte
from tests.signalements.fabriques import avancer, deposer
from tests.signalements.scene import paris
from tests.voisinage import lier

pytestmark = pytest.mark.regle("D-14")


@pytest.fixture
def demande(horloge: time_machine.Traveller, personas: Personas) -> Demande:
    """Taken in charge on Monday 2 March 2026 at 9:00."""
    lier(personas.caisse_a, personas.partenaire_a)
    objet = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    return avancer(objet, personas.agent_a, jusqu_a="prendre_en_charge")


def delais(demande: Demande, personas: Personas, cote: str) -> str:
    """The words of the section, as the agent or the technicien reads them."""
    client = connecte(Client(), getattr(personas, cote))
    html = client.get(demande.get_absolute_url()).content.decode().replace("\u00a0", " ")
    section = re.search(r'<section aria-labelledby="delais">(.*?)</section>', html, re.S)
    assert section
    return " ".join(re.sub(r"<[^>]+>", " ", section.group(1)).split())


@pytest.mark.parametrize(
    ("instant", "attendu"),
    [
        (datetime(2026, 11, 26, 9, 12, tzinfo=UTC), "jeudi 26 novembre à 10 h 12"),
        (datetime(2026, 6, 30, 22, 5, tzinfo=UTC), "mercredi 1er juillet à 0 h 05"),
        (datetime(2027, 1, 1, 11, 0, tzinfo=UTC), "vendredi 1er janvier 2027 à 12 h 00"),
        # On 25 October 2026, 2:30 comes twice in Paris; on 29 March, 3:30 comes once.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "dimanche 25 octobre à 2 h 30 (heure d’été)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "dimanche 25 octobre à 2 h 30 (heure d’hiver)"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "dimanche 25 octobre à 3 h 30"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "dimanche 29 mars à 3 h 30"),
    ],
)
def test_un_instant_se_dit_en_mots(instant: datetime, attendu: str) -> None:
    assert en_mots(instant, paris(2, 9)).replace("\u00a0", " ") == attendu


@pytest.mark.django_db
def test_la_caisse_lit_ou_en_est_chaque_delai(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    fin = "À tenir avant le mercredi 4 mars à 9 h 00."
    debut = "Contact avec la personne {} Commencé le lundi 2 mars à 9 h 00. {} {}"
    lue = delais(demande, personas, "agent_a")
    assert debut.format("dans 2 j", fin, "0 % du délai écoulé.") in lue
    instruction = "À tenir avant le mercredi 1er avril à 23 h 59. 0 % du délai écoulé."
    assert f"Instruction dans 30 j Commencé le lundi 2 mars à 9 h 00. {instruction}" in lue
    horloge.move_to(paris(3, 9, 1))
    actions.balayer()
    une = "50 % du délai écoulé. Alerte donnée le mardi 3 mars à 9 h 01."
    assert debut.format("dans 23 h 59", fin, une) in delais(demande, personas, "agent_a")
    horloge.move_to(paris(4, 0))
    actions.balayer()
    deux = "81 % du délai écoulé. 2 alertes données, la dernière le mercredi 4 mars à 0 h 00."
    assert debut.format("bientôt, dans 9 h", fin, deux) in delais(demande, personas, "agent_a")
    horloge.move_to(paris(4, 10))
    actions.balayer()
    trois = "3 alertes données, la dernière le mercredi 4 mars à 10 h 00."
    fin = "Était à tenir avant le mercredi 4 mars à 9 h 00."
    assert debut.format("en retard de 1 h", fin, trois) in delais(demande, personas, "agent_a")
    actions.franchir(demande, "confirmer_contact", acteur=personas.agent_a, canal="telephone")
    faite = debut.format("Terminé hors délai, le mercredi 4 mars à 10 h 00", fin, "3 alertes")
    assert faite in delais(demande, personas, "agent_a")


@pytest.mark.django_db
def test_le_partenaire_lit_que_la_caisse_est_avertie_une_fois(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    for instant in (paris(3, 9, 1), paris(4, 0)):
        horloge.move_to(instant)
        actions.balayer()
    assert "lerte" not in delais(demande, personas, "technicien_a")
    assert "avertie" not in delais(demande, personas, "technicien_a")
    for instant in (paris(4, 9, 1), paris(5, 9, 1), paris(6, 9, 1)):
        horloge.move_to(instant)
        actions.balayer()
    lue = delais(demande, personas, "technicien_a")
    assert lue.count("La caisse en a été avertie le mercredi 4 mars à 9 h 01.") == 1
    assert "Contact avec la personne en retard de 2 j" in lue
    passe = "Délai dépassé : contact avec la personne"
    for cote in ("agent_a", "technicien_a"):
        client = connecte(Client(), getattr(personas, cote))
        assert client.get(demande.get_absolute_url()).content.decode().count(passe) == 1


@pytest.mark.django_db
def test_un_delai_arrete_dit_depuis_quand_et_ou_il_en_est(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    horloge.move_to(paris(2, 21))
    manque = {"texte": "Il manque un avis."}
    actions.franchir(demande, "demander_complement", acteur=personas.agent_a, **manque)
    horloge.move_to(paris(20, 9))
    pause = "En pause depuis le lundi 2 mars à 21 h 00 Commencé le lundi 2 mars à 9 h 00."
    for cote in ("agent_a", "technicien_a"):
        lue = delais(demande, personas, cote)
        assert f"Contact avec la personne {pause} 25 % du délai écoulé." in lue
        assert lue.count("À tenir avant") == 0
