"""What the pages say of partners: conventions of one's caisses, accounts against quotas, cuts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Profil, Utilisateur
from conventions.effectifs import quotas_de
from conventions.models import CaisseLiee, Contact, Convention, Coupure
from conventions.quotas import Quota

Etat = Convention.Etat
EN_PREPARATION = (Etat.BROUILLON, Etat.SIGNATURE)
FIN_PREVUE = (Etat.DENONCEE, Etat.MISE_EN_DEMEURE)
FINIES = (Etat.TERMINEE, Etat.ABANDONNEE)
QUOTAS = {Profil.GESTIONNAIRE: "Gestionnaires", Profil.TECHNICIEN: "Techniciens"}
# How a badge of the DSFR shows each state.
GENRES = {
    Etat.BROUILLON: "new",
    Etat.SIGNATURE: "info",
    Etat.EN_VIGUEUR: "success",
    Etat.DENONCEE: "warning",
    Etat.MISE_EN_DEMEURE: "error",
    Etat.TERMINEE: "",
    Etat.ABANDONNEE: "",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A convention of a partner, as a line says it."""

    convention: Convention
    genre: str
    etat: str


@dataclass(frozen=True, slots=True)
class Ligne:
    """A partner in the list."""

    partenaire: Partenaire
    conventions: list[Mention] = field(default_factory=list)
    comptes: list[tuple[str, Quota]] = field(default_factory=list)
    coupee_par: list[str] = field(default_factory=list)


def situer(
    partenaires: QuerySet[Partenaire], situation: str, caisses: Collection[int], jour: date
) -> QuerySet[Partenaire]:
    """Those that stand so with these caisses; every one of them for no or an unknown situation."""
    liens = CaisseLiee.objects.filter(caisse__in=caisses, convention__partenaires=OuterRef("pk"))
    en_vigueur = Convention.objects.en_vigueur(jour).values("pk")
    vifs = Exists(liens.ouverts(jour).filter(convention__in=en_vigueur))
    prepares = Exists(liens.filter(convention__etat__in=EN_PREPARATION))
    coupures = Coupure.objects.ouvertes().filter(caisse__in=caisses, partenaire=OuterRef("pk"))
    conditions: dict[str, Any] = {
        "vigueur": vifs,
        "preparation": prepares,
        "fin": Exists(liens.filter(convention__etat__in=FIN_PREVUE)),
        "terminee": Exists(liens.filter(convention__etat__in=FINIES)) & ~vifs & ~prepares,
        "aucune": ~Exists(liens),
        "coupe": Exists(coupures),
    }
    return partenaires.filter(conditions.get(situation, Q()))


def lignes(partenaires: Sequence[Partenaire], caisses: Collection[int], jour: date) -> list[Ligne]:
    """The rows of the list, in a number of queries that does not depend on their number."""
    par_partenaire = conventions_de(partenaires, caisses)
    comptes = quotas_de(partenaires, jour)
    coupures = Coupure.objects.ouvertes().filter(caisse__in=caisses, partenaire__in=partenaires)
    coupees: dict[int, list[str]] = {}
    for coupure in coupures.select_related("caisse"):
        coupees.setdefault(coupure.partenaire_id, []).append(str(coupure.caisse))
    return [
        Ligne(
            p,
            [mention(c, jour) for c in par_partenaire[p.pk]],
            nommer_quotas(comptes[p.pk]),
            coupees.get(p.pk, []),
        )
        for p in partenaires
    ]


def conventions_de(
    partenaires: Sequence[Partenaire], caisses: Collection[int]
) -> dict[int, list[Convention]]:
    """By partner, the conventions that bind it to these caisses, latest first; no other's."""
    trouvees = (
        Convention.objects.filter(liens__caisse__in=caisses, partenaires__in=partenaires)
        .distinct()
        .order_by("-date_effet", "intitule")
        .prefetch_related("partenaires", Prefetch("liens", _liens_de(caisses), to_attr="les_leurs"))
    )
    par_partenaire: dict[int, list[Convention]] = {p.pk: [] for p in partenaires}
    for convention in trouvees:
        for partenaire in convention.partenaires.all():
            if partenaire.pk in par_partenaire:
                par_partenaire[partenaire.pk].append(convention)
    return par_partenaire


def mention(convention: Convention, jour: date) -> Mention:
    """The state of a convention in words; the dates decide, not a task that may be late."""
    etat = Etat(convention.etat)
    if etat not in FINIES and convention.date_fin and convention.date_fin < jour:
        return Mention(convention, "", f"Terminée le {convention.date_fin:%d/%m/%Y}")
    if etat in FIN_PREVUE and convention.date_fin:
        texte = f"{etat.label}, dernier jour le {convention.date_fin:%d/%m/%Y}"
        return Mention(convention, GENRES[etat], texte)
    if etat == Etat.EN_VIGUEUR and convention.date_utilisation is None:
        return Mention(convention, "info", "Métier signée, portail à ouvrir")
    return Mention(convention, GENRES[etat], etat.label)


def nommer_quotas(quotas: dict[str, Quota]) -> list[tuple[str, Quota]]:
    return [(libelle, quotas[profil]) for profil, libelle in QUOTAS.items() if profil in quotas]


def caisses_a_couper(acteur: Utilisateur, partenaire: Partenaire) -> list[Caisse]:
    """One's caisses that a signed convention binds to the partner, and that did not cut it yet."""
    signees = Convention.objects.filter(partenaires=partenaire, date_effet__isnull=False)
    coupees = Coupure.objects.ouvertes().filter(partenaire=partenaire).values("caisse")
    liees = CaisseLiee.objects.filter(convention__in=signees.exclude(etat__in=FINIES))
    siennes = Caisse.objects.filter(pk__in=habilitations.caisses(acteur, "administrer"))
    return list(siennes.filter(pk__in=liees.values("caisse")).exclude(pk__in=coupees))


def coupures_de(acteur: Utilisateur, partenaire: Partenaire) -> QuerySet[Coupure]:
    """The cuts of this partner by one's caisses, latest first."""
    siennes = habilitations.caisses(acteur, "administrer")
    coupures = Coupure.objects.filter(partenaire=partenaire, caisse__in=siennes)
    return coupures.select_related("caisse", "coupee_par", "retablie_par")


def est_partage(partenaire: Partenaire, caisses: Collection[int]) -> bool:
    """Does another caisse work with this partner? Its own conventions are not told."""
    autres = CaisseLiee.objects.filter(convention__partenaires=partenaire)
    return autres.exclude(caisse__in=caisses).exists()


def separer(contacts: QuerySet[Contact]) -> tuple[list[Contact], list[Contact]]:
    """Those of today and those of before, latest end first."""
    tous = list(contacts)
    passes = sorted((c for c in tous if c.jusqu_au), key=lambda c: c.jusqu_au, reverse=True)
    return [c for c in tous if c.jusqu_au is None], passes


def _liens_de(caisses: Collection[int]) -> QuerySet[CaisseLiee]:
    return CaisseLiee.objects.filter(caisse__in=caisses).select_related("caisse")
