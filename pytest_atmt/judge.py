"""From what happened in a test to what is reported of it: the verdict, its reason, the runs.

The result travels on pytest's own report as plain data, so that it reaches an xdist controller even when
the worker dies later.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from atmt.edges import edges
from atmt.graph import Graph
from atmt.trace import Exchange

from .acquaintance import Facts
from .loaded import LoadedSuite
from .marks import Purpose
from .peers.statement import Statement
from .requirements import Requirement
from .run import Run
from .verdicts import Verdict, of_exception


def verdict_of(
    call: pytest.CallInfo[None], runs: list[Run], purpose: Purpose, tolerance: float
) -> tuple[Verdict, str]:
    """The verdict of one phase of a test, and the reason where it is not a pass.

    `tolerance` is by how many seconds we may be late and still blame the peer.
    """
    if call.excinfo is None:
        if call.when == "call" and not runs:
            return Verdict.ERROR, "the test judged nothing: it passed without running an automaton"
        return (Verdict.PASS if call.when == "call" else Verdict.NONE), ""
    error = call.excinfo.value
    if isinstance(error, (pytest.skip.Exception, pytest.xfail.Exception)):
        return (
            Verdict.ERROR,
            f"skipped ({error}): raise NotApplicable or CouldNotRun, a skip would turn green",
        )
    text = str(error) or type(error).__name__
    verdict = Verdict.FAIL if isinstance(error, pytest.fail.Exception) else of_exception(error)
    if verdict is Verdict.ERROR:
        return verdict, f"{type(error).__name__}: {text}"
    if verdict is Verdict.FAIL and (excuse := _missed_preamble(runs, purpose) or late(runs, tolerance)):
        return Verdict.INCONCLUSIVE, f"{excuse}\n{text}"
    return verdict, text


def late(runs: list[Run], tolerance: float) -> str:
    """Why a failure does not count: this machine was too slow to be sure that it was the peer's."""
    worst = max((run.lateness for run in runs), default=0.0)
    if worst <= tolerance:
        return ""
    return f"the harness was late by {worst:.3f} s, more than the {tolerance:g} s that this peer allows"


def _missed_preamble(runs: list[Run], purpose: Purpose) -> str:
    """Why a failure does not count: the state was not reached in which the test begins to judge."""
    if not purpose.preamble or not runs or any(purpose.preamble in run.path for run in _able(runs, purpose)):
        return ""
    return f"the preamble was not reached: no run came to {purpose.preamble}"


def _able(runs: list[Run], purpose: Purpose) -> list[Run]:
    """The runs of automata that have the state; if there is none, naming it in a path is an error."""
    able = [run for run in runs if purpose.preamble in run.graph.states]
    return able or runs


class Courier:
    """Makes the data that a test's report carries; what is the same for many tests it says but once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def data(
        self,
        loaded: LoadedSuite,
        statement: Statement,
        facts: Facts | None,
        purpose: Purpose,
        runs: list[Run],
    ) -> dict[str, Any]:
        """What a test's report says besides its verdict."""
        suite = loaded.suite.name
        told: dict[str, Any] = {
            "suite": suite,
            "peer": statement.name,
            "requirements": list(purpose.requirements),
            "purpose": {
                "objective": purpose.objective,
                "behaviour": purpose.behaviour,
                "preamble": purpose.preamble,
                "version": purpose.version,
            },
            "runs": [run_data(run) for run in runs],
            "graphs": {run.name: graph_data(run.graph) for run in runs if self._first(f"graph {run.name}")},
        }
        if self._first(f"catalogue {suite}"):
            told["catalogue"] = {id_: requirement_data(r) for id_, r in loaded.catalogue.items()}
        if facts is not None and self._first(f"facts {suite} {statement.name}"):
            told["facts"] = {
                "title": statement.title,
                "adapter": statement.adapter,
                "claimed": facts.claimed,
                "observed": facts.observed,
                "findings": facts.findings(),
            }
        return told

    def _first(self, what: str) -> bool:
        if what in self._told:
            return False
        self._told.add(what)
        return True


def requirement_data(requirement: Requirement) -> dict[str, Any]:
    """A requirement as plain data."""
    return asdict(requirement) | {"applies_if": requirement.applies_if.text}


def run_data(run: Run) -> dict[str, Any]:
    """A run as plain data; times in seconds since it began."""
    return {
        "automaton": run.name,
        "peer": run.peer,
        "clock": run.clock,
        "arguments": dict(run.arguments),
        "duration": round(run.duration, 9),
        "lateness": round(run.lateness, 6),
        "state": run.state,
        "error": str(run.error) if run.error else None,
        "result": _short(run.result),
        "steps": [[round(run.since_start(s.at), 9), s.source, s.via, s.target] for s in run.steps],
        "packets": [_packet(run, exchange) for exchange in run.exchanges],
    }


def _packet(run: Run, exchange: Exchange) -> dict[str, Any]:
    line, fault = exchange.frame.describe()
    return {
        "at": round(run.since_start(exchange.at), 9),
        "direction": exchange.direction,
        "state": exchange.state,
        "via": exchange.via,
        "note": exchange.frame.note or fault,
        "summary": line,
        "hex": exchange.data.hex(),
    }


def graph_data(graph: Graph) -> dict[str, Any]:
    """What an automaton could do, as plain data."""
    return {
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
                "actions": [action.__name__ for action in condition.actions],
            }
            for state in graph.states.values()
            for condition in state.all_conditions
        ],
    }


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:150]}... ({len(text)} characters)"
