"""The gate before each state: where a run is held for a debugger, or comes back to be stopped.

While nobody debugs or stops, the gate is a plain look-up and costs a transition nothing.  Knows neither
who drives the run nor why it is to be held.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from .errors import UnknownState
from .graph import Condition, Function, Graph, State

Request = tuple[Function, tuple[Any, ...], dict[str, Any], Condition | None]


class Outcome(Enum):
    """How far a run has come."""

    READY = "ready"
    RUNNING = "running"
    HELD = "held before a state"
    FINAL = "final"
    FAILED = "failed"


class Gate:
    """The part of an interpreter that lets it into states: `_admit` gives the state, or None to hold it."""

    __slots__ = ("_admit", "_interrupted", "_passes", "_request", "_where", "graph", "outcome")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.outcome = Outcome.READY
        self._admit: Callable[[Function], State | None] = graph.by_function.get
        self._request: Request | None = None
        self._passes: Function | None = None
        self._where: Callable[[State], bool] | None = None
        self._interrupted = False

    def interrupt(self) -> None:
        """Come back to the driver before the next state, which then calls `stop` or `abort`.

        The only call that another thread may make: it ends even a loop of states that never wait.
        """
        self._interrupted, self._admit = True, _nowhere

    def hold(self, where: Callable[[State], bool] | None, passes: State | None = None) -> None:
        """Hold the run (outcome HELD) before each state that `where` picks (None: nowhere).

        `passes` is entered unasked, once.
        """
        self._where = where
        self._passes = passes.function if passes else None
        self._admit = self.graph.by_function.get if where is None else self._checked

    @property
    def held(self) -> State | None:
        """The state before which the run is held."""
        return self.graph.by_function[self._request[0]] if self._request else None

    def _refused(self, request: Request) -> None:
        """`_admit` gave None: the run is held, unless there is no such state."""
        if request[0] not in self.graph.by_function:
            raise UnknownState(
                f"{self.graph.name} was sent to {getattr(request[0], '__qualname__', request[0])}, which is not "
                f"one of its states: {', '.join(self.graph.states)}"
            )
        self._request = request
        if not self._interrupted:
            self.outcome = Outcome.HELD

    def _checked(self, function: Function) -> State | None:
        """`_admit` while somebody debugs."""
        state = self.graph.by_function.get(function)
        if function is self._passes or state is None or self._where is None:
            self._passes = None
            return state
        return None if self._where(state) else state


def _nowhere(_: Function) -> None:
    return None
