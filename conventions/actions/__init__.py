"""The business verbs on tenants and on the conventions that bind them."""

from conventions.actions.tenants import inscrire_caisse, inscrire_partenaire
from conventions.actions.vie import preparer_convention, signer_convention, terminer_convention

__all__ = [
    "inscrire_caisse",
    "inscrire_partenaire",
    "preparer_convention",
    "signer_convention",
    "terminer_convention",
]
