"""Which states each function may ask for: the edges of a graph, read from byte code.

Follows helpers (``self.helper()``) through the classes, each once, and functions nested in functions.
Only ``self.STATE`` counts, never a string.  Knows no run: what was taken is in the trace.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType

from .graph import Condition, Graph


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A possible step: from `source`, through the condition `via` ("": its own function), to `target`."""

    source: str
    via: str
    target: str

    def __str__(self) -> str:
        return f"{self.source} -{self.via or 'at once'}-> {self.target}"


@lru_cache(maxsize=256)
def edges(graph: Graph) -> tuple[Edge, ...]:
    """Every edge that the functions of `graph` can be seen to take, in the order of declaration."""
    found: dict[Edge, None] = {}
    for state in graph.states.values():
        for target in targets(graph, state.function):
            found[Edge(state.name, "", target)] = None
        for condition in state.all_conditions:
            for target in _targets_of(graph, condition):
                found[Edge(state.name, condition.name, target)] = None
    return tuple(found)


def unreachable(graph: Graph) -> tuple[str, ...]:
    """States that no edge leads to from the initial or the stop state."""
    seen = {s.name for s in (graph.initial, graph.stop) if s}
    todo, out = list(seen), edges(graph)
    while todo:
        source = todo.pop()
        for edge in out:
            if edge.source == source and edge.target not in seen:
                seen.add(edge.target)
                todo.append(edge.target)
    return tuple(name for name in graph.states if name not in seen)


def targets(graph: Graph, function: object) -> tuple[str, ...]:
    """Names of the states that `function` may ask for, itself or through helpers."""
    found: dict[str, None] = {}
    seen: set[CodeType] = set()
    todo = [function]
    while todo:
        code = getattr(todo.pop(), "__code__", None)
        if code is None or code in seen:
            continue
        seen.add(code)
        for name in (*_attributes_of_self(code), *_raised_bare(code)):
            if name in graph.states:
                found[name] = None
            elif isinstance(helper := graph.members.get(name), FunctionType):
                todo.append(helper)
    return tuple(found)


def _targets_of(graph: Graph, condition: Condition) -> tuple[str, ...]:
    """An action may redirect its transition, so its states count as its condition's."""
    found = dict.fromkeys(targets(graph, condition.function))
    for action in condition.actions:
        found.update(dict.fromkeys(targets(graph, action)))
    return tuple(found)


def _attributes_of_self(code: CodeType) -> Iterator[str]:
    if not code.co_varnames:
        return
    yield from _attributes_of(code, code.co_varnames[0])


def _raised_bare(code: CodeType) -> Iterator[str]:
    """Names in ``raise STATE``: an error when it runs, but Scapy's drawings show what was meant."""
    loaded = ""
    for instruction in dis.get_instructions(code):
        if loaded and instruction.opname == "RAISE_VARARGS":
            yield loaded
        loaded = instruction.argval if instruction.opname == "LOAD_GLOBAL" else ""


def _attributes_of(code: CodeType, name: str) -> Iterator[str]:
    """Attributes that `code`, and the functions nested in it, load from the variable `name`."""
    on_name = False
    for instruction in dis.get_instructions(code):
        if on_name and instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            yield instruction.argval
        loaded = instruction.argval[-1:] if isinstance(instruction.argval, tuple) else (instruction.argval,)
        on_name = instruction.opname.startswith(("LOAD_FAST", "LOAD_DEREF")) and loaded == (name,)
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and name in constant.co_freevars:
            yield from _attributes_of(constant, name)
