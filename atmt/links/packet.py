"""Whole frames through an AF_PACKET socket, as the lab hands them out.  Knows no namespace.

The kernel stamps each frame when it arrives, so times stay true however late we read.  What is no sound IP
packet is delivered as raw bytes, with the reason in its `fault`: nothing that a peer sends ends a run.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import TesterFault
from ..frame import Frame
from .base import Codec
from .filters import attach, compile
from .flow import Instruction
from .fragments import Reassembly, TooLong, fragments, is_fragment
from .stamped import ROOM, Stamps

_HEADER = 14
_IPV4, _IPV6 = b"\x08\x00", b"\x86\xdd"
_SOL_PACKET, _PACKET_STATISTICS = 263, 6  # <linux/if_packet.h>
_STATISTICS = struct.Struct("@II")  # frames, and those of them that found no room
_LARGEST = 65535 + 40 + _HEADER


class FrameLink:
    """Ethernet frames as they are, for protocols beside IP; `codec` makes packets of them (none: Scapy's Ether).

    Owns `sock` from here on.
    """

    deadline: float | None = None

    def __init__(self, sock: socket.socket, codec: Codec | None = None) -> None:
        sock.setblocking(False)
        self._codec = codec or EtherCodec()
        self._sock = sock
        self._buffer = memoryview(bytearray(_LARGEST))
        self._stamps = Stamps(sock)

    def encode(self, packet: Any) -> Frame:
        return Frame(self._codec.encode(packet), self._codec, packet)

    def send(self, frame: Frame) -> None:
        self._put(frame.data or b"")

    def receive(self) -> Frame | None:
        if (got := self._get()) is None:
            return None
        data, at = got
        return Frame(data, self._codec, at=at)

    def narrow(self, filter: str | Sequence[Instruction]) -> None:
        """Have the kernel drop whatever else still arrives: an expression as tcpdump takes it, or BPF.

        Raises FilterError for what is no expression.
        """
        attach(self._sock, compile(filter) if isinstance(filter, str) else filter)

    def fileno(self) -> int:
        return self._sock.fileno()

    @property
    def lost(self) -> int:
        """How many frames the kernel has dropped since this was last asked, because nobody read them in time."""
        _, dropped = _STATISTICS.unpack(
            self._sock.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, _STATISTICS.size)
        )
        return int(dropped)

    def notify(self, arrived: Callable[[], None]) -> None:
        raise TesterFault("a packet link lives in real time; run it with the blocking driver")

    def close(self) -> None:
        self._sock.close()

    def _put(self, data: bytes) -> None:
        while True:
            try:
                self._sock.send(data)
                return
            except BlockingIOError:  # sent faster than they leave: wait for room
                select.select((), [self._sock], ())

    def _get(self) -> tuple[bytes, float | None] | None:
        """The next frame, and when it arrived."""
        try:
            size, ancillary, _, _ = self._sock.recvmsg_into([self._buffer], ROOM)
        except BlockingIOError:
            return None
        return bytes(self._buffer[:size]), self._stamps.of(ancillary)


class PacketLink(FrameLink):
    """IP packets to and from one Ethernet neighbour; what is longer than `mtu` goes and comes in fragments.

    Owns `sock` from here on.
    """

    def __init__(self, codec: Codec, sock: socket.socket, ours: str, theirs: str, mtu: int = 1500) -> None:
        """`ours` and `theirs` are the MAC addresses of the two ends."""
        super().__init__(sock, codec)
        self._addresses = _mac(theirs) + _mac(ours)
        self._mtu = mtu
        self._reassembly = Reassembly()
        self._ready: deque[Frame] = deque()

    def send(self, frame: Frame) -> None:
        data = frame.data or b""
        header = self._addresses + (_IPV6 if data[:1] and data[0] >> 4 == 6 else _IPV4)
        if len(data) <= self._mtu:
            self._put(header + data)
            return
        try:
            pieces = fragments(data, self._mtu)
        except TooLong as error:
            raise TesterFault(
                f"{error}; let the automaton send less, or make the topology with mtu="
            ) from None
        frame.note = frame.note or f"sent in {len(pieces)} fragments"
        for piece in pieces:
            self._put(header + piece)

    def receive(self) -> Frame | None:
        while not self._ready:
            if (got := self._get()) is None:
                return None
            frame, at = got
            data = frame[_HEADER:]
            if reason := _unsound(frame[12:_HEADER], data):
                return Frame(data if len(frame) > _HEADER else frame, Unsound(reason), at=at)
            if not is_fragment(data):
                return Frame(data, self._codec, at=at)
            self._collect(data, at)
        return self._ready.popleft()

    def _collect(self, data: bytes, at: float | None) -> None:
        for packet, note, whole in self._reassembly.take(data, time.monotonic() if at is None else at):
            frame = Frame(packet, self._codec if whole else Unsound(note), at=at)
            frame.note = note
            self._ready.append(frame)


class EtherCodec:
    """Scapy's own idea of what is in a frame."""

    def encode(self, packet: Any) -> bytes:
        return bytes(packet)

    def decode(self, data: bytes) -> tuple[Any, str]:
        from scapy.layers.l2 import Ether

        from .codec import swallowed

        if len(data) < _HEADER:
            return Unsound(f"{len(data)} bytes are too few for an Ethernet header").decode(data)
        try:
            packet = Ether(data)
            return packet, swallowed(packet)
        except Exception as error:
            return Unsound(f"cannot be dissected: {type(error).__name__}: {error}").decode(data)


class Unsound:
    """Dissects nothing: for what has already turned out to be no packet, and why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def decode(self, data: bytes) -> tuple[Any, str]:
        from scapy.packet import Raw

        return Raw(data), self._reason


def _unsound(kind: bytes, data: bytes) -> str:
    """Why `data` in a frame of this type is no IP packet that can be dissected; "" if it is one."""
    size = len(data)
    if kind == _IPV4:
        if size < 20 or data[0] >> 4 != 4:
            return f"no IPv4 header in {size} bytes"
        length, header = data[2] << 8 | data[3], (data[0] & 15) * 4
        if not 20 <= header <= length:
            return f"an IPv4 header of {header} bytes in a packet of {length}"
    elif kind == _IPV6:
        if size < 40 or data[0] >> 4 != 6:
            return f"no IPv6 header in {size} bytes"
        length = 40 + (data[4] << 8 | data[5])
    elif len(kind) < 2:
        return "too short for an Ethernet header"
    else:
        return f"not IP: Ethernet type 0x{kind.hex()}"
    return f"truncated: {size} of {length} bytes arrived" if size < length else ""


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))
