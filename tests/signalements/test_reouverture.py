"""A closed request is reopened: a new deadline, an explanation, and what was is kept."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from comptes.models import Courriel, Trace, Utilisateur
from portail.etats import TransitionImpossible
from signalements import actions
from signalements.models import Demande
from signalements.models.demandes import EFFACES
from tests.personas import Personas, connecte
from tests.signalements.fabriques import avancer, deposer
from tests.signalements.scene import collegue, dits, horloges, paris
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-14")]

RAISON = "La personne nous a rappelés : son dossier reprend."


@pytest.fixture
def close(horloge: time_machine.Traveller, personas: Personas) -> Demande:
    """Closed on Wednesday 4 March, met in time; next door, the neighbours have one too."""
    lier(personas.caisse_b, personas.partenaire_b)
    lier(personas.caisse_a, personas.partenaire_a, delai_instruction_jours=30)
    demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    demande = avancer(demande, personas.agent_a, jusqu_a="engager_accompagnement")
    horloge.move_to(paris(4, 15))
    reponse = {"issue": "droits_ouverts", "texte": "Les droits sont ouverts."}
    return actions.franchir(demande, "cloturer", acteur=personas.agent_a, **reponse)


@pytest.mark.regle("D-12")
def test_elle_reprend_avec_un_nouveau_delai_et_garde_l_ancien(
    close: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    samira = collegue(personas.caisse_a, "Samira", "Haddad")
    convention = close.convention
    convention.delai_instruction_jours = 10
    convention.save()
    horloge.move_to(paris(28, 11))
    demande = actions.franchir(close, "rouvrir", acteur=samira, texte=RAISON)
    assert (demande.etat, demande.issue, demande.cloturee_le) == ("prise_en_charge", "", None)
    assert demande.agent == samira
    ancienne, nouvelle = horloges(demande, "instruction_30j")
    assert ancienne.echeance_le == paris(1, 23, 59, mois=4, seconde=59)
    assert ancienne.terminee_le == paris(2, 9)  # when the plan was proposed
    # As the convention says that day: ten days, the change of hour on the way.
    assert nouvelle.debut_le == paris(28, 11)
    assert nouvelle.echeance_le == paris(7, 23, 59, mois=4, seconde=59)
    assert (nouvelle.terminee_le, nouvelle.palier) == (None, 0)
    assert demande.a_traiter_avant == paris(7, 23, 59, mois=4, seconde=59)
    message = demande.messages.latest("pk")
    assert (message.texte, message.de_la_caisse, message.interne) == (RAISON, True, False)
    assert demande.evenements.visibles_par(personas.technicien_a).latest("pk").libelle == (
        "Demande rouverte"
    )
    courriel = Courriel.objects.latest("pk")
    assert (courriel.destinataire, courriel.gabarit) == (personas.technicien_a, "demande_evolue")
    # It may be walked through and closed once more.
    demande = actions.franchir(demande, "confirmer_contact", acteur=samira, canal="sms")
    demande = actions.franchir(demande, "refus_personne", acteur=samira, issue="refus")
    assert demande.est_close
    assert not demande.echeances.ouvertes().exists()


def test_une_urgence_d_avant_la_cloture_peut_revenir(close: Demande, personas: Personas) -> None:
    Demande.objects.filter(pk=close.pk).update(urgente=True)
    demande = actions.franchir(close, "rouvrir", acteur=personas.agent_a, texte=RAISON)
    assert not demande.urgente
    demande = actions.franchir(demande, "signaler_urgence", acteur=personas.agent_a)
    assert demande.urgente
    (urgence,) = horloges(demande, "urgent_48h")
    assert urgence.echeance_le == paris(6, 15)


def test_on_ne_rouvre_ni_chez_le_voisin_ni_deux_fois(close: Demande, personas: Personas) -> None:
    for intrus in (personas.agent_b, personas.technicien_a, personas.admin_a):
        with pytest.raises(PermissionDenied):
            actions.franchir(close, "rouvrir", acteur=intrus, texte=RAISON)
    actions.franchir(close, "rouvrir", acteur=personas.agent_a, texte=RAISON)
    with pytest.raises(TransitionImpossible, match="prise en charge"):
        actions.franchir(close, "rouvrir", acteur=personas.agent_a, texte=RAISON)
    assert len(horloges(close, "instruction_30j")) == 2


@pytest.mark.regle("G-04")
def test_on_ne_rouvre_pas_ce_qui_est_anonymise(close: Demande, personas: Personas) -> None:
    Demande.objects.filter(pk=close.pk).update(anonymisee_le=paris(4, 16), **EFFACES)
    with pytest.raises(PermissionDenied):
        actions.franchir(close, "rouvrir", acteur=personas.agent_a, texte=RAISON)
    agent = connecte(Client(), personas.agent_a)
    adresse = f"{close.get_absolute_url()}etapes/rouvrir/"
    assert agent.post(adresse, {"rouvrir-texte": RAISON}).status_code == 404
    close.refresh_from_db()
    assert close.est_close
    assert not close.messages.filter(texte=RAISON).exists()


def page(client: Client, demande: Demande) -> str:
    texte = re.sub(r"<[^>]+>", " ", client.get(demande.get_absolute_url()).content.decode())
    return " ".join(texte.replace("&#x27;", "'").split())


def test_les_deux_cotes_le_voient(close: Demande, personas: Personas) -> None:
    agent, technicien = (connecte(Client(), c) for c in (personas.agent_a, personas.technicien_a))
    assert "Rouvrir la demande" in page(agent, close)
    ferme = page(technicien, close)
    assert "Rouvrir la demande" not in ferme
    assert "Pour faire rouvrir celle-ci, joignez la caisse en donnant sa référence." in ferme
    adresse = f"{close.get_absolute_url()}etapes/rouvrir/"
    vide = agent.post(adresse, {})
    assert "Renseignez « Votre message »." in vide.content.decode().replace("&#x27;", "'")
    sante = agent.post(adresse, {"rouvrir-texte": "Elle est atteinte d'un cancer du sein."})
    assert "<mark>" in sante.content.decode()
    close.refresh_from_db()
    assert close.est_close
    reponse = agent.post(adresse, {"rouvrir-texte": RAISON}, follow=True)
    assert "nouveau délai d’instruction" in reponse.content.decode()
    for lecteur in (agent, technicien):
        lu = page(lecteur, close)
        assert RAISON in lu
        assert "Prise en charge Étape 2 sur 8" in lu
        # What ended before is folded away, after what runs now.
        courant, _, passe = lu.partition("Avant la réouverture (2)")
        assert "Instruction dans 30 j" in courant
        for titre in ("Contact avec la personne", "Instruction"):
            assert f"{titre} Tenu, le lundi 2 mars à 9 h 00" not in courant
            assert f"{titre} Tenu, le lundi 2 mars à 9 h 00" in passe
    assert Trace.objects.filter(details={"etape": "rouvrir"}, qui=personas.agent_a).count() == 1
    assert dits("demande_confiee") == []


@pytest.mark.django_db(transaction=True)
def test_deux_agents_a_la_fois_ne_rouvrent_qu_une_fois(
    personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    demande = avancer(demande, personas.agent_a, jusqu_a="cloturer")
    samira = collegue(personas.caisse_a, "Samira", "Haddad")

    def rouvrir(agent: Utilisateur) -> Callable[[], object]:
        return lambda: actions.franchir(demande, "rouvrir", acteur=agent, texte=RAISON)

    resultats = en_meme_temps(rouvrir(personas.agent_a), rouvrir(samira))
    assert [type(r) for r in resultats].count(TransitionImpossible) == 1, resultats
    assert len(horloges(demande, "instruction_30j")) == 2
    assert demande.messages.filter(texte=RAISON).count() == 1
