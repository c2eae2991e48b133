"""What is not as promised, in words."""

from collections.abc import Sequence
from typing import Any


class Ecart(Exception):
    """A promise that was broken: which one, and the rows that say so."""

    def __init__(self, promesse: str, lignes: Sequence[Any] = ()) -> None:
        super().__init__(promesse)
        self.promesse = promesse
        self.lignes = list(lignes)

    def __str__(self) -> str:
        return "\n".join([self.promesse, *(f"  {ligne}" for ligne in self.lignes)])
