"""A real program as a peer, in a network namespace of its own; one to a test unless its statement says otherwise."""

from __future__ import annotations

import random
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from atmt import Automaton
from atmt.errors import LabUnavailable, PeerNotReady, ProgramMissing
from atmt.lab.plans import NEEDS_NAMESPACES
from atmt.links.base import Link
from atmt.links.flow import to_host
from atmt.links.impairment import Impairment
from atmt.links.packet import PacketLink
from atmt.links.udp import UdpLink

from ..suite import Suite
from . import started
from .base import SERVED, VIRTUAL, Peer, Said, impaired
from .files import SETTLING, FolderFiles
from .program import locate, missing, program, remedy, versions
from .started import Started
from .statement import Statement

if TYPE_CHECKING:
    from atmt.lab import Lab

EPHEMERAL = range(32768, 60000)
_READY = ("ready_udp", "ready_tcp", "ready_connect")
_SECOND_HOST, _SECOND_ADDRESS = "192.0.2.77", "192.0.2.78"  # beside those of a topology with one peer


class ProcessPeer(Peer):
    """The program of a statement, started in a fresh topology of `lab`.

    With ``clock = "virtual"`` its time is moved by the tester, with ``"scaled"`` it goes faster, where that can
    be done; else it is real.
    """

    _unfit: ClassVar[dict[tuple[str, ...], tuple[str, bool]]] = {}
    """Programs that have real time though they were to have virtual: why, and whether at their next start alone."""

    def __init__(self, statement: Statement, suite: Suite, lab: Lab) -> None:
        self.statement, self._served = statement, 0
        self._beside: Path | None = None
        self._key = (statement.name, *map(str, statement.settings["command"]))
        self._fault, self._mode = lab.reduced, lab.mode
        self.reduced = f"loopback: {lab.reduced.cause}" if lab.reduced else ""
        self._settings, self._port = statement.settings, statement.settings.get("ready_udp", suite.port)
        addresses = {} if lab.mode == "loopback" else {"tester": [_SECOND_HOST], "peer": [_SECOND_ADDRESS]}
        self._net = lab.topology(mtu=self._settings.get("mtu", 1500), addresses=addresses)
        if addresses:
            self.second_host, self.second_address = _SECOND_HOST, _SECOND_ADDRESS
            self.broadcasts = (f"{self._net.tester.ipv4.rpartition('.')[0]}.255", "255.255.255.255")
        try:
            if self._net.on_loopback:
                self._settings, self._port = self._moved(free_port())
            folder = self._net.folder("root")
            self._codec = suite.codec(self._net.tester.ipv4)
            self._started = self._start(folder.inside)
            settling = 0.0 if self._started.clock_kind == "virtual" else SETTLING
            self.files = self._files = FolderFiles(
                folder.outside,
                settling,
                self._started.rest,
                bounded=not self._net.on_loopback,
                guarded=lab.mode == "root",
                neighbour=None if self._net.on_loopback else lambda: self._neighbour(folder.inside),
            )
        except BaseException:
            self._net.close()
            raise
        self.clock = self._started.clock
        self.clock_kind = self._started.clock_kind

    def arguments(self) -> dict[str, Any]:
        sport = random.choice(EPHEMERAL)
        return {"server": self._net.peer.ipv4, "port": self._port, "sport": sport, **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        return impaired(self._started.retimed(self._link()), impair, self.clock)

    def _neighbour(self, own: str) -> tuple[str, Path]:
        if self._beside is None:  # one that is kept has it from an earlier test
            self._beside = self._net.folder(f"{Path(own).name}-private").outside
        return own, self._beside

    def _link(self) -> Link:
        tester, peer = self._net.tester, self._net.peer
        if self._net.on_loopback:
            return UdpLink(self._codec, tester.ipv4)
        sock = self._net.packet_socket(tester, to_host(tester.ipv4, tester.ipv6, _SECOND_HOST))
        return PacketLink(self._codec, sock, tester.mac, peer.mac, self._net.mtu)

    def drive(self, automaton: Automaton) -> None:
        stretch = VIRTUAL if self.clock_kind == "virtual" else 1.0
        self._started.drive(automaton, self.statement.limit * stretch)

    def defect(self) -> str:
        if how := self._started.ending():
            return f"{self.statement.name} {how} in the middle of a test{self._started.last_words()}"
        return ""

    def said(self) -> list[Said]:
        return self._started.said()

    def leftovers(self) -> list[str]:
        return self._started.leftovers()

    def shell(self) -> None:
        from atmt.lab import shell

        shell.run(self._net, self._net.peer)

    def doubt(self, silent: bool) -> str:
        """It had served other tests, or its virtual clock may be to blame, which it then has no more."""
        unfit, busy = self._started.unfit
        if not unfit and silent and self.clock_kind == "virtual":
            unfit = "it said nothing under a virtual clock"
        if unfit:
            self._unfit[self._key] = unfit, busy and not silent
        return unfit or (SERVED if self._served else "")

    def renew(self) -> None:
        """Make it fit for another test, without a new start: files, log and the tester's sockets are gone."""
        self._served += 1
        self._net.clean(keep=[self._started.process])
        self.files = self._files
        self._started.forget()

    def provenance(self) -> dict[str, str]:
        """Which program this is, the clock that judged it, and what the lab's power over networks was."""
        clock = {"clock": self.clock_kind, "lab": self._mode}
        if self._started.why_real:
            clock["why"] = self._started.why_real
        if self.reduced:
            clock["network"] = self.reduced
        first = str(self._settings["command"][0]).format_map(self.statement.places())
        return {**program(first), **versions(self.statement), **clock}

    def close(self) -> None:
        self._net.close()
        self._started.close()

    def _start(self, root: str) -> Started:
        peer, settings = self._net.peer, self._settings
        words = {"ip": peer.ipv4, "ip6": peer.ipv6, "port": self._port, "root": root, "dev": peer.interface}
        words |= {"tmp": self._net.folder("tmp").inside, **self.statement.places()}
        command = [str(word).format_map(words) for word in settings["command"]]
        if lacking := missing(self.statement):
            cause = f"peer {self.statement.name}: it needs {lacking[0]}, which is not installed"
            raise ProgramMissing(cause, remedy(self.statement, lacking[0]))
        command[0] = locate(command[0]) or command[0]
        why_real, once = self._unfit.get(self._key, ("", False))
        if once:
            del self._unfit[self._key]
        try:
            return Started(
                self._net,
                command,
                settings.get("clock", "real"),
                float(settings.get("rate", started.RATE)),
                why_real=why_real,
                ready=started.ready(settings, self._port),
                oversleep=float(settings.get("oversleep", 0.0)),
                **started.surroundings(settings, words),
            )
        except PeerNotReady as error:
            cause = f"peer {self.statement.name}: {error.cause}{started.last_words(self._net)}"
            if self._fault:
                raise PeerNotReady(f"{cause} (it was tried on {self.reduced})", self._fault.remedy) from None
            raise PeerNotReady(cause, error.remedy) from None

    def _moved(self, port: int) -> tuple[Mapping[str, Any], int]:
        """The settings for another `port`, which nobody uses and which needs no privilege, and that."""
        if not any("{port}" in str(word) for word in self._settings["command"]):
            raise LabUnavailable(
                f"peer {self.statement.name} has no {{port}} in its command, so that it cannot be tried on "
                f"{self.reduced or 'loopback'}",
                self._fault.remedy if self._fault else NEEDS_NAMESPACES,
            )
        ready = {key: port for key, value in self._settings.items() if key in _READY and value == self._port}
        return {**self._settings, **ready}, port


def free_port() -> int:
    """One of UDP and TCP that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", 0))
        tcp.bind(udp.getsockname())
        return int(udp.getsockname()[1])
