"""What peers share that live in this process: a world of their own, in virtual time."""

from __future__ import annotations

from atmt import Automaton
from atmt.drivers.virtual import Simulation

from .base import VIRTUAL, Peer
from .statement import Statement


class SimulatedPeer(Peer):
    """Automata, or packets, in a simulation that begins at time 0."""

    clock_kind = "virtual"

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._simulation = Simulation()
        self.clock = self._simulation.clock

    def drive(self, automaton: Automaton) -> None:
        self._simulation.start(automaton)
        self._simulation.run(automaton, self.statement.limit * VIRTUAL)

    def close(self) -> None:
        self._simulation.close()
