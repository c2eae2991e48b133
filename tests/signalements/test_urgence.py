"""A request becomes urgent after it was filed: by either side, with its clock, told once."""

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from comptes.models import Notification, Trace
from conventions.models import Convention
from portail.etats import TransitionImpossible
from portail.fichiers import FichierRefuse
from signalements import actions
from signalements.models import Demande
from tests.factories import AbsenceFactory, UtilisateurFactory
from tests.personas import Personas, connecte
from tests.signalements.fabriques import SIMPLE, avancer, deposer
from tests.signalements.scene import collegue, dits, horloges, paris
from tests.voisinage import csv, lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-14")]


@pytest.fixture
def convention(horloge: time_machine.Traveller, personas: Personas) -> Convention:
    lier(personas.caisse_b, personas.partenaire_b)
    return lier(personas.caisse_a, personas.partenaire_a, delai_urgence_heures=48)


@pytest.fixture
def depose(convention: Convention, personas: Personas) -> Callable[..., Demande]:
    def _deposer(**donnees: object) -> Demande:
        return deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a, **donnees)

    return _deposer


@pytest.fixture
def suivie(depose: Callable[..., Demande], personas: Personas) -> Iterator[Demande]:
    """Taken in charge by agent_a on Monday, not urgent."""
    return avancer(depose(), personas.agent_a, jusqu_a="prendre_en_charge")


def signaler(client: Client, demande: Demande, **champs: object) -> str:
    reponse = client.post(f"{demande.get_absolute_url()}urgence/", champs, follow=True)
    assert reponse.status_code == 200
    return mots(reponse.content.decode())


def mots(html: str) -> str:
    texte = re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").replace("\u00a0", " ")
    return " ".join(texte.split())


def test_le_partenaire_la_signale_et_l_horloge_part_a_l_instant(
    suivie: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    horloge.move_to(paris(27, 18, 30))
    technicien = connecte(Client(), UtilisateurFactory(sur=personas.partenaire_a))
    assert "La caisse en est prévenue aussitôt" in mots(
        technicien.get(suivie.get_absolute_url()).content.decode()
    )
    page = signaler(technicien, suivie)
    avant = "doit la prendre en compte avant le dimanche 29 mars à 19 h 30."
    assert f"L’urgence est signalée : la caisse {avant}" in page
    assert "Signaler une urgence" not in page
    suivie.refresh_from_db()
    (urgence,) = horloges(suivie, "urgent_48h")
    assert suivie.urgente
    assert urgence.debut_le == paris(27, 18, 30)
    # 48 elapsed hours, and the clocks went forward on Sunday 29 March.
    assert urgence.echeance_le == paris(29, 19, 30)
    assert "dimanche 29 mars à 19 h 30" in page
    assert dits("demande_urgente") == [personas.agent_a]
    evenement = suivie.evenements.latest("pk")
    assert (evenement.libelle, evenement.visible) == ("Urgence signalée par le partenaire", True)
    # A second click says so, and nothing happens twice.
    assert "Cette demande est déjà signalée urgente." in signaler(technicien, suivie)
    assert len(horloges(suivie, "urgent_48h")) == 1
    assert dits("demande_urgente") == [personas.agent_a]


def test_l_agent_la_signale_et_le_partenaire_l_apprend(
    suivie: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    samira = collegue(personas.caisse_a, "Samira", "Haddad")
    horloge.move_to(paris(10, 14))
    demande = actions.franchir(suivie, "signaler_urgence", acteur=samira)
    assert (demande.urgente, demande.agent) == (True, personas.agent_a)
    assert horloges(demande, "urgent_48h")[0].echeance_le == paris(12, 14)
    assert demande.a_traiter_avant == paris(4, 9)  # the contact is late, and comes first
    assert dits("demande_urgente") == [personas.agent_a]
    derniere = Notification.objects.filter(destinataire=personas.technicien_a).latest("pk")
    assert derniere.gabarit == "demande_evolue"
    with pytest.raises(TransitionImpossible, match="déjà signalée urgente"):
        actions.franchir(demande, "signaler_urgence", acteur=samira)
    assert Trace.objects.filter(details={"etape": "signaler_urgence"}).count() == 1


def test_celui_qui_la_signale_n_en_est_pas_prevenu(suivie: Demande, personas: Personas) -> None:
    actions.franchir(suivie, "signaler_urgence", acteur=personas.agent_a)
    assert dits("demande_urgente") == []


def test_sans_agent_l_equipe_presente_est_prevenue(
    depose: Callable[..., Demande], personas: Personas
) -> None:
    samira = collegue(personas.caisse_a, "Samira", "Haddad")
    karim = collegue(personas.caisse_a, "Karim", "Benali", "monsieur")
    AbsenceFactory(agent=karim, remplacant=samira)
    demande = actions.signaler_urgence(depose(), acteur=personas.technicien_a)
    assert dits("demande_urgente") == [personas.agent_a, samira]
    assert demande.agent is None
    # Taking it in charge takes its urgency into account.
    demande = actions.franchir(demande, "prendre_en_charge", acteur=samira)
    assert horloges(demande, "urgent_48h")[0].terminee_le == paris(2, 9)
    assert not demande.urgence_attend


def test_le_remplacant_de_l_agent_absent_est_prevenu(suivie: Demande, personas: Personas) -> None:
    samira = collegue(personas.caisse_a, "Samira", "Haddad")
    AbsenceFactory(agent=personas.agent_a, remplacant=samira)
    actions.signaler_urgence(suivie, acteur=personas.technicien_a)
    assert dits("demande_urgente") == [samira]


@pytest.mark.parametrize(
    ("etape", "parametres", "tenue"),
    [
        ("prendre_en_compte_urgence", {}, True),
        ("confirmer_contact", {"canal": "telephone"}, True),
        ("cloturer_sans_suite", {"issue": "doublon", "texte": "Déjà en cours."}, True),
        ("noter_tentative", {"canal": "telephone"}, False),
        ("demander_complement", {"texte": "Il manque un avis."}, False),
        ("liberer", {}, False),
    ],
)
def test_ce_qui_fait_avancer_la_demande_tient_l_urgence(
    suivie: Demande,
    personas: Personas,
    horloge: time_machine.Traveller,
    etape: str,
    parametres: dict[str, str],
    tenue: bool,
) -> None:
    actions.signaler_urgence(suivie, acteur=personas.technicien_a)
    horloge.move_to(paris(3, 17))
    demande = actions.franchir(suivie, etape, acteur=personas.agent_a, **parametres)
    (urgence,) = horloges(demande, "urgent_48h")
    assert urgence.terminee_le == (paris(3, 17) if tenue else None)
    assert demande.urgence_attend is not tenue
    if etape == "prendre_en_compte_urgence":
        assert demande.etat == "prise_en_charge"
        assert horloges(demande, "contact_48h")[0].terminee_le is None
        with pytest.raises(TransitionImpossible, match="Aucune urgence"):
            actions.franchir(demande, etape, acteur=personas.agent_a)


def test_l_urgence_court_pendant_que_la_caisse_attend_le_partenaire(
    suivie: Demande, personas: Personas, horloge: time_machine.Traveller
) -> None:
    """Signalled before the wait or during it, it is not stopped; the others are."""
    manque = {"texte": "Il manque un avis."}
    demande = actions.franchir(suivie, "demander_complement", acteur=personas.agent_a, **manque)
    demande = actions.signaler_urgence(demande, acteur=personas.technicien_a)
    assert demande.attente_depuis == paris(2, 9)  # it is no answer
    assert demande.a_traiter_avant == paris(4, 9)
    assert demande.bientot_le == paris(3, 23, 24)
    demande = actions.franchir(demande, "reprendre", acteur=personas.agent_a)
    demande = actions.franchir(demande, "demander_complement", acteur=personas.agent_a, **manque)
    arretees = {e.nature for e in demande.echeances.all() if e.suspendue_le}
    assert arretees == {"contact_48h", "instruction_30j"}
    agent, technicien = (connecte(Client(), c) for c in (personas.agent_a, personas.technicien_a))
    lue = mots(agent.get("/file/").content.decode())
    assert "dans 2 j" in lue
    page = mots(agent.get(demande.get_absolute_url()).content.decode())
    assert "Les délais sont arrêtés jusqu’à sa réponse, sauf celui de l’urgence." in page
    assert "Urgence prise en compte" in page
    assert "Votre réponse est attendue" in mots(technicien.get("/demandes/").content.decode())
    horloge.move_to(paris(4, 9, 1))
    actions.balayer()
    demande.refresh_from_db()
    assert demande.en_retard


def test_ni_close_ni_deja_urgente_ni_chez_le_voisin(
    depose: Callable[..., Demande], personas: Personas
) -> None:
    urgente, ouverte = depose(urgente=True), depose(**SIMPLE)
    avant = Notification.objects.count()
    with pytest.raises(TransitionImpossible, match="déjà signalée urgente"):
        actions.signaler_urgence(urgente, acteur=personas.technicien_a)
    for intrus in (personas.technicien_b, personas.agent_a, personas.gestionnaire_a):
        with pytest.raises(PermissionDenied):
            actions.signaler_urgence(ouverte, acteur=intrus)
    close = avancer(depose(), personas.agent_a, jusqu_a="cloturer")
    with pytest.raises(TransitionImpossible, match="clôturée"):
        actions.signaler_urgence(close, acteur=personas.technicien_a)
    for demande in (close, ouverte):
        assert not horloges(demande, "urgent_48h")
    assert avant < Notification.objects.count()
    assert dits("demande_urgente") == []


@pytest.mark.regle("D-10")
def test_la_convention_qui_demande_un_justificatif_l_obtient(
    suivie: Demande, personas: Personas, convention: Convention
) -> None:
    convention.justificatif_urgence = True
    convention.save()
    technicien = connecte(Client(), personas.technicien_a)
    vide = signaler(technicien, suivie)
    assert "Joignez un fichier pour « Justificatif de l’urgence »." in vide
    faux = signaler(technicien, suivie, justificatif=csv("programme.exe"))
    assert "n’est pas accepté" in faux.replace("'", "’")
    suivie.refresh_from_db()
    assert not suivie.urgente
    with pytest.raises(FichierRefuse, match="Joignez un justificatif"):
        actions.signaler_urgence(suivie, acteur=personas.technicien_a)
    page = signaler(technicien, suivie, justificatif=csv("attestation.csv"))
    assert "L’urgence est signalée" in page
    (piece,) = suivie.pieces.all()
    assert (piece.usage, piece.nom) == ("urgence", "attestation.csv")
    assert "Justificatif d'urgence" in page
    assert horloges(suivie, "urgent_48h")


@pytest.mark.regle("D-10")
def test_sans_cette_exigence_le_justificatif_est_facultatif(
    suivie: Demande, personas: Personas
) -> None:
    actions.franchir(
        suivie, "demander_complement", acteur=personas.agent_a, texte="Il manque un avis."
    )
    technicien = connecte(Client(), personas.technicien_a)
    signaler(technicien, suivie, justificatif=csv("attestation.csv"))
    suivie.refresh_from_db()
    assert suivie.urgente
    assert suivie.pieces.get().usage == "urgence"
    # The document of an urgency answers nothing that the caisse asked.
    assert suivie.attente_depuis == paris(2, 9)
    assert not suivie.partenaire_a_repondu
    assert dits("reponse_partenaire") == []


@pytest.mark.django_db(transaction=True)
def test_les_deux_cotes_a_la_fois_ne_partent_qu_une_horloge(
    personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    neuve = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    demande = avancer(neuve, personas.agent_a, jusqu_a="prendre_en_charge")
    samira = collegue(personas.caisse_a, "Samira", "Haddad")
    resultats = en_meme_temps(
        lambda: actions.signaler_urgence(demande, acteur=personas.technicien_a),
        lambda: actions.franchir(demande, "signaler_urgence", acteur=samira),
    )
    assert [type(r) for r in resultats].count(TransitionImpossible) == 1, resultats
    assert len(horloges(demande, "urgent_48h")) == 1
    assert dits("demande_urgente") == [personas.agent_a]


@pytest.mark.regle("H-12")
def test_sans_convention_le_partenaire_ne_signale_plus(
    suivie: Demande, personas: Personas, convention: Convention
) -> None:
    convention.etat, convention.date_fin = "terminee", paris(1, 0).date()
    convention.save()
    technicien = connecte(Client(), personas.technicien_a)
    assert "Signaler une urgence" not in mots(
        technicien.get(suivie.get_absolute_url()).content.decode()
    )
    assert "ne lie plus votre structure" in signaler(technicien, suivie)
    suivie.refresh_from_db()
    assert not suivie.urgente
