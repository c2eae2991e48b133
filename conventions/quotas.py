"""How many accounts a partner may open (H-06, H-07), counted under the lock of its row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from comptes.models import OUVERTS, Partenaire, Profil, Utilisateur
from conventions.models import Acte, Convention
from conventions.offre import est_joignable

ESPACE = "\u00a0"
Limite = int | None  # None: without limit

DROIT = {Profil.GESTIONNAIRE: "gerer", Profil.TECHNICIEN: "deposer"}
PLURIEL = {Profil.GESTIONNAIRE: "gestionnaires", Profil.TECHNICIEN: "techniciens"}


class QuotaAtteint(Exception):
    """No place left; `message` is a French sentence that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Quota:
    """Accounts that are open, activated or not, against how many may be."""

    utilises: int
    limite: Limite

    @property
    def phrase(self) -> str:
        """« 3 sur 5 », « 3, sans limite »."""
        if self.limite is None:
            return f"{self.utilises}, sans limite"
        return f"{self.utilises} sur {self.limite}"

    @property
    def reste(self) -> Limite:
        return None if self.limite is None else max(self.limite - self.utilises, 0)

    @property
    def exces(self) -> int:
        """How many accounts are over the limit, when a convention that gave more has ended."""
        return 0 if self.limite is None else max(self.utilises - self.limite, 0)


def limite_gestionnaires(membres: int) -> int:
    """H-06: 2 up to 10 members, 3 up to 25, then 5."""
    return {"petit": 2, "moyen": 3, "grand": 5}[palier(membres)]


def limite_techniciens(partenaire: Partenaire, jour: date) -> Limite:
    """H-07: the most favourable grid among the conventions in force; 0 without any.

    An avenant that is signed counts before its day comes: what it leaves is not exceeded.
    """
    return _limite_techniciens(_en_vigueur(partenaire, jour), partenaire.membres)


def quotas(partenaire: Partenaire, jour: date) -> dict[str, Quota]:
    """Both quotas, by profile."""
    conventions = _en_vigueur(partenaire, jour)
    return {profil: _quota(partenaire, profil, conventions) for profil in DROIT}


def exiger_place(partenaire: Partenaire, profil: str, *, jour: date, nombre: int = 1) -> Partenaire:
    """The partner, locked until the end of the transaction, with so many places left.

    Raises `QuotaAtteint`: no place, no convention d'utilisation in force (H-02), or an access that
    every caisse cut (C-10).
    """
    partenaire = Partenaire.objects.select_for_update().get(pk=partenaire.pk)
    conventions = _en_vigueur(partenaire, jour)
    if not conventions:
        raise QuotaAtteint(
            "Aucune convention d'utilisation du portail n'est en vigueur avec ce partenaire : "
            "un compte ne s'ouvre qu'une fois cette convention signée."
        )
    if not est_joignable(partenaire, jour):
        raise QuotaAtteint(
            "L'accès de ce partenaire est coupé : rétablissez-le avant de lui ouvrir un compte."
        )
    quota = _quota(partenaire, profil, conventions)
    if quota.reste is not None and nombre > quota.reste:
        raise QuotaAtteint(_complet(quota, profil, nombre))
    return partenaire


def depassement(
    partenaire: Partenaire,
    convention: Convention,
    changements: Mapping[str, Any],
    jour: date,
    *,
    effet_le: date | None = None,
) -> str | None:
    """Why this avenant cannot lower the grid yet: accounts to close first; None when it can.

    It is put in its place among those that are signed: two that each leave enough may not together.
    """
    if champ_de_grille(partenaire.membres) not in changements:
        return None
    conventions = _en_vigueur(partenaire, jour)
    if convention.pk not in {c.pk for c in conventions}:
        return None
    signes = list(avenants_signes(conventions))
    effet = max(effet_le or jour, jour)
    essai = Acte(convention=convention, changements=dict(changements), effet_le=effet)
    rang = sum(1 for acte in signes if (acte.effet_le or jour) <= effet)
    avant, apres = (
        limite_annoncee(conventions, actes, partenaire.membres)
        for actes in (signes, [*signes[:rang], essai, *signes[rang:]])
    )
    baisse = apres is not None and (avant is None or apres < avant)
    return trop(partenaire, Profil.TECHNICIEN, apres) if baisse else None


def depassement_de_membres(partenaire: Partenaire, membres: int, jour: date) -> str | None:
    """Why a partner cannot be said smaller yet: accounts to close first; None when it can."""
    conventions = _en_vigueur(partenaire, jour)
    limites = {
        Profil.GESTIONNAIRE: limite_gestionnaires,
        Profil.TECHNICIEN: lambda m: _limite_techniciens(conventions, m),
    }
    for profil, limite in limites.items():
        avant, apres = limite(partenaire.membres), limite(membres)
        baisse = apres is not None and (avant is None or apres < avant)
        if baisse and (message := trop(partenaire, profil, apres)):
            return message
    return None


def trop(partenaire: Partenaire, profil: str, limite: Limite) -> str | None:
    """What to do before the limit becomes this one, None when nothing."""
    exces = Quota(_ouverts(partenaire, profil), limite).exces
    if not exces:
        return None
    return (
        f"{partenaire} a {_compter(limite + exces if limite is not None else exces, profil)}, "
        f"et la limite deviendrait {limite} : "
        f"inactivez d'abord {exces}{ESPACE}compte{'s' if exces > 1 else ''}."
    )


def palier(membres: int) -> str:
    """The line of the grid: 1 to 10 members, 11 to 25, more."""
    if membres <= 10:
        return "petit"
    return "moyen" if membres <= 25 else "grand"


def champ_de_grille(membres: int) -> str:
    return f"techniciens_{palier(membres)}"


def _quota(partenaire: Partenaire, profil: str, conventions: list[Convention]) -> Quota:
    if profil == Profil.GESTIONNAIRE:
        limite: Limite = limite_gestionnaires(partenaire.membres)
    else:
        limite = _limite_techniciens(conventions, partenaire.membres)
    return Quota(_ouverts(partenaire, profil), limite)


def _en_vigueur(partenaire: Partenaire, jour: date) -> list[Convention]:
    return list(Convention.objects.en_vigueur(jour).filter(partenaires=partenaire))


def _ouverts(partenaire: Partenaire, profil: str) -> int:
    return Utilisateur.objects.filter(
        etat__in=OUVERTS,
        profil=profil,
        droitpartenaire__content_object=partenaire,
        droitpartenaire__permission__codename=DROIT[Profil(profil)],
    ).count()


def _limite_techniciens(conventions: list[Convention], membres: int) -> Limite:
    return limite_annoncee(conventions, avenants_signes(conventions), membres)


def limite_annoncee(
    conventions: Iterable[Convention], avenants: Iterable[Acte], membres: int
) -> Limite:
    """The lowest of what holds now and of what signed avenants will make of it (H-07)."""
    champ = champ_de_grille(membres)
    valeurs: dict[int, Limite] = {c.pk: getattr(c, champ) for c in conventions}
    limites = [_favorable(valeurs.values())]
    for acte in avenants:
        if acte.convention_id in valeurs and champ in acte.changements:
            valeurs[acte.convention_id] = acte.changements[champ]
            limites.append(_favorable(valeurs.values()))
    bornees = [limite for limite in limites if limite is not None]
    return min(bornees, default=None)


def avenants_signes(conventions: Iterable[Convention]) -> QuerySet[Acte]:
    """Those that all the parties signed and whose day has not come, in order."""
    return Acte.objects.filter(
        convention__in=[c.pk for c in conventions],
        nature=Acte.Nature.AVENANT,
        etat=Acte.Etat.SIGNE,
        applique_le__isnull=True,
    ).order_by("effet_le", "numero")


def _favorable(limites: Iterable[Limite]) -> Limite:
    connues = list(limites)
    if None in connues:
        return None
    return max((limite for limite in connues if limite is not None), default=0)


def _complet(quota: Quota, profil: str, nombre: int) -> str:
    trop = nombre - (quota.reste or 0)
    return (
        f"Ce partenaire a {_compter(quota.utilises, profil)}, pour {quota.limite} au plus : "
        f"inactivez {trop}{ESPACE}compte{'s' if trop > 1 else ''} avant d'en ouvrir "
        f"{'un autre' if nombre == 1 else 'autant'}."
    )


def _compter(nombre: int, profil: str) -> str:
    mot = PLURIEL[Profil(profil)]
    return f"{nombre}{ESPACE}{mot if nombre > 1 else mot.removesuffix('s')}"
