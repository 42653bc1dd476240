"""From a failure to what it weighs: the level of what is judged, and what the baseline knows of it.

Pure but for the traceback it is shown.  Decides for one test; a run's gates are elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from . import baseline
from .fixtures import PeerDied
from .run import Run, UnexpectedEnd
from .settings import Settings
from .verdicts import Verdict, by_level

_WEIGHED = (Verdict.FAIL, Verdict.FINDING, Verdict.INFORMATION)


def weigh(
    data: Mapping[str, Any], error: BaseException | None, levels: list[str], known: str, settings: Settings
) -> dict[str, Any]:
    """The verdict of a test, and what its `known` signature means, given the `levels` of what it judges."""
    verdict, found = Verdict(data["verdict"]), None
    if not isinstance(error, PeerDied):  # a program that dies is no mere finding
        verdict = by_level(verdict, levels)
    entry = (settings.known or {}).get(data["nodeid"]) if verdict in _WEIGHED else None
    if entry is not None:
        state, why = baseline.compare(entry, data["requirements"], known, date.today())
        found = {"state": state, "why": why, "reason": entry.reason, "link": entry.link}
        found["expires"] = entry.expires.isoformat()
        verdict = Verdict.KNOWN if state == "known" else verdict
    return {"verdict": verdict.value, "baseline": found, "signature": known if verdict in _SIGNED else ""}


_SIGNED = (*_WEIGHED, Verdict.KNOWN)


def show(report: Any, settings: Settings) -> None:
    """Keep pytest from counting a deviation as a failure, unless the settings say that it is one."""
    verdict = report.atmt["verdict"]
    tolerated = {
        Verdict.INFORMATION: True,
        Verdict.FINDING: settings.fail_on != "any",
        Verdict.KNOWN: settings.fail_on == "new",
    }
    if tolerated.get(verdict):
        report.outcome = "passed"


def signature(info: pytest.ExceptionInfo[BaseException] | None, runs: list[Run], file: Path) -> str:
    """What kind of failure it is, the same in every run: states and source text, no time, no port, no value."""
    if info is None:
        return ""
    end = f"{runs[-1].name} ended in {runs[-1].state or 'no state'}" if runs else "no automaton ran"
    if isinstance(info.value, UnexpectedEnd):
        return end
    if isinstance(info.value, PeerDied):
        return f"{end}, {info.value.how}"
    return f"{end}, {_statement(info, file)}"


def _statement(info: pytest.ExceptionInfo[BaseException], file: Path) -> str:
    """The last line of the test's own file that was being run, as it is written there."""
    own = [entry for entry in info.traceback if Path(str(entry.path)) == file]
    if not own:
        return info.typename
    return " ".join(str(own[-1].statement).split())
