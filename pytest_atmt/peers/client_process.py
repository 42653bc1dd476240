"""A real client program as a peer, in a network namespace of its own; started anew for each errand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from atmt import Automaton
from atmt.errors import LabUnavailable, NoVirtualTime, ProgramMissing
from atmt.lab import Topology
from atmt.lab.plans import NEEDS_NAMESPACES
from atmt.lab.process import Process
from atmt.lab.vtime import PeerClock
from atmt.links.base import Link
from atmt.links.flow import to_host
from atmt.links.impairment import Impairment
from atmt.links.packet import PacketLink
from atmt.links.udp import UdpLink

from ..errand import LOCAL, PUT, ClientEnd, Errand
from ..suite import Suite
from . import commands, started
from .base import Said, impaired
from .client import AttendedLink, ClientPeer
from .overheard import OverheardClock
from .paced import Paced
from .process import EPHEMERAL, free_port
from .program import locate, missing, program, remedy, versions
from .statement import Statement

if TYPE_CHECKING:
    from atmt.lab import Lab

_MOST_SAID = 2000  # characters
_ANYWHERE = ("{port}", "{url}")  # without one of them a client asks at the standard port only


class ClientProcess(ClientPeer):
    """The program of a statement; each errand starts it anew, in the same topology of `lab`."""

    def __init__(self, statement: Statement, suite: Suite, lab: Lab) -> None:
        self.statement, self._settings = statement, statement.settings
        self._fault, self._mode = lab.reduced, lab.mode
        self.reduced = f"loopback: {lab.reduced.cause}" if lab.reduced else ""
        self._scheme = suite.name
        self._process: Process | None = None
        self._net = lab.topology(mtu=self._settings.get("mtu", 1500))
        try:
            self._port = self._other_port() if self._net.on_loopback else suite.port
            self._codec = suite.codec(self._net.tester.ipv4)
            self._folder = self._net.folder("client")
            self._tmp = self._net.folder("tmp").inside
            self._programs = self._prepare()
        except BaseException:
            self._net.close()
            raise
        self.clock, self.clock_kind = self._programs.clock, self._programs.clock_kind

    def arguments(self) -> dict[str, Any]:
        tid = free_port() if self._net.on_loopback else random.choice(EPHEMERAL)
        ends = {"address": self._net.tester.ipv4, "client": self._net.peer.ipv4}
        return {**ends, "port": self._port, "tid": tid, **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        self._stop()
        link = impaired(self._programs.retimed(self._link()), impair, self.clock)
        return cast(
            "Link", AttendedLink(link, self._is_over, lambda: self._process.fileno() if self._process else -1)
        )

    def refuses(self, errand: Errand) -> str:
        return commands.refusal(self._settings, errand)

    def serve(self, automaton: Automaton, errand: Errand) -> None:
        local = self._folder.outside / LOCAL
        for old in self._folder.outside.iterdir():
            old.unlink()
        if errand.verb == PUT:
            local.write_bytes(errand.content)
        began = self.clock.now()
        self._process = process = self._programs.start(*self._command(errand))
        try:
            self._programs.drive(automaton, self.statement.limit)
        finally:
            how = process.ending
            self.end = ClientEnd(
                how,
                bool(how) and process.wait(0) in self._settings.get("success", (0,)),
                process.said(_MOST_SAID),
                local.read_bytes() if local.is_file() else None,
                self.clock.now() - began if how else None,
            )

    def defect(self) -> str:
        """A client may end; one that something killed has crashed."""
        process = self._process
        if process is None or process.running() or process.wait(0) >= 0:
            return ""
        words = started.quoted(process.said(_MOST_SAID))
        return f"{self.statement.name} {process.ending} in the middle of a test{words}"

    def said(self) -> list[Said]:
        return self._programs.said()

    def leftovers(self) -> list[str]:
        """What goes on though the client has ended, or was stopped."""
        left = self._net.leftovers() if self._is_over() else []
        self._stop()
        return [*left, *self._net.leftovers()]

    def provenance(self) -> dict[str, str]:
        """Which program this is, the clock that judged it, and what the lab's power over networks was."""
        clock = {"clock": self.clock_kind, "lab": self._mode}
        if self._programs.why_real:
            clock["why"] = self._programs.why_real
        if self.reduced:
            clock["network"] = self.reduced
        first = commands.program(self._settings).format_map(self.statement.places())
        return {**program(first), **versions(self.statement), **clock}

    def shell(self) -> None:
        from atmt.lab import shell

        shell.run(self._net, self._net.peer)

    def close(self) -> None:
        self._net.close()
        self._programs.close()

    # -- parts

    def _is_over(self) -> bool:
        return self._process is not None and not self._process.running()

    def _stop(self) -> None:
        """End the client of the last errand, if it goes on: it would disturb the next."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _link(self) -> Link:
        tester, peer = self._net.tester, self._net.peer
        if self._net.on_loopback:
            link = UdpLink(self._codec, tester.ipv4)
            link.listen(self._port)
            return link
        sock = self._net.packet_socket(tester, to_host(tester.ipv4, tester.ipv6))
        return PacketLink(self._codec, sock, tester.mac, peer.mac, self._net.mtu)

    def _command(self, errand: Errand) -> tuple[list[str], dict[str, Any]]:
        """The command line of an errand, and its surroundings."""
        tester, inside = self._net.tester, self._folder.inside
        local = f"{inside}/{LOCAL}"
        words = {"ip": tester.ipv4, "ip6": tester.ipv6, "port": self._port, "dev": self._net.peer.interface}
        words |= {"root": inside, "local": local, "out": local, "in": local, "tmp": self._tmp}
        words |= self.statement.places()
        how = {"cwd": inside, **started.surroundings(self._settings, words)}
        line = commands.command(self._settings, errand, words, self._scheme)
        return [locate(line[0]) or line[0], *line[1:]], how

    def _prepare(self) -> Programs:
        """The programs, under the clock that is wished for if that can be had.  Raises `ProgramMissing`."""
        if lacking := missing(self.statement):
            cause = f"peer {self.statement.name}: it needs {lacking[0]}, which is not installed"
            raise ProgramMissing(cause, remedy(self.statement, lacking[0]))
        settings = self._settings
        verb = next(verb for verb in commands.VERBS if settings.get(verb))
        line, how = self._command(Errand(verb))
        wish, rate = settings.get("clock", "real"), float(settings.get("rate", started.RATE))
        return Programs(self._net, wish, rate, line, how)

    def _other_port(self) -> int:
        """One that nobody uses and that needs no privilege, where the client can be told of it."""
        if not all(any(word in line for word in _ANYWHERE) for line in commands.lines(self._settings)):
            raise LabUnavailable(
                f"peer {self.statement.name} has neither {{port}} nor {{url}} in its command, so that it cannot be "
                f"tried on {self.reduced or 'loopback'}",
                self._fault.remedy if self._fault else NEEDS_NAMESPACES,
            )
        return free_port()


class Programs(Paced):
    """Commands that are run one after the other at a topology's peer, all by one clock.

    Whether a program can live under a virtual one is tried once in each session, with `trial`, a command line
    that nobody serves, and its surroundings.
    """

    _unsuited: ClassVar[dict[str, str]] = {}  # program -> why it has to keep real time ("": it has not)

    def __init__(
        self, net: Topology, wish: str, rate: float, trial: Sequence[str], how: dict[str, Any]
    ) -> None:
        super().__init__(net)
        self._clock: PeerClock | None = None
        self._how: dict[str, Any] = {}
        if wish == "virtual":
            self._keep_virtual_time(list(trial), how)
        elif wish == "scaled":
            self._how = dict(how)
            self.scale(rate, trial[0], self._how)

    def start(self, line: Sequence[str], how: dict[str, Any]) -> Process:
        """Run a command line; `how` is for `Topology.start`."""
        start = self._net.start if self._clock is None else self._clock_start
        return start(self._net.peer, list(line), **{**how, **self._how})

    def _clock_start(self, *args: Any, **how: Any) -> Process:
        assert self._clock is not None
        return self._clock.start(self._net, *args, **how)

    def _keep_virtual_time(self, trial: list[str], how: dict[str, Any]) -> None:
        if trial[0] not in self._unsuited:
            self._unsuited[trial[0]] = self._try(trial, how)
        self.why_real = self._unsuited[trial[0]]
        if not self.why_real:
            self._clock = PeerClock()
            self._stepped = OverheardClock(self._clock, self._net)

    def _try(self, line: list[str], how: dict[str, Any]) -> str:
        """Why a program cannot live under a virtual clock, as far as can be seen until it waits for an answer."""
        try:
            clock = PeerClock()
        except NoVirtualTime as error:
            return str(error)
        process = None
        try:
            process = clock.start(self._net, self._net.peer, line, **how)
            clock.quiet()
        except (NoVirtualTime, TimeoutError) as error:
            return str(error)
        finally:
            clock.close()
            if process is not None:
                process.stop()
            self._net.clean()
        return ""
