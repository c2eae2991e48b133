"""`manage.py simuler`: its options, its own database, what it answers; the clock of the days."""

import io
import os
import random
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from demonstration.simulation import base, dehors
from demonstration.simulation.deroulement import Simulation
from demonstration.simulation.ecarts import Ecart
from demonstration.simulation.horloge import Genre, Horloge, journees
from demonstration.simulation.management.commands import simuler
from portail.embarque.postgres import APPLICATION, PROPRIETAIRE
from portail.settings import test as reglages

RACINE = Path(__file__).resolve().parents[2]


def moments(jour: date, graine: int = 1) -> list[datetime]:
    (journee,) = journees(jour, 1, random.Random(graine))
    return [m.quand for m in journee.moments if m.genre is not Genre.TRAVAIL]


def test_la_nuit_ou_l_on_recule_passe_deux_fois_par_deux_heures_trente() -> None:
    assert {
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # 2:30, summer time
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # 2:30 again
    } <= set(moments(date(2026, 10, 25)))


def test_la_nuit_ou_l_on_avance_passe_autour_de_l_heure_qui_n_existe_pas() -> None:
    assert {
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),  # 1:30
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),  # 3:00
    } <= set(moments(date(2027, 3, 28)))


def test_le_29_fevrier_est_un_jour_comme_un_autre() -> None:
    jours = [j.jour for j in journees(date(2028, 2, 28), 3, random.Random(1))]
    assert jours == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]


def test_une_nuit_manquee_est_rattrapee_avant_le_travail_ou_pendant() -> None:
    nuits = Counter[datetime]()
    for graine in range(200):
        (journee,) = journees(date(2026, 9, 7), 1, random.Random(graine))
        nuits += Counter(m.quand for m in journee.moments if m.genre is Genre.NUIT)
    assert nuits.total() == 200
    assert set(nuits) == {
        datetime(2026, 9, 6, 22, 1, tzinfo=UTC),  # midnight and a minute
        datetime(2026, 9, 7, 4, 10, tzinfo=UTC),
        datetime(2026, 9, 7, 8, 40, tzinfo=UTC),
    }
    assert max(nuits, key=nuits.__getitem__) == datetime(2026, 9, 6, 22, 1, tzinfo=UTC)


def test_l_horloge_ne_recule_pas() -> None:
    depart = datetime(2026, 9, 7, 8, tzinfo=UTC)
    horloge = Horloge(depart)
    with horloge.arretee():
        horloge.aller(depart - timedelta(days=1))
        assert datetime.now(UTC) == depart + timedelta(seconds=1)


@pytest.mark.django_db
def test_la_meme_graine_raconte_la_meme_histoire(tmp_path: Path) -> None:
    vies = []
    for nom in "ab":
        simulation = Simulation(date(2026, 9, 7), 2, 5)
        with transaction.atomic(), dehors.tenu(tmp_path / nom):
            monde = simulation.derouler()
            transaction.set_rollback(True)
        vies.append((simulation.pas, monde.faits, monde.refus))
    assert vies[0] == vies[1]


@pytest.mark.parametrize("jours", ["0", "1001", "-1", "beaucoup"])
def test_un_nombre_de_jours_impossible_est_refuse(jours: str) -> None:
    with pytest.raises(CommandError, match="from 1 to 1000"):
        call_command(simuler.Command(), f"--jours={jours}")


def test_une_date_impossible_est_refusee() -> None:
    with pytest.raises(CommandError, match="a day such as"):
        call_command(simuler.Command(), "--debut=2027-02-29")


def test_un_ecart_finit_la_commande_avec_les_lignes() -> None:
    ecart = Ecart("aucune promesse n’est tenue", [{"id": 4}])
    with (
        mock.patch.object(simuler, "jetable", nullcontext),
        mock.patch.object(Simulation, "derouler", side_effect=ecart),
        pytest.raises(CommandError) as erreur,
    ):
        call_command(simuler.Command(), graine=3, stderr=io.StringIO())
    assert erreur.value.returncode == 1
    assert str(erreur.value) == "ÉCART : aucune promesse n’est tenue\n  {'id': 4}"


def test_un_role_qui_ne_cree_pas_de_base_est_refuse() -> None:
    with (
        psycopg.connect(reglages.EMBARQUE.postgres.url(APPLICATION)) as service,
        pytest.raises(base.BaseRefusee, match="may not create databases"),
    ):
        base._exiger_droit(service)


@pytest.mark.processus
def test_la_commande_travaille_dans_une_base_a_elle_et_la_rend() -> None:
    with subprocess.Popen(
        [sys.executable, "manage.py", "simuler", "--jours=1", "--graine=3", "--debut=2026-09-07"],
        cwd=RACINE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portail.settings.test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as commande:
        sortie, erreurs = commande.communicate()
    assert commande.returncode == 0, erreurs
    assert "manage.py simuler --jours 1 --graine 3 --debut 2026-09-07" in erreurs
    assert "aucun écart" in sortie
    with psycopg.connect(reglages.EMBARQUE.postgres.url(PROPRIETAIRE, "postgres")) as serveur:
        bases = {nom for (nom,) in serveur.execute("SELECT datname FROM pg_database").fetchall()}
    assert f"simulation_{commande.pid}" not in bases
