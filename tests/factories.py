"""Rows for the tests, invented people only."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from factory.django import DjangoModelFactory

from comptes import habilitations
from comptes.models import (
    Absence,
    Caisse,
    Civilite,
    Etat,
    Partenaire,
    Profil,
    Utilisateur,
    VersionCGU,
)

MOT_DE_PASSE = "grenouille-verte-sur-un-caillou"
PREMIERES_CGU = datetime(2020, 1, 1, tzinfo=UTC)


@cache
def _mot_de_passe_hache() -> str:
    return make_password(MOT_DE_PASSE)


class CaisseFactory(DjangoModelFactory):
    class Meta:
        model = Caisse

    code = factory.Sequence(lambda n: f"caisse-{n}")
    nom = factory.Sequence(lambda n: f"CPAM d’essai {n}")
    departement = "62"
    contact_support = "Service partenaires, 03 00 00 00 00"


class PartenaireFactory(DjangoModelFactory):
    class Meta:
        model = Partenaire

    code = factory.Sequence(lambda n: f"partenaire-{n}")
    nom = factory.Sequence(lambda n: f"CCAS d’essai {n}")
    type = Partenaire.Type.CCAS
    membres = 8
    domaines_email = factory.LazyAttribute(lambda p: [f"{p.code}.example"])


class UtilisateurFactory(DjangoModelFactory):
    """An account that can sign in with `MOT_DE_PASSE`; `sur` is the tenant(s) it works on."""

    class Meta:
        model = Utilisateur
        skip_postgeneration_save = True

    identifiant = factory.Sequence(lambda n: f"compte.{n}")
    profil = Profil.TECHNICIEN
    civilite = Civilite.MADAME
    nom = "Delattre"
    prenom = factory.Sequence(lambda n: f"Prénom{n}")
    fonction = "Travailleuse sociale"
    email = factory.LazyAttribute(lambda u: f"{u.identifiant}@partenaire.example")
    password = factory.LazyFunction(_mot_de_passe_hache)

    @factory.post_generation
    def sur(self: Utilisateur, create: bool, tenants: Any, **_: Any) -> None:
        for tenant in tenants if isinstance(tenants, Iterable) else [tenants]:
            if tenant is not None:
                habilitations.habiliter(self, tenant, acteur=None)


class AbsenceFactory(DjangoModelFactory):
    """Away today and for six more days, unless said otherwise."""

    class Meta:
        model = Absence

    agent = factory.SubFactory(UtilisateurFactory, profil=Profil.AGENT)
    remplacant = factory.SubFactory(UtilisateurFactory, profil=Profil.AGENT)
    du = factory.LazyFunction(timezone.localdate)
    au = factory.LazyAttribute(lambda a: a.du + timedelta(days=6))
    creee_le = factory.LazyFunction(timezone.now)
    creee_par = factory.SelfAttribute("agent")


class VersionCGUFactory(DjangoModelFactory):
    """A version in force; each one is newer than the one before."""

    class Meta:
        model = VersionCGU

    numero = factory.Sequence(lambda n: f"1.{n}")
    texte = "# Objet\n\nUn usage professionnel."
    publiee_le = factory.Sequence(lambda n: PREMIERES_CGU + timedelta(days=n))


def appareil(utilisateur: Utilisateur) -> TOTPDevice:
    """The authenticator of the account, made and confirmed if it has none."""
    existant = TOTPDevice.objects.filter(user=utilisateur).first()
    return existant or TOTPDevice.objects.create(user=utilisateur, name="principal")


def code_totp(pose: TOTPDevice, *, quand: float) -> str:
    """What the authenticator displays at that Unix time."""
    totp = TOTP(pose.bin_key, pose.step, pose.t0, pose.digits)
    totp.time = quand
    return f"{totp.token():06d}"


def fermer(compte: Utilisateur, cause: str = Utilisateur.Cause.DEPART) -> Utilisateur:
    """Close an account as if somebody had done it an instant ago."""
    compte.etat, compte.inactif_le, compte.cause_inactivation = Etat.INACTIF, timezone.now(), cause
    compte.save(update_fields=["etat", "inactif_le", "cause_inactivation"])
    return compte
