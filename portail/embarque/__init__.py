"""The embedded PostgreSQL and Valkey, used only when no address is configured.

`choisir()` says where they live (settings do it); nothing starts before `assurer()`, which the
database engine of `portail.embarque.base` calls at its first connection. Several processes may
use them at once; they stop with the last one (see `serveur`).
"""

from dataclasses import dataclass
from pathlib import Path

from portail.embarque.postgres import APPLICATION, PROPRIETAIRE, Postgres
from portail.embarque.serveur import Serveur, ServeurIndisponible
from portail.embarque.valkey import Valkey

__all__ = ["Embarque", "ServeurIndisponible", "assurer", "choisir"]


@dataclass(frozen=True)
class Embarque:
    """The servers kept under one folder; the addresses are known before they start."""

    postgres: Postgres
    valkey: Valkey
    actifs: tuple[Serveur, ...]

    @property
    def url_application(self) -> str:
        return self.postgres.url(APPLICATION)

    @property
    def url_proprietaire(self) -> str:
        return self.postgres.url(PROPRIETAIRE)

    @property
    def url_redis(self) -> str:
        return self.valkey.url

    def assurer(self) -> list[str]:
        """Use the servers, starting those that do not run; returns the names of these."""
        return [serveur.nom for serveur in self.actifs if serveur.assurer()]

    def liberer(self, *, attendre: float = 0) -> None:
        for serveur in self.actifs:
            serveur.liberer(attendre=attendre)


_courant: Embarque | None = None


def choisir(
    dossier: Path,
    *,
    postgres: bool = True,
    valkey: bool = True,
    dossier_valkey: Path | None = None,
    essais: bool = False,
) -> Embarque:
    """Name the folder of the embedded servers, and which of them are wanted."""
    global _courant  # noqa: PLW0603
    base = Postgres(dossier / "postgres", essais=essais)
    file = Valkey(dossier_valkey or dossier / "valkey")
    actifs = (*((base,) if postgres else ()), *((file,) if valkey else ()))
    _courant = Embarque(base, file, actifs)
    return _courant


def assurer() -> list[str]:
    """Start the chosen servers if they are not running."""
    return _courant.assurer() if _courant else []
