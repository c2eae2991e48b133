"""Who stands in for an absent agent, caisse by caisse, day by day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from pytest_django import DjangoAssertNumQueries

from comptes import absences, habilitations
from comptes.models import Caisse, Etat, Profil, Utilisateur
from portail.calendrier import jour_civil
from tests.factories import AbsenceFactory, CaisseFactory, UtilisateurFactory, fermer

pytestmark = pytest.mark.django_db

LUNDI = date(2026, 3, 2)
VENDREDI = date(2026, 3, 6)


@pytest.fixture
def caisse() -> Caisse:
    return CaisseFactory()


@pytest.fixture
def agent_de(caisse: Caisse) -> Callable[..., Utilisateur]:
    """An agent of the caisse, or of these ones."""

    def _creer(*caisses: Caisse, **champs: object) -> Utilisateur:
        return UtilisateurFactory(profil=Profil.AGENT, sur=caisses or [caisse], **champs)

    return _creer


def absent(agent: Utilisateur, remplacant: Utilisateur, **champs: object) -> None:
    jours = {"du": LUNDI, "au": VENDREDI, **champs}
    AbsenceFactory(agent=agent, remplacant=remplacant, **jours)


# --- who stands in ------------------------------------------------------------------------------
def test_un_agent_present_travaille_lui_meme(caisse: Caisse, agent_de: Callable) -> None:
    anna = agent_de()
    assert absences.remplacant_de(anna.pk, caisse.pk, LUNDI) == anna.pk


def test_une_absence_tient_du_premier_au_dernier_jour_compris(
    caisse: Caisse, agent_de: Callable
) -> None:
    anna, bruno = agent_de(), agent_de()
    absent(anna, bruno)
    par_jour = {
        date(2026, 3, 1): anna,
        date(2026, 3, 2): bruno,
        date(2026, 3, 6): bruno,
        date(2026, 3, 7): anna,
    }
    for jour, attendu in par_jour.items():
        assert absences.remplacant_de(anna.pk, caisse.pk, jour) == attendu.pk, jour


def test_une_absence_annulee_ne_compte_pas(caisse: Caisse, agent_de: Callable) -> None:
    anna, bruno = agent_de(), agent_de()
    absent(anna, bruno, annulee_le=datetime(2026, 3, 1, tzinfo=UTC))
    assert absences.remplacant_de(anna.pk, caisse.pk, LUNDI) == anna.pk
    assert absences.en_cours([anna.pk], LUNDI) == {}


@pytest.mark.parametrize(
    ("instant", "absente"),
    [
        # 1 July begins at 22:00 UTC in summer, 1 January at 23:00 in winter.
        (datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), True),
        # From 25 October, 3:00 becomes 2:00: the day ends at 23:00 UTC.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), False),
    ],
)
def test_un_jour_est_celui_de_paris(
    instant: datetime, absente: bool, caisse: Caisse, agent_de: Callable
) -> None:
    anna, bruno = agent_de(), agent_de()
    absent(anna, bruno, du=date(2026, 7, 1), au=date(2026, 10, 25))
    attendu = bruno if absente else anna
    assert absences.remplacant_de(anna.pk, caisse.pk, jour_civil(instant)) == attendu.pk


def test_la_nuit_ou_l_heure_avance_est_un_jour_d_absence(
    caisse: Caisse, agent_de: Callable
) -> None:
    anna, bruno = agent_de(), agent_de()
    absent(anna, bruno, du=date(2026, 3, 29), au=date(2026, 3, 29))
    # 29 March lasts from 28 March 23:00 UTC to 29 March 22:00 UTC.
    for heure, attendu in {
        datetime(2026, 3, 28, 22, 59, tzinfo=UTC): anna,
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC): bruno,
        datetime(2026, 3, 29, 21, 59, tzinfo=UTC): bruno,
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC): anna,
    }.items():
        assert absences.remplacant_de(anna.pk, caisse.pk, jour_civil(heure)) == attendu.pk, heure


@pytest.mark.regle("D-14")
def test_la_chaine_va_jusqu_a_quelqu_un_de_present(caisse: Caisse, agent_de: Callable) -> None:
    anna, bruno, chloe, david = (agent_de() for _ in range(4))
    absent(anna, bruno)
    absent(bruno, chloe)
    absent(chloe, david, au=LUNDI)
    assert absences.remplacant_de(anna.pk, caisse.pk, LUNDI) == david.pk
    assert absences.remplacant_de(anna.pk, caisse.pk, VENDREDI) == chloe.pk


def test_un_cercle_d_absents_ne_laisse_personne(caisse: Caisse, agent_de: Callable) -> None:
    anna, bruno, chloe = agent_de(), agent_de(), agent_de()
    absent(anna, bruno)
    absent(bruno, chloe)
    absent(chloe, bruno)
    for agent in (anna, bruno, chloe):
        assert absences.remplacant_de(agent.pk, caisse.pk, LUNDI) is None


@pytest.mark.parametrize("etat", [Etat.INVITE, Etat.INACTIF])
def test_un_compte_qui_n_est_pas_actif_ne_remplace_personne(
    etat: str, caisse: Caisse, agent_de: Callable
) -> None:
    anna, bruno = agent_de(), agent_de(etat=Etat.INVITE)
    absent(anna, bruno)
    if etat == Etat.INACTIF:
        fermer(bruno)
    assert absences.remplacant_de(anna.pk, caisse.pk, LUNDI) is None


def test_le_remplacant_doit_travailler_pour_cette_caisse_la(
    caisse: Caisse, agent_de: Callable
) -> None:
    voisine = CaisseFactory()
    anna, bruno = agent_de(caisse, voisine), agent_de(caisse)
    absent(anna, bruno)
    assert absences.remplacant_de(anna.pk, caisse.pk, LUNDI) == bruno.pk
    assert absences.remplacant_de(anna.pk, voisine.pk, LUNDI) is None
    habilitations.retirer(bruno, caisse, acteur=None)
    assert absences.remplacant_de(anna.pk, caisse.pk, LUNDI) is None


def test_un_absent_parti_n_a_plus_de_remplacant(caisse: Caisse, agent_de: Callable) -> None:
    anna, bruno, chloe = agent_de(), agent_de(), agent_de()
    absent(anna, bruno)
    absent(bruno, chloe)
    fermer(bruno)
    assert absences.remplacants([(anna.pk, caisse.pk), (bruno.pk, caisse.pk)], LUNDI) == {}


def test_cent_couples_et_des_chaines_coutent_deux_requetes(
    caisse: Caisse,
    agent_de: Callable,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    voisine = CaisseFactory()
    equipe = [agent_de(caisse, voisine) for _ in range(20)]
    for agent, suivant in pairwise(equipe):
        absent(agent, suivant)
    couples = [(agent.pk, c.pk) for agent in equipe for c in (caisse, voisine)]
    with django_assert_num_queries(2):
        trouves = absences.remplacants(couples, LUNDI)
    assert trouves == dict.fromkeys(couples, equipe[-1].pk)


def test_en_cours_dit_qui_est_absent_et_qui_le_remplace(
    agent_de: Callable, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    anna, bruno, chloe = agent_de(), agent_de(), agent_de()
    absent(anna, bruno)
    absent(chloe, bruno, du=VENDREDI, au=VENDREDI + timedelta(days=3))
    with django_assert_num_queries(1):
        trouvees = absences.en_cours([anna.pk, bruno.pk, chloe.pk], LUNDI)
        assert {pk: absence.remplacant.pk for pk, absence in trouvees.items()} == {
            anna.pk: bruno.pk
        }
