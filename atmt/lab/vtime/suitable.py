"""Tells before a program is started whether the shim can be loaded into it.

Reads files and starts nothing.  What a program does when it runs is not seen here.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from atmt.errors import NoVirtualTime
from atmt.lab import programs
from atmt.lab.vtime.build import FALL_BACK

MOST_INTERPRETERS = 5
PT_INTERP, PT_NOTE = 3, 4
_ELF64_LITTLE = b"\x7fELF\x02\x01"


class Segment(NamedTuple):
    """A program header of an ELF file, and what it stands for."""

    kind: int
    content: bytes


def check(path: str) -> None:
    """Raise NoVirtualTime, saying why, if the program at `path` cannot be put under a virtual clock."""
    for program in _interpreters(path):
        if reason := _obstacle(program):
            raise NoVirtualTime(
                f"{program} cannot be put under a virtual clock: {reason}",
                f"Use a build that is linked dynamically to glibc, {FALL_BACK}",
            )


def _interpreters(path: str) -> Iterator[str]:
    """`path`, and what runs it if it is a script, and what runs that."""
    for _ in range(MOST_INTERPRETERS):
        yield path
        with open(path, "rb") as file:
            line = file.readline(256)
        if not line.startswith(b"#!"):
            return
        words = line[2:].decode(errors="replace").split()
        if not words:
            return
        if Path(words[0]).name == "env" and (named := [w for w in words[1:] if w[0] != "-" and "=" not in w]):
            words = named
        path = programs.resolve(words[0], os.environ.get("PATH", os.defpath), "/")


def _obstacle(path: str) -> str:
    mode = os.stat(path).st_mode
    if mode & (stat.S_ISUID | stat.S_ISGID):
        return "it is set-uid or set-gid, and the system loads nothing else into such a program"
    data = Path(path).read_bytes()
    if data[:2] == b"#!":
        return ""
    if data[:6] != _ELF64_LITTLE:
        return "it is no 64-bit program of this machine"
    segments = list(_segments(data))
    loader = next((segment.content for segment in segments if segment.kind == PT_INTERP), None)
    if loader is None:
        return "it is linked statically"
    if b"musl" in loader:
        return "it is linked to musl"
    if any(segment.kind == PT_NOTE and b"Go\0\0" in segment.content for segment in segments):
        return "it is a Go program, whose runtime asks the kernel itself for the time"
    return ""


def _segments(data: bytes) -> Iterator[Segment]:
    (offset,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for at in range(offset, offset + size * count, size):
        kind, _, start, _, _, length = struct.unpack_from("<IIQQQQ", data, at)
        if kind in (PT_INTERP, PT_NOTE):
            yield Segment(kind, data[start : start + length])
