"""Automata as discrete events on one clock that stands still while anything is under way.

Deterministic: the same automata on the same cables take the same steps at the same times, always.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..clock import MonotonicClock, VirtualClock
from ..interpreter import Outcome
from .turn import advance, give_up, wake_time

if TYPE_CHECKING:
    from ..automaton import Automaton

_PATIENCE = 60.0  # seconds of real time for one run: only a conversation without end takes longer


class Simulation:
    """A little world: automata that are started in it share its clock."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self._automata: list[Automaton] = []
        self._ready: deque[Automaton] = deque()
        self._queued: set[Automaton] = set()
        self._wakes: list[tuple[float, int, Automaton]] = []
        self._scheduled: dict[Automaton, float] = {}
        self._order = 0

    def start(self, automaton: Automaton) -> None:
        """Bring `automaton` into the world and let it enter its initial state."""
        automaton.clock = self.clock
        self._automata.append(automaton)
        if automaton.link is not None:
            automaton.link.notify(lambda: self._queue(automaton))
        automaton.wakeable(lambda: self._queue(automaton))
        automaton.engage()
        self._feed(automaton, automaton.interpreter.start, self.clock.now())

    def run(self, lead: Automaton, limit: float) -> None:
        """Go on until `lead` has ended, at most `limit` seconds of the world's time.

        Running out of time, or of anything that could still happen, ends it with `DeadlineExceeded`.
        """
        end = self.clock.now() + limit
        patience = time.monotonic() + _PATIENCE
        while lead.interpreter.outcome is Outcome.RUNNING:
            if self._ready:
                self._serve(self._ready.popleft())
            elif (reason := self._advance(end)) is not None:
                give_up(lead, reason)
            if time.monotonic() > patience:
                give_up(lead, f"still busy after {_PATIENCE:g} s of real time")

    def close(self) -> None:
        """End every automaton and give their links back."""
        for automaton in self._automata:
            automaton.destroy()
            automaton.wakeable(None)
            automaton.clock = MonotonicClock()
        self._automata.clear()
        self._scheduled.clear()

    def _queue(self, automaton: Automaton) -> None:
        if automaton not in self._queued:
            self._queued.add(automaton)
            self._ready.append(automaton)

    def _serve(self, automaton: Automaton) -> None:
        """Let `automaton` handle one event; it comes again, after the others, until it has none."""
        self._queued.discard(automaton)
        if automaton.interpreter.outcome is Outcome.RUNNING:
            self._feed(automaton, advance, automaton, self.clock.now())

    def _advance(self, end: float) -> str | None:
        """Move the clock to the next deadline; why nothing more will happen, or None."""
        while self._wakes:
            at, _, automaton = self._wakes[0]
            if self._scheduled.get(automaton) != at:
                heapq.heappop(self._wakes)
                continue
            if at > end:
                return f"did not end within {end:g} s"
            heapq.heappop(self._wakes)
            self._scheduled.pop(automaton)
            self.clock.advance_to(at)
            self._queue(automaton)
            return None
        return "nothing more can happen: nobody sends and no timer is armed"

    def _feed(self, automaton: Automaton, event: Callable[..., object], *args: Any) -> None:
        try:
            busy = event(*args)
        except BaseException as error:
            automaton.interpreter.fail(error)
            automaton.release()
            raise
        if automaton.interpreter.outcome is not Outcome.RUNNING:
            self._scheduled.pop(automaton, None)
            automaton.release()
        elif busy is False:
            self._schedule(automaton)
        else:
            self._queue(automaton)

    def _schedule(self, automaton: Automaton) -> None:
        """Note when `automaton` next wants to be woken."""
        wake = wake_time(automaton)
        if wake is None:
            self._scheduled.pop(automaton, None)
        elif self._scheduled.get(automaton) != wake:
            self._order += 1
            self._scheduled[automaton] = wake
            heapq.heappush(self._wakes, (wake, self._order, automaton))
