"""The suite's own client, in this process, in virtual time: needs no privilege, no program, no waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, cast

from atmt import Automaton
from atmt.links.base import Link
from atmt.links.impairment import Impairment
from atmt.links.memory import Cable

from ..errand import LOCAL, PUT, ClientEnd, Errand
from ..suite import ClientHost, Suite
from .base import impaired
from .client import AttendedLink, ClientPeer
from .files import Store
from .simulated import SimulatedPeer
from .statement import Statement

_TESTER, _PEER = "192.0.2.1", "192.0.2.2"  # RFC 5737: addresses for documentation, nobody's


class ReferenceClient(ClientPeer, SimulatedPeer):
    """The automata that the suite's reference client starts, one errand after the other in one little world."""

    def __init__(self, statement: Statement, suite: Suite) -> None:
        super().__init__(statement)
        assert suite.clients is not None
        self._begin = suite.clients.reference
        self._port = suite.port
        self._cable = Cable(suite.codec(_TESTER))
        self._tids = count(40000, 10)
        self._serials = count(1)
        self._started: list[Automaton] = []
        self._arrived: Callable[[], None] = lambda: None

    def arguments(self) -> dict[str, Any]:
        own = {"address": _TESTER, "port": self._port, "tid": next(self._tids), "client": _PEER}
        return {**own, **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        link = impaired(self._cable.link(0), impair, self.clock)
        return cast("Link", _Notified(link, lambda: self.end.ended, self._hear))

    def refuses(self, errand: Errand) -> str:
        return ""

    def serve(self, automaton: Automaton, errand: Errand) -> None:
        files = Store({LOCAL: errand.content} if errand.verb == PUT else {})
        began = self.clock.now()

        def leave(status: int, said: str) -> None:
            at = self.clock.now() - began
            self.end = ClientEnd(f"exited with status {status}", status == 0, said, files.get(LOCAL), at)
            self._arrived()

        self._simulation.start(automaton)
        links = self._cable.link
        serial = next(self._serials)
        host = ClientHost(
            files, self._start, lambda accepts: links(1, accepts), _PEER, _TESTER, self._port, serial
        )
        self._begin(host, errand, leave)
        try:
            self._simulation.run(automaton, self.statement.limit)
        finally:
            while self._started:  # one that goes on would disturb the next errand
                self._started.pop().destroy()
            if not self.end.ended:
                self.end = ClientEnd(file=files.get(LOCAL))

    def _start(self, automaton: Automaton) -> None:
        self._started.append(automaton)
        self._simulation.start(automaton)

    def _hear(self, arrived: Callable[[], None]) -> None:
        self._arrived = arrived


class _Notified(AttendedLink):
    """Also the client's end wakes the automaton: there is no descriptor that would."""

    def __init__(
        self, link: Link, ended: Callable[[], bool], hear: Callable[[Callable[[], None]], None]
    ) -> None:
        super().__init__(link, ended)
        self._hear = hear

    def notify(self, arrived: Callable[[], None]) -> None:
        self._hear(arrived)
        self._link.notify(arrived)
