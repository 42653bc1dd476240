"""From a statement to a peer that is up: one adapter for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..roles import CLIENT
from ..suite import Suite
from .adapters import NONE, Adapters
from .base import Peer
from .statement import Statement

if TYPE_CHECKING:
    from atmt.lab import Lab


def open_peer(statement: Statement, suite: Suite, lab: Callable[[], Lab], adapters: Adapters = NONE) -> Peer:
    """Bring the peer up.  `lab` is asked only where it is needed.

    Raises `EnvironmentFault`, which names the remedy, when this machine cannot.
    """
    if statement.adapter in adapters:
        return adapters[statement.adapter].open(statement, suite)
    if statement.role == CLIENT:
        return _open_client(statement, suite, lab)
    if statement.adapter == "reference":
        from .reference import ReferencePeer

        return ReferencePeer(statement, suite)
    if statement.adapter == "udp":
        from .udp import UdpPeer

        return UdpPeer(statement, suite)
    from .process import ProcessPeer

    return ProcessPeer(statement, suite, lab())


def _open_client(statement: Statement, suite: Suite, lab: Callable[[], Lab]) -> Peer:
    if statement.adapter == "reference":
        from .reference_client import ReferenceClient

        return ReferenceClient(statement, suite)
    from .client_process import ClientProcess

    return ClientProcess(statement, suite, lab())
