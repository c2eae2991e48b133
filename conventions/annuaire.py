"""Partners by their names: found, sorted, told apart, whatever their accents and capitals."""

from typing import Any

from django.db.models import F, Func, QuerySet, Value
from django.db.models.fields import TextField
from django.db.models.functions import Replace, Upper
from django.utils.text import slugify

from comptes.models import Partenaire
from portail import pages
from portail.normalisation import cle_recherche
from portail.pagination import Page

TAILLE = 25
CODE_MAX = 60
RESERVES = {"nouveau"}  # taken by an address
_ACCENTS = "àâäáãåçéèêëíîïìñóôöòõúûüùÿÀÂÄÁÃÅÇÉÈÊËÍÎÏÌÑÓÔÖÒÕÚÛÜÙŸ"
_SIMPLES = "aaaaaaceeeeiiiinooooouuuuyAAAAAACEEEEIIIINOOOOOUUUUY"


def par_nom(partenaires: QuerySet[Partenaire]) -> QuerySet[Partenaire]:
    """The same, each with its `cle`: its name as PostgreSQL sorts and compares it."""
    ouvert: Any = Replace(F("nom"), Value("œ"), Value("oe"))
    ouvert = Replace(ouvert, Value("Œ"), Value("OE"))
    simple = Upper(Func(ouvert, Value(_ACCENTS), Value(_SIMPLES), function="translate"))
    mots = Func(simple, Value("[^A-Z0-9]+"), Value(" "), Value("g"), function="regexp_replace")
    cle = Func(mots, function="btrim", output_field=TextField())
    return partenaires.annotate(cle=cle)


def cherches(partenaires: QuerySet[Partenaire], saisie: str) -> QuerySet[Partenaire]:
    """Those whose name holds every word typed."""
    annotes = par_nom(partenaires)
    for mot in cle_recherche(saisie).split():
        annotes = annotes.filter(cle__contains=mot)
    return annotes


def homonyme(nom: str, sauf: Partenaire | None = None) -> Partenaire | None:
    """The partner of this exact name, whichever caisse knows it: a body is written down once."""
    autres = Partenaire.objects.exclude(pk=sauf.pk) if sauf else Partenaire.objects.all()
    return par_nom(autres).filter(cle=cle_recherche(nom)).first()


def code_pour(nom: str) -> str:
    """A code that no partner holds, made from the name: « ccas-de-frejus », then « …-2 »."""
    base = slugify(nom)[:CODE_MAX].strip("-") or "partenaire"
    pris = Partenaire.objects.filter(code__startswith=base).values_list("code", flat=True)
    code, rang = base, 1
    while code in RESERVES.union(pris):
        rang += 1
        code = f"{base[: CODE_MAX - len(str(rang)) - 1]}-{rang}"
    return code


def page(partenaires: QuerySet[Partenaire], curseur: str | None) -> Page[Partenaire]:
    """One page by name; the cursor is the code of the row at the edge."""
    return pages.page(par_nom(partenaires), curseur, tri=("cle", "code"), cle="code", taille=TAILLE)
