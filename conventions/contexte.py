"""Whom a partner calls when the portal gets in the way: each caisse names its contact (C-08)."""

import re
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from comptes import habilitations
from comptes.models import Caisse
from conventions.models import CaisseLiee, Contact, Convention

COURRIEL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.\w+")
TELEPHONE = re.compile(r"(?:\+33 ?\d|0\d)(?:[ .]?\d\d){4}|\b\d{4}\b")


def support(request: HttpRequest) -> dict[str, Any]:
    """`contact_support`, for the footer and the help page of partner accounts; else empty.

    Read when a template prints it, in one query.
    """
    return {"contact_support": SimpleLazyObject(lambda: _contacts(getattr(request, "user", None)))}


def _contacts(acteur: Any) -> list[dict[str, str]]:
    """One line per caisse that a convention in force binds to the partner of the account."""
    partenaires = {
        pk for droit in ("deposer", "gerer") for pk in habilitations.partenaires(acteur, droit)
    }
    return _supports(partenaires) if partenaires else []


def _supports(partenaires: set[int]) -> list[dict[str, str]]:
    jour = timezone.localdate()
    en_vigueur = Convention.objects.en_vigueur(jour).filter(partenaires__in=partenaires)
    liees = CaisseLiee.objects.ouverts(jour).filter(convention__in=en_vigueur.values("pk"))
    actuel = Q(contacts__role=Contact.Role.SUPPORT, contacts__jusqu_au=None)
    caisses = (
        Caisse.objects.filter(pk__in=liees.values("caisse"))
        .annotate(support=FilteredRelation("contacts", condition=actuel))
        .annotate(tel=F("support__telephone"), mel=F("support__email"), qui=F("support__nom"))
        .order_by("nom", "qui")
        .values("nom", "contact_support", "tel", "mel")
    )
    return [ligne for caisse in caisses if any(_joindre(ligne := _ligne(caisse)))]


def _ligne(caisse: dict[str, Any]) -> dict[str, str]:
    """The contact that the caisse named; else what it gave when it was written down."""
    if caisse["tel"] is None:
        texte = caisse["contact_support"]
        telephone, courriel = _premier(TELEPHONE, texte), _premier(COURRIEL, texte)
    else:
        telephone, courriel = caisse["tel"], caisse["mel"]
    return {"caisse": caisse["nom"], "telephone": telephone, "courriel": courriel}


def _joindre(ligne: dict[str, str]) -> tuple[str, str]:
    return ligne["telephone"], ligne["courriel"]


def _premier(motif: re.Pattern[str], texte: str) -> str:
    trouve = motif.search(texte)
    return trouve.group() if trouve else ""
