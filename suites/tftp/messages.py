"""TFTP messages as the suite writes and reads them: Scapy's layers, in the RFC's words.

Knows no automaton and no address.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.layers.tftp import (
    TFTP,
    TFTP_ACK,
    TFTP_DATA,
    TFTP_ERROR,
    TFTP_OACK,
    TFTP_RRQ,
    TFTP_WRQ,
    TFTP_Option,
    TFTP_Options,
)
from scapy.packet import Packet, Raw

BLOCK = 512  # octets of data in a block unless the blksize option says otherwise (RFC 1350 section 2)


class ErrorCode(IntEnum):
    """RFC 1350 appendix; 8 is RFC 2347's."""

    UNDEFINED = 0
    FILE_NOT_FOUND = 1
    ACCESS_VIOLATION = 2
    DISK_FULL = 3
    ILLEGAL_OPERATION = 4
    UNKNOWN_TID = 5
    FILE_EXISTS = 6
    NO_SUCH_USER = 7
    OPTION_REFUSED = 8


def datagram(server: str, sport: int, dport: int, message: Packet, **fields: Any) -> Packet:
    """`message` on its way; `fields` are those of the IP header.

    Put together without ``/``, which copies what it joins and takes six times as long.
    """
    udp, ip = UDP(sport=sport, dport=dport), IP(dst=server, **fields)
    udp.add_payload(message)
    ip.add_payload(udp)
    return ip


def rrq(filename: str | bytes, mode: str = "octet", options: Mapping[str, str] | None = None) -> Packet:
    """A read request (RFC 1350 section 5, options as RFC 2347)."""
    return _request(TFTP_RRQ(filename=filename, mode=mode), options)


def wrq(filename: str | bytes, mode: str = "octet", options: Mapping[str, str] | None = None) -> Packet:
    """A write request."""
    return _request(TFTP_WRQ(filename=filename, mode=mode), options)


def data(block: int, content: bytes) -> Packet:
    """A data packet; the block number wraps at 65536."""
    return TFTP() / TFTP_DATA(block=block % 65536) / Raw(content)


def ack(block: int) -> Packet:
    """An acknowledgement; the block number wraps at 65536."""
    return TFTP() / TFTP_ACK(block=block % 65536)


def error(code: int, message: str) -> Packet:
    """An error packet."""
    return TFTP() / TFTP_ERROR(errorcode=code, errormsg=message)


def oack(options: Mapping[str, str]) -> Packet:
    """An option acknowledgement (RFC 2347)."""
    return TFTP() / TFTP_OACK() / _options(options)


def raw(message: bytes) -> Packet:
    """Bytes that need be no TFTP message."""
    return Raw(message)


def is_error(packet: Packet) -> bool:
    """Whether it claims to be an error packet, however malformed."""
    return bytes(packet[UDP].payload)[:2] == b"\0\5"


def content(packet: Packet) -> bytes:
    """What a data packet carries."""
    return bytes(packet[TFTP_DATA].payload)


def options(packet: Packet) -> dict[str, str]:
    """The options of a request or an OACK, names in lower case (they are case-insensitive)."""
    if TFTP_Options not in packet:
        return {}
    return {
        o.oname.decode("latin-1").lower(): o.value.decode("latin-1") for o in packet[TFTP_Options].options
    }


def _request(request: Packet, wanted: Mapping[str, str] | None) -> Packet:
    return TFTP() / request / _options(wanted) if wanted else TFTP() / request


def _options(wanted: Mapping[str, str]) -> Packet:
    return TFTP_Options(options=[TFTP_Option(oname=name, value=value) for name, value in wanted.items()])
