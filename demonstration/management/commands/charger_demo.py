"""`manage.py charger_demo`: the demonstration data, once."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from demonstration.chargement import charger


class Command(BaseCommand):
    help = "Load the demonstration data: six caisses, their partners, accounts and requests."

    def handle(self, *args: Any, **options: Any) -> None:
        debut = time.monotonic()
        if charger(self._dire):
            self._dire(f"Demonstration data loaded in {time.monotonic() - debut:.0f} s")
        else:
            self._dire("The demonstration data are there already: nothing to do")

    def _dire(self, texte: str) -> None:
        self.stderr.write(texte)
        self.stderr.flush()
