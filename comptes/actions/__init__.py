"""The business verbs on accounts and on the terms of use."""

from comptes.actions.comptes import creer_compte, poser_totp
from comptes.actions.reglages import accepter_cgu, publier_cgu, regler_levees

__all__ = ["accepter_cgu", "creer_compte", "poser_totp", "publier_cgu", "regler_levees"]
