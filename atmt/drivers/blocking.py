"""The caller's thread, one automaton, one link, real time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DeadlineExceeded
from ..interpreter import Outcome
from .delivery import deliver
from .waker import Waker

if TYPE_CHECKING:
    from ..automaton import Automaton


def run(automaton: Automaton, limit: float | None = None) -> None:
    """Run `automaton` until it ends, at most `limit` seconds (None: as long as it takes).

    How it ended stands in its interpreter; running out of time ends it with `DeadlineExceeded`.  What user
    code raises passes through untouched.
    """
    interpreter = automaton.interpreter
    clock = automaton.clock
    waker: Waker | None = None
    now = clock.now()
    end = None if limit is None else now + limit
    try:
        interpreter.start(now)
        while interpreter.outcome is Outcome.RUNNING and not automaton.stopping:
            if (wait := _turn(automaton, end)) is None or wait > 0:
                if waker is None:
                    waker = Waker()
                    automaton.wakeable(waker)
                waker.wait(automaton.link.fileno() if automaton.link else -1, wait)
        if interpreter.outcome is Outcome.RUNNING:
            interpreter.stop(clock.now())
    except BaseException as error:
        interpreter.fail(error)
        raise
    finally:
        automaton.wakeable(None)
        if waker is not None:
            waker.close()


def _turn(automaton: Automaton, end: float | None) -> float | None:
    """Handle one event if there is one; seconds to wait for the next (None: until something arrives)."""
    interpreter, link, now = automaton.interpreter, automaton.link, automaton.clock.now()
    if end is not None and now >= end:
        state = interpreter.state.name if interpreter.state else ""
        interpreter.fail(DeadlineExceeded(f"did not end in time; it was in {state}", state))
        return 0
    if (due := interpreter.deadline) is not None and due <= now:
        interpreter.expire(now)
        return 0
    if link is not None and (frame := link.receive()) is not None:
        deliver(automaton, frame, automaton.clock.now())
        return 0
    wakes = [t for t in (due, end, link.deadline if link else None) if t is not None]
    return min(wakes) - now if wakes else None
