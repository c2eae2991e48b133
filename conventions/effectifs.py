"""Accounts against quotas for many partners at once (H-06, H-07)."""

from collections.abc import Sequence
from datetime import date

from comptes.models import Partenaire
from conventions.quotas import Quota, quotas


def quotas_de(partenaires: Sequence[Partenaire], jour: date) -> dict[int, dict[str, Quota]]:
    return {partenaire.pk: quotas(partenaire, jour) for partenaire in partenaires}
