"""Kernel UDP sockets beneath IP packets: no privilege needed, real time, any host.

Only the payload crosses the socket, stamped by the kernel when it arrives; the headers that a tester sees are
rebuilt, so that an automaton needs not know which link it has.  Knows no automaton.
"""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable
from typing import Any

from scapy.layers.inet import UDP

from ..errors import EnvironmentFault, TesterFault
from ..frame import Frame
from .base import Codec
from .codec import datagram
from .stamped import ROOM, Stamps

_LARGEST = 65535


class UdpLink:
    """Sends what IP/UDP packets carry, each from the source port that it names, to where it names."""

    deadline: float | None = None

    def __init__(self, codec: Codec, address: str) -> None:
        """`address` is our own end's; `local_address` tells which one leads to a host."""
        self._codec = codec
        self._family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.address = address
        self._sockets: dict[int, tuple[socket.socket, Stamps]] = {}
        self._ready = select.epoll()

    def encode(self, packet: Any) -> Frame:
        if UDP not in packet:
            raise TesterFault(
                f"a UDP link cannot send {packet!r}: it has no UDP layer; use the lab's packet link"
            )
        return Frame(self._codec.encode(packet), self._codec, packet)

    def send(self, frame: Frame) -> None:
        data = frame.data or b""
        at = 40 if self._family == socket.AF_INET6 else (data[0] & 15) * 4
        source, destination = struct.unpack_from("!HH", data, at)
        host = socket.inet_ntop(self._family, data[24:40] if at == 40 else data[16:20])
        self._socket(source).sendto(data[at + 8 :], (host, destination))

    def listen(self, port: int) -> None:
        """Receive at `port` before anything was sent from there.  Raises `EnvironmentFault` if that cannot be."""
        self._socket(port)

    def receive(self) -> Frame | None:
        for descriptor, _ in self._ready.poll(0, 1):
            port, (sock, stamps) = next(
                row for row in self._sockets.items() if row[1][0].fileno() == descriptor
            )
            content, ancillary, _, source = sock.recvmsg(_LARGEST, ROOM)
            whole = datagram(content, source[:2], (self.address, port))
            return Frame(whole, self._codec, at=stamps.of(ancillary))
        return None

    def fileno(self) -> int:
        return self._ready.fileno()

    def notify(self, arrived: Callable[[], None]) -> None:
        raise TesterFault("a UDP link lives in real time; run it with the blocking driver")

    def close(self) -> None:
        self._ready.close()
        for sock, _ in self._sockets.values():
            sock.close()

    def _socket(self, port: int) -> socket.socket:
        if port not in self._sockets:
            sock = socket.socket(self._family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            try:
                sock.bind((self.address, port))
            except OSError as error:
                sock.close()
                raise EnvironmentFault(
                    f"UDP port {port} of {self.address} cannot be used: {error.strerror}",
                    "Let the automaton choose another source port.",
                ) from error
            self._ready.register(sock, select.EPOLLIN)
            self._sockets[port] = sock, Stamps(sock)
        return self._sockets[port][0]


def local_address(host: str) -> str:
    """The address of this machine from which packets to `host` leave.  Sends nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))  # for UDP this only asks the routing table
        except OSError as error:
            raise EnvironmentFault(
                f"there is no route to {host}: {error.strerror}",
                "Check the address and this machine's network.",
            ) from error
        return str(probe.getsockname()[0])
