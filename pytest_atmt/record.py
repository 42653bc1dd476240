"""The record of a run: every test, verdict, path and packet, and the one source of all reports.

Fed with plain data by the reports of tests, in one process or from xdist workers alike.  Adds nothing up:
that is `tally`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atmt.errors import TesterFault

from . import models, roles, tally
from .settings import Settings
from .verdicts import Verdict

SCHEMA = 1
FILE = "report.json"

Document = dict[str, Any]


class RecordError(TesterFault):
    """A file is no record, or not one that this version can read."""


class Record:
    """Everything that is known at the end of a run."""

    def __init__(self, settings: Settings | None = None, command: Iterable[str] = ()) -> None:
        self.settings = settings or Settings()
        self.began = datetime.now(UTC)
        self.command = list(command)
        self.plan: dict[str, Document] = {}
        self.selection: dict[str, Document] = {}
        self.tests: dict[str, Document] = {}
        self.graphs: dict[str, Document] = {}
        self.catalogues: dict[str, dict[str, Any]] = {}
        self.peers: dict[tuple[str, str], Document] = {}
        self.provenance: dict[str, Document] = {}
        self.other_failures = 0

    def expect(self, plan: Document) -> None:
        """Take what was collected; every worker of a run says the same."""
        self.plan.update(plan["tests"])
        self.selection.update(plan["selection"])
        self.provenance.update(plan["provenance"])
        self.catalogues.update(plan["catalogues"])
        self.graphs = {**plan["automata"], **self.graphs}

    def add(self, nodeid: str, data: Document, duration: float) -> None:
        """Take what one phase of a test reports; verdicts only worsen."""
        data = dict(data)
        self.graphs.update(data.pop("graphs", {}))
        self.catalogues.update({data["suite"]: data.pop("catalogue")} if "catalogue" in data else {})
        peer = self.peers.setdefault((data["suite"], data["peer"]), _peer())
        peer.update(data.pop("facts", {}))
        peer.update(data.pop("peer_data", {}))
        known = self.tests.get(nodeid)
        if known is None:
            known = self.tests[nodeid] = {"nodeid": nodeid, "duration": 0.0, **data}
        elif Verdict(known["verdict"]).worst(Verdict(data["verdict"])) != known["verdict"]:
            known.update(data)
        known["runs"] = data["runs"]
        known["duration"] = round(known["duration"] + duration, 6)

    def learn(self, suite: str, name: str, facts: Document) -> None:
        """Take what was found out about a peer when its test was over; other processes may have found out more."""
        known = self.peers.setdefault((suite, name), _peer())
        for key, found in facts.items():
            known[key] = list(dict.fromkeys([*known[key], *found]))

    def lose(self, nodeid: str, reason: str) -> bool:
        """The process that ran a test died in it; False if it is none of ours."""
        if nodeid not in self.plan:
            return False
        judgement = {"verdict": Verdict.ERROR.value, "reason": reason, "signature": "", "baseline": None}
        self.add(nodeid, {"purpose": {}, "runs": [], **self.plan[nodeid], **judgement}, 0.0)
        return True

    @property
    def suites(self) -> list[str]:
        """The suites of which any test was to be run, or is absent."""
        return sorted({*self.selection, *(t["suite"] for t in (*self.plan.values(), *self.tests.values()))})

    def document(self, suite: str) -> Document:
        """The record of `suite`, complete, as plain data."""
        order = {nodeid: i for i, nodeid in enumerate(self.plan)}
        tests = [t for t in self.tests.values() if t["suite"] == suite]
        tests.sort(key=lambda t: order.get(t["nodeid"], len(order)))
        expected = {n: t for n, t in self.plan.items() if t["suite"] == suite}
        missing = [{"nodeid": n, **t} for n, t in expected.items() if n not in self.tests]
        peers = sorted({t["peer"] for t in (*tests, *missing)})
        used = {run["class"] for t in tests for run in t["runs"]}
        used.update(self.provenance.get(suite, {}).get("automata", []))
        automata, tests = models.named({place: self.graphs[place] for place in used}, tests)
        raw = {
            "schema": SCHEMA,
            "suite": suite,
            "began": self.began.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "provenance": [{**self.provenance.get(suite, {}), "command": self.command}],
            "settings": self.settings.data(),
            "selection": self.selection.get(suite, {"whole": False, "deselected": [], "absent": []}),
            "peers": {peer: self.peers.get((suite, peer), _peer()) for peer in peers},
            "requirements": self.catalogues.get(suite, {}),
            "automata": automata,
            "tests": tests,
            "missing": missing,
            "other_failures": self.other_failures,
        }
        return tally.complete(raw)


def _peer() -> Document:
    """What is known of a peer that nobody met."""
    return {
        "title": "",
        "role": roles.SERVER,
        "adapter": "",
        "claimed": {},
        "observed": {},
        "timing": {},
        "findings": [],
        "defects": [],
        "keeps": [],
        "provenance": {},
    }


# -- files


def write(path: Path, document: Document) -> None:
    """Write a record, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f"{path.suffix}.part")
    unfinished.write_text(_lines(document), "utf-8")
    os.replace(unfinished, path)


def read(path: Path) -> Document:
    """The record in a file (or in the ``report.json`` of a folder).  Raises `RecordError`."""
    file = path / FILE if path.is_dir() else path
    try:
        document = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"{file} cannot be read as a record: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, dict) else None
        raise RecordError(
            f"{file} has schema {found!r}; this version reads {SCHEMA}: run the suite again, or use its atmt"
        )
    return document


def _lines(document: Document) -> str:
    """JSON with a line to each section and each test: ten times faster than indenting, and still to be read."""
    sections = []
    for name, content in document.items():
        text = json.dumps(content, ensure_ascii=False)
        if name == "tests":
            text = "[\n" + ",\n".join(json.dumps(test, ensure_ascii=False) for test in content) + "\n]"
        sections.append(f"{json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(sections) + "\n}\n"
