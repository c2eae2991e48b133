"""Every promise that the simulation watches."""

from demonstration.simulation.invariants import (
    Invariant,
    comptes,
    delais,
    donnees,
    messages,
    violations,
)

TOUS: tuple[Invariant, ...] = (
    *delais.INVARIANTS,
    *comptes.INVARIANTS,
    *messages.INVARIANTS,
    *donnees.INVARIANTS,
    *violations.INVARIANTS,
)
