"""Access cut and given back."""

from dataclasses import dataclass, field

from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import Coupure

Acteur = Utilisateur | None


@dataclass(frozen=True, slots=True)
class Restauration:
    """Accounts given back, and those that could not be, each with its French reason."""

    rendus: list[Utilisateur] = field(default_factory=list)
    refuses: list[tuple[Utilisateur, str]] = field(default_factory=list)


def couper(caisse: Caisse, partenaire: Partenaire, *, motif: str, acteur: Acteur) -> Coupure:
    raise NotImplementedError


def retablir(coupure: Coupure, *, acteur: Acteur) -> "Restauration":
    raise NotImplementedError


def restaurer_comptes(partenaire: Partenaire, *, acteur: Acteur) -> "Restauration":
    raise NotImplementedError
