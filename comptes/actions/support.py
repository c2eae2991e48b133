"""The verbs of the national support, which has no caisse and no partner."""

from typing import Any

from django.db import transaction

from comptes import activation, habilitations, identifiants, journal
from comptes.actions import cycle
from comptes.models import OUVERTS, Caisse, Etat, Jeton, Profil, Utilisateur
from portail.etats import TransitionImpossible


@transaction.atomic
def creer_support(*, acteur: Utilisateur | None, **identite: Any) -> tuple[Utilisateur, Jeton]:
    """Open an account of the national support, and mail the link that activates it.

    `identite`: civilite, nom, prenom, email, and optionally fonction, telephone.
    Raises `ValidationError`.
    """
    compte = Utilisateur(profil=Profil.SUPPORT, is_superuser=True, etat=Etat.INVITE, **identite)
    compte.set_unusable_password()
    compte.full_clean(exclude=["identifiant"])
    identifiants.enregistrer(compte)
    journal.tracer(acteur, journal.Action.CREATION, compte, profil=Profil.SUPPORT)
    return compte, activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=acteur)


@transaction.atomic
def inviter_premier_admin(caisse: Caisse, *, acteur: Utilisateur, **identite: Any) -> Utilisateur:
    """Open the first admin account of a caisse that has none; its admins invite the others.

    Raises `ValidationError`, `TransitionImpossible` when an admin is there, or on the way.
    """
    caisse = Caisse.objects.select_for_update(no_key=True).get(pk=caisse.pk)
    if a_un_admin(caisse):
        raise TransitionImpossible(
            f"{caisse} a déjà un administrateur : c’est à lui d’inviter les autres."
        )
    return cycle.inviter(profil=Profil.ADMIN, tenant=caisse, acteur=acteur, **identite)


def a_un_admin(caisse: Caisse) -> bool:
    siens = habilitations.personnel_de([caisse.pk]).filter(profil=Profil.ADMIN)
    return siens.filter(etat__in=OUVERTS).exists()
