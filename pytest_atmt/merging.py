"""Several records made one, and two records compared.

Refuses to merge what was not judged by the same suite.  Knows no run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import models, settings, tally
from .record import RecordError
from .verdicts import JUDGED, Verdict

Document = dict[str, Any]

_BAD = (Verdict.FAIL, Verdict.ERROR)
_OF_ONE_RUN = ("delta", "history")
_SAME = ("suite", "catalogue", "atmt")


def merge(documents: list[Document]) -> Document:
    """One record of all: of the same test the worse verdict stands.  Raises `RecordError`."""
    first = documents[0]
    for other in documents[1:]:
        _refuse_different(first, other)
    tests: dict[str, Document] = {}
    for test in (t for d in documents for t in d["tests"]):
        tests[test["nodeid"]] = _worse(tests.get(test["nodeid"]), test)
    graphs = {graph["class"]: graph for d in documents for graph in _placed(d["automata"])}
    automata, judged = models.named(graphs, tests.values())
    missing = {t["nodeid"]: t for d in documents for t in d["missing"] if t["nodeid"] not in tests}
    absent = {n for d in documents for n in d["selection"].get("absent", ()) if not _is_there(n, tests)}
    left_out = {n for d in documents for n in d["selection"]["deselected"]} - tests.keys() - missing.keys()
    return tally.complete(
        {
            **{key: value for key, value in first.items() if key not in _OF_ONE_RUN},
            "began": min(d["began"] for d in documents),
            "ended": max(d["ended"] for d in documents),
            "provenance": [p for d in documents for p in d["provenance"]],
            "settings": settings.merged([d["settings"] for d in documents]),
            "selection": {
                "whole": any(d["selection"]["whole"] for d in documents),
                "deselected": sorted(left_out),
                "absent": sorted(absent),
            },
            "peers": _peers(documents),
            "automata": automata,
            "tests": judged,
            "missing": list(missing.values()),
            "other_failures": sum(d["other_failures"] for d in documents),
        }
    )


def _is_there(name: str, tests: Iterable[str]) -> bool:
    """Whether an absent test, or function that makes tests, was run in another part."""
    return any(nodeid == name or nodeid.partition("[")[0] == name for nodeid in tests)


def _placed(automata: Document) -> Iterator[Document]:
    """Graphs whose bases go by their places again, not by the names of one record."""
    for graph in automata.values():
        yield {**graph, "bases": [automata[base]["class"] for base in graph["bases"]]}


def _peers(documents: list[Document]) -> Document:
    """Every peer by name.  One that was not met in one run may have been in another."""
    found: Document = {}
    for name, peer in ((n, p) for d in documents for n, p in d["peers"].items()):
        known = found.setdefault(name, peer)
        for key in ("claimed", "keeps", "provenance"):
            if known[key] and peer[key] and known[key] != peer[key]:
                raise RecordError(
                    f"these records call two peers {name}: {key} is {known[key]} and {peer[key]}; "
                    "give one of them another name and run it again"
                )
        found[name] = {**known, **{key: value for key, value in peer.items() if value}}
    return dict(sorted(found.items()))


def _worse(known: Document | None, test: Document) -> Document:
    if known is None:
        return test
    worst = Verdict(known["verdict"]).worst(Verdict(test["verdict"]))
    return known if worst == known["verdict"] else test


def _refuse_different(one: Document, other: Document) -> None:
    if one["suite"] != other["suite"]:
        raise RecordError(f"these are records of different suites: {one['suite']} and {other['suite']}")
    ours, theirs = one["provenance"][0], other["provenance"][0]
    for part in _SAME:
        if ours.get(part) != theirs.get(part):
            raise RecordError(
                f"these records come from different versions of the {part}: "
                f"{_hash(ours, part)} and {_hash(theirs, part)}; run both again with the same one"
            )


def _hash(provenance: Document, part: str) -> str:
    return str(provenance.get(part, {}).get("sha256", "unknown"))[:12]


# -- comparing


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one test: `kind` is new failure, other failure, lost, fixed, or new."""

    kind: str
    nodeid: str
    before: str
    after: str
    reason: str = ""


def changes(old: Document, new: Document) -> list[Change]:
    """What differs, gravest first."""
    before = {t["nodeid"]: t for t in old["tests"]}
    after = {t["nodeid"]: t for t in new["tests"]}
    found = [c for name in {**before, **after} for c in _change(name, before.get(name), after.get(name))]
    order = ("new failure", "other failure", "lost", "fixed", "new")
    return sorted(found, key=lambda c: (order.index(c.kind), c.nodeid))


def _change(name: str, old: Document | None, new: Document | None) -> Iterator[Change]:
    was, now = (test["verdict"] if test else "" for test in (old, new))
    reason = new["reason"].partition("\n")[0] if new else ""
    if now in _BAD and was not in _BAD:
        yield Change("new failure", name, was, now, reason)
    elif now in _BAD and old and new and old["signature"] != new["signature"]:
        yield Change("other failure", name, old["signature"], new["signature"], reason)
    elif was in JUDGED and now not in JUDGED and now not in _BAD:
        yield Change("lost", name, was, now or "not run", reason)
    elif was in _BAD and now not in (*_BAD, Verdict.KNOWN):
        yield Change("fixed", name, was, now)
    elif not was and now:
        yield Change("new", name, "", now)


def exit_code(found: list[Change]) -> int:
    """1 for a new or another failure, 6 where a verdict was lost, else 0."""
    kinds = {change.kind for change in found}
    if kinds & {"new failure", "other failure"}:
        return 1
    return 6 if "lost" in kinds else 0
