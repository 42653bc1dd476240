"""The base class of all automata: what user code calls, under the names of Scapy's documentation.

Holds the pieces together (graph, interpreter, link, clock) and decides nothing itself.
"""

from __future__ import annotations

from typing import Any, ClassVar

from . import graph as _graph
from .clock import Clock, MonotonicClock
from .drivers import blocking
from .drivers.waker import Waker
from .errors import AtmtError, ErrorState, RunEnd, Stopped, Stuck, TesterFault
from .frame import Frame
from .graph import Graph, State
from .interpreter import Interpreter, Outcome
from .links.base import Link
from .trace import Trace


class Automaton:
    """A state machine that talks to a peer.

    Declare states, conditions and actions in a subclass with the `ATMT` decorators; take your own
    arguments in `parse_args`.  Arguments of the constructor go there, but for `link`, where its packets
    leave and arrive (none is needed by an automaton that exchanges no packets).
    """

    atmt_graph: ClassVar[Graph]
    interpreter: Interpreter
    stopping: bool

    AutomatonException = RunEnd
    AutomatonError = AtmtError
    AutomatonStopped = Stopped
    ErrorState = ErrorState
    Stuck = Stuck

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.atmt_graph = _graph.build(cls)

    def __init__(self, *args: Any, link: Link | None = None, **kwargs: Any) -> None:
        self.link = link
        self.clock: Clock = MonotonicClock()
        self._arguments = args, kwargs
        self._waker: Waker | None = None
        self._prepare()

    # -- what a subclass overrides

    def parse_args(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of the constructor, or of the run that is about to start."""
        if args:
            raise TypeError(
                f"{type(self).__name__}.parse_args takes no positional arguments; it was given {args!r}"
            )
        self.debug_level = kwargs.pop("debug", 0)
        self.store_packets = kwargs.pop("store", 0)
        self.socket_kargs = kwargs

    def master_filter(self, pkt: Any) -> bool:
        """Whether a packet concerns this automaton at all; only those reach its receive conditions."""
        return True

    def my_send(self, pkt: Any, **kwargs: Any) -> Frame | None:
        """Put a packet on the link.  `send` calls this and notes the packet in the trace."""
        if self.link is None:
            raise TesterFault(
                f"{type(self).__name__} sends a packet but has no link; construct it with link=..., or run it "
                "against a peer"
            )
        frame = self.link.encode(pkt)
        self.link.send(frame)
        return frame

    # -- what user code calls

    def send(self, pkt: Any, **kwargs: Any) -> None:
        """Send a packet, at once: order, exceptions and time stay exact."""
        now = self.clock.now()
        frame = self.my_send(pkt, **kwargs)
        if frame is None:
            frame = Frame(None, None, pkt)
        self.interpreter.sent(frame, now)
        frame.forget()

    # -- running

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Run to the end in the caller's thread; the value that the final state returned.

        Arguments, if any, go to `parse_args`.  Runs anew when it has run before.  Raises `ErrorState`,
        `Stuck`, `Stopped` or `PeerClosed` if it ended elsewhere, and whatever user code raised.
        """
        if args or kwargs or self.interpreter.outcome is not Outcome.READY:
            self.restart(*args, **kwargs)
        blocking.run(self)
        if self.interpreter.error is not None:
            raise self.interpreter.error
        return self.interpreter.result

    def stop(self) -> None:
        """End the run, through the stop state where there is one; from its own code or another thread."""
        if self.interpreter.outcome is Outcome.RUNNING:
            self.stopping = True
            if self._waker is not None:
                self._waker.wake()

    def restart(self, *args: Any, **kwargs: Any) -> None:
        """Make ready for another run; arguments replace those of the constructor from the left."""
        if self.interpreter.outcome is Outcome.RUNNING:
            raise TesterFault(f"{type(self).__name__} is running; stop it before restart()")
        given, named = self._arguments
        self._arguments = args + given[len(args) :], {**named, **kwargs}
        self._prepare()

    def destroy(self) -> None:
        """Give back what the automaton holds.  Asking twice, or before it has run, is harmless."""
        if self.interpreter.outcome is Outcome.RUNNING:
            self.interpreter.abort(self.clock.now())
        if self.link is not None:
            self.link.close()

    def __enter__(self) -> Automaton:
        return self

    def __exit__(self, *exc: object) -> None:
        self.destroy()

    # -- looking

    @property
    def state(self) -> State | None:
        """The state it is in (None before the first)."""
        return self.interpreter.state

    @property
    def trace(self) -> Trace:
        """All that happened in this run."""
        return self.interpreter.trace

    # -- for drivers

    def wakeable(self, waker: Waker | None) -> None:
        """A driver says how to wake it while it waits (None: no more)."""
        self._waker = waker
        if waker is not None and self.stopping:
            waker.wake()

    def _prepare(self) -> None:
        args, kwargs = self._arguments
        self.stopping = False
        self.interpreter = Interpreter(self, self.atmt_graph)
        self.parse_args(*args, **kwargs)
