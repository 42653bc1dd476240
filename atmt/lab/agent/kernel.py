"""System calls of Linux that Python's `os` and `socket` do not offer (or only from 3.12 on).

Knows neither topologies nor peers.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x1000_0000, 0x2000_0000, 0x4000_0000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_SLAVE = 2, 4, 8, 0x1000, 0x4000, 0x8_0000
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
CAP_SETUID, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN = 7, 12, 13, 21
SIOCETHTOOL, SIOCGSKNS, ETHTOOL_STXCSUM = 0x8946, 0x894C, 0x17
SO_ATTACH_FILTER, SO_RCVBUFFORCE, SO_TIMESTAMPNS = 26, 33, 35
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23

Instruction = tuple[int, int, int, int]  # one BPF instruction: code, jump if true, jump if false, k

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Give the calling process namespaces of its own."""
    _check(_libc.unshare(flags), f"unshare({flags:#x})")


def setns(fd: int, kind: int) -> None:
    """Enter the namespace of type `kind` that `fd` (a namespace or a pidfd) stands for."""
    _check(_libc.setns(fd, kind), "setns")


def prctl(option: int, *arguments: int) -> None:
    """prctl(2), for the options that return nothing."""
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    _check(_libc.prctl(option, *padded), f"prctl({option})")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """mount(2)."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    _check(_libc.mount(*encoded[:3], ctypes.c_ulong(flags), encoded[3]), f"mount {target}")


def unmount(target: str) -> None:
    """umount2(2), of what nobody needs any more."""
    _check(_libc.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def has_capability(*numbers: int) -> bool:
    """Whether this process effectively holds every one of these capabilities."""
    with open("/proc/self/status") as status:
        effective = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    return all(effective >> number & 1 for number in numbers)


def network_namespace_of(sock: socket.socket) -> int:
    """A new descriptor of the network namespace in which `sock` was created; needs no /proc."""
    return fcntl.ioctl(sock.fileno(), SIOCGSKNS)


def disable_tx_checksum_offload(sock: socket.socket, interface: str) -> None:
    """Make the kernel fill in checksums itself: on a veth nobody else would, and every one would be wrong.

    `sock` is any of the interface's namespace.
    """
    command = ctypes.create_string_buffer(struct.pack("=II", ETHTOOL_STXCSUM, 0))
    fcntl.ioctl(sock, SIOCETHTOOL, struct.pack("16sQ16x", interface.encode(), ctypes.addressof(command)))


def process_behind(pidfd: int) -> int:
    """The number of a pidfd's process in the pid namespace that /proc shows; -1 once it has been reaped."""
    with open(f"/proc/self/fdinfo/{pidfd}") as info:
        return next(int(line.split()[1]) for line in info if line.startswith("Pid:"))


def enlarge_receive_buffer(sock: socket.socket, size: int) -> None:
    """As large as asked for by root, as large as the system lets everybody have by others."""
    for option in (socket.SO_RCVBUF, SO_RCVBUFFORCE):
        with suppress(PermissionError):
            sock.setsockopt(socket.SOL_SOCKET, option, size)


class FilterProgram(ctypes.Structure):
    """struct sock_fprog, as SO_ATTACH_FILTER and seccomp take it; keeps its instructions alive."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))

    def __init__(self, instructions: Sequence[Instruction]) -> None:
        packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
        self.memory = ctypes.create_string_buffer(packed, len(packed))
        super().__init__(len(instructions), ctypes.addressof(self.memory))


def attach_filter(sock: socket.socket, instructions: Sequence[Instruction]) -> None:
    """Let the kernel drop what the classic BPF program rejects, before it reaches `sock`."""
    program = FilterProgram(instructions)  # named, to outlive the call that follows its pointer
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(program))
