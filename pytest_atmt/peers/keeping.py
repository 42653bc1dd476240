"""Brings peers up for tests and takes them down again: fresh ones, kept ones, replayed ones.

Owns the lab, which is opened when the first peer needs it.  Knows no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from ..loaded import LoadedSuite
from ..replays import Replay
from ..roles import CLIENT
from .adapters import NONE, Adapters
from .base import Peer
from .opening import open_peer
from .replay import ReplayPeer
from .replay_client import ReplayClient
from .shelf import Shelf
from .statement import Statement

if TYPE_CHECKING:
    from atmt.lab import Lab


class Keeper:
    """All peers of one process: an xdist worker, or the run itself.

    `watched` are processes whose end is the lab's end too.  With a `replay` there are recorded peers only.
    """

    def __init__(self, watched: Sequence[int], config: pytest.Config) -> None:
        self._config = config
        self.replay: Replay | None = None
        self.adapters: Adapters = NONE
        self._watched = watched
        self._shelf = Shelf()
        self._lab: Lab | None = None

    def bring_up(self, statement: Statement, loaded: LoadedSuite, nodeid: str, module: str) -> Peer:
        """The peer for the test `nodeid` of `module`.  Raises `EnvironmentFault` when this machine cannot."""
        if self.replay is not None:
            kind = ReplayClient if statement.role == CLIENT else ReplayPeer
            return kind(statement, loaded.suite, self.replay.test(nodeid))

        def start() -> Peer:
            return self.another(statement, loaded)

        return (
            self._shelf.take(loaded.suite.name, statement, module, start) if is_kept(statement) else start()
        )

    def another(self, statement: Statement, loaded: LoadedSuite) -> Peer:
        """A peer with nothing behind it.  Raises `EnvironmentFault` when this machine cannot."""
        return open_peer(statement, loaded.suite, self._open_lab, self.adapters)

    def keeps(self, peer: Peer) -> bool:
        """Whether the peer outlives its test."""
        return is_kept(peer.statement) and self.replay is None

    def put_back(self, peer: Peer, loaded: LoadedSuite, module: str) -> None:
        """Keep a peer for the next test."""
        self._shelf.put(loaded.suite.name, peer, module)

    def close(self) -> None:
        """Take all down."""
        self._shelf.close()
        if self._lab is not None:
            self._lab.close()
            self._lab = None

    def _open_lab(self) -> Lab:
        if self._lab is None:
            from atmt.lab import Lab

            self._lab = Lab.at_best(self._watched, self._config.getoption("atmt_lab"))
        return self._lab


def is_kept(statement: Statement) -> bool:
    """Whether a statement asks for a peer that outlives a test."""
    return bool(statement.settings.get("restart", "test") != "test")
