"""What waits for the admin of a caisse: demarches, signatures, ends, reviews, contacts."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from comptes.models import Caisse, Partenaire
from conventions.fiches import FINIES
from conventions.models import Acte, CaisseLiee, Contact, Convention, Coupure
from equipes.echeances import delai
from equipes.models import Demarche, Revue

MONTREES = 8
BIENTOT = timedelta(days=90)


def demarches(caisses: Collection[int], jour: date) -> list[dict[str, Any]]:
    """The first ones due, with the five working days that are left (H-02)."""
    attendues = (
        Demarche.objects.a_traiter()
        .filter(caisse__in=caisses)
        .select_related("caisse", "partenaire")
        .order_by("echeance_le", "demandee_le")
    )
    return [_demarche(demarche, jour) for demarche in attendues[:MONTREES]]


def _demarche(demarche: Demarche, jour: date) -> dict[str, Any]:
    genre, texte = (
        "aucun",
        f"pour le {demarche.date_voulue:%d/%m/%Y}" if demarche.date_voulue else "",
    )
    if demarche.echeance_le:
        genre, texte = delai(demarche.echeance_le, jour, demarche.caisse.departement)
    return {"demarche": demarche, "genre": genre, "texte": texte}


def actes(caisses: Collection[int]) -> QuerySet[Acte]:
    """The acts sent to be signed, each with how many parties did, the oldest first."""
    partenaires = Prefetch("convention__partenaires", Partenaire.objects.order_by("nom"))
    return (
        Acte.objects.filter(etat=Acte.Etat.SIGNATURE, convention__in=_conventions(caisses))
        .select_related("convention")
        .prefetch_related(partenaires)
        .annotate(
            attendues=Count("signatures"),
            signees=Count("signatures", filter=Q(signatures__signee_le__isnull=False)),
        )
        .order_by("cree_le")
    )


def fins(caisses: Collection[int], jour: date) -> list[dict[str, Any]]:
    """The conventions that end within ninety days, wholly or for one's caisse alone, in order."""
    limite = jour + BIENTOT
    entieres = Convention.objects.filter(
        pk__in=_conventions(caisses), date_fin__range=(jour, limite)
    ).exclude(etat__in=FINIES)
    liens = CaisseLiee.objects.filter(
        caisse__in=caisses, date_fin__range=(jour, limite), close_le__isnull=True
    ).exclude(convention__in=entieres.values("pk"))
    lignes = [{"convention": c, "quand": c.date_fin, "caisse": None} for c in entieres]
    lignes += [
        {"convention": lien.convention, "quand": lien.date_fin, "caisse": lien.caisse}
        for lien in liens.select_related("convention", "caisse")
    ]
    return sorted(lignes, key=lambda ligne: ligne["quand"])


def revues(caisses: Collection[int]) -> QuerySet[Revue]:
    """The reviews that no gestionnaire signed yet, the first due first (H-15)."""
    ouvertes = Revue.objects.ouvertes().filter(caisse__in=caisses)
    return ouvertes.select_related("caisse", "partenaire").order_by("echeance_le")


def coupures(caisses: Collection[int]) -> QuerySet[Coupure]:
    ouvertes = Coupure.objects.ouvertes().filter(caisse__in=caisses)
    return ouvertes.select_related("caisse", "partenaire")


def contacts_manquants(caisses: Collection[Caisse]) -> list[tuple[Caisse, str]]:
    """The roles that nobody holds for one's caisses (C-08)."""
    tenus = set(Contact.objects.actuels().filter(caisse__in=caisses).values_list("caisse", "role"))
    return [
        (caisse, role.label.lower())
        for caisse in caisses
        for role in Contact.Role
        if (caisse.pk, role.value) not in tenus
    ]


def _conventions(caisses: Collection[int]) -> QuerySet[Any, Any]:
    return CaisseLiee.objects.filter(caisse__in=caisses).values("convention")
