"""The suite's own peer, in this process, in virtual time: needs no privilege, no program, no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from atmt import Automaton
from atmt.drivers.virtual import Simulation
from atmt.links.base import Link
from atmt.links.impairment import Impairment
from atmt.links.memory import Cable

from ..suite import Host, Suite
from .base import Files, MemoryFiles, impaired
from .statement import Statement

_TESTER, _PEER = "192.0.2.1", "192.0.2.2"  # RFC 5737: addresses for documentation, nobody's


class ReferencePeer:
    """The automata that the suite's ``reference`` starts, in a little world of their own."""

    clock_kind = "virtual"

    def __init__(self, statement: Statement, suite: Suite) -> None:
        self.statement = statement
        files = MemoryFiles()
        self.files: Files | None = files
        self._port = suite.port
        self._simulation = Simulation()
        self.clock = self._simulation.clock
        self._cable = Cable(suite.codec(_TESTER))
        self._ports = count(50000, 10)
        suite.reference(
            Host(files.by_name, self._simulation.start, lambda accepts: self._cable.link(1, accepts))
        )

    def arguments(self) -> dict[str, Any]:
        return {"server": _PEER, "port": self._port, "sport": next(self._ports), **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        return impaired(self._cable.link(0), impair, self.clock)

    def drive(self, automaton: Automaton) -> None:
        self._simulation.start(automaton)
        self._simulation.run(automaton, self.statement.limit)

    def defect(self) -> str:
        return ""

    def close(self) -> None:
        self._simulation.close()
