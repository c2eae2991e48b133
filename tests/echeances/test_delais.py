"""The arithmetic of the delays: every date below was read on a calendar, none was computed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from signalements import delais
from signalements.models import Nature
from signalements.models.demandes import JAMAIS

PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Parametres:
    """What a convention says; D-14 gives the defaults."""

    delai_urgence_heures: int = 48
    delai_contact_heures: int = 48
    delai_instruction_jours: int = 30


@dataclass
class Horloge:
    echeance_le: datetime
    terminee_le: datetime | None = None
    suspendue_le: datetime | None = None


def paris(jour: int, mois: int, heure: int = 0, minute: int = 0, seconde: int = 0) -> datetime:
    return datetime(2026, mois, jour, heure, minute, seconde, tzinfo=PARIS)


@pytest.mark.regle("D-12")
@pytest.mark.parametrize(
    ("debut", "fin"),
    [
        pytest.param(paris(2, 3, 10, 15), paris(4, 3, 10, 15), id="semaine"),
        pytest.param(paris(6, 3, 17, 0), paris(8, 3, 17, 0), id="le dimanche compte"),
        pytest.param(paris(28, 3, 10, 0), paris(30, 3, 11, 0), id="une heure perdue en mars"),
        pytest.param(paris(24, 10, 10, 0), paris(26, 10, 9, 0), id="une heure rendue en octobre"),
        pytest.param(paris(30, 4, 23, 59, 59), paris(2, 5, 23, 59, 59), id="le 1er mai compte"),
    ],
)
@pytest.mark.parametrize("nature", [Nature.CONTACT, Nature.PRISE_EN_COMPTE])
def test_48_heures_sont_du_temps_ecoule(nature: Nature, debut: datetime, fin: datetime) -> None:
    assert delais.echeance(nature, debut, Parametres()) == fin


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("debut", "fin"),
    [
        pytest.param(paris(2, 3, 9), paris(1, 4, 23, 59, 59), id="mars a 31 jours"),
        pytest.param(paris(1, 2, 9), paris(3, 3, 23, 59, 59), id="fevrier en a 28"),
        pytest.param(paris(2, 3, 0, 0, 1), paris(1, 4, 23, 59, 59), id="juste apres minuit"),
        pytest.param(paris(2, 3, 23, 59, 59), paris(1, 4, 23, 59, 59), id="juste avant minuit"),
        # 23:30 in UTC is already the next day in Paris.
        pytest.param(
            datetime(2026, 3, 1, 23, 30, tzinfo=UTC), paris(1, 4, 23, 59, 59), id="le jour de Paris"
        ),
    ],
)
def test_30_jours_finissent_avec_le_dernier_jour_civil(debut: datetime, fin: datetime) -> None:
    assert delais.echeance(Nature.INSTRUCTION, debut, Parametres()) == fin


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("nature", "fin"),
    [
        (Nature.PRISE_EN_COMPTE, paris(3, 3, 9)),
        (Nature.CONTACT, paris(5, 3, 9)),
        (Nature.INSTRUCTION, paris(12, 3, 23, 59, 59)),
    ],
)
def test_chaque_delai_est_un_parametre_de_la_convention(nature: Nature, fin: datetime) -> None:
    parametres = Parametres(
        delai_urgence_heures=24, delai_contact_heures=72, delai_instruction_jours=10
    )
    assert delais.echeance(nature, paris(2, 3, 9), parametres) == fin


def test_une_nature_inconnue_n_a_pas_de_delai() -> None:
    with pytest.raises(ValueError, match="autre"):
        delais.echeance("autre", paris(2, 3), Parametres())


@pytest.mark.regle("D-14")
def test_une_pause_repousse_l_heure_d_autant() -> None:
    depuis, jusqu_a = paris(2, 3, 9), paris(3, 3, 12, 20)
    prolongee = delais.prolongee(Nature.CONTACT, paris(4, 3, 10), depuis, jusqu_a)
    assert prolongee == paris(5, 3, 13, 20)


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("depuis", "jusqu_a", "fin"),
    [
        pytest.param(paris(10, 3, 9), paris(13, 3, 9), paris(4, 4, 23, 59, 59), id="trois jours"),
        pytest.param(paris(10, 3, 9), paris(10, 3, 18), paris(1, 4, 23, 59, 59), id="le jour même"),
        pytest.param(paris(10, 3, 23), paris(11, 3, 1), paris(2, 4, 23, 59, 59), id="une nuit"),
        pytest.param(paris(27, 3, 9), paris(30, 3, 9), paris(4, 4, 23, 59, 59), id="heure d'été"),
    ],
)
def test_une_pause_repousse_d_autant_de_jours_civils(
    depuis: datetime, jusqu_a: datetime, fin: datetime
) -> None:
    echeance = paris(1, 4, 23, 59, 59)
    assert delais.prolongee(Nature.INSTRUCTION, echeance, depuis, jusqu_a) == fin


@pytest.mark.regle("D-14")
def test_la_prochaine_echeance_est_la_premiere_qui_court() -> None:
    passee, proche, loin = paris(1, 3), paris(4, 3), paris(1, 4)
    finie = Horloge(passee, terminee_le=paris(1, 3))
    arretee = Horloge(passee, suspendue_le=paris(1, 3))
    assert delais.prochaine([Horloge(loin), finie, Horloge(proche), arretee]) == proche
    assert delais.prochaine([finie, arretee]) == JAMAIS
    assert delais.prochaine([]) == JAMAIS


def test_l_alerte_precede_l_echeance_de_douze_heures() -> None:
    assert timedelta(hours=12) == delais.ALERTE
