"""Single-use links sent by mail: to activate an account, to choose another password (H-04)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import composition, courriels, journal, liens
from comptes.models import Etat, Jeton, Utilisateur
from portail.etats import TransitionImpossible

Usage = Jeton.Usage

DUREES: dict[str, timedelta] = {
    Usage.ACTIVATION: timedelta(hours=48),
    Usage.MOT_DE_PASSE: timedelta(hours=1),
}
LIENS_PAR_HEURE = 3
LOT = 200


class EnvoiImpossible(TransitionImpossible):
    """The state of this account leaves nothing for such a link to do."""


@transaction.atomic
def envoyer_lien(compte: Utilisateur, usage: str, *, acteur: Utilisateur | None) -> Jeton:
    """Mail a new link to the account's owner; the older ones for the same usage are void.

    Activation: for an invited account, or an active one whose second factor was reset.
    Raises `EnvoiImpossible` for any other.
    """
    compte = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    if not peut_servir(compte, usage):
        raise EnvoiImpossible("Ce compte n’attend pas de lien : il est déjà activé, ou fermé.")
    maintenant = timezone.now()
    annuler(compte, usage, maintenant=maintenant)
    jeton = Jeton.objects.create(
        utilisateur=compte, usage=usage, cree_le=maintenant, expire_le=maintenant + DUREES[usage]
    )
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, lien=usage)
    cle = f"lien:{jeton.identifiant}"
    courriels.ecrire(
        compte,
        _gabarit(compte, usage),
        cle=cle,
        contexte={composition.LIEN: str(jeton.identifiant)},
    )
    return jeton


def lire(reference: str, usage: str = Usage.ACTIVATION) -> Jeton | None:
    """The link behind what the mail showed, if it still opens something; why not is never told."""
    identifiant = liens.lire(reference)
    return retrouver(identifiant, usage) if identifiant else None


def retrouver(identifiant: Any, usage: str) -> Jeton | None:
    """The unused link of that name, before its end, on an account that still waits for it."""
    jeton = (
        Jeton.objects.select_related("utilisateur")
        .filter(identifiant=identifiant, usage=usage, utilise_le=None)
        .filter(expire_le__gt=timezone.now())
        .first()
    )
    return jeton if jeton and peut_servir(jeton.utilisateur, usage) else None


def consommer(jeton: Jeton) -> bool:
    """Use the link up; False when somebody just did. The conditional UPDATE locks the row."""
    libre = Jeton.objects.filter(pk=jeton.pk, utilise_le=None, expire_le__gt=timezone.now())
    return bool(libre.update(utilise_le=timezone.now()))


def annuler(compte: Utilisateur, usage: str, *, maintenant: datetime) -> int:
    """Void the links of that usage which are still around."""
    return en_cours(compte, usage).update(utilise_le=maintenant)


def en_cours(compte: Any, usage: str) -> QuerySet[Jeton]:
    return Jeton.objects.filter(utilisateur=compte, usage=usage, utilise_le=None)


def envoyer_liens_demandes(maintenant: datetime) -> int:
    """Mail the links that were asked for, three an hour for one account; returns how many."""
    demandes = Utilisateur.objects.filter(lien_demande_le__isnull=False).order_by("lien_demande_le")
    return sum(
        _envoyer_lien(pk, maintenant) for pk in list(demandes.values_list("pk", flat=True)[:LOT])
    )


@transaction.atomic
def _envoyer_lien(pk: int, maintenant: datetime) -> bool:
    demande = Utilisateur.objects.select_for_update(skip_locked=True).filter(
        pk=pk, lien_demande_le__isnull=False
    )
    compte = demande.first()
    if compte is None:
        return False
    demande.update(lien_demande_le=None)
    recents = compte.jetons.filter(
        usage=Usage.MOT_DE_PASSE, cree_le__gt=maintenant - timedelta(hours=1)
    )
    if not peut_servir(compte, Usage.MOT_DE_PASSE) or recents.count() >= LIENS_PAR_HEURE:
        return False
    envoyer_lien(compte, Usage.MOT_DE_PASSE, acteur=None)
    return True


def peut_servir(compte: Utilisateur, usage: str) -> bool:
    """Does the state of the account leave something for such a link to do?

    Never both at once: a mailbox alone would then choose the password and the second factor.
    """
    if compte.etat == Etat.INVITE:
        return usage == Usage.ACTIVATION
    return compte.etat == Etat.ACTIF and a_un_appareil(compte) == (usage == Usage.MOT_DE_PASSE)


def a_un_appareil(compte: Utilisateur) -> bool:
    return TOTPDevice.objects.devices_for_user(compte, confirmed=True).exists()


def _gabarit(compte: Utilisateur, usage: str) -> str:
    if usage == Usage.MOT_DE_PASSE:
        return "nouveau_mot_de_passe"
    return "activation" if compte.etat == Etat.INVITE else "second_facteur_reinitialise"
