"""The business verbs on accounts: created."""

from typing import Any

from django.db import transaction
from django.utils import timezone

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
    maintenant = timezone.now()
    compte = Utilisateur(
        identifiant=normaliser_identifiant(identifiant),
        profil=profil,
        active_le=maintenant,
        mot_de_passe_le=maintenant,
        **identite,
    )
    compte.set_password(mot_de_passe)
    compte.full_clean()
    compte.save()
    journal.tracer(acteur, journal.Action.CREATION, compte, profil=profil)
    return compte
