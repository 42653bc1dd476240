"""The suite's own peer, in this process, in virtual time: needs no privilege, no program, no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from atmt.links.base import Link
from atmt.links.impairment import Impairment
from atmt.links.memory import Cable

from ..suite import Host, Suite
from .base import impaired
from .files import MemoryFiles
from .simulated import SimulatedPeer
from .statement import Statement

_TESTER, _PEER = "192.0.2.1", "192.0.2.2"  # RFC 5737: addresses for documentation, nobody's


class ReferencePeer(SimulatedPeer):
    """The automata that the suite's ``reference`` starts, in a little world of their own."""

    mortal = False
    second_host, second_address = "192.0.2.77", "192.0.2.78"
    broadcasts = ("192.0.2.255", "255.255.255.255")

    def __init__(self, statement: Statement, suite: Suite) -> None:
        super().__init__(statement)
        files = MemoryFiles()
        self.files = files
        self._port = suite.port
        self._cable = Cable(suite.codec(_TESTER))
        self._ports = count(50000, 10)
        suite.reference(
            Host(
                files.by_name,
                self._simulation.start,
                lambda accepts, codec=None: self._cable.link(1, accepts, codec),
            )
        )

    def arguments(self) -> dict[str, Any]:
        return {"server": _PEER, "port": self._port, "sport": next(self._ports), **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        return impaired(self._cable.link(0), impair, self.clock)
