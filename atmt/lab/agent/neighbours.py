"""Says who has an address, on an interface whose own kernel keeps silent: ARP and IPv6 neighbour discovery.

Knows no topology; frames in, frames out, and a packet socket of the namespace that it was made in.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable
from typing import NamedTuple

from . import kernel

ETHER, ARP_TYPE, IPV6_TYPE = 14, b"\x08\x06", b"\x86\xdd"
ARP_REQUEST = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)  # Ethernet, IPv4, lengths of both, request
ARP_REPLY = ARP_REQUEST[:-1] + b"\x02"
SOLICITATION, ADVERTISEMENT, ICMPV6 = 135, 136, 58
SOLICITED, OVERRIDE = 0x4000_0000, 0x2000_0000
TARGET_LINK_ADDRESS = b"\x02\x01"  # option: type 2, one unit of eight bytes
HOP_LIMIT = 255  # by which a neighbour proves that it is one (RFC 4861, 7.1)
ETH_P_ALL, LARGEST, MOST_REMEMBERED = 3, 2048, 1000

# ARP, and ICMPv6 neighbour solicitations behind a plain IPv6 header: nothing else wakes us
QUESTIONS: list[kernel.Instruction] = [
    (0x28, 0, 0, 12),  # what is in the frame?
    (0x15, 6, 0, 0x0806),  # ARP: accept
    (0x15, 0, 4, 0x86DD),  # not IPv6: reject
    (0x30, 0, 0, 20),
    (0x15, 0, 2, ICMPV6),
    (0x30, 0, 0, 54),
    (0x15, 1, 0, SOLICITATION),
    (0x06, 0, 0, 0),
    (0x06, 0, 0, 0xFFFF),
]


class Answer(NamedTuple):
    """A question that was answered at `at` (monotonic seconds): who asked, as whom, for which address."""

    at: float
    asked: str
    by_mac: str
    by: str


def answer(frame: bytes, owners: dict[bytes, bytes]) -> tuple[bytes, bytes, bytes] | None:
    """(reply, address asked for, address that asks), if the frame asks for one of `owners` (address -> MAC)."""
    if frame[12:14] == ARP_TYPE:
        return _answer_arp(frame, owners)
    if frame[12:14] == IPV6_TYPE:
        return _answer_solicitation(frame, owners)
    return None


def _answer_arp(frame: bytes, owners: dict[bytes, bytes]) -> tuple[bytes, bytes, bytes] | None:
    arp = frame[ETHER:]
    if len(arp) < 28 or not arp.startswith(ARP_REQUEST) or (mac := owners.get(arp[24:28])) is None:
        return None
    asking_mac, asking, asked = arp[8:14], arp[14:18], arp[24:28]
    reply = asking_mac + mac + ARP_TYPE + ARP_REPLY + mac + asked + asking_mac + asking
    return reply, asked, asking


def _answer_solicitation(frame: bytes, owners: dict[bytes, bytes]) -> tuple[bytes, bytes, bytes] | None:
    ip, icmp = frame[ETHER : ETHER + 40], frame[ETHER + 40 :]
    if len(icmp) < 24 or ip[6] != ICMPV6 or ip[7] != HOP_LIMIT or icmp[0] != SOLICITATION:
        return None
    asked, asking = icmp[8:24], ip[8:24]
    if (mac := owners.get(asked)) is None or not any(asking):  # from ::, somebody claims the address
        return None
    body = struct.pack("!BBHI", ADVERTISEMENT, 0, 0, SOLICITED | OVERRIDE) + asked
    body += TARGET_LINK_ADDRESS + mac
    checksum = _checksum(asked + asking + struct.pack("!II", len(body), ICMPV6) + body)
    body = body[:2] + struct.pack("!H", checksum) + body[4:]
    header = struct.pack("!IHBB", 6 << 28, len(body), ICMPV6, HOP_LIMIT) + asked + asking
    return frame[6:12] + mac + IPV6_TYPE + header + body, asked, asking


class Responder:
    """Answers on one interface for `addresses`, all of them at `mac`; remembers what it answered."""

    def __init__(self, interface: str, mac: str, addresses: Iterable[str]) -> None:
        station = bytes.fromhex(mac.replace(":", ""))
        self._owners = {_packed(address): station for address in addresses}
        self.answers: list[Answer] = []
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        self.socket.setsockopt(kernel.SOL_PACKET, kernel.PACKET_IGNORE_OUTGOING, 1)
        kernel.attach_filter(self.socket, QUESTIONS)
        self.socket.bind((interface, ETH_P_ALL))

    def serve(self) -> None:
        """Answer one question."""
        try:
            frame = self.socket.recv(LARGEST)
        except BlockingIOError:
            return
        if (found := answer(frame, self._owners)) is None:
            return
        reply, asked, asking = found
        self.socket.send(reply)
        if len(self.answers) < MOST_REMEMBERED:
            self.answers.append(Answer(time.monotonic(), _text(asked), frame[6:12].hex(":"), _text(asking)))


def _checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _packed(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def _text(address: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address)
