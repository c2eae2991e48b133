"""The verbs on one's own preferences of notification."""

from collections.abc import Mapping

from django.db import transaction

from comptes import journal
from comptes.gabarits import DEFAUTS, gabarits_du
from comptes.models import Notification, Preference, Remise, Utilisateur

HEURE = 8


@transaction.atomic
def regler_notifications(*, remises: Mapping[str, str], heure: int, acteur: Utilisateur) -> None:
    """Keep how one wants to be told of each kind, and the hour of the digest.

    Only what differs from the advice is kept. A kind switched off leaves the next digest too.
    """
    compte = Utilisateur.objects.select_for_update().get(pk=acteur.pk)
    conseillees = DEFAUTS[compte.profil]
    avant = dict(compte.preferences.values_list("genre", "remise"))
    voulues = {genre: remises.get(genre, conseil) for genre, conseil in conseillees.items()}
    apres = {str(g): str(r) for g, r in voulues.items() if r != conseillees[g]}
    if avant == apres and compte.heure_recapitulatif == heure:
        return
    _garder(compte, apres)
    compte.heure_recapitulatif = heure
    compte.save(update_fields=["heure_recapitulatif"])
    _taire(compte, [genre for genre, remise in voulues.items() if remise == Remise.AUCUN])
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, notifications=apres, heure=heure)


def retablir_notifications(*, acteur: Utilisateur) -> None:
    """Back to what is advised."""
    regler_notifications(remises={}, heure=HEURE, acteur=acteur)


def _garder(compte: Utilisateur, remises: Mapping[str, str]) -> None:
    compte.preferences.all().delete()
    Preference.objects.bulk_create(
        Preference(utilisateur=compte, genre=genre, remise=remise)
        for genre, remise in remises.items()
    )


def _taire(compte: Utilisateur, genres: list[str]) -> None:
    tus = [gabarit for genre in genres for gabarit in gabarits_du(genre)]
    Notification.objects.filter(destinataire=compte, gabarit__in=tus).a_recapituler().update(
        remise=Remise.AUCUN
    )
