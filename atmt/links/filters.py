"""Filters for packet sockets from expressions as tcpdump takes them, such as ``udp and not port 53``.

Uses Scapy's way to libpcap, or else tcpdump itself, of which neither needs a network.  Knows no link.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Sequence

from ..errors import EnvironmentFault, TesterFault
from .flow import Instruction

_SO_ATTACH_FILTER = 26
_ETHERNET = 1  # DLT_EN10MB
_ACCEPT = (0x06, 0, 0, 0xFFFFFFFF)
_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"


class FilterError(TesterFault, ValueError):
    """An expression is no filter."""


@functools.cache
def compile(expression: str) -> tuple[Instruction, ...]:
    """The classic BPF program, for Ethernet frames.

    Of a datagram that comes in fragments, only the first has ports.  Raises FilterError for what is no
    expression, and EnvironmentFault on a machine with neither libpcap nor tcpdump.
    """
    for way in (_by_libpcap, _by_tcpdump):
        if (found := way(expression)) is not None:
            return found
    raise EnvironmentFault(
        f"the filter {expression!r} cannot be compiled: neither libpcap nor tcpdump is here",
        "Install one (apt-get install libpcap0.8), or give the filter as a BPF program (atmt.links.flow)",
    )


def attach(sock: socket.socket, program: Sequence[Instruction]) -> None:
    """Have the kernel drop what the program does not accept, before it reaches `sock`; replaces an earlier one."""
    rows = b"".join(struct.pack("=HBBI", *row) for row in program)
    memory = ctypes.create_string_buffer(rows, len(rows))
    place = struct.pack("HP", len(program), ctypes.addressof(memory))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, place)


def _by_libpcap(expression: str) -> tuple[Instruction, ...] | None:
    try:
        from scapy.arch.common import compile_filter
        from scapy.error import Scapy_Exception
        from scapy.libs.winpcapy import pcap_compile  # noqa: F401 - tells whether libpcap is there
    except (ImportError, OSError):
        return None
    try:
        program = compile_filter(expression, linktype=_ETHERNET)
    except Scapy_Exception as error:
        raise _no_filter(expression, str(error)) from None
    rows = [program.bf_insns[i] for i in range(program.bf_len)]
    return tuple(_whole((row.code, row.jt, row.jf, row.k & 0xFFFFFFFF)) for row in rows)


def _by_tcpdump(expression: str) -> tuple[Instruction, ...] | None:
    tool = shutil.which("tcpdump", path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}")
    if tool is None:
        return None
    command = [tool, "-y", "EN10MB", "-ddd", "--", expression]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        raise _no_filter(expression, done.stderr.strip())
    _, *rows = done.stdout.splitlines()
    return tuple(_whole((c, yes, no, k)) for c, yes, no, k in (map(int, row.split()) for row in rows))


def _whole(instruction: Instruction) -> Instruction:
    """What is accepted is accepted in its whole length, not cut to what suits a tool's files."""
    code, _, _, k = instruction
    return _ACCEPT if code == _ACCEPT[0] and k else instruction


def _no_filter(expression: str, why: object) -> FilterError:
    return FilterError(f"{expression!r} is no filter that tcpdump would take: {why}")
