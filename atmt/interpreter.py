"""The interpreter: events in, user code run, no input or output of its own, no clock, no thread.

Feed it `start`, `receive`, `expire`, `io`, `eof` or `stop`, each with the time at which it happened.  It
runs the automaton's functions until the automaton waits again, then tells when it next wants to be woken
(`deadline`) or how it ended (`outcome`, `result`, `error`).  What user code sends goes to the automaton.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .declaration import Kind, Transition
from .errors import ErrorState, LostTransition, PeerClosed, Stopped, Stuck, TesterFault
from .frame import Frame
from .gate import Gate, Outcome
from .graph import Condition, Function, Graph, State
from .trace import Exchange, Row, Trace

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
# when, order, what; and since when it counts, its delay, and how many times that
Armed = tuple[float, int, Condition, float, float, int]

_NO_DELAYS: Mapping[str, float] = MappingProxyType({})

__all__ = ["Interpreter", "Outcome"]


class Interpreter(Gate):
    """One run of one automaton.  `delays` overrides, by condition name, the seconds its class declares."""

    __slots__ = (
        "_args",
        "_armed",
        "_automaton",
        "_log",
        "_stops",
        "delays",
        "error",
        "result",
        "state",
        "trace",
    )

    def __init__(self, automaton: Any, graph: Graph, delays: Mapping[str, float] = _NO_DELAYS) -> None:
        super().__init__(graph)
        self._automaton = automaton
        self._args: tuple[Any, ...] = ()
        self._armed: list[Armed] = []
        self._stops = False
        self.trace = Trace(graph)
        self._log: Callable[[Any], None] = self.trace.log
        self.delays = delays
        self.state: State | None = None
        self.result: Any = None
        self.error: BaseException | None = None

    # -- events

    def start(self, now: float) -> None:
        """Enter the initial state, or the one before which the run was held."""
        if self._request is not None:
            function, args, kwargs, via = self._request
            self._request, self._passes = None, function
            self.outcome = Outcome.RUNNING
            return self._enter(function, args, kwargs, via, now)
        if self.graph.initial is None:
            raise TesterFault(
                f"{self.graph.name} has no initial state; give one of its states @ATMT.state(initial=True)"
            )
        self.outcome = Outcome.RUNNING
        return self._enter(self.graph.initial.function, (), {}, None, now)

    def receive(self, frame: Frame, now: float) -> None:
        """A packet arrived: offer it to the state's receive conditions, by priority."""
        state = self._occupied()
        exchange = Exchange(now, "received", state.name, frame)
        self._log((now, exchange, state))
        args = (frame.packet, *self._args)
        for condition in state.receives:
            if (found := self._call(condition, args)) is not None:
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
        slow its callback, it neither drifts nor loses a tick.  The nth deadline is counted from the first, not
        from the last: ten times 0.1 s is then one second to the last bit, and comes before a later timeout."""
        due = sorted(t for t in self._armed if t[0] <= now)
        self._armed = [t for t in self._armed if t[0] > now]
        for _, order, condition, since, delay, nth in due:
            if condition.kind is Kind.TIMER:
                nth += 1
                self._armed.append((since + nth * delay, order, condition, since, delay, nth))
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
        """End the run, through the stop state where there is one; asking again changes nothing."""
        self._interrupted = False
        self.hold(None)
        if self.graph.stop is None or self.outcome not in (Outcome.RUNNING, Outcome.HELD):
            self.abort(now)
        elif not self._stops:
            self._stops, self._request, self.outcome = True, None, Outcome.RUNNING
            self._enter(self.graph.stop.function, (), {}, None, now)
        elif self._request is not None:
            self.start(now)

    def abort(self, now: float) -> None:
        """End the run here and now, without a stop state."""
        if self.outcome in (Outcome.READY, Outcome.RUNNING, Outcome.HELD):
            name = self.state.name if self.state else None
            self._end(None, Stopped(f"stopped in {name or 'no state yet'}", name))

    def fail(self, error: BaseException) -> None:
        """End the run because the automaton's own code, or its driver, raised `error`."""
        self._end(None, error)

    def observe(self, log: Callable[[Row], None]) -> None:
        """Show each row to `log` as it is written to the trace."""
        write = self.trace.log

        def both(row: Row) -> None:
            write(row)
            log(row)

        self._log = both

    # -- what a driver asks

    @property
    def listens(self) -> bool:
        """Whether the state it is in takes packets; those that arrive meanwhile wait for one that does."""
        return self.state is not None and bool(self.state.receives or self.state.eof)

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

    def _call(self, condition: Condition, args: tuple[Any, ...]) -> tuple[Function, Args, Kwargs] | None:
        """Call a condition; what it raised as (state function, args, kwargs), or None."""
        try:
            returned = condition.function(self._automaton, *args)
        except Transition as t:
            return self._act(t, condition)
        if returned.__class__ is Transition:
            raise _lost(self.graph, condition.name, returned)
        return None

    def _act(self, t: Transition, via: Condition) -> tuple[Function, Args, Kwargs]:
        """Run the actions of a condition that fired; an action may still choose another state."""
        try:
            for action in via.actions:
                returned = action(self._automaton, *t.action_args, **t.action_kwargs)
                if returned.__class__ is Transition:
                    raise _lost(self.graph, action.__name__, returned)
        except Transition as other:
            t = other
        except BaseException as error:
            _unchain(error, t)
            raise
        function, _, args, kwargs = t.args
        return function, args, kwargs

    def _enter(
        self, function: Function, args: Args, kwargs: Kwargs, via: Condition | None, now: float
    ) -> None:
        """Enter a state, and go on through whatever fires at once until one waits or ends."""
        automaton, log = self._automaton, self._log
        while True:
            if (state := self._admit(function)) is None:
                self._armed = []
                return self._refused((function, args, kwargs, via))
            self.state = state
            log((now, via, state))
            via = None
            try:
                # a call without arguments is common, and cheaper when Python need not unpack any
                output = function(automaton, *args, **kwargs) if args or kwargs else function(automaton)
                if state.ends or output is not None:
                    if output.__class__ is Transition:
                        raise _lost(self.graph, state.name, output)
                    if state.ends:
                        return self._finish(state, output)
                    args = tuple(output) if isinstance(output, list) else (output,)
                else:
                    args = ()
                for via in state.conditions:
                    returned = via.function(automaton, *args) if args else via.function(automaton)
                    if returned is not None and returned.__class__ is Transition:
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
            [(now + (d := self._delay(c)), i, c, now, d, 1) for i, c in enumerate(state.timers)]
            if state.timers
            else []
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


def _unchain(error: BaseException, t: Transition) -> None:
    """Take the transition out of what led to `error`: it was under way, but is no cause."""
    while error.__context__ is not None and error.__context__ is not t:
        error = error.__context__
    error.__context__ = None


def _lost(graph: Graph, name: str, request: Transition) -> LostTransition:
    return LostTransition(
        f"{graph.name}.{name} returned {request!r} instead of raising it; write: raise self.{request.state}(...)"
    )
