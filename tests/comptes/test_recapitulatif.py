"""One digest a day at most, at the hour one chose, each line in one digest only (D-17)."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from comptes import notifications, recapitulatifs, tasks
from comptes.composition import composer
from comptes.models import Courriel, Notification, Utilisateur
from comptes.recapitulatifs import recapituler
from tests.factories import UtilisateurFactory, fermer

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

# 22 November 2026 in Paris: 8 h is 7 h UTC.
HUIT_HEURES = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
VEILLE = HUIT_HEURES - timedelta(hours=12)
RETARD = {"nature": "instruction_30j", "palier": 80}


@pytest.fixture
def agent(db: None) -> Utilisateur:
    return UtilisateurFactory(profil="agent")


def dire(
    *comptes: Utilisateur,
    quand: datetime = VEILLE,
    nombre: int = 1,
    gabarit: str = "alerte_equipe",
    depart: int = 0,
) -> None:
    with time_machine.travel(quand, tick=False):
        for rang in range(depart, depart + nombre):
            notifications.notifier(
                comptes,
                gabarit,
                cle=f"{gabarit}:{rang}",
                reference=f"EP-{rang:04d}-AAAA",
                details=RETARD if gabarit.startswith("alerte") else None,
            )


def corps() -> str:
    texte: Any = composer(Courriel.objects.get(gabarit="recapitulatif")).body
    return texte


def test_le_recapitulatif_dit_par_genre_ce_qui_attend(agent: Utilisateur) -> None:
    agent.preferences.create(genre="reponses", remise="quotidien")
    dire(agent, nombre=2)
    dire(agent, gabarit="reponse_partenaire", depart=7)
    assert recapituler(HUIT_HEURES) == 1
    message = composer(Courriel.objects.get())
    assert message.subject == ("Espace Partenaires : votre récapitulatif, 3 notifications à lire")
    assert message.recipients() == [agent.email]
    assert (
        "Un partenaire vous a répondu (1)\n"
        "- Le partenaire a répondu sur la demande EP-0007-AAAA.\n"
        f"  {settings.ADRESSE_PUBLIQUE}/demandes/EP-0007-AAAA/\n"
        "\n"
        "Les délais des demandes de l’équipe (2)\n"
        "- Le délai d’instruction arrive à échéance (écoulé à 80 %) sur la demande EP-0001-AAAA.\n"
        f"  {settings.ADRESSE_PUBLIQUE}/demandes/EP-0001-AAAA/\n"
        "- Le délai d’instruction arrive à échéance (écoulé à 80 %) sur la demande EP-0000-AAAA.\n"
        f"  {settings.ADRESSE_PUBLIQUE}/demandes/EP-0000-AAAA/\n"
    ) in corps().replace("\u00a0", " ")
    assert f"{settings.ADRESSE_PUBLIQUE}/notifications/\n" in corps()
    assert f"{settings.ADRESSE_PUBLIQUE}/mon-compte/notifications/\n" in corps()


def test_vingt_lignes_puis_les_autres_en_nombre(agent: Utilisateur) -> None:
    dire(agent, nombre=23)
    recapituler(HUIT_HEURES)
    assert corps().count("\n- ") == 20
    assert "… et 3 autres." in corps()
    assert "(23)" in corps()
    assert "EP-0022-AAAA" in corps()
    assert "EP-0002-AAAA" not in corps()
    assert not Notification.objects.a_recapituler().exists()


def test_ce_qu_on_suit_vient_avant_ce_que_suit_l_equipe(agent: Utilisateur) -> None:
    agent.preferences.create(genre="delais_suivis", remise="quotidien")
    dire(agent, gabarit="alerte_suivie", depart=30)
    dire(agent, quand=VEILLE + timedelta(hours=1), nombre=20)
    recapituler(HUIT_HEURES)
    assert corps().index("que vous suivez (1)") < corps().index("de l’équipe (20)")
    assert "EP-0030-AAAA" in corps()
    assert "EP-0000-AAAA" not in corps()


def test_une_ligne_n_est_que_dans_un_recapitulatif(agent: Utilisateur) -> None:
    dire(agent)
    passages = [recapituler(HUIT_HEURES + timedelta(hours=24 * jour)) for jour in range(3)]
    assert passages == [1, 0, 0]
    dire(agent, quand=HUIT_HEURES + timedelta(hours=1), depart=1)
    assert recapituler(HUIT_HEURES + timedelta(days=3)) == 1
    dernier = Courriel.objects.latest("pk")
    assert [ligne[1] for ligne in dernier.contexte["lignes"]] == ["EP-0001-AAAA"]


def test_rien_a_dire_pas_de_courriel(agent: Utilisateur) -> None:
    """Already read, told at once, or told to nobody by mail: near misses."""
    agent.preferences.create(genre="demandes_confiees", remise="aucun")
    dire(agent, gabarit="reponse_partenaire")
    dire(agent, gabarit="demande_confiee")
    dire(agent)
    Notification.objects.filter(gabarit="alerte_equipe").update(lue_le=VEILLE)
    assert recapituler(HUIT_HEURES) == 0
    assert set(Courriel.objects.values_list("gabarit", flat=True)) == {"reponse_partenaire"}


def test_un_compte_ferme_ne_recoit_rien(agent: Utilisateur) -> None:
    dire(agent)
    fermer(agent)
    assert recapituler(HUIT_HEURES) == 0


# Hour chosen, when the sweep runs, whether the digest leaves; Paris is UTC+1 until 29 March 2026
# at 2 h (2 h does not exist that day), UTC+2 until 25 October at 3 h (2 h comes twice that day).
HEURES = """
8   2026-11-22T06:59:59  non
8   2026-11-22T07:00:00  oui
8   2026-11-22T07:04:59  oui
8   2026-11-22T22:59:59  oui
8   2026-11-22T23:00:00  non
8   2026-07-01T05:59:59  non
8   2026-07-01T06:00:00  oui
0   2026-11-21T22:59:59  oui
0   2026-11-21T23:00:00  oui
23  2026-11-22T21:59:59  non
23  2026-11-22T22:00:00  oui
23  2026-11-22T22:59:59  oui
2   2026-03-29T00:59:59  non
2   2026-03-29T01:00:00  oui
3   2026-03-29T00:59:59  non
3   2026-03-29T01:00:00  oui
2   2026-10-24T23:59:59  non
2   2026-10-25T00:00:00  oui
2   2026-10-25T01:00:00  oui
3   2026-10-25T01:59:59  non
3   2026-10-25T02:00:00  oui
"""


@pytest.mark.parametrize("cas", HEURES.strip().splitlines())
def test_l_heure_est_celle_de_paris(cas: str, agent: Utilisateur) -> None:
    heure, instant, part = cas.split()
    agent.heure_recapitulatif = int(heure)
    agent.save(update_fields=["heure_recapitulatif"])
    maintenant = datetime.fromisoformat(f"{instant}+00:00")
    dire(agent, quand=maintenant - timedelta(days=1))
    assert recapituler(maintenant) == (part == "oui")


def test_une_heure_qui_revient_n_envoie_qu_une_fois(agent: Utilisateur) -> None:
    """On 25 October 2026, 2 h in Paris comes at 0 h and at 1 h UTC."""
    agent.heure_recapitulatif = 2
    agent.save(update_fields=["heure_recapitulatif"])
    minuit_utc = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    dire(agent, quand=minuit_utc - timedelta(days=1))
    assert recapituler(minuit_utc) == 1
    dire(agent, quand=minuit_utc + timedelta(minutes=30), depart=1)
    assert recapituler(minuit_utc + timedelta(hours=1)) == 0


def test_ce_qui_vient_apres_l_heure_attend_le_lendemain(agent: Utilisateur) -> None:
    """Beat stopped from 7 h to 11 h: sent at 11 h, once, with what was there at 8 h."""
    dire(agent)
    dire(agent, quand=HUIT_HEURES + timedelta(hours=2), depart=1)
    onze_heures = HUIT_HEURES + timedelta(hours=3)
    assert [recapituler(onze_heures), recapituler(onze_heures)] == [1, 0]
    assert "EP-0000-AAAA" in corps()
    assert "EP-0001-AAAA" not in corps()
    assert recapituler(HUIT_HEURES + timedelta(days=1)) == 1


def test_une_heure_changee_dans_la_journee_n_en_envoie_pas_deux(agent: Utilisateur) -> None:
    dire(agent)
    assert recapituler(HUIT_HEURES) == 1
    dire(agent, quand=HUIT_HEURES + timedelta(hours=1), depart=1)
    agent.heure_recapitulatif = 18
    agent.save(update_fields=["heure_recapitulatif"])
    assert recapituler(HUIT_HEURES + timedelta(hours=11)) == 0
    assert recapituler(HUIT_HEURES + timedelta(days=1, hours=11)) == 1


def test_les_lots_ne_laissent_personne(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recapitulatifs, "LOT", 2)
    comptes = [UtilisateurFactory(profil="agent") for _ in range(5)]
    dire(*comptes)
    # Out of time after each batch: the next run goes on.
    assert [recapituler(HUIT_HEURES, duree=0) for _ in range(4)] == [2, 2, 1, 0]
    assert set(Courriel.objects.values_list("destinataire", flat=True)) == {
        compte.pk for compte in comptes
    }


def test_le_cout_d_un_lot_ne_depend_pas_du_nombre_de_lignes() -> None:
    comptees = []
    for nombre in (1, 20):
        comptes = [UtilisateurFactory(profil="agent") for _ in range(nombre)]
        dire(*comptes, nombre=nombre)
        with CaptureQueriesContext(connection) as requetes:
            assert recapituler(HUIT_HEURES) == nombre
        comptees.append(len(requetes))
    assert comptees[0] == comptees[1]


@pytest.mark.django_db(transaction=True)
def test_deux_balayages_au_meme_instant_n_en_envoient_qu_un(
    en_meme_temps: Callable[..., list[Any]],
) -> None:
    comptes = [UtilisateurFactory(profil="agent") for _ in range(10)]
    dire(*comptes, nombre=3)
    resultats = en_meme_temps(*[lambda: recapituler(HUIT_HEURES)] * 2)
    recapituler(HUIT_HEURES)
    assert sum(resultats) <= 10, resultats
    assert Courriel.objects.filter(gabarit="recapitulatif").count() == 10
    assert Notification.objects.filter(recapitulee_le=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_un_compte_tenu_par_quelqu_un_attend_le_passage_suivant(agent: Utilisateur) -> None:
    dire(agent)
    passages: list[int] = []

    def passer() -> None:
        passages.append(recapituler(HUIT_HEURES))
        connection.close()

    with transaction.atomic():
        Utilisateur.objects.select_for_update().get(pk=agent.pk)
        fil = threading.Thread(target=passer)
        fil.start()
        fil.join(timeout=30)
    assert [*passages, recapituler(HUIT_HEURES)] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_tue_au_milieu_le_recapitulatif_part_au_passage_suivant(
    agent: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the mail and the mark of its lines."""
    dire(agent)
    ecrire = Courriel.objects.bulk_create

    def ecrire_puis_mourir(courriels: Any) -> None:
        ecrire(courriels)
        raise KeyboardInterrupt

    with monkeypatch.context() as mort:
        mort.setattr(Courriel.objects, "bulk_create", ecrire_puis_mourir)
        with pytest.raises(KeyboardInterrupt):
            recapituler(HUIT_HEURES)
    assert not Courriel.objects.exists()
    assert recapituler(HUIT_HEURES) == 1


def test_les_notifications_de_plus_de_400_jours_sont_effacees(
    agent: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recapitulatifs, "LOT_PURGE", 2)
    dire(agent, quand=HUIT_HEURES - timedelta(days=400, seconds=1), nombre=5)
    dire(agent, quand=HUIT_HEURES - timedelta(days=400), nombre=2, depart=5)
    assert [recapitulatifs.purger(HUIT_HEURES) for _ in range(2)] == [5, 0]
    assert Notification.objects.count() == 2


def test_les_taches_sont_planifiees_et_disent_combien(agent: Utilisateur) -> None:
    dire(agent)
    with time_machine.travel(HUIT_HEURES, tick=False):
        assert [tasks.recapituler(), tasks.recapituler()] == [1, 0]
        assert tasks.purger_notifications() == 0
    rythmes = settings.CELERY_BEAT_SCHEDULE
    assert rythmes["comptes.tasks.recapituler"]["schedule"] == 300
    assert rythmes["comptes.tasks.purger_notifications"]["schedule"] == 3600
