"""The interpreter: events in, user code run, no input or output of its own, no clock, no thread.

Feed it `start`, `receive`, `expire`, `io`, `eof` or `stop`, each with the time at which it happened.  It
runs the automaton's functions until the automaton waits again, then tells when it next wants to be woken
(`deadline`) or how it ended (`outcome`, `result`, `error`).  What user code sends goes to the automaton.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from .declaration import Kind, Transition
from .errors import ErrorState, LostTransition, PeerClosed, Stopped, Stuck, TesterFault, UnknownState
from .frame import Frame
from .graph import Condition, Function, Graph, State
from .trace import Exchange, Trace


class Outcome(Enum):
    """How far a run has come."""

    READY = "ready"
    RUNNING = "running"
    FINAL = "final"
    FAILED = "failed"


class Interpreter:
    """One run of one automaton.  `delays` overrides, by condition name, the seconds its class declares."""

    __slots__ = (
        "_args",
        "_armed",
        "_automaton",
        "_log",
        "delays",
        "error",
        "graph",
        "outcome",
        "result",
        "state",
        "trace",
    )

    def __init__(self, automaton: Any, graph: Graph) -> None:
        self._automaton = automaton
        self._args: tuple[Any, ...] = ()
        self._armed: list[tuple[float, int, Condition]] = []
        self.graph = graph
        self.trace = Trace(graph)
        self._log = self.trace.log
        self.delays: Mapping[str, float] = {}
        self.outcome = Outcome.READY
        self.state: State | None = None
        self.result: Any = None
        self.error: BaseException | None = None

    # -- events

    def start(self, now: float) -> None:
        """Enter the initial state."""
        if self.graph.initial is None:
            raise TesterFault(
                f"{self.graph.name} has no initial state; give one of its states @ATMT.state(initial=True)"
            )
        self.outcome = Outcome.RUNNING
        self._enter(self.graph.initial.function, (), {}, None, now)

    def receive(self, frame: Frame, now: float) -> None:
        """A packet arrived: offer it to the state's receive conditions, by priority."""
        state = self._occupied()
        exchange = Exchange(now, "received", state.name, frame)
        self._log((now, exchange, state))
        packet = frame.packet
        for condition in state.receives:
            if (found := self._call(condition, (packet, *self._args))) is not None:
                exchange.via = condition.name
                self._enter(*found, condition, now)
                return

    def ignore(self, frame: Frame, now: float) -> None:
        """A packet arrived that ``master_filter`` refused: only note it."""
        state = self._occupied()
        self._log((now, Exchange(now, "ignored", state.name, frame), state))

    def sent(self, frame: Frame, now: float) -> None:
        """User code sent a packet; also noted before the first state is entered."""
        state = self.state or self.graph.initial
        if state is not None:
            self._log((now, Exchange(now, "sent", state.name, frame), state))

    def io(self, pipe: str, end: Any, now: float) -> None:
        """Something can be read from `end` of the pipe named `pipe`."""
        for condition in self._occupied().ios:
            if condition.pipe == pipe and self._fire(condition, (end, *self._args), now):
                return

    def expire(self, now: float) -> None:
        """Call what is due, earliest first, each once.  A timer is armed again from its deadline: however
        slow its callback, it neither drifts nor loses a tick."""
        due = sorted(t for t in self._armed if t[0] <= now)
        self._armed = [t for t in self._armed if t[0] > now]
        for at, order, condition in due:
            if condition.kind is Kind.TIMER:
                self._armed.append((at + self._delay(condition), order, condition))
            if self._fire(condition, self._args, now):
                return

    def eof(self, now: float) -> None:
        """The peer closed its stream."""
        state = self._occupied()
        if state.eof is None:
            self._end(None, PeerClosed(f"the peer closed the stream in {state.name}", state.name))
        elif not self._fire(state.eof, self._args, now):
            raise LostTransition(
                f"{self.graph.name}.{state.eof.name} returned on eof; nothing more can arrive, so it must "
                "raise a state"
            )

    def stop(self, now: float) -> None:
        """End the run, through the stop state where there is one."""
        if self.graph.stop is None or self.outcome is not Outcome.RUNNING:
            self.abort(now)
        else:
            self._enter(self.graph.stop.function, (), {}, None, now)

    def abort(self, now: float) -> None:
        """End the run here and now, without a stop state."""
        if self.outcome in (Outcome.READY, Outcome.RUNNING):
            name = self.state.name if self.state else None
            self._end(None, Stopped(f"stopped in {name or 'no state yet'}", name))

    def fail(self, error: BaseException) -> None:
        """End the run because the automaton's own code, or its driver, raised `error`."""
        self._end(None, error)

    # -- what a driver asks

    @property
    def deadline(self) -> float | None:
        """When to call `expire`; None while nothing is armed."""
        return min(self._armed)[0] if self._armed else None

    # -- machinery

    def _occupied(self) -> State:
        if self.state is None or self.outcome is not Outcome.RUNNING:
            raise TesterFault(
                f"{self.graph.name} is {self.outcome.value}; only a running automaton takes events"
            )
        return self.state

    def _fire(self, condition: Condition, args: tuple[Any, ...], now: float) -> bool:
        if (found := self._call(condition, args)) is None:
            return False
        self._enter(*found, condition, now)
        return True

    def _call(
        self, condition: Condition, args: tuple[Any, ...]
    ) -> tuple[Function, tuple[Any, ...], dict[str, Any]] | None:
        """Call a condition; what it raised as (state function, args, kwargs), or None."""
        try:
            returned = condition.function(self._automaton, *args)
        except Transition as t:
            return self._act(t, condition)
        if returned.__class__ is Transition:
            raise _lost(self.graph, condition.name, returned)
        return None

    def _act(self, t: Transition, via: Condition) -> tuple[Function, tuple[Any, ...], dict[str, Any]]:
        """Run the actions of a condition that fired; an action may still choose another state."""
        try:
            for action in via.actions:
                returned = action(self._automaton, *t.action_args, **t.action_kwargs)
                if returned.__class__ is Transition:
                    raise _lost(self.graph, action.__name__, returned)
        except Transition as other:
            t = other
        function, _, args, kwargs = t.args
        return function, args, kwargs

    def _enter(
        self,
        function: Function,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        via: Condition | None,
        now: float,
    ) -> None:
        """Enter a state, and go on through whatever fires at once until one waits or ends."""
        automaton, states, log = self._automaton, self.graph.by_function, self._log
        while True:
            self.state = state = states.get(function) or self._foreign(function)
            log((now, via, state))
            via = None
            try:
                output = function(automaton, *args, **kwargs) if kwargs else function(automaton, *args)
                if output.__class__ is Transition:
                    raise _lost(self.graph, state.name, output)
                if state.ends:
                    return self._finish(state, output)
                args = () if output is None else tuple(output) if isinstance(output, list) else (output,)
                for via in state.conditions:
                    if (returned := via.function(automaton, *args)).__class__ is Transition:
                        raise _lost(self.graph, via.name, returned)
                return self._wait(state, output, args, now)
            except Transition as t:
                if via is not None and via.actions:
                    function, args, kwargs = self._act(t, via)
                else:
                    function, _, args, kwargs = t.args

    def _wait(self, state: State, output: Any, args: tuple[Any, ...], now: float) -> None:
        self._args = args
        self._armed = (
            [(now + self._delay(c), i, c) for i, c in enumerate(state.timers)] if state.timers else []
        )
        if not state.waits:
            reason = f"stuck in {state.name}: nothing there ends the run or waits for anything"
            self._end(output, Stuck(reason, state.name, output))

    def _finish(self, state: State, output: Any) -> None:
        if state.mark.final:
            self._end(output, None)
        else:
            detail = "" if output is None else f": {output!r}"
            self._end(output, ErrorState(f"reached the error state {state.name}{detail}", state.name, output))

    def _end(self, result: Any, error: BaseException | None) -> None:
        self.outcome = Outcome.FINAL if error is None else Outcome.FAILED
        self.result, self.error = result, error
        self._armed = []

    def _delay(self, condition: Condition) -> float:
        return self.delays.get(condition.name, condition.delay or 0.0)

    def _foreign(self, function: Function) -> State:
        raise UnknownState(
            f"{self.graph.name} was sent to {getattr(function, '__qualname__', function)}, which is not one "
            f"of its states: {', '.join(self.graph.states)}"
        )


def _lost(graph: Graph, name: str, request: Transition) -> LostTransition:
    return LostTransition(
        f"{graph.name}.{name} returned {request!r} instead of raising it; write: raise self.{request.state}(...)"
    )
