"""The spaces that French printing does not break: before « : », inside quotes, after a number."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

INSECABLE = "\u00a0"
FINE = "\u202f"
_UNITES = (
    "heures?|jours?|mois|ans?|membres?|gestionnaires?|techniciens?|comptes?|fichiers?|Mo|pages?"
)
_MOTS = "[Aa]rticles?|[Aa]nnexes?|n°"
_REGLES = (
    (re.compile(r"(?<=\S) (?=[;!?](?:\s|<|$))"), FINE),
    (re.compile(r"(?<=\S) (?=[:»%–](?:\s|[<.,;)]|$))"), INSECABLE),
    (re.compile(r"(?<=«) (?=\S)"), INSECABLE),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITES})\b)"), INSECABLE),
    (re.compile(rf"(?<!\w)({_MOTS}) (?=\d)"), rf"\1{INSECABLE}"),
)


@register.filter
def insecables(html: str) -> SafeString:
    """The same HTML, already escaped, whose French spaces hold.

    To be used as a block: `{% filter insecables %}…{% endfilter %}`.
    """
    texte = html
    for motif, remplacement in _REGLES:
        texte = motif.sub(remplacement, texte)
    return mark_safe(texte)  # escaped by the template that produced it
