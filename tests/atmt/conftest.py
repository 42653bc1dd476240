"""What the runtime's tests share: a world in virtual time, and an interpreter fed by hand."""

from __future__ import annotations

import pytest

from atmt.drivers.virtual import Simulation
from atmt.interpreter import Interpreter


@pytest.fixture
def simulation():
    world = Simulation()
    yield world
    world.close()


@pytest.fixture
def play(simulation):
    """Run automata in virtual time until the first of them has ended; returns it, whatever it came to."""

    def run(*automata, limit=60.0):
        for automaton in automata:
            simulation.start(automaton)
        simulation.run(automata[0], limit)
        return automata[0]

    return run


@pytest.fixture
def started():
    """An interpreter of `cls` that has been started at time 0."""

    def start(cls, at=0.0):
        automaton = cls()
        automaton.interpreter = Interpreter(automaton, cls.atmt_graph)
        automaton.interpreter.start(at)
        return automaton.interpreter

    return start
