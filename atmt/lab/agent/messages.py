"""JSON messages with file descriptors attached, over a SOCK_SEQPACKET socket; both ends use this module.

Knows no operation by name.
"""

from __future__ import annotations

import array
import json
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LARGEST = 1 << 18
MOST_DESCRIPTORS = 64

Message = dict[str, Any]


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends; when one is closed the other receives None."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(sock: socket.socket, message: Mapping[str, Any], fds: Sequence[int] = ()) -> None:
    """Send one message; the receiver gets duplicates of `fds`."""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sock.sendmsg([json.dumps(message).encode()], rights)


def receive(sock: socket.socket) -> tuple[Message | None, list[int]]:
    """The next message and the descriptors with it, now the caller's; None after the other end closed."""
    room = socket.CMSG_SPACE(MOST_DESCRIPTORS * array.array("i").itemsize)
    data, ancillary, flags, _ = sock.recvmsg(LARGEST, room, socket.MSG_CMSG_CLOEXEC)
    fds = [fd for _, kind, raw in ancillary if kind == socket.SCM_RIGHTS for fd in _integers(raw)]
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        close_all(fds)
        raise OSError("a message between lab and tester was longer than its limit")
    return (json.loads(data) if data else None), fds


def close_all(fds: Iterable[int]) -> None:
    """Close descriptors of which this process has no use."""
    for fd in fds:
        os.close(fd)


def _integers(raw: bytes) -> array.array[int]:
    numbers = array.array("i")
    numbers.frombytes(raw[: len(raw) - len(raw) % numbers.itemsize])
    return numbers
