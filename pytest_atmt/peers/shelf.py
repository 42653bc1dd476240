"""Peers that outlive a test: those whose statements say ``restart = "module"`` or ``"session"``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from atmt.errors import AtmtError

from .base import Peer
from .statement import Statement


class Shelf:
    """Keeps one started peer for each statement, from one test of a module (or session) to the next."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[str, Peer]] = {}  # by suite and name

    def take(self, suite: str, statement: Statement, module: str, start: Callable[[], Peer]) -> Peer:
        """The peer that was kept for this `module`, made fit for another test, or one that `start` gives."""
        place, peer = self._kept.pop((suite, statement.name), ("", None))
        if peer is not None:
            if place == _place(statement, module) and not peer.defect():
                with suppress(AtmtError):  # it cannot be made fit: a fresh one can
                    peer.renew()
                    return peer
            peer.close()
        return start()

    def put(self, suite: str, peer: Peer, module: str) -> None:
        """Keep a peer that a test is done with."""
        self._kept[suite, peer.statement.name] = (_place(peer.statement, module), peer)

    def close(self) -> None:
        """Take all peers down."""
        while self._kept:
            self._kept.popitem()[1][1].close()


def _place(statement: Statement, module: str) -> str:
    return module if statement.settings["restart"] == "module" else "session"
