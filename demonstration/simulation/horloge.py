"""The clock of the simulation: it only goes forward, through nights, weekends and DST changes."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import time_machine

from portail.calendrier import PARIS, est_ouvre

DEPARTEMENT = "62"
JOUR = timedelta(days=1)
UNE_MINUTE = timedelta(minutes=1)
# When beat finds that the day has changed; then in the day, and just before its end.
MINUIT = time(0, 1)
PREMIER_BALAYAGE, MINUTES_DU_JOUR = time(6, 30), 14 * 60
VEILLE_DE_MINUIT = time(23, 59, 30)
# A night that beat missed is caught up before anybody works, or while they do.
RATTRAPAGES = (time(6, 10), time(10, 40))
OUVERTURE = time(8, 35)
MATINEE, APRES_MIDI = 205, 250  # minutes at work, from 8:35 and from 13:20
REPRISE = time(13, 20)
# Chances that a night is missed, that beat runs twice.
NUIT_MANQUEE, NUIT_DOUBLE, BALAYAGE_DOUBLE = 0.05, 0.06, 0.04
# How many times beat passes in the day, and how often just before its end, as it is drawn.
PASSAGES, VEILLEES = (1, 1, 1, 2), 0.6


class Genre(StrEnum):
    NUIT = "nuit"
    BALAYAGE = "balayage"
    TRAVAIL = "travail"


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """At that instant people do something, or beat does; `fois`: how many times in a row."""

    quand: datetime
    genre: Genre
    fois: int = 1


@dataclass(frozen=True, slots=True)
class Journee:
    jour: date
    ouvree: bool
    moments: tuple[Moment, ...]


class Horloge:
    """What the portal reads as now."""

    def __init__(self, depart: datetime) -> None:
        self._voyage = time_machine.travel(depart.astimezone(UTC), tick=False)
        self._coordonnees: Any = None
        self.maintenant = depart.astimezone(UTC)

    @contextmanager
    def arretee(self) -> Iterator["Horloge"]:
        """Time is what this clock says, for as long as it lasts."""
        with self._voyage as coordonnees:
            self._coordonnees = coordonnees
            yield self

    def aller(self, quand: datetime) -> None:
        """Move forward to that instant; a second later when it has passed already."""
        self.maintenant = max(quand.astimezone(UTC), self.maintenant + timedelta(seconds=1))
        if self._coordonnees is not None:
            self._coordonnees.move_to(self.maintenant)

    @property
    def jour(self) -> date:
        return self.maintenant.astimezone(PARIS).date()


def instant(jour: date, heure: time) -> datetime:
    """That hour in Paris, the first time it comes, in UTC."""
    return datetime.combine(jour, heure, tzinfo=PARIS).astimezone(UTC)


def journees(debut: date, jours: int, hasard: random.Random) -> Iterator[Journee]:
    """The days in order, with what happens at which instant of each."""
    for rang in range(jours):
        jour = debut + rang * JOUR
        ouvree = est_ouvre(jour, DEPARTEMENT)
        moments = [*_nuit(jour, hasard), *_balayages(jour, hasard)]
        if ouvree or hasard.random() < 0.2:
            moments += _travail(jour, hasard)
        yield Journee(jour, ouvree, tuple(sorted(moments)))


def change_d_heure(jour: date) -> bool:
    """Do the clocks change in the night that begins that day?"""
    return instant(jour + JOUR, time()) - instant(jour, time()) != JOUR


def _nuit(jour: date, hasard: random.Random) -> Iterator[Moment]:
    manquee = hasard.random() < NUIT_MANQUEE
    fois = 2 if hasard.random() < NUIT_DOUBLE else 1
    if not change_d_heure(jour):
        heure = hasard.choice(RATTRAPAGES) if manquee else MINUIT
        yield Moment(instant(jour, heure), Genre.NUIT, fois)
        return
    # Every half hour that elapses around the one that does not exist, or comes twice.
    yield Moment(instant(jour, MINUIT), Genre.NUIT)
    for rang in range(1, 9):
        quand = instant(jour, time()) + rang * timedelta(minutes=30)
        yield Moment(quand, Genre.NUIT if rang % 2 else Genre.BALAYAGE)


def _balayages(jour: date, hasard: random.Random) -> Iterator[Moment]:
    matin = instant(jour, PREMIER_BALAYAGE)
    instants = [
        matin + hasard.randrange(MINUTES_DU_JOUR) * UNE_MINUTE
        for _ in range(hasard.choice(PASSAGES))
    ]
    if hasard.random() < VEILLEES:
        instants.append(instant(jour, VEILLE_DE_MINUIT))
    for quand in instants:
        yield Moment(quand, Genre.BALAYAGE, 2 if hasard.random() < BALAYAGE_DOUBLE else 1)


def _travail(jour: date, hasard: random.Random) -> Iterator[Moment]:
    for ouverture, duree in ((OUVERTURE, MATINEE), (REPRISE, APRES_MIDI)):
        minute = hasard.randint(0, duree // 3)
        yield Moment(instant(jour, ouverture) + minute * UNE_MINUTE, Genre.TRAVAIL)
