"""What the page is given of a record: an index of everything, and details in blocks that it opens on demand.

The index alone is read when the page opens.  Packets take most of the room, so that what is worth it comes
first: all of a test that is not a plain pass, then passes, until the budget is spent; of the rest the path
remains.  Knows the record's format and its size in the page; knows no HTML.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from . import details, drawing, expectation
from .interning import Pool, base_name, split_name
from .trust import measured, mutation

Document = Mapping[str, Any]

_BLOCK = 50  # tests whose details are packed together
_CHANGES = 200  # since the run before, that the page names
_LEAST, _EACH = 1_200_000, 90  # characters of base64 for details: at least, and for each test


@dataclass(slots=True)
class Payload:
    """The texts that stand in the page: base64 of gzip of JSON."""

    index: str
    blocks: list[str] = field(default_factory=list)


def payload(document: Document, budget: int | None = None) -> Payload:
    """Pack a record; `budget` is the room for details in characters."""
    tests = list(document.get("tests", []))
    room = max(_LEAST, _EACH * len(tests)) if budget is None else budget
    automata = Automata(document)
    blocks, where = _pack(tests, document.get("automata", {}), room)
    index = {
        "record": _record(document),
        "automata": automata.data(),
        "tests": _columns(tests, automata, where),
        "missing": [_missing(test) for test in document.get("missing", [])],
    }
    index["paths"] = automata.paths.values  # filled by the columns
    return Payload(packed(index), blocks)


def packed(data: Any) -> str:
    """JSON, compressed, as text that can stand in a page whatever it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 9, mtime=0)).decode()


# -- automata


class Automata:
    """The automata of a record by number, with every edge that was declared or taken, and all paths."""

    def __init__(self, document: Document) -> None:
        self._graphs: dict[str, Mapping[str, Any]] = dict(document.get("automata", {}))
        self.paths = Pool()
        runs = [run for test in document.get("tests", []) for run in test.get("runs", [])]
        for run in runs:
            self._graphs.setdefault(run["automaton"], {"states": {}, "edges": [], "conditions": []})
        self.number = {name: n for n, name in enumerate(self._graphs)}
        self._edges = {
            name: {tuple(edge): n for n, edge in enumerate(graph.get("edges", []))}
            for name, graph in self._graphs.items()
        }
        self._declared = {name: len(edges) for name, edges in self._edges.items()}
        for run in runs:
            edges = self._edges[run["automaton"]]
            for _, source, via, target in run.get("steps", []):
                if source:
                    edges.setdefault((source, via, target), len(edges))

    def path(self, run: Mapping[str, Any]) -> int:
        """Number of the run's path: the first state and the edges taken."""
        edges, steps = self._edges[run["automaton"]], run.get("steps", [])
        first = steps[0][3] if steps else ""
        taken = [edges[(source, via, target)] for _, source, via, target in steps if source]
        return self.paths.number((self.number[run["automaton"]], first, *taken))

    def data(self) -> list[dict[str, Any]]:
        """For each automaton its states, edges, conditions and drawing."""
        with ThreadPoolExecutor() as pool:  # each drawing waits for a process of its own
            return list(pool.map(self._automaton, self._graphs, self._graphs.values()))

    def _automaton(self, name: str, graph: Mapping[str, Any]) -> dict[str, Any]:
        edges = [edge for edge in self._edges[name] if len(edge) == 3]
        states = {s: list(f) for s, f in graph.get("states", {}).items()}
        states |= {s: [] for edge in edges for s in edge[::2] if s not in states}
        drawn = drawing.draw(name, {**graph, "states": graph.get("states", {})}, edges)
        return {
            "name": name,
            "states": states,
            "edges": [list(edge) for edge in edges],
            "declared": self._declared[name],
            "conditions": graph.get("conditions", []),
            "drawing": drawn.tree,
            "why": drawn.why,
        }


# -- index


def _record(document: Document) -> dict[str, Any]:
    """Everything but the tests, the automata, and long lists that the page does not show."""
    kept = {k: v for k, v in document.items() if k not in ("tests", "automata", "missing", "coverage")}
    selection = document.get("selection") or {}
    kept["selection"] = {
        "whole": selection.get("whole", False),
        "deselected": len(selection.get("deselected", ())),
    }
    coverage = document.get("coverage") or {}
    kept["coverage"] = {
        "total": coverage.get("total", {}),
        "peers": {peer: _heat(of) for peer, of in (coverage.get("peers") or {}).items()},
        "requirements": coverage.get("requirements"),
    }
    if delta := document.get("delta"):
        kept["delta"] = _delta(delta)
    score = mutation(document.get("provenance") or [])
    kept["trust"] = {**measured(document.get("tests", [])), **score, **(document.get("trust") or {})}
    return kept


def _delta(delta: Mapping[str, Any]) -> dict[str, Any]:
    """How many changes there are of each kind, and the first of them."""
    changes = delta["changes"]
    return {
        "since": delta["since"],
        "counts": Counter(change["kind"] for change in changes),
        "changes": changes[:_CHANGES],
    }


def _heat(automata: Mapping[str, Any]) -> dict[str, Any]:
    kinds = ("states", "transitions")
    return {
        name: {
            kind: {k: of[kind][k] for k in ("seen", "of", "hits") if k in of[kind]}
            for kind in kinds
            if kind in of
        }
        for name, of in automata.items()
    }


def _missing(test: Mapping[str, Any]) -> list[Any]:
    return [test["nodeid"], test.get("peer", ""), test.get("requirements", [])]


def _columns(
    tests: Sequence[Document], automata: Automata, where: Mapping[int, tuple[int, int]]
) -> dict[str, Any]:
    """The tests, one list for each property: alike values beside each other compress best."""
    pools = {name: Pool() for name in ("files", "names", "objectives", "groups", "reasons", "peers")}
    columns: dict[str, list[Any]] = {}
    for number, test in enumerate(tests):
        for name, value in _row(test, automata, pools, where.get(number)):
            columns.setdefault(name, []).append(value)
    return {"columns": columns, **{name: pool.values for name, pool in pools.items()}}


def _row(
    test: Document, automata: Automata, pools: Mapping[str, Pool], where: tuple[int, int] | None
) -> Iterator[tuple[str, Any]]:
    nodeid, peer = test["nodeid"], test.get("peer", "")
    base = base_name(nodeid, peer)
    file, name, params = split_name(base)
    purpose = test.get("purpose") or {}
    yield "nodeid", _recipe(nodeid, base, peer)
    yield "file", pools["files"].number(file)
    yield "name", pools["names"].number(name)
    yield "params", params
    yield "peer", pools["peers"].number(peer)
    yield "verdict", test.get("verdict", "none")
    yield "seconds", round(test.get("duration", 0.0), 4)
    yield "objective", pools["objectives"].number(purpose.get("objective") or name)
    yield "behaviour", purpose.get("behaviour") or ""
    yield "requirements", pools["groups"].number(tuple(test.get("requirements", ())))
    yield "prevented", pools["groups"].number(tuple(test.get("prevented", ())))
    yield "reason", pools["reasons"].number(details.first_line(test))
    yield "signature", pools["reasons"].number(details.cut(test.get("signature") or "", 300))
    yield "runs", [[automata.path(run), run.get("clock", "")] for run in test.get("runs", [])]
    yield "block", list(where) if where else None
    yield "baseline", (test.get("baseline") or {}).get("state")
    yield "line", (test.get("location") or [None, None])[1]


def _recipe(nodeid: str, base: str, peer: str) -> str | int:
    """0 where the peer is the first parameter (as it mostly is), so that the page can tell the name itself."""
    head, bracket, rest = base.partition("[")
    usual = f"{head}[{peer}-{rest}" if bracket else f"{head}[{peer}]"
    return 0 if "::" in head and nodeid == usual else nodeid


# -- details


def _pack(
    tests: Sequence[Document], graphs: expectation.Graphs, room: int
) -> tuple[list[str], dict[int, tuple[int, int]]]:
    """Blocks of details, the most telling tests first, and where each test's are: (block, place in it)."""
    order = sorted(range(len(tests)), key=lambda n: (-_telling(tests[n]), n))
    blocks: list[str] = []
    where: dict[int, tuple[int, int]] = {}
    for numbers in _batches(order, tests):
        block = _block([tests[n] for n in numbers], graphs, room)
        if block is None:
            break
        room -= len(block)
        where.update({n: (len(blocks), place) for place, n in enumerate(numbers)})
        blocks.append(block)
    return blocks, where


def _block(tests: Sequence[Document], graphs: expectation.Graphs, room: int) -> str | None:
    """The most that fits: all, or without the packets' bytes, or without packets; None if not even that."""
    for depth in details.DEPTHS:
        block = packed([details.of_test(test, depth, graphs) for test in tests])
        if len(block) <= room:
            return block
    return None


def _batches(order: Sequence[int], tests: Sequence[Document]) -> Iterator[list[int]]:
    """Blocks never mix a plain pass with anything else: those must not cost the others their packets."""
    batch: list[int] = []
    for n in order:
        if batch and (len(batch) == _BLOCK or _telling(tests[n]) != _telling(tests[batch[0]])):
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


def _telling(test: Document) -> int:
    """How much a test is worth being shown in full."""
    verdict = test.get("verdict")
    if verdict in ("fail", "error"):
        return 3
    return 1 if verdict == "pass" else 2
