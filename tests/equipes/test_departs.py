"""The planned ends, once the last day is over: nobody is left alone, techniciens are handed on."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from comptes.models import Courriel, SessionOuverte, Trace, Utilisateur
from equipes import actions, tasks
from tests.equipes.fabriques import LUNDI, PARIS, a_l_oeuvre, depart_prevu, gestionnaire, invite
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-09")]


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LUNDI, tick=False) as voyage:
        yield voyage


@pytest.fixture
def pres(horloge: time_machine.Traveller, personas: Personas) -> Personas:
    return a_l_oeuvre(personas)


def test_le_dernier_jour_dure_jusqu_a_minuit(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    partant = gestionnaire(pres.partenaire_a)
    depart_prevu(partant, pres.caisse_a, pres.partenaire_a, jours=0)
    client = connecte(Client(), partant)
    horloge.move_to(datetime(2026, 3, 2, 23, 59, 59, tzinfo=PARIS))
    assert actions.executer_inactivations(datetime(2026, 3, 2, 23, 59, 59, tzinfo=PARIS)) == 0
    minuit = datetime(2026, 3, 3, 0, 0, tzinfo=PARIS)
    horloge.move_to(minuit)
    assert actions.executer_inactivations(minuit) == 1
    partant.refresh_from_db()
    assert (partant.etat, partant.cause_inactivation, partant.dernier_jour) == (
        "inactif",
        "demande",
        None,
    )
    assert client.get("/").status_code == 302
    assert not SessionOuverte.objects.filter(utilisateur=partant).exists()
    trace = Trace.objects.get(cle=str(partant.pk), details__cause="demande")
    assert (trace.qui, trace.partenaire_id) == (None, pres.partenaire_a.pk)
    assert actions.executer_inactivations(minuit) == 0


@pytest.mark.parametrize(
    "minuit",
    ["2026-03-29T22:00", "2026-10-24T22:00"],
)
def test_minuit_est_celui_de_paris_aux_changements_d_heure(
    minuit: str, pres: Personas, horloge: time_machine.Traveller
) -> None:
    """In UTC the day has not turned yet: 22:00 the eve, on the first day of each season."""
    instant = datetime.fromisoformat(f"{minuit}+00:00")
    horloge.move_to(instant)
    partant = gestionnaire(pres.partenaire_a)
    depart_prevu(partant, pres.caisse_a, pres.partenaire_a, jours=-1)
    assert actions.executer_inactivations(instant.replace(hour=21, minute=59)) == 0
    assert actions.executer_inactivations(instant) == 1


@pytest.mark.regle("H-10")
def test_ses_techniciens_vont_a_qui_est_nomme_ou_au_plus_ancien(pres: Personas) -> None:
    ancien, nomme = gestionnaire(pres.partenaire_a), gestionnaire(pres.partenaire_a)
    partants = [gestionnaire(pres.partenaire_a) for _ in range(2)]
    depart_prevu(partants[0], pres.caisse_a, pres.partenaire_a, repreneur=nomme)
    # The one who was named left since.
    depart_prevu(partants[1], pres.caisse_a, pres.partenaire_a, repreneur=pres.gestionnaire_b)
    Utilisateur.objects.filter(pk=ancien.pk).update(active_le=datetime(2020, 1, 1, tzinfo=PARIS))
    siens = [UtilisateurFactory(sur=pres.partenaire_a, responsable=p) for p in partants]
    assert actions.executer_inactivations(LUNDI) == 2
    for technicien, repreneur in zip(siens, (nomme, ancien), strict=True):
        technicien.refresh_from_db()
        assert (technicien.etat, technicien.responsable) == ("actif", repreneur)


def test_le_dernier_reste_et_la_caisse_l_apprend_une_fois(pres: Personas) -> None:
    attente = invite(pres.partenaire_a, profil="gestionnaire")
    demarche = depart_prevu(pres.gestionnaire_a, pres.caisse_a, pres.partenaire_a)
    for _ in range(3):
        assert actions.executer_inactivations(LUNDI) == 0
    pres.gestionnaire_a.refresh_from_db()
    assert pres.gestionnaire_a.etat == "actif"
    courriel = Courriel.objects.get()
    assert (courriel.destinataire, courriel.gabarit) == (pres.admin_a, "inactivation_reportee")
    assert courriel.contexte == {"reference": str(demarche.identifiant)}
    # The replacement activates the account: the end comes by itself.
    Utilisateur.objects.filter(pk=attente.pk).update(etat="actif")
    assert actions.executer_inactivations(LUNDI) == 1


def test_deux_qui_partent_le_meme_jour_un_reste(pres: Personas) -> None:
    second = gestionnaire(pres.partenaire_a)
    for partant in (pres.gestionnaire_a, second):
        depart_prevu(partant, pres.caisse_a, pres.partenaire_a)
    assert actions.executer_inactivations(LUNDI) == 1
    etats = Utilisateur.objects.filter(pk__in=[pres.gestionnaire_a.pk, second.pk])
    assert sorted(etats.values_list("etat", flat=True)) == ["actif", "inactif"]


def test_chaque_partenaire_pour_soi(pres: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches of two, one of which is only made of somebody who must stay."""
    monkeypatch.setattr("equipes.actions.departs.LOT", 2)
    for partenaire in (pres.partenaire_a, pres.partenaire_b):
        for _ in range(3):
            depart_prevu(gestionnaire(partenaire), pres.caisse_a, partenaire)
    depart_prevu(pres.gestionnaire_b, pres.caisse_b, pres.partenaire_b)
    assert actions.executer_inactivations(LUNDI) == 6
    assert Utilisateur.objects.filter(profil="gestionnaire", etat="actif").count() == 2


def test_les_taches_ne_font_qu_appeler(pres: Personas) -> None:
    depart_prevu(gestionnaire(pres.partenaire_a), pres.caisse_a, pres.partenaire_a)
    for tache in (
        tasks.executer_inactivations,
        tasks.purger,
        tasks.prevenir,
        tasks.relancer_revues,
        tasks.ouvrir_revues_periodiques,
    ):
        tache()
        tache()
    assert Utilisateur.objects.filter(cause_inactivation="demande").count() == 1


def test_le_cout_ne_depend_pas_du_nombre(
    pres: Personas, django_assert_max_num_queries: pytest.FixtureDef
) -> None:
    for _ in range(12):
        depart_prevu(gestionnaire(pres.partenaire_a), pres.caisse_a, pres.partenaire_a)
    with django_assert_max_num_queries(20):
        assert actions.executer_inactivations(LUNDI) == 12
