"""The verbs on the staff of a caisse: agents, admins, DPO, done by its admins.

At least one active admin remains per caisse: whoever takes an account away administers its
caisse, and never acts on itself. That is read again once the rows of the caisses are locked, so
that of two admins who withdraw each other at the same instant, one is refused.

All raise `PermissionDenied` for a caisse that the actor does not administer (any more), and
`TransitionImpossible`, a French sentence, for what the state of the account forbids.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from comptes import activation, habilitations, personnel
from comptes.actions import cycle, securite
from comptes.connexion import normaliser_identifiant
from comptes.models import OUVERTS, Caisse, Jeton, Utilisateur
from portail.etats import TransitionImpossible


@transaction.atomic
def inviter_agent(
    *, profil: str, caisses: Sequence[Caisse], acteur: Utilisateur, **identite: Any
) -> Utilisateur:
    """Open an account of these caisses, which its owner activates by mail.

    `identite`: civilite, nom, prenom, email, and optionally fonction, telephone.
    Raises `ValidationError`, `PermissionDenied` for a caisse that the actor does not administer.
    """
    if profil not in personnel.PROFILS or not caisses:
        raise ValidationError({"profil": "Choisissez un profil et au moins une caisse."})
    _exiger_administration(caisses, acteur)
    premiere, *autres = caisses
    compte = cycle.inviter(profil=profil, tenant=premiere, acteur=acteur, **identite)
    for caisse in autres:
        habilitations.habiliter(compte, caisse, acteur=acteur)
    return compte


@transaction.atomic
def rattacher_agent(
    *, identifiant: str, email: str, caisse: Caisse, acteur: Utilisateur
) -> Utilisateur:
    """Let an account that another caisse opened work for one more caisse, the actor's.

    Its login and its address must both be known: the answer is the same, whatever is wrong.
    """
    candidats = Utilisateur.objects.filter(
        identifiant=normaliser_identifiant(identifiant),
        email__iexact=email,
        profil__in=personnel.PROFILS,
        etat__in=OUVERTS,
    )
    compte = candidats.first()
    if compte is None:
        raise TransitionImpossible(
            "Aucun compte de caisse ouvert n’a cet identifiant et cette adresse. Vérifiez-les "
            "auprès de la personne."
        )
    compte, tenues = _verrouiller(compte, caisse)
    _exiger_administration([caisse], acteur)
    if caisse in tenues:
        raise TransitionImpossible(f"Ce compte travaille déjà pour {caisse}.")
    habilitations.habiliter(compte, caisse, acteur=acteur)
    return compte


@transaction.atomic
def donner_caisse(compte: Utilisateur, caisse: Caisse, *, acteur: Utilisateur) -> None:
    """Let the account work for one more caisse."""
    compte, tenues = _verrouiller(compte, caisse)
    _exiger_administration([caisse], acteur)
    personnel.exiger(compte, acteur, "donner")
    if caisse in tenues:
        raise TransitionImpossible(f"Ce compte travaille déjà pour {caisse}.")
    habilitations.habiliter(compte, caisse, acteur=acteur)


@transaction.atomic
def retirer_caisse(compte: Utilisateur, caisse: Caisse, *, acteur: Utilisateur) -> None:
    """Take one caisse away from the account, which keeps another one at least."""
    compte, tenues = _verrouiller(compte, caisse)
    _exiger_administration([caisse], acteur)
    personnel.exiger(compte, acteur, "retirer")
    if caisse not in tenues:
        raise TransitionImpossible(f"Ce compte ne travaille plus pour {caisse}.")
    habilitations.retirer(compte, caisse, acteur=acteur)


@transaction.atomic
def inactiver_agent(compte: Utilisateur, cause: str, *, acteur: Utilisateur) -> Utilisateur:
    """Close the account at once, for all its caisses, which must all be the actor's."""
    compte, tenues = _verrouiller(compte)
    personnel.exiger(compte, acteur, "inactiver")
    _exiger_administration(tenues, acteur)
    return cycle.inactiver(compte, cause, acteur=acteur)


@transaction.atomic
def reactiver_agent(compte: Utilisateur, *, acteur: Utilisateur) -> Utilisateur:
    """Give an inactive account back, with the caisses it had, before its erasure (H-14)."""
    compte, tenues = _verrouiller(compte)
    personnel.exiger(compte, acteur, "reactiver")
    _exiger_administration(tenues, acteur)
    return cycle.rouvrir(compte, acteur=acteur)


@transaction.atomic
def renvoyer_lien(compte: Utilisateur, *, acteur: Utilisateur) -> None:
    """Mail a new activation link; the one before is void."""
    compte, _ = _verrouiller(compte)
    personnel.exiger(compte, acteur, "renvoyer")
    activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=acteur)


@transaction.atomic
def reinitialiser_agent(compte: Utilisateur, *, acteur: Utilisateur) -> None:
    """Forget the account's lost second factor; its owner sets another one by a mailed link."""
    compte, _ = _verrouiller(compte)
    personnel.exiger(compte, acteur, "reinitialiser")
    securite.reinitialiser_second_facteur(compte, acteur=acteur)


def _verrouiller(compte: Utilisateur, *caisses: Caisse) -> tuple[Utilisateur, list[Caisse]]:
    """The account and its caisses as they are once their rows, and `caisses`, are ours."""
    pks = {caisse.pk for caisse in (*personnel.caisses_de(compte), *caisses)}
    # Not FOR UPDATE: requests go on being filed with these caisses meanwhile.
    list(Caisse.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True))
    verrouille = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    tenues = personnel.caisses_de(verrouille)
    if not pks.issuperset(caisse.pk for caisse in tenues):
        raise TransitionImpossible("Ce compte vient de recevoir une autre caisse : recommencez.")
    return verrouille, tenues


def _exiger_administration(caisses: Iterable[Caisse], acteur: Utilisateur) -> None:
    """Read again, under the lock, that the actor still administers them."""
    for caisse in caisses:
        if not habilitations.titulaires(caisse, personnel.DROIT).filter(pk=acteur.pk).exists():
            raise PermissionDenied
