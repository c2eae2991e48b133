"""Open an account of the national support: `manage.py creer_support --nom … --prenom …`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from comptes import liens
from comptes.actions.support import creer_support
from comptes.models import Civilite


class Command(BaseCommand):
    help = "Open an account of the national support and mail its activation link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--civilite", choices=Civilite.values, required=True)
        parser.add_argument("--nom", required=True)
        parser.add_argument("--prenom", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--afficher-lien",
            action="store_true",
            help="also print the link, where no mail leaves yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        champs = ("civilite", "nom", "prenom", "email")
        try:
            compte, jeton = creer_support(
                acteur=None, **{champ: options[champ] for champ in champs}
            )
        except ValidationError as erreur:
            raise CommandError("\n".join(erreur.messages)) from erreur
        self.stdout.write(f"Identifiant : {compte.identifiant}")
        self.stdout.write("Un lien d’activation, valable 48 heures, part par e-mail.")
        if options["afficher_lien"]:
            chemin = reverse("activation_lien", args=[liens.signer(str(jeton.identifiant))])
            self.stdout.write(f"{settings.ADRESSE_PUBLIQUE}{chemin}")
