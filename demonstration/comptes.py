"""The demonstration accounts as a visitor needs them: who, where, and what opens them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import cgu
from comptes.models import AcceptationCGU, Etat, Profil, Utilisateur
from demonstration.acces import MOTS_DE_PASSE, secret_totp
from demonstration.personnes import COMPTES
from demonstration.structures import NOMS

NATIONAL = "Support national"


@dataclass(frozen=True)
class Acces:
    """One account. `structures` are the names of its caisses or of its partner."""

    utilisateur: Utilisateur
    structures: tuple[str, ...]
    appareil: TOTPDevice
    cgu_acceptees: bool

    @property
    def identifiant(self) -> str:
        return self.utilisateur.identifiant

    @property
    def autres_structures(self) -> tuple[str, ...]:
        return self.structures[1:]

    @property
    def mot_de_passe(self) -> str:
        return MOTS_DE_PASSE[Profil(self.utilisateur.profil)]

    @property
    def secret(self) -> str:
        return secret_totp(self.identifiant)

    def code(self, quand: float) -> str:
        """The next code that signing in accepts at that Unix time, empty when none yet.

        A code serves once: after it, the following one is accepted a little ahead of time.
        """
        totp = TOTP(self.appareil.bin_key, self.appareil.step, self.appareil.t0)
        totp.time = quand
        for _ in range(1 + self.appareil.tolerance):
            if totp.t() > self.appareil.last_t:
                return f"{totp.token():06d}"
            totp.drift += 1
        return ""


def acces() -> Iterator[Acces]:
    """The demonstration accounts that exist, in the order of the list, in two queries."""
    acceptees = AcceptationCGU.objects.filter(
        utilisateur=OuterRef("pk"), version=Subquery(cgu.publiees().values("pk")[:1])
    )
    identifiants = [compte.identifiant for compte in COMPTES]
    utilisateurs: dict[str, Any] = {
        utilisateur.identifiant: utilisateur
        for utilisateur in Utilisateur.objects.filter(
            identifiant__in=identifiants, etat=Etat.ACTIF
        ).annotate(cgu_a_jour=Exists(acceptees))
    }
    appareils = {
        appareil.user_id: appareil
        for appareil in TOTPDevice.objects.filter(user__in=utilisateurs.values(), confirmed=True)
    }
    for compte in COMPTES:
        utilisateur = utilisateurs.get(compte.identifiant)
        if utilisateur is not None and utilisateur.pk in appareils:
            noms = tuple(NOMS[code] for code in compte.tenants) or (NATIONAL,)
            yield Acces(utilisateur, noms, appareils[utilisateur.pk], utilisateur.cgu_a_jour)
