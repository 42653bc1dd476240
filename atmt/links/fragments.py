"""IP fragments: put together what arrives in pieces, cut to pieces what is too long for a link.

Works on bytes from the IP header up.  Knows no link and no packet class.
"""

from __future__ import annotations

import struct
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from .checksum import internet_checksum

PATIENCE = 30.0  # seconds to wait for the rest (RFC 791 recommends 15, RFC 8200 demands 60)
MOST_DATAGRAMS = 64  # incomplete at the same time
LARGEST = 65535

_FRAGMENT = 44
_EXTENSIONS = (0, 43, 60)  # headers of IPv6 that may precede a fragment's
_MORE, _OFFSET, _DONT = 0x2000, 0x1FFF, 0x4000
_identifications = count(1)

Delivery = tuple[bytes, str, bool]  # packet, note on it, whether it is whole


class TooLong(ValueError):
    """A packet that may not be fragmented does not fit the link."""


@dataclass(slots=True)
class _Fragment:
    key: tuple[bytes, ...]
    offset: int
    more: bool
    head: bytes  # what comes before the content, without a trace of fragmentation
    content: bytes


@dataclass(slots=True)
class _Datagram:
    """What has arrived of one."""

    since: float
    head: bytes = b""
    offsets: list[int] = field(default_factory=list)  # sorted, as are the parts
    parts: list[bytes] = field(default_factory=list)
    length: int = -1  # of the content; known from its last fragment
    arrived: int = 0

    def takes(self, piece: _Fragment) -> bool:
        """Whether it fits: nothing overlaps, and nothing lies behind the end."""
        end, at = piece.offset + len(piece.content), bisect(self.offsets, piece.offset)
        if (piece.more and len(piece.content) % 8) or end > LARGEST or not piece.content:
            return False
        if self.offsets and not piece.more and (self.length >= 0 or end < self._end(-1)):
            return False
        after = self.offsets[at] if at < len(self.offsets) else max(self.length, LARGEST * (self.length < 0))
        return end <= after and (at == 0 or self._end(at - 1) <= piece.offset)

    def add(self, piece: _Fragment) -> None:
        at = bisect(self.offsets, piece.offset)
        self.offsets.insert(at, piece.offset)
        self.parts.insert(at, piece.content)
        self.arrived += len(piece.content)
        if piece.offset == 0:
            self.head = piece.head
        if not piece.more:
            self.length = piece.offset + len(piece.content)

    def whole(self) -> bytes | None:
        """The packet, once everything is there."""
        return _joined(self.head, b"".join(self.parts)) if self.arrived == self.length else None

    def _end(self, number: int) -> int:
        return self.offsets[number] + len(self.parts[number])


class Reassembly:
    """Collects the fragments that reach one host."""

    def __init__(self) -> None:
        self._datagrams: dict[tuple[bytes, ...], _Datagram] = {}

    def take(self, packet: bytes, now: float) -> list[Delivery]:
        """What is to be delivered now that this fragment has arrived (see `is_fragment`) at `now` (seconds)."""
        piece = _piece(packet)
        ready = list(self._give_up(now, piece.key))
        datagram = self._datagrams.get(piece.key) or _Datagram(now)
        if not datagram.takes(piece):
            return [*ready, (packet, "a fragment that does not fit the others", False)]
        datagram.add(piece)
        self._datagrams[piece.key] = datagram
        if (whole := datagram.whole()) is not None:
            del self._datagrams[piece.key]
            number = len(datagram.parts)
            ready.append((whole, f"put together from {number} fragment{'s' * (number > 1)}", True))
        return ready

    def _give_up(self, now: float, wanted: tuple[bytes, ...]) -> Iterator[Delivery]:
        """Datagrams whose rest does not come, oldest first."""
        for key, datagram in list(self._datagrams.items()):
            crowded = wanted not in self._datagrams and len(self._datagrams) >= MOST_DATAGRAMS
            if now - datagram.since > PATIENCE or crowded:
                del self._datagrams[key]
                yield datagram.head + datagram.parts[0], "the other fragments are missing", False


def is_fragment(packet: bytes) -> bool:
    """Whether an IP packet with a sound header is a fragment."""
    if packet[0] >> 4 == 4:
        return bool(packet[6] & 0x3F or packet[7])
    return _fragment_header(packet) > 0


def fragments(packet: bytes, mtu: int) -> list[bytes]:
    """The packet in pieces no longer than `mtu`.  Raises TooLong where it forbids that."""
    if len(packet) <= mtu:
        return [packet]
    if packet[0] >> 4 == 4:
        return _fragments4(packet, mtu)
    number = struct.pack("!I", next(_identifications) & 0xFFFFFFFF)
    room = (mtu - 48) // 8 * 8
    pieces = []
    for at in range(40, len(packet), room):
        content = packet[at : at + room]
        more = at + room < len(packet)
        header = struct.pack("!BBH", packet[6], 0, (at - 40) | more) + number
        fixed = packet[:4] + struct.pack("!HB", len(content) + 8, _FRAGMENT) + packet[7:40]
        pieces.append(fixed + header + content)
    return pieces


def _fragments4(packet: bytes, mtu: int) -> list[bytes]:
    flags, at = int.from_bytes(packet[6:8], "big"), (packet[0] & 15) * 4
    if flags & _DONT:
        raise TooLong(f"a packet of {len(packet)} bytes is too long for MTU {mtu}, and forbids fragments")
    head, content, room = packet[:at], packet[at:], (mtu - at) // 8 * 8
    number = packet[4:6] if any(packet[4:6]) else struct.pack("!H", next(_identifications) & 0xFFFF)
    pieces = []
    for offset in range(0, len(content), room):
        part = content[offset : offset + room]
        more = offset + room < len(content) or flags & _MORE
        field_ = (flags & _OFFSET) + offset // 8 | (_MORE if more else 0)
        pieces.append(_header4(head, len(part), number, field_) + part)
    return pieces


def _header4(head: bytes, content: int, number: bytes, flags: int) -> bytes:
    """A header for so many bytes; options are in every fragment, though not all need be."""
    changed = head[:2] + struct.pack("!H", len(head) + content) + number + struct.pack("!H", flags)
    changed += head[8:10] + b"\0\0" + head[12:]
    return changed[:10] + struct.pack("!H", internet_checksum(changed)) + changed[12:]


def _piece(packet: bytes) -> _Fragment:
    if packet[0] >> 4 == 4:
        at, flags = (packet[0] & 15) * 4, int.from_bytes(packet[6:8], "big")
        key = packet[4:6], packet[9:10], packet[12:16], packet[16:20]
        content = packet[at : int.from_bytes(packet[2:4], "big")]
        return _Fragment(key, (flags & _OFFSET) * 8, bool(flags & _MORE), packet[:at], content)
    at, link = _fragment_header(packet), _link_to(packet, _FRAGMENT)
    place = int.from_bytes(packet[at + 2 : at + 4], "big")
    head = packet[:link] + packet[at : at + 1] + packet[link + 1 : at]
    content = packet[at + 8 : 40 + int.from_bytes(packet[4:6], "big")]
    return _Fragment((packet[at + 4 : at + 8], packet[8:40]), place & ~7, bool(place & 1), head, content)


def _joined(head: bytes, content: bytes) -> bytes:
    if head[0] >> 4 == 4:
        return _header4(head, len(content), head[4:6], 0) + content
    return head[:4] + struct.pack("!H", len(head) - 40 + len(content)) + head[6:] + content


def _fragment_header(packet: bytes) -> int:
    """Where the fragment header of an IPv6 packet begins; 0 if it has none."""
    kind, at = packet[6], 40
    while kind in _EXTENSIONS and at + 8 <= len(packet):
        kind, at = packet[at], at + 8 * (packet[at + 1] + 1)
    return at if kind == _FRAGMENT and at + 8 <= len(packet) else 0


def _link_to(packet: bytes, wanted: int) -> int:
    """Where the number of the header `wanted` stands: in the fixed header or in an extension."""
    link, at = 6, 40
    while packet[link] != wanted:
        link, at = at, at + 8 * (packet[at + 1] + 1)
    return link
