"""When things happened: working hours of the last weeks, counted back from the day of the load."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from portail.calendrier import PARIS, est_ouvre, jour_civil, jours_ouvres

MATIN, SOIR = time(8, 0), time(19, 0)
FIN_DE_JOURNEE = time(17, 45)
DEPARTEMENT = "59"  # no local public holiday
# Hours that remain before a deadline that is near, the most comfortable first.
_RESTES = (9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 10.0, 11.0, 2.0, 1.0)

Moment = Callable[["Agenda", datetime | None], datetime]


class Agenda:
    """Working days and hours before `maintenant`; the same `graine` draws the same minutes."""

    def __init__(self, maintenant: datetime, graine: str) -> None:
        self.maintenant = maintenant.astimezone(UTC)
        self.hasard = random.Random(graine)

    def jour_ouvre(self, jours: int) -> date:
        """The `jours`-th working day before today (1: the last one)."""
        jour = jour_civil(self.maintenant)
        while jours:
            jour -= timedelta(days=1)
            jours -= est_ouvre(jour, DEPARTEMENT)
        return jour

    def au_bureau(self, jour: date) -> datetime:
        """A minute of that day at which somebody is at work."""
        minutes = self.hasard.choice([self.hasard.randint(0, 210), self.hasard.randint(330, 490)])
        return _a(jour, time(8, 40)) + timedelta(minutes=minutes)

    def en_journee(self, instant: datetime) -> datetime:
        """That instant, or the evening before it when it falls at night."""
        heure, jour = instant.astimezone(PARIS).time(), jour_civil(instant)
        if MATIN <= heure <= SOIR:
            return instant
        veille = jour - timedelta(days=heure < MATIN)
        return _a(veille, SOIR) - timedelta(minutes=self.hasard.randint(0, 80))

    def plus_tard(self, instant: datetime) -> datetime:
        """Later on the same day, not too soon."""
        fin = max(_a(jour_civil(instant), FIN_DE_JOURNEE), instant + timedelta(minutes=25))
        return instant + (fin - instant) * self.hasard.uniform(0.15, 0.4)


def ouvres(jours: int) -> Moment:
    """So many working days before today, in office hours."""
    return lambda agenda, _: agenda.au_bureau(agenda.jour_ouvre(jours))


def heures(nombre: float) -> Moment:
    """So many hours ago, or the evening before when that falls at night."""
    return lambda agenda, _: agenda.en_journee(agenda.maintenant - timedelta(hours=nombre))


def presque(delai: int) -> Moment:
    """A start such that a delay of so many hours ends within the next eleven hours.

    In the daytime whenever the clock allows it.
    """

    def moment(agenda: Agenda, _: datetime | None) -> datetime:
        debut = agenda.maintenant - timedelta(hours=delai)
        minutes = agenda.hasard.randint(0, 50)
        essais = [debut + timedelta(hours=reste, minutes=minutes) for reste in _RESTES]
        return next((e for e in essais if agenda.en_journee(e) == e), essais[0])

    return moment


def apres(jours: int) -> Moment:
    """So many working days after the previous step; 0 is later on the same day."""

    def moment(agenda: Agenda, precedent: datetime | None) -> datetime:
        if precedent is None:
            raise ValueError("a story starts with the deposit")
        if not jours:
            return agenda.plus_tard(precedent)
        return agenda.au_bureau(jours_ouvres(precedent, jours, DEPARTEMENT))

    return moment


def _a(jour: date, heure: time) -> datetime:
    return datetime.combine(jour, heure, tzinfo=PARIS).astimezone(UTC)
