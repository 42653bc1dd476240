"""The delays of one automaton, which may be changed without touching those of its class.

Knows no clock: when a delay counts from, the interpreter decides.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from .errors import TesterFault, UnknownTimer
from .graph import Condition, Graph


class Timer:
    """A timeout or timer of one automaton, by the name of its function."""

    __slots__ = ("_condition", "_delays")

    def __init__(self, condition: Condition, delays: MutableMapping[str, float]) -> None:
        self._condition = condition
        self._delays = delays

    @property
    def name(self) -> str:
        return self._condition.name

    def get(self) -> float:
        """The delay in seconds."""
        return self._delays.get(self.name, self._condition.delay or 0.0)

    def set(self, seconds: float) -> None:
        """Use another delay from the next time that its state is entered, in later runs too.

        Raises `TesterFault` unless `seconds` is a number that is not negative.
        """
        if not isinstance(seconds, int | float) or not seconds >= 0:
            raise TesterFault(
                f"timer {self.name}: a delay of {seconds!r} s; give a number that is not negative"
            )
        self._delays[self.name] = float(seconds)

    def __repr__(self) -> str:
        return f"Timer({self.name}, {self.get():g} s)"


def find(graph: Graph, delays: MutableMapping[str, float], name: str) -> Timer:
    """The timer that `name` names in `graph`.  Raises `UnknownTimer` if there is none."""
    timers = {c.name: c for state in graph.states.values() for c in state.timers}
    if name not in timers:
        known = ", ".join(timers) or "none"
        raise UnknownTimer(f"{graph.name} has no timer or timeout {name!r}; it has {known}")
    return Timer(timers[name], delays)
