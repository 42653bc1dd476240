"""The record of a run: every test, verdict, path and packet, and the one source of all reports.

Fed with plain data by the reports of tests, in one process or from xdist workers alike.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from .verdicts import ExitCode, RunOutcome, Verdict, outcome

SCHEMA = 1


class Record:
    """Everything that is known at the end of a run."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC)
        self.tests: dict[str, dict[str, Any]] = {}
        self.graphs: dict[str, dict[str, Any]] = {}
        self.catalogues: dict[str, dict[str, Any]] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        self.other_failures = 0

    def add(self, nodeid: str, data: dict[str, Any], duration: float) -> None:
        """Take what one phase of a test reports; verdicts only worsen."""
        self.graphs.update(data.pop("graphs", {}))
        if "facts" in data:
            self.facts[data["peer"]] = data.pop("facts")
        if "catalogue" in data:
            self.catalogues[data["suite"]] = data.pop("catalogue")
        test = self.tests.setdefault(nodeid, {"nodeid": nodeid, "duration": 0.0, **data})
        test["duration"] = round(test["duration"] + duration, 6)
        test["runs"] = data["runs"]
        if Verdict(test["verdict"]).worst(Verdict(data["verdict"])) != test["verdict"]:
            test.update(verdict=data["verdict"], reason=data["reason"])

    # -- what it adds up to

    @property
    def suites(self) -> list[str]:
        return sorted({t["suite"] for t in self.tests.values()})

    @property
    def peers(self) -> list[str]:
        return sorted({t["peer"] for t in self.tests.values()})

    def counts(self, suite: str, peer: str) -> Counter[Verdict]:
        """How many tests came to which verdict."""
        return Counter(Verdict(t["verdict"]) for t in self._of(suite, peer))

    def outcome(self, suite: str, peer: str) -> RunOutcome:
        return outcome(Verdict(t["verdict"]) for t in self._of(suite, peer))

    def requirement_verdicts(self, suite: str) -> dict[str, dict[str, Verdict]]:
        """Requirement -> peer -> the worst verdict of the tests that judge it, for those that any test judged."""
        found: dict[str, dict[str, Verdict]] = {}
        for test in self.tests.values():
            if test["suite"] != suite:
                continue
            for id_ in test["requirements"]:
                row = found.setdefault(id_, {})
                row[test["peer"]] = row.get(test["peer"], Verdict.NONE).worst(Verdict(test["verdict"]))
        order = list(self.catalogues.get(suite, ()))
        return dict(
            sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
        )

    def taken(self) -> dict[str, tuple[Counter[str], Counter[tuple[str, str, str]]]]:
        """Automaton -> how often each state was entered and each edge taken."""
        found: dict[str, tuple[Counter[str], Counter[tuple[str, str, str]]]] = {}
        for test in self.tests.values():
            for run in test["runs"]:
                states, edges = found.setdefault(run["automaton"], (Counter(), Counter()))
                for _, source, via, target in run["steps"]:
                    states[target] += 1
                    if source:
                        edges[source, via, target] += 1
        return found

    def exit_code(self) -> int:
        """0 only if every test that was run judged its peer and let it pass."""
        outcomes = {self.outcome(suite, peer) for suite in self.suites for peer in self.peers}
        if self.other_failures or outcomes & {RunOutcome.FAIL, RunOutcome.ERROR}:
            return pytest.ExitCode.TESTS_FAILED
        return ExitCode.INCOMPLETE if RunOutcome.INCOMPLETE in outcomes else pytest.ExitCode.OK

    # -- writing

    def write(self, folder: Callable[[str], Path]) -> None:
        """One ``report.json`` for each suite, in the folder that `folder` names for it."""
        for suite in self.suites:
            path = folder(suite) / "report.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".json.part")
            unfinished.write_text(json.dumps(self.document(suite), indent=1), "utf-8")
            os.replace(unfinished, path)

    def document(self, suite: str) -> dict[str, Any]:
        """The record of `suite` as plain data."""
        tests = [t for t in self.tests.values() if t["suite"] == suite]
        used = {run["automaton"] for t in tests for run in t["runs"]}
        peers = sorted({t["peer"] for t in tests})
        return {
            "schema": SCHEMA,
            "suite": suite,
            "began": self.began.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "peers": {p: {"outcome": self.outcome(suite, p), "counts": self.counts(suite, p)} for p in peers},
            "requirements": {
                id_: {**entry, "verdicts": self.requirement_verdicts(suite).get(id_, {})}
                for id_, entry in self.catalogues.get(suite, {}).items()
            },
            "automata": {name: graph for name, graph in self.graphs.items() if name in used},
            "tests": tests,
        }

    def _of(self, suite: str, peer: str) -> list[dict[str, Any]]:
        return [t for t in self.tests.values() if (t["suite"], t["peer"]) == (suite, peer)]
