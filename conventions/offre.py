"""What a partner may ask of which caisse, today (C-06, D-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from comptes.models import Caisse, Partenaire
from conventions.models import Acte, CaisseLiee, Convention, Coupure, Service
from conventions.parametres import MODES


@dataclass(frozen=True, slots=True)
class Offre:
    """The services that a caisse opens to a partner, and under which convention each."""

    caisse: Caisse
    partenaire: Partenaire
    conventions: dict[str, Convention]

    @property
    def services(self) -> list[Service]:
        return [s for s in Service if s in self.conventions]


def offres(partenaire: Partenaire, jour: date) -> list[Offre]:
    """One offer per caisse bound to the partner by a convention in force, by caisse name.

    With several conventions between the same two, a service is open as soon as one opens it.
    """
    coupees = Coupure.objects.ouvertes().filter(partenaire=partenaire).values("caisse")
    ouverts = CaisseLiee.objects.ouverts(jour).exclude(caisse__in=coupees)
    conventions = (
        Convention.objects.en_vigueur(jour)
        .filter(partenaires=partenaire)
        .order_by("date_effet")
        .prefetch_related(Prefetch("liens", ouverts.select_related("caisse")))
    )
    par_caisse: dict[Caisse, dict[str, Convention]] = {}
    for convention in conventions:
        for lien in convention.liens.all():
            services = par_caisse.setdefault(lien.caisse, {})
            services.update(dict.fromkeys(convention.services, convention))
    return [
        Offre(caisse, partenaire, ouverts)
        for caisse, ouverts in sorted(par_caisse.items(), key=lambda e: e[0].nom)
    ]


def convention_pour(
    caisse: Caisse, partenaire: Partenaire, service: str, jour: date
) -> Convention | None:
    """The convention under which this request may be filed on that day, or None (D-01, C-06)."""
    return (
        Convention.objects.en_vigueur(jour)
        .liant(caisse, partenaire, jour)
        .offrant(service)
        .order_by("-date_effet")
        .first()
    )


def appliquer_les_avenants(convention: Convention, jour: date) -> Convention:
    """In memory, what its signed avenants change as of that day, the sweep or not (C-05)."""
    for acte in avenants_a_appliquer(jour).filter(convention=convention):
        for nom, valeur in acte.changements.items():
            if nom != MODES:
                setattr(convention, nom, valeur)
    return convention


def avenants_a_appliquer(jour: date) -> QuerySet[Acte]:
    """Those that rule as of that day and that the sweep did not apply yet, in their order."""
    return Acte.objects.filter(
        nature=Acte.Nature.AVENANT,
        etat=Acte.Etat.SIGNE,
        applique_le__isnull=True,
        effet_le__lte=jour,
    ).order_by("effet_le", "numero", "pk")


def est_lie(caisse: Caisse, partenaire: Partenaire, jour: date) -> bool:
    """Does a convention in force on that day bind the two, whatever its services (H-12)?"""
    return Convention.objects.en_vigueur(jour).liant(caisse, partenaire, jour).exists()


def caisses_joignables(partenaire: Partenaire, jour: date) -> QuerySet[CaisseLiee]:
    """Links through which the partner reaches a caisse on that day, whatever the services."""
    conventions = Convention.objects.en_vigueur(jour).filter(partenaires=partenaire)
    coupees = Coupure.objects.ouvertes().filter(partenaire=partenaire).values("caisse")
    liens = CaisseLiee.objects.ouverts(jour).filter(convention__in=conventions)
    return liens.exclude(caisse__in=coupees)


def est_joignable(partenaire: Partenaire, jour: date) -> bool:
    """Does the partner still reach any caisse on that day?"""
    return caisses_joignables(partenaire, jour).exists()


def partenaires_lies(pks: Iterable[int], jour: date) -> tuple[set[int], set[int]]:
    """Of these partners, those that a caisse is bound to, then those that reach one (C-10, H-12).

    Two readings, however many they are.
    """
    pks = list(pks)
    coupures = Coupure.objects.ouvertes().filter(partenaire__in=pks)
    coupees = set(coupures.values_list("partenaire", "caisse"))
    liens = CaisseLiee.objects.ouverts(jour).filter(
        convention__in=Convention.objects.en_vigueur(jour), convention__partenaires__in=pks
    )
    paires = set(liens.values_list("convention__partenaires", "caisse"))
    return {lie for lie, _ in paires}, {lie for lie, _ in paires - coupees}


def mode_consentement(convention: Convention, caisse: Caisse) -> str:
    """How this caisse wants consent recorded: a box, or the signed form attached (D-03)."""
    return convention.liens.get(caisse=caisse).mode_consentement
