"""The business verbs on accounts and on the terms of use."""

from comptes.actions.comptes import creer_compte
from comptes.actions.reglages import accepter_cgu, publier_cgu, regler_levees
from comptes.actions.securite import poser_totp

__all__ = ["accepter_cgu", "creer_compte", "poser_totp", "publier_cgu", "regler_levees"]
