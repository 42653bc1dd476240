"""Whole frames through an AF_PACKET socket, as the lab hands them out.  Knows no namespace.

The kernel stamps each frame when it arrives, so times stay true however late we read.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from ..errors import TesterFault
from ..frame import Frame
from .base import Codec

_HEADER = 14
_IPV4, _IPV6 = b"\x08\x00", b"\x86\xdd"
_SO_TIMESTAMPNS = 35
_STAMP = struct.Struct("@qq")
_ROOM = socket.CMSG_SPACE(_STAMP.size)
_LARGEST = 65535 + _HEADER


class PacketLink:
    """IP packets to and from one Ethernet neighbour.  Owns `sock` from here on."""

    deadline: float | None = None

    def __init__(self, codec: Codec, sock: socket.socket, ours: str, theirs: str) -> None:
        """`ours` and `theirs` are the MAC addresses of the two ends."""
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._codec = codec
        self._sock = sock
        self._addresses = _mac(theirs) + _mac(ours)
        self._since_boot = time.monotonic() - time.time()

    def encode(self, packet: Any) -> Frame:
        return Frame(self._codec.encode(packet), self._codec, packet)

    def send(self, frame: Frame) -> None:
        data = frame.data or b""
        self._sock.send(self._addresses + (_IPV6 if data[:1] and data[0] >> 4 == 6 else _IPV4) + data)

    def receive(self) -> Frame | None:
        try:
            data, ancillary, _, _ = self._sock.recvmsg(_LARGEST, _ROOM)
        except BlockingIOError:
            return None
        return Frame(data[_HEADER:], self._codec, at=self._stamp(ancillary))

    def fileno(self) -> int:
        return self._sock.fileno()

    def notify(self, arrived: Callable[[], None]) -> None:
        raise TesterFault("a packet link lives in real time; run it with the blocking driver")

    def close(self) -> None:
        self._sock.close()

    def _stamp(self, ancillary: list[tuple[int, int, bytes]]) -> float | None:
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
                seconds, nanoseconds = _STAMP.unpack(content)
                return float(seconds + nanoseconds / 1e9 + self._since_boot)
        return None


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))
