"""How many accounts a partner may open (H-06, H-07)."""

from dataclasses import dataclass
from datetime import date

from comptes.models import Partenaire, Utilisateur

Acteur = Utilisateur | None


class QuotaAtteint(Exception):
    """No place left; `message` is a French sentence that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Quota:
    """Accounts open against how many may be; `limite` None: without limit."""

    utilises: int
    limite: int | None

    @property
    def phrase(self) -> str:
        """« 3 sur 5 », « 3, sans limite »."""
        return (
            f"{self.utilises}, sans limite"
            if self.limite is None
            else f"{self.utilises} sur {self.limite}"
        )

    @property
    def reste(self) -> int | None:
        return None if self.limite is None else max(self.limite - self.utilises, 0)


def limite_gestionnaires(membres: int) -> int:
    raise NotImplementedError


def limite_techniciens(partenaire: Partenaire, jour: date) -> int | None:
    raise NotImplementedError


def quotas(partenaire: Partenaire, jour: date) -> "dict[str, Quota]":
    raise NotImplementedError


def exiger_place(partenaire: Partenaire, profil: str, *, jour: date, nombre: int = 1) -> Partenaire:
    raise NotImplementedError
