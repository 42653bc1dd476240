"""Ethernet frames with UDP in them, made and read by hand; knows no lab and opens nothing."""

from __future__ import annotations

import struct
from ipaddress import ip_address
from typing import NamedTuple

from atmt.lab import Endpoint

UDP = 17


class Datagram(NamedTuple):
    """What a test wants to know of a received frame."""

    source: str
    source_port: int
    destination_port: int
    payload: bytes
    checksum_right: bool


def udp_frame(
    source: Endpoint, to: Endpoint, ports: tuple[int, int], payload: bytes, version: int = 4
) -> bytes:
    """A frame that carries `payload` from the first of `ports` to the second."""
    one, other = (source.ipv4, to.ipv4) if version == 4 else (source.ipv6, to.ipv6)
    length = 8 + len(payload)
    header = struct.pack("!HHHH", *ports, length, 0)
    total = _sum(_pseudo_header(one, other, length) + header + payload)
    udp = struct.pack("!HHHH", *ports, length, (~total & 0xFFFF) or 0xFFFF) + payload
    ether = bytes.fromhex((to.mac + source.mac).replace(":", ""))
    if version == 6:
        return (
            ether
            + b"\x86\xdd"
            + struct.pack("!IHBB", 6 << 28, length, UDP, 64)
            + _raw(one)
            + _raw(other)
            + udp
        )
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 1, 0, 64, UDP, 0) + _raw(one) + _raw(other)
    return ether + b"\x08\x00" + ip[:10] + struct.pack("!H", ~_sum(ip) & 0xFFFF) + ip[12:] + udp


def datagram(frame: bytes) -> Datagram | None:
    """The UDP datagram in a frame, None if there is something else in it."""
    if frame[12:14] == b"\x08\x00" and frame[23] == UDP:
        addresses, udp = (frame[26:30], frame[30:34]), frame[34:]
    elif frame[12:14] == b"\x86\xdd" and frame[20] == UDP:
        addresses, udp = (frame[22:38], frame[38:54]), frame[54:]
    else:
        return None
    one, other = (str(ip_address(raw)) for raw in addresses)
    source, destination, length, _ = struct.unpack("!HHHH", udp[:8])
    right = _sum(_pseudo_header(one, other, length) + udp[:length]) == 0xFFFF
    return Datagram(one, source, destination, udp[8:length], right)


def _raw(ip: str) -> bytes:
    return ip_address(ip).packed


def _pseudo_header(one: str, other: str, length: int) -> bytes:
    return _raw(one) + _raw(other) + struct.pack("!HH", UDP, length)


def _sum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total
