"""Breakpoints, single steps, and packets held back until somebody decides.

A run that is held is simply not driven on, so it costs no thread; only interception needs one, since user
code then stops in the middle of `send`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .drivers import blocking
from .errors import Breakpoint, Singlestep, TesterFault
from .graph import State
from .interpreter import Outcome
from .running import Running


class Debuggable(Running):
    """What an `Automaton` offers to whoever watches it at work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.breakpoints: set[str] = set()
        self.interception_points: set[str] = set()
        super().__init__(*args, **kwargs)

    # -- breakpoints

    def add_breakpoints(self, *states: Any) -> None:
        """Hold each run before these states (names, or ``automaton.STATE``): `run` raises `Breakpoint`, and
        goes on when it is called again."""
        self.breakpoints |= self._names(states)
        self._arm()

    def remove_breakpoints(self, *states: Any) -> None:
        """Don't hold there any more."""
        self.breakpoints -= self._names(states)
        self._arm()

    # -- single step

    def next(self) -> Any:
        """Make one step: enter a state and stay until it is left.

        Raises `Singlestep`, which names the state that is next; when the run ends, does what `run` does.
        """
        self._ready((), {})
        first = self.interpreter.held or self.atmt_graph.initial
        self.interpreter.hold(lambda _: True, passes=first)
        try:
            blocking.run(self)
        finally:
            self._arm()
        return self.verdict(stepping=True)

    __next__ = next

    def __iter__(self) -> Iterator[State]:
        """Run step by step: each state, after it was entered and before the next one is."""
        while True:
            try:
                self.next()
            except Singlestep:
                yield self._occupied()
            else:
                yield self._occupied()
                return

    # -- interception

    def add_interception_points(self, *states: Any) -> None:
        """Ask before a packet is sent from these states: `run` raises `InterceptionPoint`; then call
        `accept_packet` or `reject_packet`, and `run` again."""
        self.interception_points |= self._names(states)

    def remove_interception_points(self, *states: Any) -> None:
        """Don't ask there any more."""
        self.interception_points -= self._names(states)

    def accept_packet(self, pkt: Any = None, wait: bool = False) -> Any:
        """Let the intercepted packet go, or `pkt` in its place.  With `wait`, go on as `run` does."""
        return self._decide(True, pkt, wait)

    def reject_packet(self, wait: bool = False) -> Any:
        """Don't send the intercepted packet.  With `wait`, go on as `run` does."""
        return self._decide(False, None, wait)

    def intercepted(self, pkt: Any) -> Any:
        """What to send instead of `pkt` from the present state: itself, another packet, or None."""
        state = self.interpreter.state
        if state is None or state.name not in self.interception_points:
            return pkt
        if self._background is None:
            raise TesterFault(
                f"{type(self).__name__} intercepts packets from {state.name}, but nobody is there to decide; "
                "run it with run() or runbg()"
            )
        return self._background.ask(state.name, pkt)

    # -- machinery

    def verdict(self, stepping: bool = False) -> Any:
        held = self.interpreter.held
        if self.interpreter.outcome is not Outcome.HELD or held is None:
            return super().verdict()
        if held.name in self.breakpoints and not stepping:
            raise Breakpoint(f"held before {held.name}, which has a breakpoint", held.name)
        raise Singlestep(f"held before {held.name}", held.name)

    def _needs_thread(self) -> bool:
        return bool(self.interception_points)

    def _arm(self) -> None:
        points = self.breakpoints
        self.interpreter.hold((lambda state: state.name in points) if points else None)

    def _decide(self, accept: bool, packet: Any, wait: bool) -> Any:
        if self._background is None:
            raise TesterFault(f"no packet of {type(self).__name__} is intercepted")
        self._background.decide(accept, packet)
        return self.run() if wait else None

    def _names(self, states: tuple[Any, ...]) -> set[str]:
        """Raises `UnknownState` for what is no state."""
        names = {state if isinstance(state, str) else state.__name__ for state in states}
        self.atmt_graph.check(names)
        return names

    def _occupied(self) -> State:
        state = self.interpreter.state
        assert state is not None
        return state
