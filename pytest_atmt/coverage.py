"""What of the automata was exercised: states, transitions, pairs of them, actions, timers, guards both ways.

Computed from recorded runs and graphs, both plain data.  Does not know what a trace does not tell: a timer
that led nowhere is not counted at all, an action counts as run when its condition fired, and a guard that
can do nothing but fire stays seen one way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

KINDS = ("states", "transitions", "pairs", "actions", "timers", "guards")

Graph = Mapping[str, Any]
Run = Mapping[str, Any]
Possible = Mapping[str, list[str]]
Counts = Mapping[str, Counter[str]]


def of_automata(graphs: Mapping[str, Graph], runs: Iterable[Run]) -> dict[str, dict[str, Any]]:
    """Automaton -> kind -> how much of it `runs` exercised; of every automaton in `graphs`.

    What an automaton inherits from another one in `graphs` counts there, whoever of the two was seen with it.
    """
    by_name: dict[str, list[Run]] = {name: [] for name in graphs}
    for run in runs:
        if run["automaton"] in by_name:
            by_name[run["automaton"]].append(run)
    possible = {name: _possible(graph) for name, graph in graphs.items()}
    seen = {name: _seen(graph, by_name[name]) for name, graph in graphs.items()}
    found = {}
    for name, graph in sorted(graphs.items()):
        bases = [possible[base] for base in graph.get("bases", ()) if base in graphs]
        heirs = [seen[heir] for heir, of in graphs.items() if name in of.get("bases", ())]
        found[name] = _of_automaton(possible[name], seen[name], bases, heirs)
        found[name]["unforeseen"] = sorted(
            _unforeseen(graph, seen[name]["transitions"], possible[name]["transitions"])
        )
    return found


def total(coverage: Mapping[str, Mapping[str, Any]], kind: str) -> tuple[int, int]:
    """(seen, possible) of one kind over all automata."""
    parts = [of[kind] for of in coverage.values()]
    return sum(p["seen"] for p in parts), sum(p["of"] for p in parts)


def _of_automaton(
    possible: Possible, seen: Counts, bases: Iterable[Possible], heirs: Iterable[Counts]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in KINDS:
        inherited = {name for base in bases for name in base[kind]}
        own = [name for name in possible[kind] if name not in inherited]
        hits = Counter(seen[kind])
        for heir in heirs:
            hits.update({name: heir[kind][name] for name in possible[kind] if name in heir[kind]})
        missing = [name for name in own if name not in hits]
        found[kind] = {
            "seen": len(own) - len(missing),
            "of": len(own),
            "missing": missing,
            "hits": dict(sorted(hits.items())),
        }
    return found


def _unforeseen(graph: Graph, seen: Iterable[str], possible: Iterable[str]) -> set[str]:
    """Transitions that were taken but cannot be seen in the code; being stopped is none."""
    stops = {name for name, flags in graph["states"].items() if flags.get("stop")}
    return {edge for edge in set(seen) - set(possible) if edge.rpartition("-> ")[2] not in stops}


# -- what there is


def _possible(graph: Graph) -> dict[str, list[str]]:
    edges = [tuple(edge) for edge in graph["edges"]]
    leads = {(source, via) for source, via, _ in edges}
    conditions = graph["conditions"]
    return {
        "states": list(graph["states"]),
        "transitions": [edge_name(*edge) for edge in edges],
        "pairs": [_pair(a, b) for a in edges for b in edges if a[2] == b[0]],
        "actions": [_action(c, action) for c in conditions for action in c["actions"]],
        "timers": [_place(c) for c in conditions if _is_timer(c) and (c["state"], c["name"]) in leads],
        "guards": [side for c in conditions if _is_guard(c) for side in _sides(c, leads)],
    }


def _sides(condition: Graph, leads: set[tuple[str, str]]) -> Iterator[str]:
    if (condition["state"], condition["name"]) in leads:
        yield _fired(condition)
    yield _declined(condition)


# -- what was seen


def _seen(graph: Graph, runs: list[Run]) -> Counts:
    found: Counts = {kind: Counter() for kind in KINDS}
    conditions = {(c["state"], c["name"]): c for c in graph["conditions"]}
    for run in runs:
        edges = [(source, via, target) for _, source, via, target in run["steps"] if source]
        found["states"].update(target for *_, target in run["steps"])
        found["transitions"].update(edge_name(*edge) for edge in edges)
        found["pairs"].update(_pair(a, b) for a, b in pairwise(edges) if a[2] == b[0])
        for source, via, _ in edges:
            if (condition := conditions.get((source, via))) is not None:
                found["actions"].update(_action(condition, action) for action in condition["actions"])
                found["timers"].update([_place(condition)] if _is_timer(condition) else [])
        found["guards"].update(_immediate_guards(graph, run))
        found["guards"].update(_receive_guards(graph, run))
    return found


def _immediate_guards(graph: Graph, run: Run) -> Iterator[str]:
    """Conditions are asked as a state is entered, in order, until one fires."""
    steps = run["steps"]
    for i, (at, _, _, state) in enumerate(steps):
        asked = _conditions(graph, state, "condition")
        if i + 1 < len(steps):
            yield from _asked(asked, steps[i + 1][2])
        elif any(_reached(packet, state, at) for packet in run["packets"]):
            yield from _asked(asked, None)


def _receive_guards(graph: Graph, run: Run) -> Iterator[str]:
    """Receive conditions are offered each packet, in order, until one takes it."""
    for packet in run["packets"]:
        if packet["direction"] == "received":
            yield from _asked(_conditions(graph, packet["state"], "receive condition"), packet["via"] or None)


def _asked(conditions: list[Graph], via: str | None) -> Iterator[str]:
    """`via` is what led on: a condition, something else, None: nothing, "": the state's own function."""
    names = [c["name"] for c in conditions]
    if via == "":
        return
    before = names.index(via) if via in names else len(names)
    yield from (_declined(c) for c in conditions[:before])
    yield from (_fired(c) for c in conditions[before : before + 1])


def _reached(packet: Mapping[str, Any], state: str, at: float) -> bool:
    arrived: bool = packet["direction"] == "received" and packet["state"] == state
    return arrived and packet["at"] >= at


def _conditions(graph: Graph, state: str, kind: str) -> list[Graph]:
    return [c for c in graph["conditions"] if c["state"] == state and c["kind"] == kind]


# -- names


def edge_name(source: str, via: str, target: str) -> str:
    """How a transition is written everywhere."""
    return f"{source} -{via or 'at once'}-> {target}"


def _pair(first: tuple[str, ...], second: tuple[str, ...]) -> str:
    return f"{edge_name(first[0], first[1], first[2])} -{second[1] or 'at once'}-> {second[2]}"


def _place(condition: Graph) -> str:
    return f"{condition['name']} in {condition['state']}"


def _action(condition: Graph, action: str) -> str:
    return f"{action} after {_place(condition)}"


def _fired(condition: Graph) -> str:
    return f"{_place(condition)}: fired"


def _declined(condition: Graph) -> str:
    return f"{_place(condition)}: declined"


def _is_timer(condition: Graph) -> bool:
    return condition["kind"] in ("timeout", "timer")


def _is_guard(condition: Graph) -> bool:
    return condition["kind"] in ("condition", "receive condition")
