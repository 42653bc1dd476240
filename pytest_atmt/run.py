"""One finished conversation, as a test reads it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atmt import Automaton
from atmt.errors import DeadlineExceeded, ErrorState, PeerClosed, RunEnd, TesterFault, UnknownState
from atmt.graph import Graph
from atmt.links.base import lost
from atmt.trace import Exchange, Path, Step

from .errand import ClientEnd
from .verdicts import Inconclusive, PeerFailure

Ends = str | Sequence[str] | None


class UnexpectedEnd(PeerFailure):
    """The run ended in another state than the test expects; tells the story."""


class Run:
    """What an automaton and a peer did.

    `path` compares with plain lists, in which ``...`` stands for any states; naming a state that the
    automaton has not is an error.  Times are seconds since the run began.
    """

    def __init__(
        self,
        automaton: Automaton,
        began: float,
        peer: str,
        clock: str,
        arguments: Mapping[str, Any],
        end: ClientEnd | None = None,
    ) -> None:
        interpreter = automaton.interpreter
        self.automaton = automaton
        self.graph: Graph = interpreter.graph
        self.trace = interpreter.trace
        self.peer = peer
        self.clock = clock
        self.arguments = arguments
        self._end = end
        self.began = began
        self.ended = automaton.clock.now()
        self.expected: tuple[str, ...] = ()  # the states in which it was to end; none: any final state
        self.failure: BaseException | None = None  # why it is not what was expected
        self.defect = ""  # what was wrong with the peer's program after it
        self.result: Any = interpreter.result
        self.error = interpreter.error
        self.lost = lost(automaton.link)  # frames that this machine dropped; None: nobody counts
        self.omitted: int = getattr(
            automaton.link, "omitted", 0
        )  # messages that a link of the suite's kept to itself

    @property
    def client(self) -> ClientEnd:
        """How the client ended that was judged.  Raises `TesterFault` for a run with a server."""
        if self._end is None:
            raise TesterFault(f"{self.name} ran against {self.peer}, which is no client")
        return self._end

    @property
    def end(self) -> ClientEnd | None:
        """As `client`, or None for a run with a server."""
        return self._end

    @property
    def lateness(self) -> float:
        """Seconds by which we were late at worst: with a timer, or in reading a packet (0 in virtual time)."""
        return self.automaton.lateness if self.clock != "virtual" else 0.0

    @property
    def round_trip(self) -> float | None:
        """Seconds from a packet that was sent to the next one that came, at best (None: nothing was answered)."""
        found, sent = None, None
        for exchange in self.exchanges:
            if exchange.direction == "sent":
                sent = exchange.at
            elif sent is not None:
                found, sent = min(exchange.at - sent, found or math.inf), None
        return None if found is None else max(found, 0.0)

    @property
    def name(self) -> str:
        """Name of the automaton's class."""
        return self.graph.name

    @property
    def state(self) -> str:
        """The state in which it ended."""
        return self.automaton.state.name if self.automaton.state else ""

    @property
    def path(self) -> Path:
        return self.trace.path

    @property
    def steps(self) -> list[Step]:
        """The transitions taken, in order."""
        return self.trace.steps

    @property
    def exchanges(self) -> list[Exchange]:
        """Every packet, in order."""
        return self.trace.exchanges

    def sent(self, layer: Any = None, **fields: Any) -> list[Exchange]:
        """Packets that the automaton sent, with `layer` and these field values."""
        return self.trace.sent(layer, **fields)

    def received(self, layer: Any = None, **fields: Any) -> list[Exchange]:
        """Packets that reached the automaton, with `layer` and these field values."""
        return self.trace.received(layer, **fields)

    @property
    def duration(self) -> float:
        """Seconds on the clock of the conversation."""
        return self.ended - self.began

    def since_start(self, at: float) -> float:
        """A time of the trace, in seconds since the run began."""
        return at - self.began

    def __repr__(self) -> str:
        return f"<Run of {self.name} against {self.peer}: {' > '.join(self.path)}>"


def check_names(graph: Graph, ends: Ends) -> tuple[str, ...]:
    """The states that `ends` names.  Raises `UnknownState` for one that the automaton has not."""
    names = (ends,) if isinstance(ends, str) else tuple(ends or ())
    graph.check(names)
    for name in names:
        if not graph[name].ends:
            raise UnknownState(f"{graph.name} never ends in {name!r}, which is no final and no error state")
    return names


def check_end(run: Run, ends: tuple[str, ...], story: Callable[[], str]) -> None:
    """Raise what a run that ended elsewhere than expected comes to.

    With no `ends` any final state will do.  An automaton that is itself at fault raises its own error.
    """
    __tracebackhide__ = True
    error = run.error
    if isinstance(error, ErrorState) or error is None:
        expected = run.state in ends if ends else error is None
        if not expected:
            raise UnexpectedEnd(story())
    elif isinstance(error, PeerClosed):
        raise UnexpectedEnd(story())
    elif isinstance(error, DeadlineExceeded):
        raise Inconclusive(story()) from error
    elif isinstance(error, RunEnd):
        error.add_note(story())
        raise error
