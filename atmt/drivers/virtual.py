"""Automata as discrete events on one clock that stands still while anything is under way.

Deterministic: the same automata on the same cables take the same steps at the same times, always.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..clock import VirtualClock
from ..errors import DeadlineExceeded
from ..interpreter import Outcome
from .delivery import deliver

if TYPE_CHECKING:
    from ..automaton import Automaton

_PATIENCE = 60.0  # seconds of real time for one run: only a conversation without end takes longer


class Simulation:
    """A little world: automata that are started in it share its clock."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self._automata: list[Automaton] = []
        self._ready: deque[Automaton] = deque()
        self._wakes: list[tuple[float, int, Automaton]] = []
        self._scheduled: dict[Automaton, float] = {}
        self._order = 0

    def start(self, automaton: Automaton) -> None:
        """Bring `automaton` into the world and let it enter its initial state."""
        automaton.clock = self.clock
        self._automata.append(automaton)
        if automaton.link is not None:
            automaton.link.notify(lambda: self._ready.append(automaton))
        self._feed(automaton, automaton.interpreter.start, self.clock.now())

    def run(self, lead: Automaton, limit: float) -> None:
        """Go on until `lead` has ended, at most `limit` seconds of the world's time.

        Running out of time, or of anything that could still happen, ends it with `DeadlineExceeded`.
        """
        end = self.clock.now() + limit
        patience = time.monotonic() + _PATIENCE
        while lead.interpreter.outcome is Outcome.RUNNING:
            if self._ready:
                self._deliver(self._ready.popleft())
            elif (reason := self._advance(end)) is not None:
                _give_up(lead, reason)
            if time.monotonic() > patience:
                _give_up(lead, f"still busy after {_PATIENCE:g} s of real time")

    def close(self) -> None:
        """End every automaton and give their links back."""
        for automaton in self._automata:
            automaton.destroy()
        self._automata.clear()
        self._scheduled.clear()

    def _deliver(self, automaton: Automaton) -> None:
        if automaton.interpreter.outcome is not Outcome.RUNNING or automaton.link is None:
            return
        if (frame := automaton.link.receive()) is not None:
            self._feed(automaton, deliver, automaton, frame, self.clock.now())
        else:
            self._settle(automaton)

    def _advance(self, end: float) -> str | None:
        """Move the clock to the next deadline and serve it; why nothing more will happen, or None."""
        while self._wakes:
            at, _, automaton = heapq.heappop(self._wakes)
            if self._scheduled.get(automaton) != at:
                continue
            if at > end:
                return f"did not end within {end:g} s"
            self._scheduled.pop(automaton)
            self.clock.advance_to(at)
            self._ready.append(automaton)
            if (due := automaton.interpreter.deadline) is not None and due <= at:
                self._feed(automaton, automaton.interpreter.expire, at)
            return None
        return "nothing more can happen: nobody sends and no timer is armed"

    def _feed(self, automaton: Automaton, event: Callable[..., None], *args: Any) -> None:
        try:
            event(*args)
        except BaseException as error:
            automaton.interpreter.fail(error)
            raise
        self._settle(automaton)

    def _settle(self, automaton: Automaton) -> None:
        """After an event: end what was stopped, and note when the automaton next wants to be woken."""
        interpreter, link = automaton.interpreter, automaton.link
        if automaton.stopping:
            interpreter.stop(self.clock.now())
        if interpreter.outcome is not Outcome.RUNNING:
            self._scheduled.pop(automaton, None)
            return
        due = [at for at in (interpreter.deadline, link.deadline if link else None) if at is not None]
        wake = min(due, default=None)
        if wake is None:
            self._scheduled.pop(automaton, None)
        elif self._scheduled.get(automaton) != wake:
            self._order += 1
            self._scheduled[automaton] = wake
            heapq.heappush(self._wakes, (wake, self._order, automaton))


def _give_up(lead: Automaton, reason: str) -> None:
    state = lead.interpreter.state.name if lead.interpreter.state else ""
    lead.interpreter.fail(DeadlineExceeded(f"{reason}; it was in {state}", state))
