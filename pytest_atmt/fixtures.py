"""``read = automaton(ReadClient)``: an automaton as a fixture that a test calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from atmt import Automaton
from atmt.links.impairment import Impairment

from .explain import story
from .peers.base import Health, Peer
from .peers.files import NotedFiles
from .roles import SERVER
from .run import Ends, Run, check_end, check_names
from .verdicts import Inconclusive, PeerFailure


class Pulse:
    """Asks how a silent peer is, and notes what came of it, so that a replay can say so again."""

    def __init__(self, ask: Callable[[], Health]) -> None:
        self.noted: list[Health] = []
        self._ask = ask

    def __call__(self) -> Health:
        self.noted.append(self._ask())
        return self.noted[-1]


RUNS = pytest.StashKey[list[Run]]()
FILES = pytest.StashKey[NotedFiles]()
HEALTH = pytest.StashKey[Pulse]()


class PeerDied(PeerFailure):
    """The peer's program ended by itself during a conversation."""

    how = "the peer's program died"


class PeerSilenced(PeerDied):
    """The peer answers nobody since this test, while one that was started anew does."""

    how = "the peer was silenced"


class DiedBefore(Inconclusive):
    """The peer's program ended by itself before the test began to talk to it."""


class Runner:
    """Runs one automaton class against the test's peer; every call is a run of its own."""

    def __init__(
        self, cls: type[Automaton], peer: Peer, runs: list[Run], health: Callable[[], Health]
    ) -> None:
        self._cls = cls
        self._peer = peer
        self._runs = runs
        self._health = health

    def __call__(
        self, *args: Any, ends: Ends = None, impair: Sequence[Impairment] = (), **kwargs: Any
    ) -> Run:
        """Talk to the peer; arguments go to the automaton's ``parse_args``.

        The run must end in the state `ends` (or one of them; None: in any final state), else this raises
        `UnexpectedEnd`.  `impair` are faults of the link.
        """
        __tracebackhide__ = True
        names = check_names(self._cls.atmt_graph, ends)
        if not self._runs and (defect := self._peer.defect()):
            raise DiedBefore(f"{defect}, before the test's body")
        run = converse(self._cls, self._peer, args, kwargs, impair, self._runs)
        run.expected = names
        try:
            self._judge(run, names)
        except BaseException as failure:
            run.failure = failure  # whoever swallows it makes nothing better
            raise
        return run

    def _judge(self, run: Run, names: tuple[str, ...]) -> None:
        __tracebackhide__ = True
        if defect := self._peer.defect():
            run.defect = defect
            raise PeerDied(f"{defect}\n{story(run, names)}")
        try:
            check_end(run, names, lambda: story(run, names))
        except PeerFailure as failure:
            health, name = Health.WELL if run.received() else self._health(), self._peer.statement.name
            if health is Health.SILENCED:
                raise PeerSilenced(
                    f"{name} answers nobody since, though a fresh one does\n{failure}"
                ) from None
            if health is Health.LOST:
                raise Inconclusive(f"{name} answers nobody any more\n{failure}") from None
            raise


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
        run = Run(automaton, began, peer.statement.name, peer.clock_kind, arguments, peer.end)
        runs.append(run)
        automaton.destroy()
    return run


def automaton(cls: type[Automaton], judges: str = SERVER) -> Any:
    """A fixture that runs `cls` against the test's peer: ``read = automaton(ReadClient)`` in a conftest.

    With `judges` "client" it is a server, for peers that are clients.
    """

    @pytest.fixture
    def runner(peer: Peer, request: pytest.FixtureRequest) -> Callable[..., Run]:
        return Runner(cls, peer, request.node.stash.setdefault(RUNS, []), request.node.stash[HEALTH])

    fixture: Any = runner
    fixture.atmt_automaton = cls  # what a suite offers, its coverage is measured against
    fixture.atmt_judges = judges
    return fixture
