"""What is to be seen of a graph, before any format: nodes and arrows with their words, ids and counts.

The ids (`state-NAME`, `edge-N`, N counted in the order of declaration) are the same in every drawing of
a graph, so that a page may light a path in it.  Knows no format and no colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..declaration import Kind
from ..edges import edges
from ..graph import Condition, Graph, State
from ..trace import Trace

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each state was entered, and each edge (source, condition, target) taken."""

    states: Mapping[str, int]
    edges: Mapping[Key, int]

    @classmethod
    def of(cls, traces: Iterable[Trace]) -> Counts:
        """The counts of these runs together."""
        states: dict[str, int] = {}
        taken: dict[Key, int] = {}
        for step in (step for trace in traces for step in trace.steps):
            states[step.target] = states.get(step.target, 0) + 1
            taken[step.edge] = taken.get(step.edge, 0) + 1
        return cls(states, taken)


@dataclass(frozen=True, slots=True)
class Node:
    """A state.  `count` is None in a drawing without counts; `lit` says that the path goes through it."""

    state: State
    count: int | None
    lit: bool

    @property
    def name(self) -> str:
        return self.state.name

    @property
    def id(self) -> str:
        return f"state-{self.name}"

    @property
    def roles(self) -> tuple[str, ...]:
        """Those of initial, final, stop and error that the state is."""
        mark = self.state.mark
        flags = (("initial", mark.initial), ("stop", mark.stop), ("final", mark.final), ("error", mark.error))
        return tuple(role for role, is_so in flags if is_so)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A possible step.  `condition` is None where the state's own function leads on."""

    number: int
    source: str
    target: str
    condition: Condition | None
    count: int | None
    lit: bool

    @property
    def id(self) -> str:
        return f"edge-{self.number}"

    @property
    def kind(self) -> str:
        """One word for what takes this step; also its class in a drawing."""
        return _WORDS[self.condition.kind] if self.condition else "direct"

    @property
    def title(self) -> str:
        return self.condition.name if self.condition else ""

    @property
    def when(self) -> str:
        """What the condition waits for, and its priority if it has one: "packet, prio 2"."""
        if self.condition is None:
            return ""
        prio = f"prio {self.condition.prio}" if self.condition.prio else ""
        return ", ".join(filter(None, (_awaited(self.condition), prio)))

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(action.__name__ for action in self.condition.actions) if self.condition else ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A graph, ready to be drawn."""

    name: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    lit: bool = field(default=False)

    @classmethod
    def of(cls, graph: Graph, counts: Counts | None = None, path: Sequence[Key] | None = None) -> Picture:
        """The picture of `graph`.  `path` is the steps to light, as `Step.edge` names them.

        Steps that were counted or lit, but that no function is seen to take, are drawn as well.  Raises
        `UnknownState` if one of them names a state that the graph has not.
        """
        lit = set(path or ())
        taken = counts.edges if counts else {}
        keys = dict.fromkeys((e.source, e.via, e.target) for e in edges(graph))
        keys.update(dict.fromkeys(key for key in (*taken, *(path or ())) if key[0]))
        graph.check(name for source, _, target in keys for name in (source, target))
        through = {target for _, _, target in lit} | {source for source, _, _ in lit}
        entered = counts.states if counts else {}
        return cls(
            graph.name,
            tuple(
                Node(s, entered.get(s.name, 0) if counts else None, s.name in through)
                for s in graph.states.values()
            ),
            tuple(
                Arrow(
                    n,
                    key[0],
                    key[2],
                    _condition(graph, key),
                    taken.get(key, 0) if counts else None,
                    key in lit,
                )
                for n, key in enumerate(keys)
            ),
            path is not None,
        )


def times(count: int | None) -> str:
    """The count in words; "" if there is none."""
    return "" if count is None else f"{count}\u00d7"


_WORDS = {
    Kind.CONDITION: "condition",
    Kind.RECEIVE: "receive",
    Kind.IO: "io",
    Kind.EOF: "eof",
    Kind.TIMEOUT: "timeout",
    Kind.TIMER: "timer",
}


def _awaited(condition: Condition) -> str:
    match condition.kind:
        case Kind.RECEIVE:
            return "packet"
        case Kind.IO:
            return f"io {condition.pipe}"
        case Kind.EOF:
            return "end of stream"
        case Kind.TIMEOUT:
            return f"after {condition.delay:g} s"
        case Kind.TIMER:
            return f"every {condition.delay:g} s"
        case Kind.CONDITION:
            return ""


def _condition(graph: Graph, key: Key) -> Condition | None:
    return next((c for c in graph[key[0]].all_conditions if c.name == key[1]), None)
