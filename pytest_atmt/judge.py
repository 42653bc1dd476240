"""From what happened in a test to what is reported of it: the verdict, its reason, the runs.

The result travels on pytest's own report as plain data, so that it reaches an xdist controller even when
the worker dies later.
"""

from __future__ import annotations

from typing import Any

import pytest

from atmt.edges import edges
from atmt.graph import Graph
from atmt.trace import summary

from .run import Run
from .verdicts import Verdict, of_exception


def verdict_of(call: pytest.CallInfo[None], runs: list[Run]) -> tuple[Verdict, str]:
    """The verdict of one phase of a test, and the reason where it is not a pass."""
    if call.excinfo is None:
        if call.when == "call" and not runs:
            return Verdict.ERROR, "the test judged nothing: it passed without running an automaton"
        return (Verdict.PASS if call.when == "call" else Verdict.NONE), ""
    error = call.excinfo.value
    if isinstance(error, pytest.skip.Exception):
        return (
            Verdict.ERROR,
            f"skipped ({error}): raise NotApplicable or CouldNotRun, a skip would turn green",
        )
    if isinstance(error, pytest.fail.Exception):
        return Verdict.FAIL, str(error)
    text = str(error) or type(error).__name__
    verdict = of_exception(error)
    return verdict, text if verdict is not Verdict.ERROR else f"{type(error).__name__}: {text}"


def run_data(run: Run) -> dict[str, Any]:
    """A run as plain data; times in seconds since it began."""
    return {
        "automaton": run.name,
        "peer": run.peer,
        "clock": run.clock,
        "duration": round(run.duration, 9),
        "state": run.state,
        "error": str(run.error) if run.error else None,
        "result": _short(run.result),
        "steps": [[round(run.since_start(s.at), 9), s.source, s.via, s.target] for s in run.steps],
        "packets": [
            {
                "at": round(run.since_start(e.at), 9),
                "direction": e.direction,
                "state": e.state,
                "via": e.via,
                "note": e.frame.note or e.frame.fault,
                "summary": summary(e.packet),
                "hex": e.data.hex(),
            }
            for e in run.exchanges
        ],
    }


def graph_data(graph: Graph) -> dict[str, Any]:
    """What an automaton could do, as plain data."""
    return {
        "states": {
            s.name: {flag: True for flag in ("initial", "final", "stop", "error") if getattr(s.mark, flag)}
            for s in graph.states.values()
        },
        "edges": [[e.source, e.via, e.target] for e in edges(graph)],
    }


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:150]}... ({len(text)} characters)"
