"""Every promise that the simulation watches."""

from demonstration.simulation.invariants import Invariant, comptes, delais, donnees, messages

TOUS: tuple[Invariant, ...] = (
    *delais.INVARIANTS,
    *comptes.INVARIANTS,
    *messages.INVARIANTS,
    *donnees.INVARIANTS,
)
