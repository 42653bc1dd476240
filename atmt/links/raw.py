"""IP packets of one protocol through a raw socket: for hosts that are no Ethernet neighbour, beside TCP and UDP.

This machine's kernel stays in the conversation: it answers what it knows itself (ICMP echo, TCP, closed UDP ports).
For protocols that it does not know, such as OSPF, GRE or VRRP, it keeps silent.  Knows no automaton.
"""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable
from typing import Any

from ..errors import EnvironmentFault, TesterFault
from ..frame import Frame
from .base import Codec
from .stamped import ROOM, Stamps

_LARGEST = 65535
_HDRINCL = 36  # of IPv6; Python has no name for it
_TOLD = (socket.IPV6_RECVPKTINFO, socket.IPV6_RECVHOPLIMIT, socket.IPV6_RECVTCLASS)
_ROOM = ROOM + socket.CMSG_SPACE(20) + 2 * socket.CMSG_SPACE(4)


class RawLink:
    """Whole IP packets, which an automaton sends and receives as over AF_PACKET; owns `sock` from here on.

    `sock` is a raw socket of the protocol (`open_raw` makes one here, `Topology.socket` one at a peer's end).  Of
    IPv6 the kernel hands out no header: it is put together again from what the kernel tells of it, without
    extension headers and flow label.
    """

    deadline: float | None = None

    def __init__(self, codec: Codec, sock: socket.socket) -> None:
        self._codec = codec
        self._sock = sock
        self._v6 = sock.family == socket.AF_INET6
        self._protocol = sock.proto
        self._stamps = Stamps(sock)
        sock.setblocking(False)
        if self._v6:
            for option in (_HDRINCL, *_TOLD):
                sock.setsockopt(socket.IPPROTO_IPV6, option, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)

    def encode(self, packet: Any) -> Frame:
        return Frame(self._codec.encode(packet), self._codec, packet)

    def send(self, frame: Frame) -> None:
        """Raises `TesterFault` for what is no packet of the socket's IP version, `OSError` if there is no route."""
        data = frame.data or b""
        version, least = (6, 40) if self._v6 else (4, 20)
        if len(data) < least or data[0] >> 4 != version:
            raise TesterFault(f"this link sends IPv{version} packets; {data[:8].hex()}… is none")
        destination = data[24:40] if self._v6 else data[16:20]
        self._put(data, socket.inet_ntop(self._sock.family, destination))

    def receive(self) -> Frame | None:
        try:
            data, ancillary, _, source = self._sock.recvmsg(_LARGEST, _ROOM)
        except BlockingIOError:
            return None
        if self._v6:
            data = self._header(len(data), ancillary, source[0]) + data
        return Frame(data, self._codec, at=self._stamps.of(ancillary))

    def fileno(self) -> int:
        return self._sock.fileno()

    def notify(self, arrived: Callable[[], None]) -> None:
        raise TesterFault("a raw link lives in real time; run it with the blocking driver")

    def close(self) -> None:
        self._sock.close()

    def _put(self, data: bytes, destination: str) -> None:
        while True:
            try:
                self._sock.sendto(data, (destination, 0))
                return
            except BlockingIOError:  # sent faster than they leave: wait for room
                select.select((), [self._sock], ())

    def _header(self, size: int, ancillary: list[tuple[int, int, bytes]], source: str) -> bytes:
        told = {kind: content for level, kind, content in ancillary if level == socket.IPPROTO_IPV6}
        hops, traffic = (
            struct.unpack("=i", told[kind])[0] for kind in (socket.IPV6_HOPLIMIT, socket.IPV6_TCLASS)
        )
        fixed = struct.pack("!IHBB", 6 << 28 | traffic << 20, size, self._protocol, hops)
        theirs = socket.inet_pton(socket.AF_INET6, source.partition("%")[0])
        return fixed + theirs + told[socket.IPV6_PKTINFO][:16]


def open_raw(codec: Codec, protocol: int, ipv6: bool = False) -> RawLink:
    """A link for packets of an IP protocol number, such as 89 (OSPF), from this machine.

    Raises `EnvironmentFault` without the privilege.
    """
    family = socket.AF_INET6 if ipv6 else socket.AF_INET
    try:
        return RawLink(codec, socket.socket(family, socket.SOCK_RAW, protocol))
    except PermissionError as error:
        raise EnvironmentFault(
            f"a raw socket of IP protocol {protocol} is refused: {error.strerror}",
            "Run as root or with CAP_NET_RAW, or take a peer in the lab, where nobody needs a privilege",
        ) from None
