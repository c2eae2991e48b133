"""What an end would bring, told before it is notified: the last day, the accesses, the accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from comptes.models import OUVERTS, Caisse, Partenaire, Utilisateur
from conventions.actions import dernier_jour as calculer
from conventions.models import Convention, Rupture, Service
from conventions.offre import caisses_joignables

UN_JOUR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SuitePartenaire:
    """What a partner keeps; without any caisse left, its `comptes` are closed (H-12)."""

    partenaire: Partenaire
    gardees: list[str]
    comptes: int


@dataclass(frozen=True, slots=True)
class Consequences:
    dernier_jour: date
    caisses: list[Caisse]
    services: list[str]
    partenaires: list[SuitePartenaire]


def consequences(
    convention: Convention, cause: str, *, notifiee_le: date, caisse: Caisse | None
) -> Consequences:
    """What would follow. Raises `ValidationError` when it cannot be notified on that day."""
    dernier_jour = calculer(convention, cause, notifiee_le)
    ouverts = convention.liens.ouverts(dernier_jour).select_related("caisse")
    quittees = [caisse] if caisse else [lien.caisse for lien in ouverts]
    lendemain = _premier_jour_sans(cause, dernier_jour)
    return Consequences(
        dernier_jour=dernier_jour,
        caisses=quittees,
        services=[service.label for service in Service if service in convention.services],
        partenaires=[
            _suite(partenaire, convention, quittees, lendemain)
            for partenaire in convention.partenaires.all()
        ],
    )


def _premier_jour_sans(cause: str, dernier_jour: date) -> date:
    """The breach of professional secrecy closes the very day (C-03)."""
    return dernier_jour if cause == Rupture.Cause.SECRET else dernier_jour + UN_JOUR


def _suite(
    partenaire: Partenaire, convention: Convention, quittees: Sequence[Caisse], jour: date
) -> SuitePartenaire:
    restes = caisses_joignables(partenaire, jour).exclude(
        convention=convention, caisse__in=quittees
    )
    comptes = Utilisateur.objects.filter(
        etat__in=OUVERTS, droitpartenaire__content_object=partenaire
    )
    return SuitePartenaire(
        partenaire,
        gardees=sorted(set(restes.values_list("caisse__nom", flat=True))),
        comptes=comptes.distinct().count(),
    )
