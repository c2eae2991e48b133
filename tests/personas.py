"""Who tries what: the same five profiles in two neighbouring caisses and partners."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from comptes import cgu
from comptes.connexion import MOTEUR
from comptes.models import (
    AcceptationCGU,
    Caisse,
    Partenaire,
    Profil,
    SessionOuverte,
    Utilisateur,
)
from tests.factories import (
    CaisseFactory,
    PartenaireFactory,
    UtilisateurFactory,
    VersionCGUFactory,
    appareil,
    fermer,
)


@dataclass(frozen=True)
class Personas:
    """`…_b` works next door: same département, same profile, no right on the first tenants."""

    caisse_a: Caisse
    caisse_b: Caisse
    partenaire_a: Partenaire
    partenaire_b: Partenaire
    technicien_a: Utilisateur
    gestionnaire_a: Utilisateur
    agent_a: Utilisateur
    admin_a: Utilisateur
    dpo_a: Utilisateur
    technicien_b: Utilisateur
    gestionnaire_b: Utilisateur
    agent_b: Utilisateur
    admin_b: Utilisateur
    dpo_b: Utilisateur
    inactif: Utilisateur
    """A technicien of the first partner whose account is closed."""


@pytest.fixture
def personas(db: None) -> Personas:
    caisses = CaisseFactory(code="artois"), CaisseFactory(code="cote-opale")
    partenaires = PartenaireFactory(code="ccas-arras"), PartenaireFactory(code="ccas-calais")
    comptes = {
        f"{profil}_{lettre}": UtilisateurFactory(
            identifiant=f"{profil}.{lettre}", profil=profil, sur=tenant
        )
        for lettre, caisse, partenaire in zip("ab", caisses, partenaires, strict=True)
        for profil, tenant in (
            (Profil.TECHNICIEN.value, partenaire),
            (Profil.GESTIONNAIRE.value, partenaire),
            (Profil.AGENT.value, caisse),
            (Profil.ADMIN.value, caisse),
            (Profil.DPO.value, caisse),
        )
    }
    return Personas(
        caisse_a=caisses[0],
        caisse_b=caisses[1],
        partenaire_a=partenaires[0],
        partenaire_b=partenaires[1],
        inactif=fermer(UtilisateurFactory(identifiant="inactif.a", sur=partenaires[0])),
        **comptes,
    )


def connecte(client: Client, utilisateur: Utilisateur) -> Client:
    """The client, completely signed in: second factor given, current terms accepted (H-05)."""
    version = cgu.en_vigueur() or VersionCGUFactory()
    AcceptationCGU.objects.get_or_create(utilisateur=utilisateur, version=version)
    client.force_login(utilisateur, backend=MOTEUR)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = appareil(utilisateur).persistent_id
    session.save()
    SessionOuverte.objects.get_or_create(
        cle=session.session_key, defaults={"utilisateur": utilisateur}
    )
    return client
