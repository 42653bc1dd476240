"""TFTP datagrams as the reference server reads and writes them: octets, and who sent them to whom.

Without Scapy, so that a fault in either way of dissecting shows.  Knows no automaton.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from atmt.links.codec import datagram

_PORTS = struct.Struct("!HHH")  # and the length


class Opcode(IntEnum):
    """RFC 1350 section 5; 6 is RFC 2347's."""

    RRQ = 1
    WRQ = 2
    DATA = 3
    ACK = 4
    ERROR = 5
    OACK = 6


class Datagram(NamedTuple):
    """A UDP datagram over IPv4."""

    src: str
    sport: int
    dst: str
    dport: int
    payload: bytes


class Datagrams:
    """The codec of a link that carries such datagrams."""

    def encode(self, packet: Datagram) -> bytes:
        return datagram(packet.payload, packet[:2], packet[2:4])

    def decode(self, data: bytes) -> tuple[Datagram, str]:
        at = (data[0] & 15) * 4
        sport, dport, length = _PORTS.unpack_from(data, at)
        src, dst = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
        return Datagram(src, sport, dst, dport, data[at + 8 : at + length]), ""


class Request(NamedTuple):
    """What an RRQ or WRQ asks for; names of options are in lower case, each with its first value."""

    filename: bytes
    mode: str
    options: Mapping[str, str]


def opcode(payload: bytes) -> int:
    """The opcode of a message (0, which is nobody's: it has none)."""
    return int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 0


def number(payload: bytes) -> int | None:
    """The block number of a DATA or ACK (None: it is too short for one)."""
    return int.from_bytes(payload[2:4], "big") if len(payload) >= 4 else None


def request(payload: bytes) -> Request | None:
    """The fields of an RRQ or WRQ (None: it is malformed); half an option at its end counts for nothing."""
    filename, *rest = payload[2:].split(b"\0")
    if len(rest) < 2 or rest[-1]:
        return None
    mode, *fields = (field.decode("latin-1") for field in rest[:-1])
    options: dict[str, str] = {}
    for name, value in zip(fields[::2], fields[1::2], strict=False):
        options.setdefault(name.lower(), value)
    return Request(filename, mode.lower(), options)


def data(block: int, content: bytes) -> bytes:
    """DATA; the block number wraps at 65536."""
    return b"\0\3" + (block % 65536).to_bytes(2, "big") + content


def ack(block: int) -> bytes:
    """ACK; the block number wraps at 65536."""
    return b"\0\4" + (block % 65536).to_bytes(2, "big")


def error(code: int, message: str) -> bytes:
    """ERROR."""
    return b"\0\5" + code.to_bytes(2, "big") + message.encode() + b"\0"


def oack(options: Mapping[str, str]) -> bytes:
    """OACK."""
    return b"\0\6" + b"".join(f"{name}\0{value}\0".encode() for name, value in options.items())
