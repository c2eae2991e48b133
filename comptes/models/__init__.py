"""Who: the tenants (caisses, partners), the accounts, their rights, the mails and the trace."""

from comptes.models.absences import Absence
from comptes.models.annonces import Annonce
from comptes.models.courriels import Courriel
from comptes.models.notifications import Genre, Notification, Preference, Remise
from comptes.models.tenants import Caisse, DroitCaisse, DroitPartenaire, Partenaire
from comptes.models.trace import Trace
from comptes.models.utilisateurs import (
    FERMES,
    OUVERTS,
    AcceptationCGU,
    CauseInactivation,
    Civilite,
    CodeSecours,
    Etat,
    Jeton,
    Profil,
    SessionOuverte,
    Statut,
    Utilisateur,
    VersionCGU,
)

__all__ = [
    "FERMES",
    "OUVERTS",
    "Absence",
    "AcceptationCGU",
    "Annonce",
    "Caisse",
    "CauseInactivation",
    "Civilite",
    "CodeSecours",
    "Courriel",
    "DroitCaisse",
    "DroitPartenaire",
    "Etat",
    "Genre",
    "Jeton",
    "Notification",
    "Partenaire",
    "Preference",
    "Profil",
    "Remise",
    "SessionOuverte",
    "Statut",
    "Trace",
    "Utilisateur",
    "VersionCGU",
]
