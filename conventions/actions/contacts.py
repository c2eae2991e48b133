"""Who to talk to on each side (C-08)."""

from typing import Any

from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import Contact

Acteur = Utilisateur | None


def nommer_contact(
    *,
    caisse: Caisse | None = None,
    partenaire: Partenaire | None = None,
    role: str,
    nom: str,
    fonction: str,
    telephone: str,
    email: str,
    acteur: Acteur,
) -> Contact:
    raise NotImplementedError


def remplacer_contact(contact: Contact, *, acteur: Acteur, **champs: Any) -> Contact:
    raise NotImplementedError


def retirer_contact(contact: Contact, *, acteur: Acteur) -> Contact:
    raise NotImplementedError
