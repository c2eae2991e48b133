"""A request moves: its clocks, its history, its mails; and two people who act at once."""

from collections.abc import Callable

import pytest
import time_machine
from django.db import transaction

from comptes.models import Courriel, Trace, Utilisateur
from echeances.models import Echeance
from portail.etats import TransitionImpossible
from signalements import actions
from signalements.models import Demande
from signalements.models.demandes import JAMAIS
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas
from tests.signalements.fabriques import CHEMIN_MAS, SIMPLE, avancer, deposer
from tests.signalements.scene import LUNDI, paris
from tests.voisinage import csv, lier


@pytest.fixture
def demande(db: None, horloge: time_machine.Traveller, personas: Personas) -> Demande:
    lier(personas.caisse_a, personas.partenaire_a)
    return deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a, urgente=True)


def horloges(demande: Demande) -> dict[str, Echeance]:
    return {echeance.nature: echeance for echeance in demande.echeances.all()}


@pytest.mark.regle("D-14")
def test_une_demande_urgente_a_deux_horloges_au_depot(demande: Demande) -> None:
    assert {n: e.echeance_le for n, e in horloges(demande).items()} == {
        "urgent_48h": paris(4, 9),
        "instruction_30j": paris(1, 23, 59, mois=4, seconde=59),
    }
    assert demande.a_traiter_avant == paris(4, 9)


@pytest.mark.regle("D-12")
def test_la_prise_en_charge_laisse_48_heures_pour_joindre_la_personne(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    horloge.move_to(paris(3, 11))
    demande = actions.franchir(demande, "prendre_en_charge", acteur=personas.agent_a)
    assert horloges(demande)["urgent_48h"].terminee_le == paris(3, 11)
    assert horloges(demande)["contact_48h"].echeance_le == paris(5, 11)
    assert demande.a_traiter_avant == paris(5, 11)
    assert demande.agent == personas.agent_a


@pytest.mark.regle("D-12")
def test_une_tentative_laisse_courir_le_delai(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")
    agir(demande, "noter_tentative", personas.agent_a, canal="telephone")
    assert horloges(demande)["contact_48h"].terminee_le is None
    horloge.move_to(paris(3, 9))
    demande = agir(demande, "confirmer_contact", personas.agent_a, canal="sms")
    assert horloges(demande)["contact_48h"].terminee_le == paris(3, 9)
    contacts = demande.contacts.values_list("canal", "abouti", "consentement_confirme")
    assert list(contacts) == [("telephone", False, False), ("sms", True, True)]


@pytest.mark.regle("D-14")
def test_l_attente_du_partenaire_arrete_les_horloges(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")
    horloge.move_to(paris(3, 9))  # 24 h are left to reach the person
    demande = agir(demande, "demander_complement", personas.agent_a, texte="Il manque un avis.")
    assert demande.attente_depuis == paris(3, 9)
    assert demande.a_traiter_avant == JAMAIS
    assert {e.suspendue_le for e in horloges(demande).values() if not e.terminee_le} == {
        paris(3, 9)
    }
    horloge.move_to(paris(10, 15, 30))
    actions.ecrire(demande, "Voici l'avis demandé.", acteur=personas.technicien_a)
    demande.refresh_from_db()
    assert demande.attente_depuis is None
    assert demande.partenaire_a_repondu
    assert horloges(demande)["contact_48h"].echeance_le == paris(11, 15, 30)
    # 1 April, and the 7 civil days that were waited.
    instruction = horloges(demande)["instruction_30j"]
    assert instruction.echeance_le == paris(8, 23, 59, mois=4, seconde=59)
    assert demande.a_traiter_avant == paris(11, 15, 30)


@pytest.mark.regle("D-14")
def test_un_fichier_du_partenaire_termine_aussi_l_attente(
    demande: Demande, personas: Personas
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")
    demande = agir(demande, "demander_complement", personas.agent_a, texte="Il manque un avis.")
    Courriel.objects.all().delete()
    for nom in ("avis.csv", "suite.csv"):
        actions.joindre(demande, csv(nom), usage="autre", acteur=personas.technicien_a)
    demande.refresh_from_db()
    assert demande.attente_depuis is None
    assert demande.partenaire_a_repondu
    # One mail for the two files: there is something to read.
    assert Courriel.objects.get().destinataire == personas.agent_a


@pytest.mark.regle("D-14")
def test_un_message_de_la_caisse_ne_termine_pas_l_attente(
    demande: Demande, personas: Personas
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")
    demande = agir(demande, "demander_complement", personas.agent_a, texte="Il manque un avis.")
    actions.ecrire(demande, "Avez-vous reçu notre demande ?", acteur=personas.agent_a)
    demande.refresh_from_db()
    assert demande.attente_depuis == LUNDI
    assert not demande.partenaire_a_repondu


@pytest.mark.regle("D-14")
def test_la_caisse_reprend_sans_attendre(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")
    demande = agir(demande, "demander_complement", personas.agent_a, texte="Il manque un avis.")
    horloge.move_to(paris(2, 12))
    demande = agir(demande, "reprendre", personas.agent_a)
    assert demande.attente_depuis is None
    assert horloges(demande)["contact_48h"].echeance_le == paris(4, 12)


@pytest.mark.regle("D-14")
def test_une_pause_ne_rattrape_pas_un_delai_passe(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="confirmer_contact")
    horloge.move_to(paris(2, 10, mois=4))  # the 30 days ended the night before
    assert actions.balayer() == 1
    demande = agir(demande, "demander_complement", personas.agent_a, texte="Il manque un avis.")
    horloge.move_to(paris(2, 16, mois=4))
    demande = agir(demande, "reprendre", personas.agent_a)
    assert horloges(demande)["instruction_30j"].echeance_le == paris(1, 23, 59, mois=4, seconde=59)
    assert demande.en_retard


@pytest.mark.regle("D-14")
def test_le_balayage_marque_une_fois_ce_qui_est_passe(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    horloge.move_to(paris(4, 9))
    actions.balayer()
    assert horloges(demande)["urgent_48h"].depassee_le is None  # the very instant is not late
    horloge.move_to(paris(4, 9, 1))
    assert (actions.balayer(), actions.balayer()) == (1, 0)
    demande.refresh_from_db()
    assert demande.en_retard
    assert horloges(demande)["urgent_48h"].depassee_le == paris(4, 9, 1)
    assert horloges(demande)["instruction_30j"].depassee_le is None
    assert (
        demande.evenements.visibles_par(personas.technicien_a)
        .filter(libelle="Délai dépassé : prise en compte de l’urgence")
        .count()
        == 1
    )
    # Taken in charge, even late, the request is late no more.
    assert not agir(demande, "prendre_en_charge", personas.agent_a).en_retard


@pytest.mark.regle("D-14")
def test_une_horloge_arretee_ne_passe_pas(
    demande: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")
    agir(demande, "demander_complement", personas.agent_a, texte="Il manque un avis.")
    horloge.move_to(paris(1, 12, mois=6))
    assert actions.balayer() == 0


@pytest.mark.regle("D-12")
def test_le_refus_de_la_personne_termine_tout(demande: Demande, personas: Personas) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="realiser_bilan")
    demande = agir(demande, "refus_personne", personas.agent_a, issue="refus", canal="telephone")
    assert (demande.etat, demande.issue) == ("cloturee", "refus")
    assert demande.cloturee_le == LUNDI
    assert demande.a_traiter_avant == JAMAIS
    assert not [e for e in horloges(demande).values() if e.terminee_le is None]
    with pytest.raises(TransitionImpossible):
        agir(demande, "recontacter", personas.agent_a, canal="telephone")


def test_une_issue_hors_liste_est_refusee(demande: Demande, personas: Personas) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="engager_accompagnement")
    for issue in ("", "refus", "inconnue"):
        with pytest.raises(TransitionImpossible, match="issue"):
            agir(demande, "cloturer", personas.agent_a, issue=issue, texte="Terminé.")


def test_lire_la_reponse_se_note_sans_rien_envoyer(demande: Demande, personas: Personas) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")
    actions.ecrire(demande, "Merci beaucoup.", acteur=personas.technicien_a)
    for nom in ("liberer", "attribuer"):
        assert agir(demande, nom, personas.agent_a).partenaire_a_repondu
    Courriel.objects.all().delete()
    assert not agir(demande, "acquitter", personas.agent_a).partenaire_a_repondu
    assert not Courriel.objects.exists()


@pytest.mark.regle("D-12")
@pytest.mark.regle("D-17")
def test_le_partenaire_apprend_chaque_etape_sans_rien_de_personnel(
    demande: Demande, personas: Personas
) -> None:
    Courriel.objects.all().delete()
    avancer(demande, personas.agent_a, jusqu_a="cloturer")
    courriels = Courriel.objects.all()
    assert len(courriels) == len(CHEMIN_MAS) == 7
    for courriel in courriels:
        assert courriel.destinataire == personas.technicien_a
        assert courriel.contexte == {"reference": demande.reference}


def test_un_auteur_parti_laisse_prevenir_ses_collegues(
    demande: Demande, personas: Personas
) -> None:
    collegue = UtilisateurFactory(sur=personas.partenaire_a)
    fermer(personas.technicien_a)
    Courriel.objects.all().delete()
    agir(demande, "prendre_en_charge", personas.agent_a)
    assert Courriel.objects.get().destinataire == collegue


@pytest.mark.regle("G-05")
def test_une_note_se_trace_sans_son_texte(demande: Demande, personas: Personas) -> None:
    actions.annoter(demande, "À rappeler jeudi.", acteur=personas.agent_a)
    trace = Trace.objects.order_by("pk").last()
    assert trace is not None
    assert (trace.qui, trace.cle) == (personas.agent_a, demande.reference)
    assert "jeudi" not in str(trace.details)


def agir(demande: Demande, nom: str, agent: Utilisateur, **parametres: str) -> Demande:
    return actions.franchir(demande, nom, acteur=agent, **parametres)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nom", ["prendre_en_charge", "attribuer"])
def test_deux_agents_a_la_fois_un_seul_gagne(
    nom: str, personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    samira = UtilisateurFactory(
        profil="agent", prenom="Samira", nom="Haddad", sur=personas.caisse_a
    )
    lier(personas.caisse_a, personas.partenaire_a)
    demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    if nom == "attribuer":
        for etape in ("prendre_en_charge", "liberer"):
            demande = agir(demande, etape, personas.agent_a)
    avant = Courriel.objects.count()

    def prendre(agent: Utilisateur) -> Callable[[], object]:
        return lambda: actions.franchir(demande, nom, acteur=agent)

    resultats = en_meme_temps(prendre(personas.agent_a), prendre(samira))
    demande = Demande.objects.get(pk=demande.pk)
    perdants = [r for r in resultats if isinstance(r, TransitionImpossible)]
    assert len(perdants) == 1, resultats
    assert perdants[0].message == f"Cette demande est déjà prise en charge par {demande.agent}."
    gagnant = samira if isinstance(resultats[0], TransitionImpossible) else personas.agent_a
    assert demande.agent == gagnant
    assert Courriel.objects.count() == avant + (nom == "prendre_en_charge")


@pytest.mark.django_db(transaction=True)
def test_le_balayage_laisse_la_demande_qu_un_agent_tient(
    personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    demande.echeances.update(a_alerter_le=LUNDI)
    with transaction.atomic():
        Demande.objects.select_for_update().get(pk=demande.pk)
        assert en_meme_temps(actions.balayer) == [0]
    assert actions.balayer() == 1


@pytest.mark.django_db
def test_une_demande_simple_se_cloture_apres_la_prise_en_charge(personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a, **SIMPLE)
    with pytest.raises(TransitionImpossible):
        agir(demande, "cloturer", personas.agent_a, issue="information", texte="Réponse.")
    agir(demande, "prendre_en_charge", personas.agent_a)
    assert "contact_48h" not in horloges(demande)
    demande = agir(demande, "cloturer", personas.agent_a, issue="information", texte="Réponse.")
    assert demande.est_close
