"""The caller's thread, one automaton, one link, real time (or scaled: `atmt.clock.ScaledClock`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..clock import ScaledClock
from ..interpreter import Outcome
from .turn import advance, descriptors, give_up, wake_time
from .waker import Waker

if TYPE_CHECKING:
    from ..running import Running


def run(automaton: Running, limit: float | None = None) -> None:
    """Run `automaton` until it ends, at most `limit` seconds (None: as long as it takes).

    How it ended stands in its interpreter; running out of time ends it with `DeadlineExceeded`.  What user
    code raises passes through untouched.  A run that is held, by a breakpoint, goes on.
    """
    interpreter, clock = automaton.interpreter, automaton.clock
    now = clock.now()
    end = None if limit is None else now + limit
    waker: Waker | None = None
    automaton.driven(True)
    try:
        if interpreter.outcome is not Outcome.RUNNING:
            interpreter.start(now)
        while interpreter.outcome is Outcome.RUNNING:
            now = clock.now()
            if end is not None and now >= end:
                give_up(automaton, "did not end in time")
            elif advance(automaton, now):
                continue
            elif waker is None:  # look again: what came before there was a waker woke nobody
                waker = _waker(automaton)
            else:
                _wait(automaton, waker, now, end)
    except BaseException as error:
        interpreter.fail(error)
        raise
    finally:
        automaton.wakeable(None)
        if waker is not None:
            waker.close()
        automaton.driven(False)


def _waker(automaton: Running) -> Waker:
    waker = Waker()
    automaton.wakeable(waker.wake)
    return waker


def _wait(automaton: Running, waker: Waker, now: float, end: float | None) -> None:
    ready = tuple(descriptors(automaton))  # first, since it may open the link, which may have a wake time
    wakes = [at for at in (wake_time(automaton), end) if at is not None]
    rate = automaton.clock.rate if isinstance(automaton.clock, ScaledClock) else 1.0
    waker.wait(ready, (min(wakes) - now) / rate if wakes else None)
