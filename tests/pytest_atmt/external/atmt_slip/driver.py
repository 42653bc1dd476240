"""A driver: one automaton in real time, which looks at its line every so often instead of waiting for it."""

from __future__ import annotations

import time

from atmt import Automaton
from atmt.drivers.turn import advance, give_up
from atmt.interpreter import Outcome

PAUSE = 0.002  # seconds


def run(automaton: Automaton, limit: float) -> None:
    """Run `automaton` to its end, at most `limit` seconds."""
    interpreter, clock = automaton.interpreter, automaton.clock
    end = clock.now() + limit
    try:
        interpreter.start(clock.now())
        while interpreter.outcome is Outcome.RUNNING:
            now = clock.now()
            if now >= end:
                give_up(automaton, f"did not end within {limit:g} s")
            elif not advance(automaton, now):
                time.sleep(PAUSE)
    except BaseException as error:
        interpreter.fail(error)
        raise
