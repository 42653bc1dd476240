"""One line that moves while a suite is judged: how far, what came out, how long still; failures as they come.

Only where somebody watches a terminal: logs keep pytest's own dots.  Judges nothing and remembers no test.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from . import failures
from .lines import CELLS, SIGNS, Style
from .report import expectation

_BAR = 24  # characters
_PAUSE = 0.1  # seconds between two drawings
_WORTH = 3.0  # seconds after which a guess of the rest is worth telling
_ERASE = "\r\x1b[2K"


def is_watched(config: pytest.Config) -> bool:
    """Whether a person looks at a terminal on which nothing else writes."""
    tr: Any = config.pluginmanager.get_plugin("terminalreporter")
    if tr is None or not (tr.isatty and tr.hasmarkup) or tr.verbosity or "CI" in os.environ:
        return False
    options = config.option
    return options.capture != "no" and not options.usepdb and not config.getoption("atmt_shell_on_fail")


class Progress:
    """Registered with pytest once tests are known: writes to its terminal reporter `tr` of the record's `tests`;
    `planned` tells how many there will be."""

    def __init__(
        self,
        tr: Any,
        tests: Mapping[str, dict[str, Any]],
        planned: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        tr.showfspath = False
        self._tr = tr
        self._tests, self._planned, self._clock = tests, planned, clock
        self._verdicts: dict[str, str] = {}
        self._told: set[tuple[str, ...]] = set()
        self._began = clock()
        self._drawn = 0.0
        self._is_running = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_report_teststatus(self) -> Generator[None, Any, Any]:
        """A letter would tear the line."""
        status = yield
        return (status[0], "", "") if self._is_running else status

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        if (test := self._tests.get(report.nodeid)) is None or not hasattr(report, "atmt"):
            return
        self._verdicts[report.nodeid] = test["verdict"]
        if test["verdict"] in failures.WORST and failures.kind(test) not in self._told:
            self._told.add(failures.kind(test))
            self._tell(test)
        if self._clock() - self._drawn >= _PAUSE:
            self._draw(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, Any, Any]:
        self._is_running = True
        try:
            return (yield)
        finally:
            self._is_running = False
            self._tr.write(_ERASE)

    def _tell(self, test: dict[str, Any]) -> None:
        word, style = CELLS[test["verdict"]]
        self._tr.write(_ERASE)
        self._tr.write(f"{SIGNS[test['verdict']]} {word}", **style)
        text = f"  {failures.title([test])}: {expectation.line(test)}"
        self._tr.write(f"{_fit(text, self._tr._tw.fullwidth - 8)}\n")

    def _draw(self, nodeid: str) -> None:
        self._drawn = self._clock()
        parts = [*self._counted(), (self._rest(), {})]
        used = _BAR + sum(len(text) for text, _ in parts)
        self._tr.write(_ERASE)
        for text, style in (*self._bar(), *parts):
            self._tr.write(text, **style)
        self._tr.write(_fit(f"  {nodeid.rpartition('::')[2]}", self._tr._tw.fullwidth - used - 1), light=True)
        self._tr.flush()

    def _bar(self) -> list[tuple[str, Style]]:
        full = _BAR * len(self._verdicts) // max(1, self._planned(), len(self._verdicts))
        bad = any(verdict in failures.WORST for verdict in self._verdicts.values())
        return [("━" * full, {"red" if bad else "green": True}), ("─" * (_BAR - full), {"light": True})]

    def _counted(self) -> list[tuple[str, Style]]:
        counts = Counter(self._verdicts.values())
        told = [(f"  {sign} {counts[v]}", CELLS[v][1]) for v, sign in SIGNS.items() if counts[v]]
        return [(f" {len(self._verdicts)} of {self._planned()}", {"bold": True}), *told]

    def _rest(self) -> str:
        """How long it will still take, if tests go on taking as long as those that are over."""
        spent, done = self._clock() - self._began, len(self._verdicts)
        if spent < _WORTH or not done:
            return ""
        left = round(spent / done * max(0, self._planned() - done))
        return f"  {left // 60}:{left % 60:02} left"


def _fit(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(0, room - 1)]}…"
