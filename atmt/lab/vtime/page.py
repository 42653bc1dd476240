"""The memory that tester and programs share: the time, the tester's question, and a slot for each thread.

Same layout as shim/shim.h.  Knows no process: what a slot's numbers mean is for others to say.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
from typing import NamedTuple

MAGIC = int.from_bytes(b"amvtime1", "little")
SLOTS = 120
NEVER = -1
FREE, RESERVED = 0, -1
REASON_WRITTEN = 2

_SLOT = struct.Struct("=iiqII8x")


class Header(ctypes.Structure):
    """What stands before the slots.  Aligned, so that each field is read and written whole."""

    _fields_ = (
        ("magic", ctypes.c_uint64),
        ("now", ctypes.c_int64),
        ("epoch", ctypes.c_int64),
        ("round", ctypes.c_uint32),
        ("refused", ctypes.c_uint32),
        ("reason", ctypes.c_char * 96),
    )


_HEADER = ctypes.sizeof(Header)
_SIZE = _HEADER + SLOTS * _SLOT.size


class Slot(NamedTuple):
    """One thread: it acknowledged the tester's round `seen` in its wait number `waits`, up to `deadline`."""

    place: int
    thread: int
    process: int
    deadline: int
    seen: int
    waits: int


class Page:
    """A page of its own, in memory only; `descriptor` is what a program needs to share it."""

    def __init__(self, now: int, epoch: int) -> None:
        """Both in nanoseconds: the monotonic clock, and what is added to it for the date."""
        self.descriptor = os.memfd_create("atmt-vtime", os.MFD_CLOEXEC)
        os.ftruncate(self.descriptor, _SIZE)
        self._map = mmap.mmap(self.descriptor, _SIZE)
        self.header = Header.from_buffer(self._map)
        self.header.now, self.header.epoch = now, epoch
        self.header.magic = MAGIC

    def slots(self) -> list[Slot]:
        """All that are taken."""
        rows = enumerate(_SLOT.iter_unpack(self._map[_HEADER:_SIZE]))
        return [Slot(place, *row) for place, row in rows if row[0] != FREE]

    def free(self, slot: Slot) -> None:
        """The thread is gone."""
        struct.pack_into("=i", self._map, _HEADER + slot.place * _SLOT.size, FREE)

    def ask(self) -> int:
        """Begin another round and return its number."""
        self.header.round = self.header.round + 1 & 0xFFFF_FFFF
        return int(self.header.round)

    def refusal(self) -> str:
        """Why a program cannot live under the clock, in its own words ("" if it can)."""
        return bytes(self.header.reason).decode() if self.header.refused == REASON_WRITTEN else ""

    def close(self) -> None:
        """Share it no more, but keep what it said; programs that share it keep it.  Twice is harmless."""
        self.header = Header.from_buffer_copy(self.header)  # off the map, which cannot be closed before
        self._map.close()
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor = -1
