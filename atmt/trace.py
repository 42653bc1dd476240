"""What happened in a run: an append-only list, read through typed views.

Rows are written flat, three fields each, because a list of tuples costs the garbage collector a fifth of
a transition.  The views (`Step`, `Exchange`, `Path`) are made when somebody reads.  Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .declaration import Kind
from .frame import Frame
from .graph import Condition, Graph, State

Row = tuple[float, "Condition | Exchange | None", State]


@dataclass(frozen=True, slots=True)
class Step:
    """One transition taken at time `at` (seconds): from `source`, because of `via`, to `target`.

    `source` is "" for the first step; `via` is "" where the state's own function (or a stop) led on.
    """

    at: float
    source: str
    via: str
    target: str
    kind: Kind | None = None

    @property
    def edge(self) -> tuple[str, str, str]:
        return self.source, self.via, self.target


class Exchange:
    """A packet that was sent, received or ignored (refused by ``master_filter``) at time `at` (seconds)."""

    __slots__ = ("at", "direction", "frame", "state", "via")

    def __init__(self, at: float, direction: str, state: str, frame: Frame) -> None:
        self.at = at if frame.at is None else frame.at
        self.direction = direction
        self.state = state
        self.frame = frame
        self.via = ""

    @property
    def packet(self) -> Any:
        """The dissected packet."""
        return self.frame.packet

    @property
    def data(self) -> bytes:
        """The bytes on the wire, from the link's layer up (empty where a link carries objects)."""
        return self.frame.data or b""

    def __repr__(self) -> str:
        return f"Exchange({self.at:.6f} {self.direction} in {self.state}: {self.frame.describe()[0]})"


class Path(tuple[str, ...]):
    """Names of the states entered, in order.  Equal to a list in which ``...`` stands for any states.

    Comparing with, or looking for, a name that the automaton has not raises `UnknownState`.
    """

    graph: Graph

    @classmethod
    def of(cls, graph: Graph, names: Iterable[str]) -> Path:
        self = cls(names)
        self.graph = graph
        return self

    def matches(self, pattern: Sequence[object]) -> bool:
        """Whether the path is `pattern`, in which ``...`` stands for any number of states."""
        self.graph.check(pattern)
        at = star = -1
        i = resume = 0
        at = 0
        while i < len(self):
            if at < len(pattern) and pattern[at] is ...:
                star, resume = at, i
                at += 1
            elif at < len(pattern) and pattern[at] == self[i]:
                at, i = at + 1, i + 1
            elif star >= 0:
                resume += 1
                at, i = star + 1, resume
            else:
                return False
        return all(p is ... for p in pattern[at:])

    def divergence(self, pattern: Sequence[object]) -> int:
        """Index of the first state that no reading of `pattern` allows (the length if only the end lacks)."""
        reached = _closure({0}, pattern)
        for i, name in enumerate(self):
            step = {p if pattern[p] is ... else p + 1 for p in reached if _accepts(pattern, p, name)}
            if not step:
                return i
            reached = _closure(step, pattern)
        return len(self)

    def __contains__(self, name: object) -> bool:
        self.graph.check([name])
        return super().__contains__(name)

    def count(self, name: Any, /) -> int:
        self.graph.check([name])
        return super().count(name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Path) or not isinstance(other, Sequence) or isinstance(other, str):
            return tuple.__eq__(self, cast(Any, other))
        return self.matches(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self))}]"


class Trace:
    """The record of one run of one automaton."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._flat: list[Any] = []
        self.log = self._flat.extend

    def rows(self) -> Iterator[Row]:
        """(time, what, state), oldest first; what is an `Exchange`, or the cause of a step to that state."""
        flat = self._flat
        for i in range(0, len(flat), 3):
            yield flat[i], flat[i + 1], flat[i + 2]

    def entered(self) -> float:
        """When the present state was entered; a packet that came before it had to wait for it."""
        flat = self._flat
        for i in range(len(flat) - 3, -1, -3):
            if not isinstance(flat[i + 1], Exchange):
                return cast(float, flat[i])
        return 0.0

    @property
    def steps(self) -> list[Step]:
        steps, source = [], ""
        for at, what, state in self.rows():
            if not isinstance(what, Exchange):
                via, kind = (what.name, what.kind) if what else ("", None)
                steps.append(Step(at, source, via, state.name, kind))
                source = state.name
        return steps

    @property
    def path(self) -> Path:
        names = (state.name for _, what, state in self.rows() if not isinstance(what, Exchange))
        return Path.of(self.graph, names)

    @property
    def exchanges(self) -> list[Exchange]:
        return [what for _, what, _ in self.rows() if isinstance(what, Exchange)]

    def sent(self, layer: Any = None, **fields: Any) -> list[Exchange]:
        """Packets sent that have `layer` with these field values."""
        return self._select("sent", layer, fields)

    def received(self, layer: Any = None, **fields: Any) -> list[Exchange]:
        """Packets received (but for those refused by ``master_filter``) that have `layer` and these values."""
        return self._select("received", layer, fields)

    def stored(self) -> list[Exchange]:
        """Packets sent, and those received that a receive condition took."""
        return [e for e in self.exchanges if e.direction == "sent" or e.via]

    def _select(self, direction: str, layer: Any, fields: dict[str, Any]) -> list[Exchange]:
        return [e for e in self.exchanges if e.direction == direction and matches(e.packet, layer, fields)]


def matches(packet: Any, layer: Any, fields: dict[str, Any]) -> bool:
    """Whether `packet` has `layer` (None: whatever) with these field values."""
    if layer is None:
        return not fields or all(_field(packet, k, v) for k, v in fields.items())
    return layer in packet and all(_field(packet[layer], k, v) for k, v in fields.items())


def _field(packet: Any, name: str, value: Any) -> bool:
    return bool(getattr(packet, name) == value)


def _accepts(pattern: Sequence[object], at: int, name: str) -> bool:
    return at < len(pattern) and (pattern[at] is ... or pattern[at] == name)


def _closure(positions: set[int], pattern: Sequence[object]) -> set[int]:
    """`positions` and those that skipping a ``...`` leads to."""
    found = set(positions)
    for p in sorted(positions):
        while p < len(pattern) and pattern[p] is ...:
            p += 1
            found.add(p)
    return found
