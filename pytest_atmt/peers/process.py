"""A real program as a peer, in a network namespace of its own, one to a test."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from atmt import Automaton
from atmt.clock import Clock, MonotonicClock
from atmt.drivers import blocking, stepped
from atmt.errors import NoVirtualTime, PeerNotReady, ProgramMissing
from atmt.lab.vtime import PeerClock
from atmt.links.base import Link
from atmt.links.flow import to_host
from atmt.links.impairment import Impairment
from atmt.links.packet import PacketLink

from ..suite import Suite
from .base import Files, FolderFiles, impaired
from .program import program
from .statement import Statement

if TYPE_CHECKING:
    from atmt.lab import Lab

_EPHEMERAL = range(32768, 60000)


class ProcessPeer:
    """The program of a statement, started in a fresh topology of `lab`.

    With ``clock = "virtual"`` its time is moved by the tester, where that can be done; else it is real, and
    `no_virtual_time` says why.
    """

    def __init__(self, statement: Statement, suite: Suite, lab: Lab) -> None:
        self.statement = statement
        self.no_virtual_time = ""
        self._stepped: PeerClock | None = None
        self._port = statement.settings.get("ready_udp", suite.port)
        self._net = lab.topology()
        self._log = os.memfd_create("peer-log", os.MFD_CLOEXEC)
        try:
            folder = self._net.folder("root")
            self.files: Files | None = FolderFiles(folder.outside)
            self._codec = suite.codec(self._net.tester.ipv4)
            self._process = self._start(folder.inside)
        except BaseException:
            self.close()
            raise
        self.clock: Clock = self._stepped or MonotonicClock()
        self.clock_kind = "virtual" if self._stepped else "real"

    def arguments(self) -> dict[str, Any]:
        sport = random.choice(_EPHEMERAL)
        return {"server": self._net.peer.ipv4, "port": self._port, "sport": sport, **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        tester, peer = self._net.tester, self._net.peer
        sock = self._net.packet_socket(tester, to_host(tester.ipv4, tester.ipv6))
        return impaired(PacketLink(self._codec, sock, tester.mac, peer.mac), impair, self.clock)

    def drive(self, automaton: Automaton) -> None:
        if self._stepped is None:
            blocking.run(automaton, self.statement.limit)
        else:
            stepped.run(automaton, self._stepped, self.statement.limit)

    def defect(self) -> str:
        if self._process.running():
            return ""
        status = self._process.wait(0)
        how = f"was killed by signal {-status}" if status < 0 else f"exited with status {status}"
        return f"{self.statement.name} {how} in the middle of a test{self._said()}"

    def provenance(self) -> dict[str, str]:
        """Which program this is, and the clock that judged it."""
        clock = {"clock": self.clock_kind}
        if self.no_virtual_time:
            clock["why"] = self.no_virtual_time
        return {**program(self.statement.settings["command"][0]), **clock}

    def close(self) -> None:
        self._net.close()
        if self._stepped is not None:
            self._stepped.close()
        os.close(self._log)

    def _start(self, root: str) -> Any:
        peer, settings = self._net.peer, self.statement.settings
        words = {"ip": peer.ipv4, "ip6": peer.ipv6, "port": self._port, "root": root, "dev": peer.interface}
        command = [str(word).format_map(words) for word in settings["command"]]
        try:
            process = self._launch(command)
        except ProgramMissing as error:
            package = settings.get("package")
            remedy = f"Install it: apt-get install {package}" if package else error.remedy
            raise ProgramMissing(f"peer {self.statement.name}: {error.cause}", remedy) from None
        except PeerNotReady as error:
            raise PeerNotReady(
                f"peer {self.statement.name}: {error.cause}{self._said()}", error.remedy
            ) from None
        return process

    def _launch(self, command: list[str]) -> Any:
        """Start it and wait until it serves its port."""
        net, peer, log = self._net, self._net.peer, self._log
        if self.statement.settings.get("clock") == "virtual":
            try:
                self._stepped = PeerClock()
                process = self._stepped.start(net, peer, command, stdout=log, stderr=log)
                self._stepped.wait_udp(net, peer, self._port, process)
                return process
            except NoVirtualTime as error:
                self._give_up_virtual_time(error)
        process = net.start(peer, command, stdout=log, stderr=log)
        net.wait_udp(peer, self._port, process)
        return process

    def _give_up_virtual_time(self, error: NoVirtualTime) -> None:
        self.no_virtual_time = str(error)
        if self._stepped is not None:
            self._stepped.close()
            self._stepped = None

    def _said(self) -> str:
        """What the program wrote last, to be put behind a sentence."""
        size = os.fstat(self._log).st_size
        text = os.pread(self._log, 2000, max(0, size - 2000)).decode("utf-8", "replace").strip()
        return f"; it said: {text}" if text else ""
