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

from . import breaches, captures, history, junit, planning, report, showing, weighing
from .fixtures import RUNS
from .loaded import LoadedSuite
from .record import FILE, Record
from .rollcall import RollCall
from .settings import Settings, read
from .verdicts import Verdict

_PROGRESS = "atmt-progress"


class Bookkeeper:
    """Registered with pytest beside the `ConformanceSession`.

    `suite_of` finds the suite of a test, `suites` all that were met, `roll` knows which tests were found.
    """

    def __init__(
        self,
        config: pytest.Config,
        suite_of: Callable[[pytest.Item], LoadedSuite],
        suites: Callable[[], list[LoadedSuite]],
        roll: RollCall,
    ) -> None:
        self._config = config
        self._suite_of = suite_of
        self._suites = suites
        self._roll = roll
        self._plan: dict[str, Any] | None = None
        self._met: set[str] = set()
        self._deselected: list[pytest.Item] = []
        self._documents: list[dict[str, Any]] = []
        self._before: dict[str, dict[str, Any] | None] = {}  # what is known of the run before, by suite

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
        if planning.only_looks(self._config):
            return
        plan = planning.plan(
            self._config, session.items, self._deselected, self._suites(), self._roll, self._suite_of
        )
        if self._is_worker:
            self._plan = plan
        else:
            self._expect(plan)

    # -- running

    def pytest_runtest_logstart(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        """What a worker sets out to do is told before its first test, in which it may die."""
        if self._plan is not None:
            report: Any = pytest.TestReport(nodeid, location, {}, "passed", None, "setup")
            report.atmt_plan, self._plan = self._plan, None
            self._config.hook.pytest_runtest_logreport(report=report)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        report = yield
        if hasattr(report, "atmt"):
            self._weigh(item, call, report)
        return report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        data = getattr(report, "atmt", None)
        return showing.LETTERS.get(data["verdict"]) if data else None

    def pytest_runtest_logreport(self, report: Any) -> None:
        if self._is_worker:
            return
        if hasattr(report, "atmt_plan"):
            self._expect(report.atmt_plan)
        if hasattr(report, "atmt_peer"):
            self.record.learn(*report.atmt_peer)
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

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, object, object]:
        """Before pytest's own junitxml writes its file; and nobody else's hook makes the exit code better."""
        if not self._is_worker and self.record.suites and exitstatus != pytest.ExitCode.USAGE_ERROR:
            self._close_books(session, exitstatus)
        least = session.exitstatus
        done = yield
        if session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = least
        return done

    def _hide_tracebacks(self) -> None:
        """On a terminal what failed is told once, by path and packets: with --tb pytest tells it too."""
        tr: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        if tr is None or not tr.isatty or tr.verbosity > 0 or self._config.option.tbstyle != "auto":
            return
        for shown in tr.stats.get("failed", ()):
            if getattr(shown, "atmt", {}).get("verdict") == Verdict.FAIL:
                shown._pdbshown = True  # pytest's own mark for failures that were shown already

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        from . import outputs, terminal

        for document in self._documents:
            file = self._file(document["suite"])
            terminal.summarise(terminalreporter, document, file, terminalreporter.verbosity)
            if self._settings.html:
                terminalreporter.write_line(f"page:   {file.with_name(report.FILE)}")
        for line in outputs.update_baseline(self._documents, self._settings):
            terminalreporter.write_line(line)

    # -- parts

    @property
    def _is_worker(self) -> bool:
        """Not yet known when a worker loads its conftests."""
        return hasattr(self._config, "workerinput")

    def _close_books(self, session: pytest.Session, exitstatus: int) -> None:
        from . import outputs  # collecting and testing do without the writers of reports

        self._documents = [self.record.document(suite) for suite in self.record.suites]
        for document in self._documents:
            if old := self._before.get(document["suite"]):
                history.add(document, old)
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = outputs.exit_code(self._documents)
        self._hide_tracebacks()
        junit.correct(self._config, self._documents)
        outputs.write(self._documents, self._settings, self._file)
        for document in self._documents:
            folder = self._file(document["suite"]).parent
            self._config.hook.pytest_atmt_report(document=document, folder=folder)

    def _expect(self, plan: dict[str, Any]) -> None:
        self.record.expect(plan)
        manager = self._config.pluginmanager
        from .progress import Progress, is_watched

        if not manager.hasplugin(_PROGRESS) and is_watched(self._config):
            tr = manager.get_plugin("terminalreporter")
            progress = Progress(tr, self.record.tests, lambda: len(self.record.plan))
            manager.register(progress, _PROGRESS)
        replayed = self._config.getoption("atmt_replay")
        for suite in self.record.suites:  # what an earlier run left is no record of this one
            file = self._file(suite)
            if suite not in self._before:  # every worker has a plan
                self._before[suite] = history.before(file)
            if not replayed or file.resolve() != Path(replayed).resolve():
                _clear(file, file.with_name(report.FILE), *captures.of(file.parent))

    def _file(self, suite: str) -> Path:
        given = self._config.getoption("atmt_report")
        if given is None:
            return self._config.rootpath / "reports" / suite / FILE
        return Path(given, suite if len(self.record.suites) > 1 else "") / FILE

    def _weigh(self, item: pytest.Item, call: pytest.CallInfo[None], report: Any) -> None:
        data, loaded = report.atmt, self._suite_of(item)
        error = call.excinfo.value if call.excinfo else None
        data["nodeid"] = report.nodeid
        file, line, _ = report.location
        data["location"] = [file, (line or 0) + 1]
        runs = item.stash.get(RUNS, [])
        known = weighing.signature(call.excinfo, runs, item.path)
        breaches.put_down(data, error, runs, loaded.catalogue)
        levels = planning.levels(item, loaded, data["requirements"])
        data.update(weighing.weigh(data, error, levels, known, self._settings))
        weighing.show(report, self._settings)
        self._introduce(item, data)
        junit.mark(item, report)

    def _introduce(self, item: pytest.Item, data: dict[str, Any]) -> None:
        """Say once in each process what is known of a peer."""
        peer = getattr(item, "funcargs", {}).get("peer")
        if peer is not None and (name := f"{data['suite']} {data['peer']}") not in self._met:
            self._met.add(name)
            data["peer_data"] = {"provenance": dict(peer.provenance()), "keeps": planning.keeps(item)}


def _clear(file: Path, *others: Path) -> None:
    """Make room for a record before anything is judged: one that could not be written would be lost."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in (file, *others):
            old.unlink(missing_ok=True)
        if not os.access(file.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file.parent))
    except OSError as error:
        raise pytest.UsageError(
            f"the record cannot be written to {file.parent}: {error.strerror}; give another folder with --atmt-report"
        ) from None
