"""Robustness: malformed datagrams by seed, in every state that a suite can reach; a harmful one is made small.

Knows no protocol: a suite says what is right to say, how to say it in some state, and what must hold afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from atmt import Automaton
from atmt.errors import AtmtError

from .fixtures import RUNS, PeerDied, Runner
from .peers.base import Health, Peer
from .peers.client import Client, client_of
from .peers.files import Files
from .run import Ends, Run
from .shrinking import Attempts, smallest
from .variants import variant
from .verdicts import Inconclusive, NotApplicable

_ATTEMPTS = 150  # at making it smaller, each with a fresh peer

Tell = Callable[["Ground", bytes], object]
Check = Callable[["Ground"], object]
Fresh = AbstractContextManager["Ground"]
Script = Callable[[Sequence[bytes]], str]


class PeerHarmed(PeerDied):
    """What the peer was told, malformed as it was, keeps it from serving anybody."""

    how = "harmed by malformed datagrams"


class Ground:
    """A peer that may be provoked: ``ground(ReadClient, "name")`` runs an automaton as its fixture would."""

    def __init__(self, peer: Peer, runs: list[Run]) -> None:
        self._peer = peer
        self._runs = runs

    @property
    def client(self) -> Client:
        """What the peer can be asked to do, where it is a client."""
        return client_of(self._peer)

    @property
    def files(self) -> Files | None:
        """What the peer serves (None: out of reach)."""
        return self._peer.files

    def __call__(self, cls: type[Automaton], *args: Any, ends: Ends = None, **kwargs: Any) -> Run:
        """Talk to the peer; silence is the peer's fault, for it answered before."""
        __tracebackhide__ = True
        return Runner(cls, self._peer, self._runs, lambda: Health.WELL)(*args, ends=ends, **kwargs)


class Fuzz:
    """``fuzz(right, tell, check, script)``: as many malformed variants as the command line asks for.

    `right` are datagrams as they should be.  `tell` says one variant to a peer, `check` raises `AssertionError`
    if the peer does not serve on; one that fails it before anything is said cannot be judged.  `script` writes a
    test that says a sequence of datagrams, to be pasted.
    """

    def __init__(self, times: int, seed: str, ground: Ground, fresh: Callable[[], Fresh] | None) -> None:
        self._times, self._seed = times, seed
        self._ground = ground
        self._fresh = fresh

    def __call__(self, right: Sequence[bytes], tell: Tell, check: Check, script: Script) -> None:
        __tracebackhide__ = True
        if not self._times:
            raise NotApplicable("fuzzing is switched off (--atmt-fuzz 0)")
        if harm := _harm(self._ground, [], tell, check):
            raise Inconclusive(f"the peer does not serve as it should before anything is said: {harm}")
        said: list[bytes] = []
        for number in range(self._times):
            said.append(variant(f"{self._seed} {number}", right))
            if harm := _harm(self._ground, said[-1:], tell, check):
                raise PeerHarmed(self._report(said, harm, tell, check, script))

    def _report(self, said: list[bytes], harm: str, tell: Tell, check: Check, script: Script) -> str:
        head = f"malformed datagram {len(said)} did harm (seed {self._seed!r}): {harm.partition(chr(10))[0]}"
        try:
            found, remark = self._least(said, tell, check)
        except AtmtError as error:
            found, remark = said, f"all that was said (less could not be tried: {error})"
        return f"{head}\n{remark}, as a test:\n\n{script(found)}\n{harm}"

    def _least(self, said: list[bytes], tell: Tell, check: Check) -> tuple[list[bytes], str]:
        """The least that does harm to a fresh peer, and in words what it is."""
        fresh = self._fresh
        if fresh is None:
            return said, "all that was said (a replay has no peer to try less on)"

        def harms(sequence: Sequence[bytes]) -> bool:
            with fresh() as ground:
                return bool(_harm(ground, sequence, tell, check))

        attempts = Attempts(harms, _ATTEMPTS)
        if attempts([]):
            return said, "all that was said (the peer does not recover, so less cannot be tried)"
        for sequence in (said[-1:], said):
            if attempts(sequence):
                return smallest(sequence, attempts), "the least that does it"
        return said, "all that was said (a fresh peer bore it)"


def _harm(ground: Ground, said: Sequence[bytes], tell: Tell, check: Check) -> str:
    """What is wrong with the peer after it was told all of `said` ("": nothing)."""
    try:
        for octets in said:
            tell(ground, octets)
        check(ground)
    except AssertionError as error:
        return str(error) or "it does not serve as it should"
    return ""


class Fuzzing:
    """A pytest plugin: the fixture `fuzz`.  `another` starts a second peer like that of a test."""

    def __init__(self, config: pytest.Config, another: Callable[[pytest.Item], Peer]) -> None:
        self._config = config
        self._another = another

    @pytest.fixture
    def ground(self, request: pytest.FixtureRequest, peer: Peer) -> Ground:
        """The peer of this test, for automata that have no fixture here."""
        return Ground(peer, request.node.stash.setdefault(RUNS, []))

    @pytest.fixture
    def fuzz(self, request: pytest.FixtureRequest, peer: Peer, ground: Ground) -> Fuzz:
        """Provokes the peer with malformed variants of right datagrams, see `Fuzz`."""
        item, option = request.node, self._config.option
        test = item.name.replace(peer.statement.name, "", 1)  # the same variants for every peer
        fresh = None if option.atmt_replay else lambda: self._fresh(item)
        return Fuzz(option.atmt_fuzz, f"{option.atmt_seed} {test}", ground, fresh)

    @contextmanager
    def _fresh(self, item: pytest.Item) -> Iterator[Ground]:
        peer = self._another(item)
        try:
            yield Ground(peer, [])
        finally:
            peer.close()
