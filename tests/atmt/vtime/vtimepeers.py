"""Programs under a virtual clock, and a tester that never acknowledges; knows no claim."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.layers.tftp import TFTP, TFTP_RRQ, TFTP_WRQ, TFTP_Option, TFTP_Options

from atmt import ATMT, Automaton
from atmt.drivers import stepped
from atmt.lab import Lab
from atmt.lab.vtime import PeerClock
from atmt.links.codec import IPCodec
from atmt.links.flow import to_host
from atmt.links.packet import PacketLink


class Deaf(Automaton):
    """Asks for a file, or to write it, and then keeps silent, until it has heard nothing for `patience` seconds.

    The result is when the answers came.
    """

    def parse_args(
        self,
        server: str,
        options: Mapping[str, str] | None = None,
        patience: float = 100.0,
        writes: bool = False,
        **rest: Any,
    ) -> None:
        super().parse_args(**rest)
        self.server, self.options, self.heard = server, options or {}, list[float]()
        self.request = TFTP_WRQ if writes else TFTP_RRQ
        self.timer_by_name("give_up").set(patience)

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt[UDP].dport == 4000

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        options = [TFTP_Option(oname=name, value=value) for name, value in self.options.items()]
        request = TFTP() / self.request(filename="file", mode="octet")
        if options:
            request /= TFTP_Options(options=options)
        self.send(IP(dst=self.server) / UDP(sport=4000, dport=69) / request)
        raise self.LISTENING()

    @ATMT.state()
    def LISTENING(self) -> None: ...

    @ATMT.receive_condition(LISTENING)
    def hear(self, pkt: Any) -> None:
        self.heard.append(self.clock.now())
        raise self.LISTENING()

    @ATMT.timeout(LISTENING, 100.0)
    def give_up(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> list[float]:
        return self.heard


class NotingClock(PeerClock):
    """Remembers the last moment for which its programs had planned anything."""

    last: float | None = None

    def next_deadline(self) -> float | None:
        found = super().next_deadline()
        self.last = self.last if found is None else found
        return found


class Server:
    """A program that serves a folder with one file, under a clock, in a topology of its own."""

    def __init__(self, lab: Lab, command: Sequence[str]) -> None:
        self.net = lab.topology()
        self.clock = NotingClock()
        folder = self.net.folder("root")
        (folder.outside / "file").write_bytes(b"x" * 600)
        (folder.outside / "file").chmod(0o666)
        words = {"root": folder.inside, "ip": self.net.peer.ipv4, "dev": self.net.peer.interface}
        argv = [word.format_map(words) for word in command]
        self.process = self.clock.start(self.net, self.net.peer, argv)
        self.clock.wait_udp(self.net, self.net.peer, 69, self.process)

    def converse(self, limit: float = 1000.0, **arguments: Any) -> Deaf:
        """Run the tester to its end."""
        tester, peer = self.net.tester, self.net.peer
        sock = self.net.packet_socket(tester, to_host(tester.ipv4))
        link = PacketLink(IPCodec(TFTP, tester.ipv4), sock, tester.mac, peer.mac)
        deaf = Deaf(peer.ipv4, link=link, **arguments)
        stepped.run(deaf, self.clock, limit)
        return deaf

    def close(self) -> None:
        self.net.close()
        self.clock.close()


class Program:
    """A program of this machine, without a network, under a clock."""

    def __init__(self, clock: PeerClock, argv: Sequence[str]) -> None:
        self._clock = clock
        (number, descriptor) = next(iter(clock.descriptors.items()))
        os.dup2(descriptor, number)
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[number],
            env=os.environ | clock.environment,
            start_new_session=True,
        )
        os.close(number)

    def jump(self) -> float | None:
        """Let it settle, then go to its next deadline; that time, None if it has no more."""
        self._clock.quiet()
        at = self._clock.next_deadline()
        if at is not None:
            self._clock.advance_to(at)
        return at

    def jumps(self, most: int = 50) -> list[float]:
        """All its deadlines until it ends or waits for ever."""
        found: list[float] = []
        while len(found) < most and (at := self.jump()) is not None:
            found.append(at)
        return found

    def settle(self) -> None:
        """Let it come to rest."""
        self._clock.quiet()

    def output(self) -> str:
        """All that it wrote, once it has ended."""
        return self.process.communicate(timeout=10)[0].strip()

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
