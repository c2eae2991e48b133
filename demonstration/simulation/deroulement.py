"""The simulation itself: day after day, what people do, what beat does, what is looked at."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from demonstration.simulation import balayages
from demonstration.simulation.demandes import charge
from demonstration.simulation.ecarts import Ecart
from demonstration.simulation.gestes import LIRE, TRAITER, Geste, tirer
from demonstration.simulation.horloge import Genre, Horloge, Journee, Moment, instant, journees
from demonstration.simulation.invariants import Controle, Instant, Quand
from demonstration.simulation.invariants.tous import TOUS
from demonstration.simulation.jalons import Jalon, jalons
from demonstration.simulation.monde import MATIN, REFUS, Monde, RienAFaire, peupler
from demonstration.simulation.violations import a_ouvrir
from echeances.models import Alerte

# How many things are tried in half a day, the steps of the agents and the unread breaches apart.
DEMI_JOURNEE = (2, 6)
DEMI_JOURNEE_CHOMEE = (0, 2)
ECART_MINUTES = 8
ANNEES_AVANT = timedelta(days=5 * 366)
NOTRES = ("comptes", "conventions", "echeances", "equipes", "portail", "signalements", "violations")

Dire = Callable[[str], None]


@dataclass
class Simulation:
    """`graine` draws everything: the same one, from the same day, tells the same story."""

    debut: date
    jours: int
    graine: int
    dire: Dire = lambda texte: None
    verbeux: bool = False
    pas: int = 0
    verifications: int = 0
    controle: Controle = field(default_factory=lambda: Controle(TOUS))
    geste: str = "préparation"
    # Until a sweep has seen that the day changed, what ended at midnight is still there.
    a_jour: bool = False

    @property
    def arguments(self) -> str:
        """What tells the same story again."""
        return f"--jours {self.jours} --graine {self.graine} --debut {self.debut}"

    def derouler(self) -> Monde:
        """Live it all, in the database that is there. Raises `Ecart`, told with day and gesture."""
        horloge = Horloge(instant(self.debut - ANNEES_AVANT, MATIN))
        with horloge.arretee(), _rien_d_ecarte():
            monde = Monde(horloge, self.debut, self.jours, self.graine)
            try:
                self._vivre(monde)
            except Ecart as ecart:
                raise self._situer(ecart, monde) from ecart
            except Exception as erreur:
                raise self._situer(Ecart(f"{type(erreur).__name__} : {erreur}"), monde) from erreur
        return monde

    def _vivre(self, monde: Monde) -> None:
        peupler(monde)
        self._balayer(monde, Quand.NUIT)
        a_venir = jalons(monde)
        for rang, journee in enumerate(journees(self.debut, self.jours, monde.hasard), start=1):
            self.a_jour = False
            for moment in journee.moments:
                self._passer(monde, journee, moment, a_venir)
            if rang % 20 == 0 or rang == self.jours:
                self.dire(f"jour {rang} sur {self.jours} ({journee.jour}), {self.pas} pas")
        monde.horloge.aller(monde.horloge.maintenant)
        self._balayer(monde, Quand.NUIT)

    def _passer(self, monde: Monde, journee: Journee, moment: Moment, a_venir: list[Jalon]) -> None:
        monde.horloge.aller(moment.quand)
        if moment.genre is Genre.TRAVAIL:
            self._travailler(monde, journee, a_venir)
            return
        for _ in range(moment.fois):
            self._balayer(monde, Quand.NUIT if moment.genre is Genre.NUIT else Quand.BALAYAGE)
            monde.horloge.aller(monde.horloge.maintenant)

    def _travailler(self, monde: Monde, journee: Journee, a_venir: list[Jalon]) -> None:
        """Half a day of work, each gesture some minutes after the one before."""
        while journee.ouvree and a_venir and a_venir[0].jour <= journee.jour:
            jalon = a_venir.pop(0)
            self._tenter(monde, Geste(jalon.libelle, 1, jalon.faire), attendu=True)
        nombre = monde.hasard.randint(*(DEMI_JOURNEE if journee.ouvree else DEMI_JOURNEE_CHOMEE))
        gestes = [tirer(monde) for _ in range(nombre)] + [TRAITER] * (charge(monde) // 2)
        gestes += [LIRE] * a_ouvrir(monde)
        monde.hasard.shuffle(gestes)
        for geste in gestes:
            pas = timedelta(minutes=monde.hasard.uniform(0.5, ECART_MINUTES))
            monde.horloge.aller(monde.horloge.maintenant + pas)
            self._tenter(monde, geste)

    def _tenter(self, monde: Monde, geste: Geste, *, attendu: bool = False) -> None:
        """One page or several: what one of them did stays when the next one refuses."""
        self.geste = geste.libelle
        try:
            geste.faire(monde)
        except RienAFaire:
            return
        except REFUS as refus:
            if attendu:
                raise
            monde.refus[geste.libelle] += 1
            self._raconter(monde, f"refusé : {refus}")
        else:
            monde.faits[geste.libelle] += 1
            self._raconter(monde, "fait")
        self._verifier(monde, Quand.GESTE)

    def _balayer(self, monde: Monde, quand: Quand) -> None:
        self.geste = "tâches de la nuit" if quand is Quand.NUIT else "balayage"
        if quand is Quand.NUIT:
            balayages.faire_la_nuit(monde.hasard)
        else:
            balayages.balayer(monde.hasard)
        monde.faits["courriels partis"] += balayages.poster(monde.horloge.maintenant)
        monde.faits["alertes"] += Alerte.objects.filter(emise_le=monde.horloge.maintenant).count()
        self.a_jour = True
        self._verifier(monde, quand)

    def _verifier(self, monde: Monde, quand: Quand) -> None:
        self.pas += 1
        if self.a_jour:
            moment = Instant(monde.horloge.maintenant, monde.jour)
            self.verifications += self.controle.verifier(quand, moment)

    def _raconter(self, monde: Monde, suite: str) -> None:
        if self.verbeux:
            self.dire(f"{monde.horloge.maintenant:%Y-%m-%d %H:%M:%S} {self.geste} : {suite}")

    def _situer(self, ecart: Ecart, monde: Monde) -> Ecart:
        ou = (
            f"le {monde.jour} à {monde.horloge.maintenant.isoformat()}, après « {self.geste} »\n"
            f"  {self.arguments}"
        )
        return Ecart(f"{ecart.promesse}\n  {ou}", ecart.lignes)


class _Ecoute(logging.Handler):
    """A task that sets a row aside says so in the logs, and goes on."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] in NOTRES:
            raise Ecart(f"une tâche a écarté une ligne : {record.getMessage()}")


@contextmanager
def _rien_d_ecarte() -> Iterator[None]:
    racine, ecoute = logging.getLogger(), _Ecoute(level=logging.WARNING)
    racine.addHandler(ecoute)
    try:
        yield
    finally:
        racine.removeHandler(ecoute)
