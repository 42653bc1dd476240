"""The embedded reference peer: a TFTP server as automata (RFC 1350, 1123 section 4.2, 2347, 2348, 2349, 7440).

A `Listener` hears requests; each transfer is an automaton of its own, with a TID of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from atmt import ATMT, Automaton
from atmt.links.flow import udp_port
from pytest_atmt import Host

from .reading import ReadService
from .service import Service
from .wire import Datagram, Datagrams, Opcode, opcode
from .writing import WriteService


class Listener(Automaton):
    """Waits for requests at the server's port and hands each to `admit`."""

    def parse_args(self, admit: Callable[[Datagram], None]) -> None:
        self.admit = admit

    @ATMT.state(initial=True)
    def LISTENING(self) -> None:
        pass

    @ATMT.receive_condition(LISTENING)
    def receive_request(self, pkt: Any) -> None:
        """An error is never answered, or two servers could quarrel for ever, nor what everybody is told."""
        if opcode(pkt.payload) != Opcode.ERROR and not pkt.dst.endswith(".255"):
            raise self.LISTENING().action_parameters(pkt)

    @ATMT.action(receive_request)
    def begin_transfer(self, pkt: Any) -> None:
        self.admit(pkt)


def service(request: Datagram) -> type[Service]:
    """Which service a request asks for; what is no request is refused."""
    services: dict[int, type[Service]] = {Opcode.RRQ: ReadService, Opcode.WRQ: WriteService}
    return services.get(opcode(request.payload), Service)


def serve(host: Host) -> None:
    """Bring a TFTP server to life on `host`."""
    tids = count(40000)
    codec = Datagrams()

    def admit(request: Datagram) -> None:
        tid = next(tids)
        host.start(service(request)(request, host.files, tid, link=host.link(udp_port(tid), codec)))

    host.start(Listener(admit, link=host.link(udp_port(69), codec)))
