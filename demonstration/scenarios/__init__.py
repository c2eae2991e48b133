"""What happened lately in six caisses: invented people, told in `demonstration.recit`."""

from demonstration.scenarios import artois, cote_opale, cote_or, loire, nord, var
from demonstration.scenarios.brouillons import EBAUCHES
from demonstration.scenarios.violations import VIOLATIONS

__all__ = ["DOSSIERS", "EBAUCHES", "VIOLATIONS"]

DOSSIERS = tuple(
    dossier
    for module in (var, artois, cote_opale, nord, loire, cote_or)
    for dossier in module.DOSSIERS
)
