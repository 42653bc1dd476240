"""One pytest run that judges peers: hooks that connect pytest with suites, peers, verdicts and the record.

Loaded only once a suite is there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest

from atmt.errors import TesterFault
from atmt.lab.lifeline import end_with_parent
from atmt.trace import Path

from . import judge, selection
from .acquaintance import Acquaintance, answers, refuse_not_applicable
from .bookkeeping import Bookkeeper
from .explain import path_difference
from .fixtures import ALIVE, FILES, RUNS
from .loaded import LoadedSuite, load
from .marks import purpose_of
from .peers.base import NotedFiles, Peer
from .peers.opening import open_peer
from .peers.replay import ReplayPeer
from .peers.statement import Statement
from .replays import Replay
from .report import allure
from .suite import Suite
from .timing import EXACT, About, calibrate
from .verdicts import Verdict

if TYPE_CHECKING:
    from atmt.lab import Lab

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
        self._watched: list[int] = []
        if "PYTEST_XDIST_WORKER" in os.environ:  # a worker must not outlive its controller, nor its peers it
            self._watched.append(os.getppid())
            end_with_parent()
        self._loaded: dict[FilePath, LoadedSuite] = {}
        self._acquaintance = Acquaintance()
        self._courier = judge.Courier()
        self._lab: Lab | None = None
        self._epsilon: float | None = None
        self._replay: Replay | None = None
        self.books = Bookkeeper(config, self._suite)
        config.pluginmanager.register(self.books, "atmt-books")
        allure.register(config)

    # -- collection

    def pytest_sessionstart(self) -> None:
        """What is wrong for the whole run is said once, before anything starts."""
        if file := self._config.getoption("atmt_replay"):
            try:
                self._replay = Replay(FilePath(file))
            except TesterFault as error:
                raise pytest.UsageError(str(error)) from None
        for plugin in self._config.pluginmanager.get_plugins():
            if hasattr(plugin, "pytest_atmt_suite") and (suite := plugin.pytest_atmt_suite()) is not None:
                try:
                    self._load(suite)
                except TesterFault as error:
                    raise pytest.UsageError(str(error)) from None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "peer" not in metafunc.fixturenames:
            return
        item = metafunc.definition
        try:
            loaded = self._suite(item)
            loaded.judged_by(purpose_of(item), item.nodeid)
        except TesterFault as error:
            raise pytest.Collector.CollectError(str(error)) from None
        names = [s.name for s in loaded.statements]
        metafunc.parametrize("peer", loaded.statements, indirect=True, ids=names)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = selection.wanted(self._config)
        if chosen is None:
            return
        kept = [
            item for item in items if _judges(item) and chosen(purpose_of(item), self._suite(item).catalogue)
        ]
        self._config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str] | None:
        if op == "==" and isinstance(left, Path) and isinstance(right, Sequence):
            return path_difference(left, right)
        return None

    # -- running

    @pytest.fixture
    def peer(self, request: pytest.FixtureRequest) -> Iterator[Peer]:
        """The peer under test, brought up for this test alone."""
        statement: Statement = request.param
        loaded = self._suite(request.node)
        self._acquaintance.refuse_silent(statement.name)
        peer = self._bring_up(statement, loaded, request.node.nodeid)
        if peer.files is not None:
            peer.files = request.node.stash[FILES] = NotedFiles(peer.files)
        try:
            facts = self._acquaintance.meet(peer, loaded)
            judged = loaded.judged_by(purpose_of(request.node), request.node.nodeid)
            refuse_not_applicable(facts, judged, statement.name)
            request.node.stash[ALIVE] = lambda: self._still_answers(peer, loaded)
            yield peer
        finally:
            peer.close()

    @pytest.fixture
    def about(self, peer: Peer) -> Callable[..., About]:
        """``about(seconds)``: a time that is right within what this machine can tell; exact in virtual time."""
        if peer.clock_kind != "real":
            return partial(About, epsilon=EXACT)
        if self._epsilon is None:
            self._epsilon = calibrate()
        return partial(About, epsilon=self._epsilon)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        report = yield
        if not _judges(item):
            return report
        runs, purpose = item.stash.get(RUNS, []), purpose_of(item)
        statement: Statement = item.callspec.params["peer"]  # type: ignore[attr-defined]
        verdict, reason = judge.verdict_of(call, runs, purpose, statement.tolerance)
        if call.when == "call" or verdict is not Verdict.NONE:
            facts = self._acquaintance.facts(statement.name)
            report.atmt = self._courier.data(self._suite(item), statement, facts, purpose, runs) | {
                "verdict": verdict.value,
                "reason": reason,
            }
            if FILES in item.stash:
                found = item.stash[FILES].found
                report.atmt["files"] = [None if content is None else content.hex() for content in found]
            _show(report, verdict, reason)
        return report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        data = getattr(report, "atmt", None)
        return _LETTERS.get(data["verdict"]) if data else None

    # -- the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        self._close_lab()

    def pytest_unconfigure(self) -> None:
        self._close_lab()

    # -- parts

    def _suite(self, node: pytest.Item) -> LoadedSuite:
        suite: Suite | None = node.ihook.pytest_atmt_suite()
        if suite is None:
            raise pytest.UsageError(
                f"{node.nodeid} uses the fixture peer, but no conftest.py above it has the hook pytest_atmt_suite"
            )
        return self._load(suite)

    def _load(self, suite: Suite) -> LoadedSuite:
        if suite.folder not in self._loaded:
            peers = self._config.getoption("peer") or []
            self._loaded[suite.folder] = load(
                suite, peers, self._replay, self._config.getoption("atmt_clock")
            )
        return self._loaded[suite.folder]

    def _bring_up(self, statement: Statement, loaded: LoadedSuite, nodeid: str) -> Peer:
        if self._replay is None:
            return open_peer(statement, loaded.suite, self._open_lab)
        self._acquaintance.recall(statement.name, self._replay.facts(statement.name))
        return ReplayPeer(statement, loaded.suite, self._replay.test(nodeid))

    def _still_answers(self, peer: Peer, loaded: LoadedSuite) -> bool:
        if answers(peer, loaded):
            return True
        self._acquaintance.lose(peer.statement.name)
        return False

    def _open_lab(self) -> Lab:
        if self._lab is None:
            from atmt.lab import Lab

            self._lab = Lab(watch=self._watched)
        return self._lab

    def _close_lab(self) -> None:
        if self._lab is not None:
            self._lab.close()
            self._lab = None


def _show(report: Any, verdict: Verdict, reason: str) -> None:
    """Make pytest's own outcome say no more than the verdict: only a pass is passed."""
    if verdict is Verdict.PASS:
        report.outcome = "passed"
    elif verdict is Verdict.NOT_APPLICABLE:
        path, line, _ = report.location
        report.outcome, report.longrepr = "skipped", (path, line, reason)
    else:
        if report.outcome != "failed":
            report.longrepr = reason
        report.outcome = "failed"


def _judges(item: pytest.Item) -> bool:
    return "peer" in getattr(item, "fixturenames", ())
