"""What « Mon compte » tells an account's owner."""

from dataclasses import dataclass
from datetime import datetime

from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import habilitations, motdepasse, sessions
from comptes.models import Caisse, Partenaire, Profil, Utilisateur

CODES_PEU = 3


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line of a definition list."""

    libelle: str
    valeur: str


@dataclass(frozen=True, slots=True)
class Securite:
    """What opens the account; `codes` is how many recovery codes are left."""

    mot_de_passe_le: datetime | None
    expire_le: datetime | None
    appareil: bool
    codes: int

    @property
    def reste_peu(self) -> bool:
        return self.codes <= CODES_PEU


@dataclass(frozen=True, slots=True)
class Seance:
    """One open session; `est_celle_ci` marks the one that reads the page."""

    identifiant: object
    navigateur: str
    adresse: str
    ouverte_le: datetime
    vue_le: datetime
    est_celle_ci: bool


def identite(compte: Utilisateur) -> list[Ligne]:
    structures = [str(tenant) for tenant in structures_de(compte)]
    lignes = [
        Ligne("Identifiant", compte.identifiant),
        Ligne("Nom", f"{compte.get_civilite_display()} {compte.get_full_name()}"),
        Ligne("Profil", compte.get_profil_display()),
        Ligne("Structure" if len(structures) < 2 else "Structures", ", ".join(structures)),
        Ligne("Fonction", compte.fonction),
        Ligne("Téléphone", compte.telephone),
        Ligne("Adresse électronique", compte.email),
    ]
    return [ligne for ligne in lignes if ligne.libelle != "Structure" or ligne.valeur]


def qui_corrige(compte: Utilisateur) -> str:
    """Whom to ask when something of the identity is wrong (H-03, H-08)."""
    return {
        Profil.TECHNICIEN: "Une erreur ? Demandez à un gestionnaire de votre structure.",
        Profil.GESTIONNAIRE: (
            "Une erreur ? Demandez la modification de votre compte à la caisse : "
            "un gestionnaire de votre structure en fait la demande."
        ),
        Profil.SUPPORT: "Une erreur ? Demandez à un autre membre du support national.",
    }.get(Profil(compte.profil), "Une erreur ? Demandez à un administrateur de votre caisse.")


def structures_de(compte: Utilisateur) -> list[Caisse] | list[Partenaire]:
    """The tenants on which the account holds the right of its profile."""
    droit, modele = habilitations.DROITS.get(compte.profil, ("", Caisse))
    portee = habilitations.caisses if modele is Caisse else habilitations.partenaires
    return list(modele._default_manager.filter(pk__in=portee(compte, droit)))


def securite(compte: Utilisateur) -> Securite:
    appareils = TOTPDevice.objects.devices_for_user(compte, confirmed=True)
    return Securite(
        mot_de_passe_le=compte.mot_de_passe_le,
        expire_le=motdepasse.expire_le(compte),
        appareil=appareils.exists(),
        codes=compte.codes_secours.filter(utilise_le=None).count(),
    )


def sessions_ouvertes(compte: Utilisateur, cle: str | None, maintenant: datetime) -> list[Seance]:
    """The sessions that still open something, this one first, then latest used first."""
    ouvertes = [
        Seance(
            identifiant=seance.identifiant,
            navigateur=seance.navigateur,
            adresse=seance.adresse or "",
            ouverte_le=seance.ouverte_le,
            vue_le=seance.vue_le,
            est_celle_ci=seance.cle == cle,
        )
        for seance in sessions.vivantes(compte, maintenant)
    ]
    return sorted(ouvertes, key=lambda seance: not seance.est_celle_ci)
