"""From what happened in a test to what is reported of it: the verdict, its reason, the runs.

The result travels on pytest's own report as plain data, so that it reaches an xdist controller even when
the worker dies later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from atmt.trace import Exchange, Path

from . import models
from .acquaintance import Facts
from .dissection import layers
from .fixtures import DiedBefore, PeerDied
from .loaded import LoadedSuite
from .marks import Purpose
from .peers.base import Said
from .peers.statement import Statement
from .requirements import Requirement
from .run import Run
from .verdicts import Verdict, of_exception

MOST, LONGEST = 200, 500  # lines of a peer's log that a record keeps of a test, and characters of each
_OVERDUE = "Timeout (>"  # what pytest-timeout says: of a peer that goes on for ever, or of a machine that is too slow
_DISSECTED = 200  # packets of a run, from its beginning and from its end


def verdict_of(
    call: pytest.CallInfo[None], runs: list[Run], purpose: Purpose, tolerance: float
) -> tuple[Verdict, str]:
    """The verdict of one phase of a test, and the reason where it is not a pass.

    `tolerance` is by how many seconds we may be late and still blame the peer.
    """
    if call.excinfo is None:
        if call.when != "call":
            return Verdict.NONE, ""
        if not runs:
            return Verdict.ERROR, "the test judged nothing: it passed without running an automaton"
        if (swallowed := next((run.failure for run in runs if run.failure), None)) is None:
            return Verdict.PASS, ""
        error = swallowed
    else:
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
    if isinstance(error, pytest.fail.Exception) and text.startswith(_OVERDUE):
        return Verdict.INCONCLUSIVE, f"it did not come to an end: {text}"
    if verdict is Verdict.FAIL and (excuse := _excuse(call, runs, purpose, tolerance)):
        return Verdict.INCONCLUSIVE, f"{excuse}\n{text}"
    return verdict, text


def _excuse(call: pytest.CallInfo[None], runs: list[Run], purpose: Purpose, tolerance: float) -> str:
    """Why a failure is not the peer's, or not of what the test judges ("": it is)."""
    if call.when == "setup":
        return "it failed before the test's body, in what only leads up to that"
    return _missed_preamble(runs, purpose) or late(runs, tolerance)


def early_death(call: pytest.CallInfo[None]) -> str:
    """How the peer's program ended before the body of a test ("": it did not)."""
    error = call.excinfo.value if call.excinfo else None
    early = isinstance(error, DiedBefore) or (call.when == "setup" and isinstance(error, PeerDied))
    return str(error).partition("\n")[0] if early else ""


def hinges_on_silence(runs: Sequence[Run]) -> bool:
    """Whether the peer was never heard, or the last conversation was ended by a timer."""
    if not any(run.received() for run in runs):
        return True
    last = runs[-1].steps[-1] if runs[-1].steps else None
    if last is None or last.source not in runs[-1].graph.states:
        return False
    conditions = runs[-1].graph[last.source].all_conditions
    return any(c.name == last.via and c.kind.value in ("timeout", "timer") for c in conditions)


def late(runs: list[Run], tolerance: float) -> str:
    """Why a failure does not count: this machine was too slow to be sure that it was the peer's."""
    if dropped := sum(run.lost or 0 for run in runs):
        return f"this machine lost {dropped} frames of the conversation before they were read"
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
        suite, classes = loaded.suite.name, [type(run.automaton) for run in runs]
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
            "runs": [run_data(run, runs[0].began) for run in runs],
            "graphs": {models.key(cls): models.data(cls) for cls in classes if self._first(models.key(cls))},
        }
        if self._first(f"catalogue {suite}"):
            told["catalogue"] = {id_: requirement_data(r) for id_, r in loaded.catalogue.items()}
        if facts is not None and self._first(f"facts {suite} {statement.name} {facts.left} {id(facts)}"):
            told["facts"] = {
                "title": statement.title,
                "role": statement.role,
                "adapter": statement.adapter,
                "claimed": facts.claimed,
                "observed": facts.observed,
                "timing": {**facts.timing, "tolerance": statement.tolerance},
                "findings": facts.findings(),
                "defects": facts.defects(),
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


def run_data(run: Run, origin: float | None = None) -> dict[str, Any]:
    """A run as plain data; times in seconds since it began, which was ``began`` seconds after `origin`."""
    return {
        "automaton": run.name,
        "class": models.key(type(run.automaton)),
        "began": 0.0 if origin is None else round(run.began - origin, 9),
        "peer": run.peer,
        "clock": run.clock,
        "arguments": dict(run.arguments),
        "duration": round(run.duration, 9),
        "lateness": round(run.lateness, 6),
        **({} if run.lost is None else {"lost": run.lost}),
        **({"omitted": run.omitted} if run.omitted else {}),
        "round_trip": None if (trip := run.round_trip) is None else round(trip, 6),
        "delays": dict(run.automaton.delays),
        "defect": run.defect,
        "state": run.state,
        "expected": list(run.expected),
        "error": str(run.error) if run.error else None,
        "result": short(run.result),
        "steps": [[round(run.since_start(s.at), 9), s.source, s.via, s.target] for s in run.steps],
        "packets": [_packet(run, exchange) for exchange in run.exchanges],
        **({"client": run.end.data()} if run.end else {}),
    }


def dissect(told: dict[str, Any], runs: list[Run]) -> None:
    """Add to a test's data the layers of its packets: what a reader of a failure looks for, too long for all."""
    for data, run in zip(told["runs"], runs, strict=True):
        pairs = list(zip(data["packets"], run.exchanges, strict=True))
        for packet, exchange in pairs[:_DISSECTED] + pairs[_DISSECTED:][-_DISSECTED:]:
            packet["layers"] = layers(exchange.frame.packet)
            exchange.frame.forget()


def said_data(said: Sequence[Said], runs: list[Run]) -> list[list[Any]]:
    """What a peer wrote during a test, its last lines: [seconds since the first run began, stream, line]."""
    origin = runs[0].began if runs else said[0][0]
    lines = [[round(at - origin, 6), stream, text[:LONGEST]] for at, stream, text in said[-MOST:]]
    if left_out := len(said) - len(lines):
        lines.insert(0, [lines[0][0], "atmt", f"({left_out} earlier lines are left out)"])
    return lines


def expected_path(path: Path, expected: Sequence[object]) -> dict[str, Any]:
    """The path that a test expects ("...": any states), and the number of the state where the other parts from it."""
    pattern = ["..." if state is ... else str(state) for state in expected]
    return {"expected_path": {"path": pattern, "at": path.divergence(expected)}}


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


def short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:150]}... ({len(text)} characters)"
