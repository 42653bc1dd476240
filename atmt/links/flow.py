"""Which packets a link is interested in, for the kernel's filter and for memory alike.

A flow is declared once and used twice: as a test on bytes and as a classic BPF program.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

Instruction = tuple[int, int, int, int]

_ACCEPT = (0x06, 0, 0, 0xFFFFFFFF)
_REJECT = (0x06, 0, 0, 0)
_LOAD_HALF, _LOAD_WORD, _JUMP_EQUAL = 0x28, 0x20, 0x15


def udp_port(port: int) -> Callable[[bytes], bool]:
    """Accepts the bytes of an IP packet that carries UDP to `port` (first fragments only)."""
    wanted = struct.pack("!H", port)

    def accepts(data: bytes) -> bool:
        if len(data) < 28:
            return False
        if data[0] >> 4 == 4:
            at = (data[0] & 15) * 4
            first = not (data[6] & 0x1F or data[7])  # of fragments, only the first carries the ports
            return data[9] == socket.IPPROTO_UDP and first and data[at + 2 : at + 4] == wanted
        return data[6] == socket.IPPROTO_UDP and data[42:44] == wanted

    return accepts


def to_host(ipv4: str, ipv6: str | None = None, *more: str) -> list[Instruction]:
    """BPF for Ethernet frames whose IP destination is the host; everything else stays in the kernel.

    `more` are further IPv4 addresses of it.
    """
    known = [int.from_bytes(socket.inet_pton(socket.AF_INET, address), "big") for address in (ipv4, *more)]
    program: list[Instruction] = [
        (_LOAD_HALF, 0, 0, 12),
        (_JUMP_EQUAL, 0, 2 + len(known), 0x0800),
        (_LOAD_WORD, 0, 0, 30),
    ]
    for left, address in zip(reversed(range(len(known))), known, strict=True):
        program.append((_JUMP_EQUAL, left, 0 if left else 1, address))
    program.append(_ACCEPT)
    if ipv6 is not None:
        words = struct.unpack("!4I", socket.inet_pton(socket.AF_INET6, ipv6))
        program += [(_LOAD_HALF, 0, 0, 12), (_JUMP_EQUAL, 0, 9, 0x86DD)]
        for i, word in enumerate(words):
            program += [(_LOAD_WORD, 0, 0, 38 + 4 * i), (_JUMP_EQUAL, 0, 7 - 2 * i, word)]
        program.append(_ACCEPT)
    return [*program, _REJECT]
