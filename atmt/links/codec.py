"""Scapy packets to bytes and back, with the payload's class given by the link instead of by global bindings.

So two automata on different ports never disturb each other's dissection.  Plain IP/UDP headers, which are
nearly all, are built and split here, because Scapy takes most of a conversation's time for them.
"""

from __future__ import annotations

import socket
import struct
from functools import lru_cache
from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import NoPayload, Packet, Raw

from ..frame import summary

Address = tuple[str, int]

_UDP_HEADER = 8
_UDP, _IPV4 = struct.Struct("!HHHH"), struct.Struct("!BBHHHBBH")
_FIXED = 0x4500 + 1 + (64 << 8 | socket.IPPROTO_UDP)  # the words of an IPv4 header that never change
_LARGEST = 65535 - 20 - _UDP_HEADER


class IPCodec:
    """Packets from the network layer up; what UDP carries is dissected as `payload`.

    `address` is the source of packets that name none: they leave from the link's end, whatever this
    machine's own routes are.
    """

    def __init__(self, payload: type[Packet] | None = None, address: str | None = None) -> None:
        self._payload = payload
        self._address = address

    def encode(self, packet: Any) -> bytes:
        if (ends := _plain(packet, self._address)) is not None:
            content = bytes(packet.payload.payload)
            if len(content) <= _LARGEST:
                return datagram(content, *ends)
        if self._address is not None and isinstance(packet, IP | IPv6) and "src" not in packet.fields:
            packet = packet.copy()
            packet.src = self._address
        return bytes(packet)

    def decode(self, data: bytes) -> tuple[Any, str]:
        at = _datagram_at(data) if self._payload is not None else 0
        layer = IPv6 if data[:1] and data[0] >> 4 == 6 else IP
        try:
            packet = layer(data[: at + _UDP_HEADER] if at else data)
            if at and UDP not in packet:  # a length in the IP header that leaves no room for it
                packet, at = layer(data), 0
        except Exception as error:
            return Raw(data), _reason(error)
        if not at or self._payload is None:
            return packet, swallowed(packet)
        udp = packet[UDP]
        content = data[at + _UDP_HEADER : at + udp.len] if udp.len else data[at + _UDP_HEADER :]
        return packet, _carry(udp, content, self._payload)

    def describe(self, data: bytes) -> tuple[str, str]:
        """One line that tells the packet, with ports as numbers; of its headers only the ends are read."""
        at = _datagram_at(data) if self._payload is not None else 0
        if not at or self._payload is None:
            packet, fault = self.decode(data)
            return summary(packet), fault
        sport, dport, length = struct.unpack_from("!HHH", data, at)
        content = data[at + _UDP_HEADER : at + length if length else None]
        line = f"IP / UDP {_ends(data, sport, dport)}"
        if not content:
            return line, ""
        told, fault = _tell(self._payload, content)  # type: ignore[arg-type]  # mypy: not hashable, by a metaclass
        return f"{line} / {told}", fault


@lru_cache(maxsize=4096)
def _tell(payload: type[Packet], content: bytes) -> tuple[str, str]:
    """One line for a payload; kept, for conversations repeat themselves and dissecting is what takes long."""
    try:
        packet = payload(content)
        return str(packet.summary()), swallowed(packet)
    except Exception as error:
        return str(Raw(content).summary()), _reason(error)


def datagram(data: bytes, source: Address, destination: Address) -> bytes:
    """The IP packet (version as the addresses have it) whose UDP payload is `data`."""
    family, ends, summed = _ends_of(source[0], destination[0])
    length = _UDP_HEADER + len(data)
    # the checksum is a sum modulo 65535, to which the lengths, the ports and the data are added
    total = summed + 2 * length + socket.IPPROTO_UDP + source[1] + destination[1] + _sum(data)
    udp = _UDP.pack(source[1], destination[1], length, 0xFFFF - (total % 0xFFFF or 0xFFFF) or 0xFFFF)
    if family == socket.AF_INET6:
        return struct.pack("!IHBB", 6 << 28, length, socket.IPPROTO_UDP, 64) + ends + udp + data
    total = summed + _FIXED + 20 + length
    return (
        _IPV4.pack(0x45, 0, 20 + length, 1, 0, 64, 17, 0xFFFF - (total % 0xFFFF or 0xFFFF))
        + ends
        + udp
        + data
    )


@lru_cache(maxsize=1024)
def _ends_of(source: str, destination: str) -> tuple[socket.AddressFamily, bytes, int]:
    """Two addresses: their family, their bytes, the sum of those."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    ends = socket.inet_pton(family, source) + socket.inet_pton(family, destination)
    return family, ends, _sum(ends)


def _sum(data: bytes) -> int:
    """The sum of 16-bit words modulo 65535 (`checksum` tells why); odd data are padded with a zero."""
    return int.from_bytes(data, "big") * (256 if len(data) % 2 else 1) % 0xFFFF


def _plain(packet: Any, address: str | None) -> tuple[Address, Address] | None:
    """Source and destination of an IP/UDP packet that sets nothing but addresses and ports."""
    if type(packet) not in (IP, IPv6) or type(packet.payload) is not UDP:
        return None
    udp = packet.payload
    given = {name for name, value in packet.fields.items() if value != []}
    if not given <= {"src", "dst"} or not udp.fields.keys() <= {"sport", "dport"}:
        return None
    source, destination = packet.fields.get("src", address), packet.fields.get("dst")
    ports = udp.sport, udp.dport
    family = socket.AF_INET6 if type(packet) is IPv6 else socket.AF_INET
    if not (_is_address(family, source) and _is_address(family, destination)):
        return None
    if not all(type(port) is int and 0 <= port <= 65535 for port in ports):
        return None
    return (source, ports[0]), (destination, ports[1])


def _is_address(family: socket.AddressFamily, text: object) -> bool:
    if not isinstance(text, str):
        return False
    try:
        socket.inet_pton(family, text)
    except OSError:
        return False
    return True


def _datagram_at(data: bytes) -> int:
    """Where the UDP header begins in an unfragmented IP packet whose lengths leave room for it; else 0."""
    if len(data) < 28:
        return 0
    if data[0] >> 4 == 4:
        at, length, kind = (data[0] & 15) * 4, data[2] << 8 | data[3], data[9]
        if at < 20 or data[6] & 0x3F or data[7]:
            return 0
    elif data[0] >> 4 == 6:
        at, length, kind = 40, 40 + (data[4] << 8 | data[5]), data[6]
    else:
        return 0
    return at if kind == socket.IPPROTO_UDP and min(len(data), length) >= at + _UDP_HEADER else 0


def _ends(data: bytes, sport: int, dport: int) -> str:
    if data[0] >> 4 == 6:
        source, destination = (socket.inet_ntop(socket.AF_INET6, data[at : at + 16]) for at in (8, 24))
        return f"[{source}]:{sport} > [{destination}]:{dport}"
    return f"{socket.inet_ntoa(data[12:16])}:{sport} > {socket.inet_ntoa(data[16:20])}:{dport}"


def _carry(udp: Packet, content: bytes, payload: type[Packet]) -> str:
    """Put `content` behind a bare UDP header, dissected if that can be; why it could not, or ""."""
    if not content:
        return ""
    if not isinstance(udp.payload, NoPayload):
        udp.remove_payload()
    try:
        packet = payload(content)
    except Exception as error:
        udp.add_payload(Raw(content))
        return _reason(error)
    udp.add_payload(packet)
    return swallowed(packet)


def swallowed(packet: Packet) -> str:
    """Why the innermost layer is but raw bytes ("" if it should be): Scapy leaves them so without a word."""
    raw = packet.lastlayer()
    layer = raw.underlayer
    if type(raw) is not Raw or layer is None:
        return ""
    try:
        wanted = layer.guess_payload_class(raw.load)
        if wanted is not Raw:
            wanted(raw.load, _internal=1, _underlayer=layer)
    except Exception as error:
        return f"{layer.name}: what it carries {_reason(error)}"
    return ""


def _reason(error: Exception) -> str:
    return f"cannot be dissected: {type(error).__name__}: {error}"
