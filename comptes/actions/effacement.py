"""An erased account keeps its row, without anything that tells who it was (H-14)."""

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import courriels, habilitations, journal, sessions
from comptes.models import (
    Absence,
    CodeSecours,
    Etat,
    Jeton,
    Notification,
    Preference,
    Utilisateur,
)

_VIDES = ("nom", "prenom", "email", "telephone", "fonction", "civilite", "statut")
_OUBLIES = ("responsable", "declare_le", "mot_de_passe_le", "lien_demande_le", "last_login")


def effacer(compte: Utilisateur) -> None:
    """Erase one inactive account; see `effacer_tous`."""
    effacer_tous([compte])


@transaction.atomic
def effacer_tous(comptes: Sequence[Utilisateur]) -> int:
    """Erase these inactive accounts; returns how many.

    Who they were, what opened them, what they could reach: gone. What they did stays told under
    a neutral label (`get_full_name`). An account that is not inactive any more is left alone.
    """
    inactifs = Utilisateur.objects.filter(pk__in=[c.pk for c in comptes], etat=Etat.INACTIF)
    pks = list(inactifs.order_by("pk").select_for_update().values_list("pk", flat=True))
    lot = Utilisateur.objects.filter(pk__in=pks)
    partenaires = habilitations.partenaires_des(pks)
    _oublier_les_acces(pks)
    courriels.abandonner(lot)
    Absence.objects.filter(agent__in=pks).delete()
    Notification.objects.filter(destinataire__in=pks).delete()
    Preference.objects.filter(utilisateur__in=pks).delete()
    Utilisateur.objects.filter(responsable__in=pks).update(responsable=None)
    lot.update(
        etat=Etat.SUPPRIME,
        supprime_le=timezone.now(),
        identifiant=Concat(Value("supprime-"), Cast("pk", CharField())),
        password=make_password(None),
        dernier_jour=None,
        **dict.fromkeys(_VIDES, ""),
        **dict.fromkeys(_OUBLIES),
    )
    effaces = [Utilisateur(pk=pk) for pk in pks]
    for efface in effaces:
        efface.partenaire_id = partenaires.get(efface.pk)
    journal.tracer_tous(None, journal.Action.SUPPRESSION, effaces, raison="inactif_6_mois")
    return len(pks)


def _oublier_les_acces(pks: list[int]) -> None:
    sessions.fermer_tous(Utilisateur.objects.filter(pk__in=pks))
    habilitations.retirer_tout(pks)
    TOTPDevice.objects.filter(user__in=pks).delete()
    CodeSecours.objects.filter(utilisateur__in=pks).delete()
    Jeton.objects.filter(utilisateur__in=pks).delete()
