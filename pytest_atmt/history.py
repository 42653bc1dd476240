"""What changed since the run before: its record is read before this run's takes its place.

A comparison of records alone; it judges nothing and changes no outcome.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import merging, record

_COMPARED = ("nodeid", "peer", "verdict", "signature", "reason")
_RUNS = 30  # that are remembered

Document = dict[str, Any]


def before(file: Path) -> Document | None:
    """What is kept of the record in `file`, if there is one that can be read."""
    try:
        document = record.read(file) if file.exists() else None
    except record.RecordError:
        return None  # of an older version, or no record: there is nothing to compare with
    return document and kept(document)


def kept(document: Document) -> Document:
    """What a comparison needs of a record."""
    return {
        "run": summary(document),
        "history": document.get("history", []),
        "selection": document["selection"],
        "tests": [{key: test[key] for key in _COMPARED} for test in document["tests"]],
    }


def add(document: Document, old: Document) -> None:
    """Write into a record what changed since `old`, which `before` returned, and the runs up to it."""
    document["history"] = [*old["history"], old["run"]][-_RUNS:]
    document["delta"] = {
        "since": old["run"]["began"],
        "changes": [asdict(change) for change in merging.changes(*_comparable(old, document))],
    }


def summary(document: Document) -> Document:
    """A run in a line: when it began, its outcome, how many tests came to which verdict."""
    counts = Counter(test["verdict"] for test in document["tests"])
    return {
        "began": document["began"],
        "outcome": document["outcome"],
        "counts": dict(sorted(counts.items())),
    }


def _comparable(old: Document, new: Document) -> tuple[Document, Document]:
    """Both, without tests that only one of them was asked to run: they are neither new nor lost."""
    whole = old["selection"]["whole"] and new["selection"]["whole"]
    key = "peer" if whole else "nodeid"
    both = {t[key] for t in old["tests"]} & {t[key] for t in new["tests"]}
    of_old, of_new = ([t for t in of["tests"] if t[key] in both] for of in (old, new))
    return {"tests": of_old}, {"tests": of_new}
