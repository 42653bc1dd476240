"""Scapy packets to bytes and back, with the payload's class given by the link instead of by global bindings.

So two automata on different ports never disturb each other's dissection.  Knows no link.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import NoPayload, Packet, Raw

from .checksum import internet_checksum

Address = tuple[str, int]


class IPCodec:
    """Packets from the network layer up; what UDP carries is dissected as `payload`.

    `address` is the source of packets that name none: they leave from the link's end, whatever this
    machine's own routes are.
    """

    def __init__(self, payload: type[Packet] | None = None, address: str | None = None) -> None:
        self._payload = payload
        self._address = address

    def encode(self, packet: Any) -> bytes:
        if self._address is not None and isinstance(packet, IP | IPv6) and "src" not in packet.fields:
            packet = packet.copy()
            packet.src = self._address
        return bytes(packet)

    def decode(self, data: bytes) -> tuple[Any, str]:
        try:
            packet = (IPv6 if data[:1] and data[0] >> 4 == 6 else IP)(data)
        except Exception as error:
            return Raw(data), _reason(error)
        if self._payload is None or UDP not in packet or isinstance(packet[UDP].payload, NoPayload):
            return packet, ""
        return packet, self._retype(packet[UDP], self._payload)

    def _retype(self, udp: Packet, payload: type[Packet]) -> str:
        """Replace what global bindings made of the datagram's content; why that failed, or ""."""
        content = _content(udp)
        udp.remove_payload()
        try:
            udp.add_payload(payload(content))
        except Exception as error:
            udp.add_payload(Raw(content))
            return _reason(error)
        return ""


def datagram(data: bytes, source: Address, destination: Address) -> bytes:
    """The IP packet (version as the addresses have it) whose UDP payload is `data`."""
    family = socket.AF_INET6 if ":" in source[0] else socket.AF_INET
    src, dst = socket.inet_pton(family, source[0]), socket.inet_pton(family, destination[0])
    length = 8 + len(data)
    pseudo = src + dst + struct.pack("!HH", length, socket.IPPROTO_UDP)
    udp = struct.pack("!HHH", source[1], destination[1], length)
    checksum = internet_checksum(pseudo + udp + b"\0\0" + data) or 0xFFFF
    udp += struct.pack("!H", checksum)
    if family == socket.AF_INET6:
        return struct.pack("!IHBB", 6 << 28, length, socket.IPPROTO_UDP, 64) + src + dst + udp + data
    header = struct.pack("!BBHHHBB", 0x45, 0, 20 + length, 0, 0, 64, socket.IPPROTO_UDP)
    header += struct.pack("!H", internet_checksum(header + b"\0\0" + src + dst)) + src + dst
    return header + udp + data


def _content(udp: Packet) -> bytes:
    """The datagram's bytes as they arrived, without the padding that a short frame may carry."""
    carried: bytes = udp.payload.original
    return carried[: max(0, udp.len - 8)] if udp.len else carried


def _reason(error: Exception) -> str:
    return f"cannot be dissected: {type(error).__name__}: {error}"
