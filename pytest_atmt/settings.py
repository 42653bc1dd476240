"""What the command line says about gates and files, checked before anything runs.

Knows no suite and no verdict of a run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from atmt.errors import TesterFault

from . import baseline as _baseline
from .coverage import KINDS

FAIL_ON = ("any", "must", "new")
LEVELS = ("MUST", "SHOULD", "MAY")
_COVERABLE = (*KINDS, "requirements")


class SettingError(TesterFault):
    """An option makes no sense; says what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`fail_on` is what ends in exit code 1, `coverage` the least percentage by kind, `require` the level whose
    requirements must all be judged, `known` the baseline by test (None: there is none)."""

    fail_on: str = "must"
    coverage: tuple[tuple[str, float], ...] = ()
    require: str = ""
    baseline: Path | None = None
    known: dict[str, _baseline.Entry] | None = None
    update: bool = False
    junit: Path | None = None
    summary: Path | None = None
    html: bool = True
    capture: str = "failed"

    def data(self) -> dict[str, Any]:
        """What the record keeps, so that its gates can be judged again."""
        return {
            "fail_on": self.fail_on,
            "coverage": dict(self.coverage),
            "require": self.require,
            "baseline": None if self.known is None else [e.data() for e in self.known.values()],
        }


def read(config: pytest.Config) -> Settings:
    """The settings of a run.  Raises `pytest.UsageError`."""
    try:
        return _read(config.option)
    except TesterFault as error:
        raise pytest.UsageError(str(error)) from None


def _read(option: Any) -> Settings:
    file, known = _path(option.atmt_baseline), None
    if file is not None:
        fresh = option.atmt_baseline_update and not file.exists()
        known = {} if fresh else _baseline.read(file)
    elif option.atmt_baseline_update:
        raise SettingError("--atmt-baseline-update: say which file: --atmt-baseline FILE")
    if option.atmt_fail_on == "new" and file is None:
        raise SettingError("--atmt-fail-on=new: say what is known: --atmt-baseline FILE")
    return Settings(
        fail_on=option.atmt_fail_on or ("must" if file is None else "new"),
        coverage=coverage(option.atmt_cov_fail_under or ""),
        require=option.atmt_require or "",
        baseline=file,
        known=known,
        update=option.atmt_baseline_update,
        junit=_path(option.atmt_junit),
        summary=_path(option.atmt_summary),
        html=option.atmt_html == "yes",
        capture=option.atmt_capture,
    )


def coverage(text: str) -> tuple[tuple[str, float], ...]:
    """``80`` (of the transitions) or ``transitions=80,states=90`` as (kind, percent)."""
    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        kind, _, number = part.rpartition("=")
        kind = kind.strip() or "transitions"
        if kind not in _COVERABLE:
            raise SettingError(
                f"--atmt-cov-fail-under {text}: nothing is called {kind!r}; choose among {', '.join(_COVERABLE)}"
            )
        if not re.fullmatch(r"\s*\d+(\.\d+)?\s*", number) or float(number) > 100:
            raise SettingError(f"--atmt-cov-fail-under {text}: {number!r} is no percentage from 0 to 100")
        found[kind] = float(number)
    return tuple(found.items())


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The strictest of several recorded settings."""
    known = [p["baseline"] for p in parts if p["baseline"] is not None]
    kinds = {kind for p in parts for kind in p["coverage"]}
    return {
        "fail_on": min((p["fail_on"] for p in parts), key=FAIL_ON.index),
        "coverage": {kind: max(p["coverage"].get(kind, 0.0) for p in parts) for kind in sorted(kinds)},
        "require": max((p["require"] for p in parts), key=("", *LEVELS).index),
        "baseline": list({e["test"]: e for entries in known for e in entries}.values()) if known else None,
    }


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
