"""One pytest run that judges peers: hooks that connect pytest with suites, peers, verdicts and the record.

Loaded only once a suite is there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest

from atmt.errors import TesterFault
from atmt.trace import Path

from . import requirements as _requirements
from . import terminal
from .explain import path_difference
from .fixtures import ALIVE, RUNS, converse
from .judge import graph_data, run_data, verdict_of
from .peers import registry
from .peers.base import Peer
from .peers.opening import open_peer
from .peers.statement import Statement
from .record import Record
from .suite import Suite
from .verdicts import Inconclusive, Verdict

if TYPE_CHECKING:
    from atmt.lab import Lab

    from .run import Run

_LETTERS: dict[str, tuple[str, str, tuple[str, dict[str, bool]]]] = {
    Verdict.INCONCLUSIVE: ("inconclusive", "I", ("INCONCLUSIVE", {"yellow": True})),
    Verdict.COULD_NOT_RUN: ("could not run", "U", ("COULD NOT RUN", {"yellow": True})),
    Verdict.NOT_APPLICABLE: ("not applicable", "n", ("NOT APPLICABLE", {"cyan": True})),
    Verdict.ERROR: ("error", "E", ("ERROR", {"red": True})),
}


class ConformanceSession:
    """Registered with pytest as a plugin by the first suite that is found."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._catalogues: dict[FilePath, dict[str, _requirements.Requirement]] = {}
        self._told: set[str] = set()
        self._silent: dict[str, str] = {}
        self._greeted: set[str] = set()
        self._lab: Lab | None = None
        self.record = Record()

    # -- collection

    def pytest_sessionstart(self) -> None:
        """What is wrong for the whole run is said once, before anything starts."""
        for plugin in self._config.pluginmanager.get_plugins():
            if hasattr(plugin, "pytest_atmt_suite") and (suite := plugin.pytest_atmt_suite()) is not None:
                try:
                    self._catalogue(suite)
                    self._statements(suite)
                except TesterFault as error:
                    raise pytest.UsageError(str(error)) from None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "peer" not in metafunc.fixturenames:
            return
        suite = self._suite(metafunc.definition)
        try:
            self._requirements_of(metafunc.definition)
            statements = self._statements(suite)
        except TesterFault as error:
            raise pytest.Collector.CollectError(str(error)) from None
        metafunc.parametrize("peer", statements, indirect=True, ids=[s.name for s in statements])

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str] | None:
        if op == "==" and isinstance(left, Path) and isinstance(right, Sequence):
            return path_difference(left, right)
        return None

    # -- running

    @pytest.fixture
    def peer(self, request: pytest.FixtureRequest) -> Iterator[Peer]:
        """The peer under test, brought up for this test alone."""
        statement: Statement = request.param
        suite = self._suite(request.node)
        if statement.name in self._silent:
            raise Inconclusive(self._silent[statement.name])
        peer = open_peer(statement, suite, self._open_lab)
        try:
            if statement.name not in self._greeted:
                self._greet(peer, suite)
            request.node.stash[ALIVE] = lambda: self._answers(peer, suite)
            yield peer
        finally:
            peer.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        report = yield
        if "peer" not in getattr(item, "fixturenames", ()):
            return report
        runs = item.stash.get(RUNS, [])
        verdict, reason = verdict_of(call, runs)
        if call.when == "call" or verdict is not Verdict.NONE:
            report.atmt = self._data(item, verdict, reason, runs)
            report.outcome = "passed" if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE) else "failed"
            if (report.failed and report.longrepr is None) or report.skipped:
                report.longrepr = reason
        return report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        data = getattr(report, "atmt", None)
        return _LETTERS.get(data["verdict"]) if data else None

    def pytest_runtest_logreport(self, report: Any) -> None:
        if self._is_worker:
            return
        if hasattr(report, "atmt"):
            self.record.add(report.nodeid, report.atmt, report.duration)
        elif report.failed:
            self.record.other_failures += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.record.other_failures += 1

    # -- the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._lab is not None:
            self._lab.close()
            self._lab = None
        if self._is_worker or not self.record.tests:
            return
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = self.record.exit_code()
        self.record.write(self._report_folder)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.record.tests:
            terminal.summarise(terminalreporter, self.record, self._report_folder)

    def pytest_unconfigure(self) -> None:
        if self._lab is not None:
            self._lab.close()

    # -- parts

    @property
    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")

    def _report_folder(self, suite: str) -> FilePath:
        given = self._config.getoption("atmt_report")
        return FilePath(given) if given else self._config.rootpath / "reports" / suite

    def _suite(self, node: pytest.Item | pytest.Function) -> Suite:
        suite: Suite | None = node.ihook.pytest_atmt_suite()
        if suite is None:
            raise pytest.UsageError(
                f"{node.nodeid} uses the fixture peer, but no conftest.py above it has the hook pytest_atmt_suite"
            )
        return suite

    def _statements(self, suite: Suite) -> list[Statement]:
        names = self._config.getoption("peer") or [suite.default_peer]
        return [registry.find(name, suite.folder / "peers") for name in names]

    def _catalogue(self, suite: Suite) -> dict[str, _requirements.Requirement]:
        folder = suite.folder / "requirements"
        if folder not in self._catalogues:
            self._catalogues[folder] = _requirements.load(folder)
        return self._catalogues[folder]

    def _requirements_of(self, item: pytest.Item) -> list[_requirements.Requirement]:
        ids = [id_ for mark in item.iter_markers("requirement") for id_ in mark.args]
        if not ids:
            raise _requirements.CatalogueError(
                f"{item.nodeid} judges a peer but names no requirement; mark it @requirement(ID)"
            )
        return _requirements.find(self._catalogue(self._suite(item)), ids, item.nodeid)

    def _open_lab(self) -> Lab:
        if self._lab is None:
            from atmt.lab import Lab

            self._lab = Lab()
        return self._lab

    def _greet(self, peer: Peer, suite: Suite) -> None:
        """The first conversation with a peer: one that does not answer at all is not judged."""
        name = peer.statement.name
        self._greeted.add(name)
        if not self._answers(peer, suite):
            self._silent[name] = f"{name} did not answer the greeting, so it was not judged{peer.defect()}"
            raise Inconclusive(self._silent[name])

    def _answers(self, peer: Peer, suite: Suite) -> bool:
        return suite.greet(lambda cls, *args, **kwargs: converse(cls, peer, args, kwargs, (), []))

    def _data(self, item: pytest.Item, verdict: Verdict, reason: str, runs: list[Run]) -> dict[str, Any]:
        suite = self._suite(item)
        statement: Statement = item.callspec.params["peer"]  # type: ignore[attr-defined]
        data: dict[str, Any] = {
            "suite": suite.name,
            "peer": statement.name,
            "requirements": [r.id for r in self._requirements_of(item)],
            "verdict": verdict.value,
            "reason": reason,
            "runs": [run_data(run) for run in runs],
            "graphs": {},
        }
        for run in runs:
            if run.name not in self._told:
                data["graphs"][run.name] = graph_data(run.graph)
                self._told.add(run.name)
        if f"suite {suite.name}" not in self._told:
            self._told.add(f"suite {suite.name}")
            data["catalogue"] = {id_: asdict(r) for id_, r in self._catalogue(suite).items()}
        return data
