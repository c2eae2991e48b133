"""State machines as declared data: one table of transitions, read by actions and by pages.

An app declares its `Transition`s once and wraps them in a `Circuit`. Actions call `exiger()` on
the row they hold locked; pages loop over `possibles()` to draw their buttons. Nothing else in
the project decides who may move an object from one state to another.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied


class TransitionImpossible(Exception):
    """The object is not in a state from which this step can be taken.

    `message` is a French sentence for the person who tried.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step of a circuit.

    `depuis` are the states it leaves, `vers` the one it reaches (None: the state stays),
    `droit` the right it takes on the object's tenant, `refus` an optional predicate that gives
    the French reason why the step is closed for now (None: open).
    """

    nom: str
    libelle: str
    depuis: frozenset[str]
    droit: str
    vers: str | None = None
    refus: Callable[[Any], str | None] | None = None

    def empechement(self, objet: Any) -> str | None:
        """French reason why this step cannot be taken from the object's state, or None."""
        if objet.etat not in self.depuis:
            return f"Étape « {self.libelle} » impossible : {objet.get_etat_display().lower()}."
        return self.refus(objet) if self.refus else None


class Circuit:
    """A table of transitions and the one question it asks about rights."""

    def __init__(
        self,
        transitions: Iterable[Transition],
        *,
        a_droit: Callable[[Any, str, Any], bool],
    ) -> None:
        self._table = {t.nom: t for t in transitions}
        self._a_droit = a_droit

    def __iter__(self) -> Iterator[Transition]:
        return iter(self._table.values())

    def __contains__(self, nom: str) -> bool:
        return nom in self._table

    def __getitem__(self, nom: str) -> Transition:
        return self._table[nom]

    def possibles(self, objet: Any, acteur: Any) -> list[Transition]:
        """Steps that this actor may take now on this object, in the table's order."""
        return [
            t
            for t in self
            if t.empechement(objet) is None and self._a_droit(acteur, t.droit, objet)
        ]

    def exiger(self, objet: Any, acteur: Any, nom: str) -> Transition:
        """The step, or the reason why not.

        Raises `TransitionImpossible` for an unknown step or a wrong state and
        `PermissionDenied` for a missing right; the right is checked first.
        """
        transition = self._table.get(nom)
        if transition is None:
            raise TransitionImpossible("Cette étape n'existe pas pour cette demande.")
        if not self._a_droit(acteur, transition.droit, objet):
            raise PermissionDenied
        raison = transition.empechement(objet)
        if raison is not None:
            raise TransitionImpossible(raison)
        return transition
