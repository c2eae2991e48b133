"""The business verbs on accounts: created, given their second factor."""

from typing import Any

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import journal
from comptes.connexion import normaliser_identifiant
from comptes.models import Utilisateur


@transaction.atomic
def creer_compte(
    *,
    identifiant: str,
    profil: str,
    mot_de_passe: str,
    acteur: Utilisateur | None,
    **identite: Any,
) -> Utilisateur:
    """Create an active account with its one profile (H-01); it holds no right yet.

    `identite`: civilite, nom, prenom, email, and optionally fonction, telephone.
    Raises `ValidationError` when a field is odd or the login taken.
    """
    compte = Utilisateur(identifiant=normaliser_identifiant(identifiant), profil=profil, **identite)
    compte.set_password(mot_de_passe)
    compte.full_clean()
    compte.save()
    journal.tracer(acteur, journal.Action.CREATION, compte, profil=profil)
    return compte


@transaction.atomic
def poser_totp(utilisateur: Utilisateur, cle_hex: str, acteur: Utilisateur | None) -> TOTPDevice:
    """Give the account its one authenticator; `cle_hex` is 20 random bytes in hexadecimal."""
    TOTPDevice.objects.filter(user=utilisateur).delete()
    appareil = TOTPDevice(user=utilisateur, name="principal", key=cle_hex, confirmed=True)
    appareil.full_clean()
    appareil.save()
    journal.tracer(acteur, journal.Action.CHANGEMENT, utilisateur, totp="pose")
    return appareil
