"""Six months after its end an account is erased (H-14)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comptes.actions.effacement import effacer_tous
from comptes.dates import debut, derniere_fermeture
from comptes.models import Etat, Utilisateur
from echeances.models import Echeance
from equipes.models import Demarche, Incident
from portail.calendrier import jour_civil

LOT = 500
UN_JOUR = timedelta(days=1)
SANS_SUITE = (Demarche.Etat.REFUSEE, Demarche.Etat.RETIREE)


def purger(maintenant: datetime) -> int:
    """Erase the accounts inactive for 6 civil months; returns how many.

    So is what was typed of them in demarches and incidents, and the identity of people who got no
    account. Batches of 500, each one transaction, that skip what somebody else holds.
    """
    limite = debut(derniere_fermeture(jour_civil(maintenant)) + UN_JOUR)
    total = 0
    while effaces := _purger_un_lot(limite):
        total += effaces
    while _oublier_un_lot(limite):
        pass
    return total


@transaction.atomic
def _purger_un_lot(limite: datetime) -> int:
    perimes = Utilisateur.objects.filter(etat=Etat.INACTIF, inactif_le__lt=limite)
    lot = list(perimes.order_by("inactif_le").select_for_update(skip_locked=True)[:LOT])
    if not lot:
        return 0
    siennes = Demarche.objects.filter(compte__in=lot)
    maintenant = timezone.now()
    Echeance.objects.filter(demarche__in=siennes.a_traiter()).ouvertes().update(
        terminee_le=maintenant, suspendue_le=None
    )
    siennes.a_traiter().update(etat=Demarche.Etat.RETIREE, traitee_le=maintenant)
    siennes.update(donnees={}, motif_refus="")
    Incident.objects.filter(compte__in=lot).update(recit="")
    return effacer_tous(lot)


@transaction.atomic
def _oublier_un_lot(limite: datetime) -> int:
    """Nobody needs any more who was refused a habilitation, or did not ask for it in the end."""
    vieilles = Demarche.objects.filter(
        nature=Demarche.Nature.HABILITATION, etat__in=SANS_SUITE, traitee_le__lt=limite
    ).exclude(donnees={})
    lot = vieilles.order_by("pk").select_for_update(skip_locked=True)[:LOT]
    return Demarche.objects.filter(pk__in=[d.pk for d in lot]).update(donnees={}, motif_refus="")
