"""One automaton, one link, and a peer of real programs whose clock we move: virtual time for both.

Events are handled one at a time, each only when all programs wait, and the clock jumps only when nothing
else is left to happen: so the same conversation takes the same steps at the same times, always.  Knows
neither programs nor how their clock is moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from ..clock import Clock
from ..interpreter import Outcome
from ..links.retimed import RetimedLink
from .turn import advance, descriptors, give_up, wake_time

if TYPE_CHECKING:
    from ..links.base import Link
    from ..running import Running


class SteppedClock(Clock, Protocol):
    """A clock that stands still until it is moved, together with whoever lives under it.

    `quiet` returns when all of them wait (`TimeoutError` if they do not), `next_deadline` is when the first
    of them goes on by itself (None: never), `advance_to` moves the clock (all in seconds).
    """

    def quiet(self) -> None: ...

    def next_deadline(self) -> float | None: ...

    def advance_to(self, now: float) -> None: ...


def run(automaton: Running, clock: SteppedClock, limit: float | None = None) -> None:
    """As `blocking.run`, in the time of `clock`, which also stamps what arrives; `limit` is in its seconds.

    It also ends with `DeadlineExceeded` when nothing more can happen.  Raises `NoVirtualTime` when the peer
    turns out to be a program that cannot live under such a clock.
    """
    interpreter = automaton.interpreter
    automaton.clock = clock
    link = automaton.link
    if link is not None:  # what arrived came when it was read: the kernel's times are of another clock
        automaton.link = cast("Link", RetimedLink(link, lambda at: None))
    end = None if limit is None else clock.now() + limit
    automaton.driven(True)
    try:
        if interpreter.outcome is not Outcome.RUNNING:
            interpreter.start(clock.now())
        while interpreter.outcome is Outcome.RUNNING:
            _turn(automaton, clock, end)
    except BaseException as error:
        interpreter.fail(error)
        raise
    finally:
        if isinstance(automaton.link, RetimedLink):
            automaton.link = link
        automaton.driven(False)


def _turn(automaton: Running, clock: SteppedClock, end: float | None) -> None:
    """Handle one event, or move on to the next."""
    try:
        clock.quiet()
    except TimeoutError as error:
        return give_up(automaton, str(error))
    now = clock.now()
    if end is not None and now >= end:
        return give_up(automaton, "did not end in time")
    if advance(automaton, now):
        return None
    list(descriptors(automaton))  # opens a link of its own
    wakes = [at for at in (wake_time(automaton), clock.next_deadline()) if at is not None]
    if not wakes:
        return give_up(automaton, "nothing more can happen: nobody sends and no timer is armed")
    return clock.advance_to(min(wakes) if end is None else min(*wakes, end))
