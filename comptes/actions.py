"""The business verbs on accounts and on the terms of use."""

from typing import Any

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import journal
from comptes.connexion import normaliser_identifiant
from comptes.models import AcceptationCGU, Caisse, Utilisateur, VersionCGU


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


@transaction.atomic
def regler_levees(caisse: Caisse, admises: bool, *, acteur: Utilisateur) -> None:
    """Say whether the users of the caisse may set a refusal of the guard aside (D-09)."""
    verrouillee = Caisse.objects.select_for_update().get(pk=caisse.pk)
    if verrouillee.levees_admises == admises:
        return
    verrouillee.levees_admises = admises
    verrouillee.save(update_fields=["levees_admises"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, verrouillee, levees_admises=admises)


@transaction.atomic
def publier_cgu(*, numero: str, texte: str, acteur: Utilisateur | None) -> VersionCGU:
    """Put a version of the terms in force, now: everybody is asked for it again (H-05)."""
    version = VersionCGU(numero=numero, texte=texte)
    version.full_clean()
    version.save()
    journal.tracer(acteur, journal.Action.CREATION, version, numero=numero)
    return version


@transaction.atomic
def accepter_cgu(version: VersionCGU, *, acteur: Utilisateur) -> AcceptationCGU:
    """Keep which version the account accepted, and when (H-05); once is enough."""
    acceptation, nouvelle = AcceptationCGU.objects.get_or_create(
        utilisateur=acteur, version=version
    )
    if nouvelle:
        journal.tracer(acteur, journal.Action.CGU, version, numero=version.numero)
    return acceptation
