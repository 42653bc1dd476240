"""One pytest run that judges peers: hooks that connect pytest with suites, peers, verdicts and the record.

Loaded only once a suite is there.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

import pytest

from atmt.errors import TesterFault
from atmt.trace import Path

from . import judge, lifesigns, looking, retrial, showing, witness
from .acquaintance import Acquaintance, Facts, Who, refuse_not_applicable
from .bookkeeping import Bookkeeper
from .collecting import Collecting, concerns_peer
from .explain import path_difference
from .fingerprints import Fingerprints
from .fixtures import FILES, HEALTH, RUNS, Pulse
from .fuzzing import Fuzzing
from .leaving import Leaving
from .loaded import LoadedSuite, load
from .marks import purpose_of
from .peers.adapters import Adapters, by_name
from .peers.base import Health, Peer, Said
from .peers.client import Client, client_of
from .peers.files import NotedFiles
from .peers.keeping import Keeper
from .peers.statement import Statement
from .plugin import enrol
from .replays import Replay
from .rollcall import RollCall
from .run import Run
from .suite import Suite, SuiteError
from .timing import Timing
from .verdicts import NotApplicable, Verdict
from .witness import Witness

_NEWS = pytest.StashKey[bool]()  # that something new is known of the peer is told with this test's end
_LAST_WORDS = pytest.StashKey[Sequence[Said]]()  # of a peer that was given up before the test's body
_FINE = frozenset({Verdict.NONE, Verdict.PASS, Verdict.NOT_APPLICABLE})


class ConformanceSession:
    """Registered with pytest as a plugin by the first suite that is found."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        # a worker must not outlive its controller, nor its peers it
        self._watched = [os.getppid()] if "PYTEST_XDIST_WORKER" in os.environ else []
        self._loaded: dict[FilePath, LoadedSuite] = {}
        self._of_folder: dict[FilePath, LoadedSuite] = {}  # asked several times for each test
        self._acquaintance = Acquaintance()
        self._courier = judge.Courier()
        self._keeper = Keeper(self._watched, config)
        self._parted: dict[str, Any] = {}  # where a path and what a test expects of it part
        roll = RollCall()
        self.books = Bookkeeper(config, self._suite, self._suites, roll)
        for name, part in (
            ("roll-call", roll),
            ("collecting", Collecting(config, self._suite, roll, lambda: self._keeper.replay)),
            ("books", self.books),
            ("witness", Witness(self._last_look)),
            ("timing", Timing(self._measured)),
            ("fingerprints", Fingerprints()),
            ("fuzzing", Fuzzing(config, self._another)),
            ("leaving", Leaving()),
        ):
            enrol(config.pluginmanager, part, f"atmt-{name}")

    def pytest_configure(self, config: pytest.Config) -> None:
        """Told when options are known, which they are not while the first conftests are loaded."""
        if config.getoption("allure_report_dir", None):
            from .report import allure

            allure.register(config)

    # -- collection

    def pytest_sessionstart(self) -> None:
        """What is wrong for the whole run is said once, before anything starts."""
        if file := self._config.getoption("atmt_replay"):
            try:
                self._keeper.replay = Replay(FilePath(file))
            except TesterFault as error:
                raise pytest.UsageError(str(error)) from None
        self._load_all()

    def _load_all(self) -> None:
        for plugin in self._config.pluginmanager.get_plugins():
            if hasattr(plugin, "pytest_atmt_suite") and (suite := plugin.pytest_atmt_suite()) is not None:
                try:
                    self._load(suite)
                except TesterFault as error:
                    raise pytest.UsageError(str(error)) from None

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str] | None:
        if op == "==" and isinstance(left, Path) and isinstance(right, Sequence):
            self._parted = judge.expected_path(left, right)
            return path_difference(left, right)
        return None

    # -- running

    def run_test(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """A verdict that may be due to what went before, or to the clock, is given again with a fresh peer."""
        if not concerns_peer(item) or self._keeper.replay is not None:
            return None
        return retrial.run(item, nextitem, RUNS, FILES, HEALTH, _NEWS, _LAST_WORDS)

    @pytest.fixture
    def peer(self, request: pytest.FixtureRequest) -> Iterator[Peer]:
        """The peer under test, brought up for this test alone."""
        statement: Statement = request.param
        loaded = self._suite(request.node)
        who = _who(loaded, statement)
        if self._keeper.replay is not None:
            self._acquaintance.recall(who, self._keeper.replay.facts(statement.name))
        self._acquaintance.refuse_silent(who)
        judged = loaded.judged_by(purpose_of(request.node), request.node.nodeid)
        if (known := self._acquaintance.facts(who)) is not None:  # else it must be met first
            refuse_not_applicable(known, judged, statement.name)
        peer = self._keeper.bring_up(statement, loaded, request.node.nodeid, str(request.node.path))
        if peer.files is not None:
            peer.files = request.node.stash[FILES] = NotedFiles(peer.files)
        try:
            facts = self._acquaintance.meet(peer, loaded)
            refuse_not_applicable(facts, judged, statement.name)
            request.node.stash[HEALTH] = Pulse(lambda: self._health(peer, loaded))
        except BaseException as error:
            request.node.stash[_LAST_WORDS] = peer.said()
            if not isinstance(error, NotApplicable):
                retrial.doubt(request.node, peer, self._acquaintance, who)
            self._take_down(peer, loaded, request.node)
            raise
        try:
            yield peer
        finally:
            self._take_down(peer, loaded, request.node)

    @pytest.fixture
    def client(self, peer: Peer) -> Client:
        """What the peer under test, a client, can be asked to do."""
        return client_of(peer)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        ours, info = concerns_peer(item), call.excinfo
        if ours and info is not None and isinstance(info.value, NotApplicable):
            info.traceback = type(info.traceback)([])  # to make one readable takes long, and nobody looks
        report = yield
        if not ours:
            return report
        witness.recall(item, call)
        if call.when != "call" and call.excinfo is None and not item.stash.get(_NEWS, False):
            return report
        runs, purpose, statement = item.stash.get(RUNS, []), purpose_of(item), _statement_of(item)
        verdict, reason = judge.verdict_of(call, runs, purpose, statement.tolerance)
        loaded = self._suite(item)
        who = _who(loaded, statement)
        if verdict is Verdict.INCONCLUSIVE and (how := judge.early_death(call)):
            self._acquaintance.mourn(who, how)
            item.stash[_NEWS] = True
        if call.when == "teardown" and item.stash.get(_NEWS, False):
            known = self._acquaintance.facts(who) or Facts()
            report.atmt_peer = (*who, {"findings": known.findings(), "defects": known.defects()})
        if call.when == "call" or verdict is not Verdict.NONE:
            if verdict not in _FINE and (peer := _peer_of(item)) is not None:
                retrial.doubt(item, peer, self._acquaintance, who)
            if verdict is Verdict.PASS and (how := retrial.relapse(item)):
                self._acquaintance.relapse(who, how)
                item.stash[_NEWS] = True
            told = self._courier.data(loaded, statement, self._acquaintance.facts(who), purpose, runs)
            report.atmt = {**told, "verdict": verdict.value, "reason": reason, **self._evidence(item, runs)}
            if verdict not in _FINE:
                judge.dissect(report.atmt, runs)
            showing.show(report, verdict, reason)
            self._look_around(item, verdict)
        return report

    def _evidence(self, item: pytest.Item, runs: list[Run]) -> dict[str, Any]:
        """What a test's data holds besides runs and verdict, as far as there is any."""
        found, self._parted = self._parted, {}
        if FILES in item.stash:
            contents = item.stash[FILES].found
            found["files"] = [None if content is None else content.hex() for content in contents]
        if HEALTH in item.stash and (noted := item.stash[HEALTH].noted):
            found["health"] = [health.value for health in noted]
        peer = _peer_of(item)
        if said := peer.said() if peer else item.stash.get(_LAST_WORDS, ()):
            found["peer_log"] = judge.said_data(said, runs)
        return found

    # -- the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        self._keeper.close()

    def pytest_unconfigure(self) -> None:
        self._keeper.close()

    # -- parts

    def _suite(self, node: pytest.Item) -> LoadedSuite:
        if node.path.parent not in self._of_folder:
            self._of_folder[node.path.parent] = self._suite_above(node)
        return self._of_folder[node.path.parent]

    def _suite_above(self, node: pytest.Item) -> LoadedSuite:
        suite: Suite | None = node.ihook.pytest_atmt_suite()
        if suite is None:
            raise pytest.UsageError(
                f"{node.nodeid} uses the fixture peer, but no conftest.py above it has the hook pytest_atmt_suite"
            )
        return self._load(suite)

    def _load(self, suite: Suite) -> LoadedSuite:
        if suite.folder not in self._loaded:
            if twin := next((f for f, s in self._loaded.items() if s.suite.name == suite.name), None):
                raise SuiteError(
                    f"{suite.folder} and {twin} both call themselves suite {suite.name!r}; give one another name"
                )
            peers = self._config.getoption("peer") or []
            self._loaded[suite.folder] = load(
                suite, peers, self._keeper.replay, self._config.getoption("atmt_clock"), self._adapters
            )
        return self._loaded[suite.folder]

    @cached_property
    def _adapters(self) -> Adapters:
        self._keeper.adapters = by_name(self._config.hook.pytest_atmt_adapters())
        return self._keeper.adapters

    def _measured(self, item: pytest.Item) -> Mapping[str, float]:
        facts = self._acquaintance.facts(_who(self._suite(item), _statement_of(item)))
        return facts.timing if facts else {}

    def _suites(self) -> list[LoadedSuite]:
        """All whose folders were looked into, also those of which no test was found."""
        self._load_all()
        return list(self._loaded.values())

    def _another(self, item: pytest.Item) -> Peer:
        """A second peer like that of a test, with nothing behind it."""
        return self._keeper.another(_statement_of(item), self._suite(item))

    def _take_down(self, peer: Peer, loaded: LoadedSuite, item: pytest.Item) -> None:
        """End the peer, or keep it for the next test; the first time, look what it leaves running."""
        if self._keeper.keeps(peer) and not item.stash.get(retrial.SPENT, False):
            return self._keeper.put_back(peer, loaded, str(item.path))
        try:
            facts = self._acquaintance.facts(_who(loaded, peer.statement))
            if facts is not None and facts.left is None:
                facts.left = list(peer.leftovers())
                item.stash[_NEWS] = item.stash.get(_NEWS, False) or bool(facts.left)
        finally:
            peer.close()
        return None

    def _look_around(self, item: pytest.Item, verdict: Verdict) -> None:
        """``--atmt-shell-on-fail``: before the peer and its network are gone."""
        peer = _peer_of(item)
        if peer is not None and verdict not in _FINE and self._config.getoption("atmt_shell_on_fail"):
            looking.around(self._config, item, peer)

    def _health(self, peer: Peer, loaded: LoadedSuite) -> Health:
        found = lifesigns.health(peer, loaded, self._keeper)
        if found is Health.LOST:
            self._acquaintance.lose(_who(loaded, peer.statement))
        return found

    def _last_look(self, item: pytest.Item) -> None:
        """A test that passed because it heard nothing proves nothing if the peer is gone."""
        if (peer := _peer_of(item)) is not None and HEALTH in item.stash:
            runs: list[Run] = item.stash.get(RUNS, [])
            lifesigns.last_look(peer, runs, item.stash[HEALTH])


def _peer_of(item: pytest.Item) -> Peer | None:
    """The peer of a test, while it is up."""
    peer: Peer | None = getattr(item, "funcargs", {}).get("peer")
    return peer


def _statement_of(item: pytest.Item) -> Statement:
    statement: Statement = item.callspec.params["peer"]  # type: ignore[attr-defined]  # parametrised
    return statement


def _who(loaded: LoadedSuite, statement: Statement) -> Who:
    return loaded.suite.name, statement.name
