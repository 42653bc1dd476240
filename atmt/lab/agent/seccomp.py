"""System calls answered by a seccomp filter in place of the kernel, for this process and what it starts.

Knows no peers: who needs it, and when, is decided elsewhere.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterable

from . import kernel

# set{,re,res,fs}{u,g}id, setgroups and the chown family of each machine, and its AUDIT_ARCH constant.
IDENTITY_CALLS = {
    "x86_64": (105, 106, 113, 114, 116, 117, 119, 122, 123, 92, 93, 94, 260),
    "aarch64": (143, 144, 145, 146, 147, 149, 151, 152, 159, 54, 55),
}
ARCHITECTURE = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}

LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
OFFSET_OF_NUMBER, OFFSET_OF_ARCHITECTURE = 0, 4
ALLOW, ANSWER = 0x7FFF_0000, 0x0005_0000
SECCOMP_MODE_FILTER = 2


def supported() -> bool:
    """Whether the call numbers of this machine are known."""
    return platform.machine() in ARCHITECTURE


def answer(numbers: Iterable[int], errno: int) -> None:
    """From now on these calls do nothing and return `errno` (0 = success), irrevocably."""
    program = kernel.FilterProgram(_program(tuple(numbers), errno))
    kernel.prctl(kernel.PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program))


def pretend_identity_changes() -> None:
    """Let programs that insist on dropping privileges believe that they did.

    In a user namespace with a single id the kernel refuses, and tftpd-hpa then stays silent for ever.
    """
    if not kernel.has_capability(kernel.CAP_SYS_ADMIN):
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)  # the kernel's condition for a filter then
    answer(IDENTITY_CALLS[platform.machine()], 0)


def _program(numbers: tuple[int, ...], errno: int) -> list[kernel.Instruction]:
    compare = [(JUMP_IF_EQUAL, len(numbers) - i, 0, number) for i, number in enumerate(numbers)]
    return [
        (LOAD, 0, 0, OFFSET_OF_ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, ARCHITECTURE[platform.machine()]),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, OFFSET_OF_NUMBER),
        *compare,
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, ANSWER | errno),
    ]
