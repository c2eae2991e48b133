"""What every template of the portal needs: breadcrumb, sizes, numbers and instants in French."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from portail.levees import marquer

register = template.Library()
register.filter(marquer)

ESPACE_FINE = "\u202f"


@register.inclusion_tag("composants/fil_ariane.html")
def fil_ariane(*etapes: str) -> dict[str, Any]:
    """Breadcrumb after « Accueil »: pairs of label and address, then the current page's label."""
    *liens, page = etapes
    return {"liens": list(zip(liens[::2], liens[1::2], strict=True)), "page": page}


@register.filter
def nombre(valeur: int | None) -> str:
    """A whole number with French thousands: « 5 000 »."""
    return "" if valeur is None else f"{valeur:,}".replace(",", ESPACE_FINE)


@register.filter
def taille(octets: int | None) -> str:
    """A file size from bytes, one decimal at most: « 4,2 Mo » (1 Mo is 1,048,576 bytes)."""
    if octets is None:
        return ""
    if octets < 1024:
        return f"{octets}\u00a0octet{'s' if octets > 1 else ''}"
    valeur, unite = (octets / 1024, "ko") if octets < 1024**2 else (octets / 1024**2, "Mo")
    return f"{valeur:.1f}".removesuffix(".0").replace(".", ",") + f"\u00a0{unite}"


@register.filter
def jour(quand: Any) -> str:
    """A date, or the Paris day of an instant: « 05/03/2026 »."""
    if not quand:
        return ""
    return f"{_a_paris(quand):%d/%m/%Y}"


@register.filter
def instant(quand: datetime | None) -> str:
    """An instant in Paris time: « 05/03/2026 à 9 h 05 »."""
    if not quand:
        return ""
    return f"{_a_paris(quand):%d/%m/%Y} à {heure(quand)}"


def heure(quand: datetime) -> str:
    """The hour of an instant in Paris: « 9 h 05 »."""
    local = _a_paris(quand)
    return f"{local.hour}\u00a0h\u00a0{local:%M}"


def _a_paris(quand: Any) -> Any:
    if isinstance(quand, datetime) and timezone.is_aware(quand):
        return timezone.localtime(quand)
    return quand
