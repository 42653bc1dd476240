"""``read = automaton(ReadClient)``: an automaton as a fixture that a test calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from atmt import Automaton
from atmt.links.impairment import Impairment

from .explain import story
from .peers.base import NotedFiles, Peer
from .run import Ends, Run, check_end, check_names
from .verdicts import Inconclusive, PeerFailure

RUNS = pytest.StashKey[list[Run]]()
FILES = pytest.StashKey[NotedFiles]()
ALIVE = pytest.StashKey[Callable[[], bool]]()


class PeerDied(PeerFailure):
    """The peer's program ended by itself during a conversation."""


class Runner:
    """Runs one automaton class against the test's peer; every call is a run of its own."""

    def __init__(self, cls: type[Automaton], peer: Peer, runs: list[Run], alive: Callable[[], bool]) -> None:
        self._cls = cls
        self._peer = peer
        self._runs = runs
        self._alive = alive

    def __call__(
        self, *args: Any, ends: Ends = None, impair: Sequence[Impairment] = (), **kwargs: Any
    ) -> Run:
        """Talk to the peer; arguments go to the automaton's ``parse_args``.

        The run must end in the state `ends` (or one of them; None: in any final state), else this raises
        `UnexpectedEnd`.  `impair` are faults of the link.
        """
        __tracebackhide__ = True
        names = check_names(self._cls.atmt_graph, ends)
        run = converse(self._cls, self._peer, args, kwargs, impair, self._runs)
        if defect := self._peer.defect():
            raise PeerDied(f"{defect}\n{story(run, names)}")
        try:
            check_end(run, names, lambda: story(run, names))
        except PeerFailure as failure:
            if run.received() or self._alive():
                raise
            raise Inconclusive(f"{self._peer.statement.name} answers nobody any more\n{failure}") from None
        return run


def converse(
    cls: type[Automaton],
    peer: Peer,
    args: Sequence[Any],
    kwargs: dict[str, Any],
    impair: Sequence[Impairment],
    runs: list[Run],
) -> Run:
    """One conversation of a new `cls` with `peer`, added to `runs` however it ends."""
    arguments = peer.arguments()
    link = peer.link(impair)
    try:
        automaton = cls(*args, link=link, **{**arguments, **kwargs})
    except BaseException:
        link.close()
        raise
    automaton.clock = peer.clock
    began = peer.clock.now()
    try:
        peer.drive(automaton)
    finally:
        run = Run(automaton, began, peer.statement.name, peer.clock_kind, arguments)
        runs.append(run)
        automaton.destroy()
    return run


def automaton(cls: type[Automaton]) -> Any:
    """A fixture that runs `cls` against the test's peer: ``read = automaton(ReadClient)`` in a conftest."""

    @pytest.fixture
    def runner(peer: Peer, request: pytest.FixtureRequest) -> Callable[..., Run]:
        return Runner(cls, peer, request.node.stash.setdefault(RUNS, []), request.node.stash[ALIVE])

    fixture: Any = runner
    fixture.atmt_automaton = cls  # what a suite offers, its coverage is measured against
    return fixture
