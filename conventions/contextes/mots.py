"""How our documents say a day."""

from datetime import date

MOIS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
).split()
ESPACE = "\u00a0"


def en_toutes_lettres(jour: date | None) -> str:
    """« 1er mars 2026 », or nothing for no day."""
    if jour is None:
        return ""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return ESPACE.join((quantieme, MOIS[jour.month - 1], str(jour.year)))
