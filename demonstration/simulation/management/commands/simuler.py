"""`manage.py simuler`: a year of a caisse's life, in a database of its own."""

import random
import signal
import tempfile
import time
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demonstration.simulation import bilan
from demonstration.simulation.base import BaseRefusee, jetable
from demonstration.simulation.dehors import tenu
from demonstration.simulation.deroulement import Simulation
from demonstration.simulation.ecarts import Ecart

JOURS_MAX = 1000
GRAINE_MAX = 10**6


def _jours(saisie: str) -> int:
    if not saisie.isdigit() or not 1 <= int(saisie) <= JOURS_MAX:
        raise ArgumentTypeError(f"a number of days from 1 to {JOURS_MAX}")
    return int(saisie)


def _jour(saisie: str) -> date:
    try:
        return date.fromisoformat(saisie)
    except ValueError as erreur:
        raise ArgumentTypeError("a day such as 2027-02-28") from erreur


class Command(BaseCommand):
    help = (
        "Live days of a caisse's life on a moving clock, in a throwaway database, and check after "
        "each step what must always hold. Ends with 1 at the first promise broken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jours", type=_jours, default=400, help="1 to 1000, 400 by default")
        parser.add_argument("--graine", type=int, help="draws everything; printed when not given")
        parser.add_argument("--debut", type=_jour, help="YYYY-MM-DD, today by default")
        parser.add_argument("--verbeux", action="store_true", help="tell every gesture")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        graine = options["graine"]
        simulation = Simulation(
            debut=options["debut"] or timezone.localdate(),
            jours=options["jours"],
            graine=random.randrange(GRAINE_MAX) if graine is None else graine,
            dire=self._dire,
            verbeux=options["verbeux"],
        )
        self._dire(f"Pour recommencer : manage.py simuler {simulation.arguments}")
        try:
            self._jouer(simulation)
        except BaseRefusee as refus:
            raise CommandError(str(refus)) from refus
        except Ecart as ecart:
            raise CommandError(f"ÉCART : {ecart}") from ecart

    def _jouer(self, simulation: Simulation) -> None:
        with jetable(), tempfile.TemporaryDirectory() as dossier, tenu(Path(dossier)):
            depart = time.monotonic()
            monde = simulation.derouler()
            self.stdout.write(bilan.dire(simulation, monde))
            self.stdout.write(f"Durée : {time.monotonic() - depart:.0f} s.")

    def _dire(self, texte: str) -> None:
        self.stderr.write(texte)
        self.stderr.flush()
