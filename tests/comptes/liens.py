"""What a person reads in the mail, and where a click leads."""

import re
from datetime import timedelta

import time_machine
from django.test import Client
from django.utils import timezone

from comptes import courriels
from comptes.models import Courriel, Etat, Utilisateur
from tests.factories import UtilisateurFactory

NOUVEAU = "quarante-deux tulipes au grenier"
LIEN = re.compile(r"https://portail\.example(/\S+/[0-9a-f-]{36}\.[0-9a-f]{64}/)")


def inviter(**champs) -> Utilisateur:
    compte = UtilisateurFactory(etat=Etat.INVITE, **champs)
    compte.set_unusable_password()
    compte.save()
    return compte


def lien_recu(compte: Utilisateur) -> str:
    """The path in the last mail that the account received."""
    courriel = Courriel.objects.filter(destinataire=compte).order_by("-pk").first()
    return LIEN.search(courriels.composer(courriel).body)[1]


def suivre(client: Client, lien: str):
    """Open the link as a browser does: to the address without secret."""
    reponse = client.get(lien)
    assert reponse.status_code == 302
    return client.get(reponse.headers["Location"])


def plus_tard(**duree: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**duree), tick=False)
