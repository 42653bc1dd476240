"""Keeps the record of a pytest run: hooks that weigh verdicts, note what was collected, and write the reports.

Works alike in one process, in an xdist worker (where it only sends) and in the controller (where it only
receives).  Judges no peer: that is `session`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from . import junit, outputs, planning, provenance, report, terminal, weighing
from .fixtures import RUNS
from .loaded import LoadedSuite
from .record import FILE, Record
from .settings import Settings, read
from .verdicts import Verdict

_LETTERS: dict[str, tuple[str, str, tuple[str, dict[str, bool]]]] = {
    Verdict.INFORMATION: ("information", "i", ("INFORMATION", {"cyan": True})),
    Verdict.FINDING: ("finding", "w", ("FINDING", {"yellow": True})),
    Verdict.KNOWN: ("known deviation", "k", ("KNOWN DEVIATION", {"yellow": True})),
}


class Bookkeeper:
    """Registered with pytest beside the `ConformanceSession`; `suite_of` finds the suite of a test."""

    def __init__(self, config: pytest.Config, suite_of: Callable[[pytest.Item], LoadedSuite]) -> None:
        self._config = config
        self._suite_of = suite_of
        self._plan: dict[str, Any] | None = None
        self._met: set[str] = set()
        self._deselected: list[pytest.Item] = []
        self._documents: list[dict[str, Any]] = []

    @cached_property
    def _settings(self) -> Settings:
        """Not yet known when the first conftests are loaded."""
        return read(self._config)

    @cached_property
    def record(self) -> Record:
        """Everything that is known of this run."""
        return Record(self._settings, self._config.invocation_params.args)

    # -- collection

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self._deselected += [item for item in items if planning.judges(item)]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if self._config.option.collectonly:
            return
        plan = planning.plan(self._config, session.items, self._deselected, self._suite_of)
        if self._is_worker:
            self._plan = plan
        else:
            self._expect(plan)

    # -- running

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        report = yield
        if self._plan is not None:
            report.atmt_plan, self._plan = self._plan, None
        if hasattr(report, "atmt"):
            self._weigh(item, call, report)
        return report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        data = getattr(report, "atmt", None)
        return _LETTERS.get(data["verdict"]) if data else None

    def pytest_runtest_logreport(self, report: Any) -> None:
        if self._is_worker:
            return
        if hasattr(report, "atmt_plan"):
            self._expect(report.atmt_plan)
        if hasattr(report, "atmt"):
            self.record.add(report.nodeid, report.atmt, report.duration)
        elif report.failed:
            # xdist reports a test in which its worker died with a phase of its own
            phase = report.when in ("setup", "call", "teardown")
            if phase or not self.record.lose(report.nodeid, str(report.longrepr)):
                self.record.other_failures += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.record.other_failures += 1

    # -- the end

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Before pytest's own junitxml writes its file."""
        if self._is_worker or not self.record.suites or exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        self._documents = [self.record.document(suite) for suite in self.record.suites]
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = outputs.exit_code(self._documents)
        junit.correct(self._config, self._documents)
        outputs.write(self._documents, self._settings, self._file)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for document in self._documents:
            file = self._file(document["suite"])
            terminal.summarise(terminalreporter, document, file)
            if self._settings.html:
                terminalreporter.write_line(f"page:   {file.with_name(report.FILE)}")
        for line in outputs.update_baseline(self._documents, self._settings):
            terminalreporter.write_line(line)

    # -- parts

    @property
    def _is_worker(self) -> bool:
        """Not yet known when a worker loads its conftests."""
        return hasattr(self._config, "workerinput")

    def _expect(self, plan: dict[str, Any]) -> None:
        self.record.expect(plan)
        replayed = self._config.getoption("atmt_replay")
        for file in map(self._file, self.record.suites):  # what an earlier run left is no record of this one
            if not replayed or file.resolve() != Path(replayed).resolve():
                _clear(file, file.with_name(report.FILE))

    def _file(self, suite: str) -> Path:
        given = self._config.getoption("atmt_report")
        return (Path(given) if given else self._config.rootpath / "reports" / suite) / FILE

    def _weigh(self, item: pytest.Item, call: pytest.CallInfo[None], report: Any) -> None:
        data, loaded = report.atmt, self._suite_of(item)
        error = call.excinfo.value if call.excinfo else None
        data["nodeid"] = report.nodeid
        known = weighing.signature(call.excinfo, item.stash.get(RUNS, []), item.path)
        levels = planning.levels(item, loaded)
        data.update(weighing.weigh(data, error, levels, known, self._settings))
        weighing.show(report, self._settings)
        self._introduce(item, data)
        junit.mark(item, report)

    def _introduce(self, item: pytest.Item, data: dict[str, Any]) -> None:
        """Say once in each process what is known of a peer."""
        peer = getattr(item, "funcargs", {}).get("peer")
        if peer is not None and (name := f"{data['suite']} {data['peer']}") not in self._met:
            self._met.add(name)
            data["peer_data"] = {"provenance": provenance.of_peer(peer), "keeps": planning.keeps(item)}


def _clear(file: Path, page: Path) -> None:
    """Make room for a record before anything is judged: one that could not be written would be lost."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        page.unlink(missing_ok=True)
        if not os.access(file.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file.parent))
    except OSError as error:
        raise pytest.UsageError(
            f"the record cannot be written to {file.parent}: {error.strerror}; give another folder with --atmt-report"
        ) from None
