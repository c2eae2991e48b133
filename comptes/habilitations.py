"""Which account holds which right on which tenant: the only module that talks to guardian.

A right is a grant on a caisse or on a partner. What an account may see is the union of its
grants; there is no "current tenant".
"""

from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from guardian.shortcuts import assign_perm, remove_perm

from comptes import journal
from comptes.models import (
    Caisse,
    DroitCaisse,
    DroitPartenaire,
    Etat,
    Partenaire,
    Profil,
    Utilisateur,
)

# H-01: a profile opens exactly one right, on one kind of tenant.
DROITS: dict[str, tuple[str, type[models.Model]]] = {
    Profil.TECHNICIEN: ("deposer", Partenaire),
    Profil.GESTIONNAIRE: ("gerer", Partenaire),
    Profil.AGENT: ("instruire", Caisse),
    Profil.ADMIN: ("administrer", Caisse),
    Profil.DPO: ("proteger", Caisse),
}


class HabilitationImpossible(Exception):
    """The profile of the account opens no right on that kind of tenant (H-01)."""


@transaction.atomic
def habiliter(
    utilisateur: Utilisateur, tenant: Caisse | Partenaire, *, acteur: Utilisateur | None
) -> None:
    """Grant the right that the account's profile opens on this tenant (H-01).

    Raises `HabilitationImpossible` when the profile does not match the kind of tenant.
    """
    droit = _droit_sur(utilisateur, tenant)
    assign_perm(f"comptes.{droit}", utilisateur, tenant)
    _oublier(utilisateur)
    journal.tracer(acteur, journal.Action.HABILITATION, utilisateur, droit=droit, sur=tenant.code)


@transaction.atomic
def retirer(
    utilisateur: Utilisateur, tenant: Caisse | Partenaire, *, acteur: Utilisateur | None
) -> None:
    """Withdraw that right; the account keeps those it holds on other tenants."""
    droit = _droit_sur(utilisateur, tenant)
    remove_perm(f"comptes.{droit}", utilisateur, tenant)
    _oublier(utilisateur)
    journal.tracer(acteur, journal.Action.HABILITATION, utilisateur, retire=droit, sur=tenant.code)


def caisses(acteur: Any, droit: str) -> frozenset[int]:
    """Primary keys of the caisses on which the actor holds this right."""
    return _droits(acteur, DroitCaisse).get(droit, frozenset())


def partenaires(acteur: Any, droit: str) -> frozenset[int]:
    """Primary keys of the partners on which the actor holds this right."""
    return _droits(acteur, DroitPartenaire).get(droit, frozenset())


def titulaires(tenant: Caisse | Partenaire, droit: str) -> models.QuerySet[Utilisateur]:
    """Active accounts that hold this right on the tenant."""
    lien = "droitcaisse" if isinstance(tenant, Caisse) else "droitpartenaire"
    grant = {f"{lien}__content_object": tenant, f"{lien}__permission__codename": droit}
    return Utilisateur.objects.filter(etat=Etat.ACTIF, **grant)


def detient(droit: str, *, compte: str, caisse: str) -> models.Exists:
    """Whether the active account in the column `compte` holds the right on that in `caisse`."""
    grants = DroitCaisse.objects.filter(
        user=models.OuterRef(compte),
        content_object=models.OuterRef(caisse),
        permission__codename=droit,
        user__etat=Etat.ACTIF,
    )
    return models.Exists(grants)


def detenus(couples: Collection[tuple[int, int]], droit: str) -> set[tuple[int, int]]:
    """Those of these (account, caisse) in which the account, active, holds the right."""
    grants = DroitCaisse.objects.filter(
        user__in={compte for compte, _ in couples},
        content_object__in={caisse for _, caisse in couples},
        permission__codename=droit,
        user__etat=Etat.ACTIF,
    )
    return set(grants.values_list("user_id", "content_object_id")) & set(couples)


def titulaires_par_caisse(caisses: Collection[int], droit: str) -> dict[int, list[int]]:
    """By caisse, the active accounts that hold this right on it."""
    return _titulaires_par(DroitCaisse, caisses, droit)


def titulaires_par_partenaire(partenaires: Collection[int], droit: str) -> dict[int, list[int]]:
    """By partner, the active accounts that hold this right on it."""
    return _titulaires_par(DroitPartenaire, partenaires, droit)


def rattaches(tenants: Collection[Caisse] | Collection[Partenaire]) -> dict[int, list[Utilisateur]]:
    """By tenant, the accounts that hold a right on it, closed ones included."""
    par_tenant: dict[int, list[Utilisateur]] = {tenant.pk: [] for tenant in tenants}
    modele = DroitCaisse if any(isinstance(t, Caisse) for t in tenants) else DroitPartenaire
    grants = modele.objects.filter(content_object__in=par_tenant).select_related("user")
    for grant in grants.order_by("user__profil", "user__nom", "user__prenom"):
        par_tenant[grant.content_object_id].append(grant.user)
    return par_tenant


def partenaire_par_compte(partenaires: Collection[int]) -> dict[int, int]:
    """For each account that holds a right on one of these partners: which partner."""
    grants = DroitPartenaire.objects.filter(content_object__in=partenaires)
    return dict(grants.values_list("user_id", "content_object_id"))


def partenaires_des(comptes: Collection[int]) -> dict[int, int]:
    """The partner of each of these accounts; those of a caisse are left out."""
    grants = DroitPartenaire.objects.filter(user__in=comptes)
    return dict(grants.values_list("user_id", "content_object_id"))


def comptes_de(partenaire: Partenaire) -> models.QuerySet[Utilisateur]:
    """Every account of the partner, closed ones included, erased ones not (H-14)."""
    siens = DroitPartenaire.objects.filter(content_object=partenaire).values("user")
    return Utilisateur.objects.filter(pk__in=siens).exclude(etat=Etat.SUPPRIME)


def partenaire_de(compte: Utilisateur) -> Partenaire | None:
    """The partner that the account works for; None for an account of a caisse."""
    return Partenaire.objects.filter(droitpartenaire__user=compte.pk).first()


def personnel_de(caisses: Collection[int]) -> models.QuerySet[Utilisateur]:
    """Every account that works for one of these caisses, closed ones included, erased ones not."""
    siens = DroitCaisse.objects.filter(content_object__in=caisses).values("user")
    return Utilisateur.objects.filter(pk__in=siens).exclude(etat=Etat.SUPPRIME)


def caisses_par_compte(comptes: Collection[int]) -> dict[int, list[Caisse]]:
    """The caisses of each of these accounts, by name."""
    par_compte: dict[int, list[Caisse]] = {pk: [] for pk in comptes}
    grants = DroitCaisse.objects.filter(user__in=par_compte).select_related("content_object")
    for grant in grants.order_by("content_object__nom"):
        par_compte[grant.user_id].append(grant.content_object)
    return par_compte


def retirer_tout(comptes: Collection[int]) -> None:
    """Withdraw every right of these accounts, which are being erased: the caller traces it."""
    DroitPartenaire.objects.filter(user__in=comptes).delete()
    DroitCaisse.objects.filter(user__in=comptes).delete()


def _droit_sur(utilisateur: Utilisateur, tenant: Caisse | Partenaire) -> str:
    droit, modele = DROITS.get(utilisateur.profil, ("", type(None)))
    if not isinstance(tenant, modele):
        raise HabilitationImpossible(f"{utilisateur.profil} / {type(tenant).__name__}")
    return droit


def _titulaires_par(
    modele: type[models.Model], tenants: Collection[int], droit: str
) -> dict[int, list[int]]:
    grants = modele._default_manager.filter(
        content_object__in=tenants, permission__codename=droit, user__etat=Etat.ACTIF
    )
    par_tenant: dict[int, list[int]] = {}
    for tenant, compte in grants.order_by("user").values_list("content_object", "user"):
        par_tenant.setdefault(tenant, []).append(compte)
    return par_tenant


def _droits(acteur: Any, modele: type[models.Model]) -> dict[str, frozenset[int]]:
    """Grants by right, read once per request: the actor is a fresh object in each."""
    if not getattr(acteur, "is_active", False):
        return {}
    memoire = acteur.__dict__.setdefault("_habilitations", {})
    if modele not in memoire:
        grants: dict[str, set[int]] = {}
        lignes = modele._default_manager.filter(user_id=acteur.pk)
        for droit, pk in lignes.values_list("permission__codename", "content_object_id"):
            grants.setdefault(droit, set()).add(pk)
        memoire[modele] = {droit: frozenset(pks) for droit, pks in grants.items()}
    return memoire[modele]


def _oublier(utilisateur: Utilisateur) -> None:
    utilisateur.__dict__.pop("_habilitations", None)
