"""Automata as plain data: what a class could do, and by which name it goes in a record.

Two classes of one name are two automata: what tells them apart is where they stand in the code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from atmt import Automaton
from atmt.edges import edges

Graph = dict[str, Any]
Document = dict[str, Any]


def key(cls: type[Automaton]) -> str:
    """Where a class stands: ``module:Class``."""
    return f"{cls.__module__}:{cls.__qualname__}"


def data(cls: type[Automaton]) -> Graph:
    """What an automaton could do, as plain data; `bases` are the automata from which it inherits."""
    graph = cls.atmt_graph
    return {
        "class": key(cls),
        "bases": [key(base) for base in cls.__mro__[1:] if issubclass(base, Automaton)],
        "states": {
            s.name: {flag: True for flag in ("initial", "final", "stop", "error") if getattr(s.mark, flag)}
            for s in graph.states.values()
        },
        "edges": [[e.source, e.via, e.target] for e in edges(graph)],
        "conditions": [
            {
                "state": state.name,
                "name": condition.name,
                "kind": condition.kind.value,
                "prio": condition.prio,
                "delay": condition.delay,
                "actions": [action.__name__ for action in condition.actions],
            }
            for state in graph.states.values()
            for condition in state.all_conditions
        ],
    }


def named(graphs: Mapping[str, Graph], tests: Iterable[Document]) -> tuple[dict[str, Graph], list[Document]]:
    """`graphs` (by key) by name, and `tests` whose runs say that name.

    A name is that of the class, or its key where several classes of the record share it.
    """
    shared = Counter(_short(place) for place in graphs)
    names = {place: place if shared[_short(place)] > 1 else _short(place) for place in graphs}
    automata = {
        names[place]: {**graph, "bases": [names[base] for base in graph["bases"] if base in names]}
        for place, graph in graphs.items()
    }
    return dict(sorted(automata.items())), [
        {**test, "runs": [{**run, "automaton": names[run["class"]]} for run in test["runs"]]}
        for test in tests
    ]


def _short(place: str) -> str:
    return place.rpartition(":")[2].rpartition(".")[2]
