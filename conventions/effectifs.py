"""Accounts against quotas for many partners at once, in four queries (H-06, H-07)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count

from comptes.models import OUVERTS, Partenaire, Profil, Utilisateur
from conventions.models import Convention
from conventions.quotas import (
    DROIT,
    Quota,
    avenants_signes,
    limite_annoncee,
    limite_gestionnaires,
)


def quotas_de(partenaires: Sequence[Partenaire], jour: date) -> dict[int, dict[str, Quota]]:
    """By partner then by profile: what `conventions.quotas.quotas` says of each."""
    ouverts = _ouverts(partenaires)
    en_vigueur = Convention.objects.en_vigueur(jour).filter(partenaires__in=partenaires)
    conventions = list(en_vigueur.distinct().prefetch_related("partenaires"))
    avenants = list(avenants_signes(conventions))
    resultat = {}
    for partenaire in partenaires:
        siennes = [c for c in conventions if partenaire in c.partenaires.all()]
        limites = {
            Profil.GESTIONNAIRE: limite_gestionnaires(partenaire.membres),
            Profil.TECHNICIEN: limite_annoncee(siennes, avenants, partenaire.membres),
        }
        resultat[partenaire.pk] = {
            str(profil): Quota(ouverts.get((partenaire.pk, profil), 0), limite)
            for profil, limite in limites.items()
        }
    return resultat


def _ouverts(partenaires: Sequence[Partenaire]) -> dict[tuple[int, str], int]:
    comptes = (
        Utilisateur.objects.filter(
            etat__in=OUVERTS,
            profil__in=DROIT,
            droitpartenaire__content_object__in=partenaires,
        )
        .order_by()
        .values_list("droitpartenaire__content_object", "profil")
        .annotate(n=Count("pk"))
    )
    return {(partenaire, profil): n for partenaire, profil, n in comptes}
