"""What the programs of a topology say, on stdout, stderr and by syslog, as lines with the time of each.

Knows no program: whoever starts one gives it the pipe and tells its pid.  Written to a file in memory that
the tester reads by itself, a line a row: time (monotonic), pid, stream, text.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from contextlib import suppress

SYSLOG = "/dev/shm/.atmt-log"  # where /dev/log of the lab points to; the folder is each topology's own
LARGEST = 4 << 20  # bytes; a program that floods its log must not take the machine's memory
LONGEST = 8192  # bytes of one line
MOST_READS = 32
CREDENTIALS = struct.Struct("3i")
FULL = b"the log is full: what comes later is lost"


class Pipe:
    """One stream of a program; lines are written to `journal` as they become complete."""

    def __init__(self, journal: Journal, stream: str) -> None:
        self._journal = journal
        self._stream = stream
        self._rest = b""
        self.pid = 0
        self.outlet, self.inlet = os.pipe()
        os.set_blocking(self.outlet, False)

    def read(self) -> int | None:
        """Take what is there: how many bytes; 0 when nobody is left who could write, None when all is taken."""
        try:
            data = os.read(self.outlet, 1 << 16)
        except BlockingIOError:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (not data or len(self._rest) > LONGEST):
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            self._journal.write(self.pid, self._stream, line)
        return len(data)

    def drain(self) -> None:
        """Take what has been written until now, but not for ever from one who writes as fast as we read."""
        for _ in range(MOST_READS):
            if not self.read():
                return


class Journal:
    """The log of a topology; `file` is a descriptor for the tester."""

    def __init__(self, with_syslog: bool) -> None:
        self.file = os.memfd_create("log", os.MFD_CLOEXEC)
        self.syslog = _syslog_socket() if with_syslog else None
        self._size = 0

    def write(self, pid: int, stream: str, text: bytes) -> None:
        """Add a line, unless the log is full."""
        if self._size >= LARGEST:
            return
        row = b"%.6f %d %s %s\n" % (time.monotonic(), pid, stream.encode(), text[:LONGEST])
        self._size += os.write(self.file, row)
        if self._size >= LARGEST:
            os.write(self.file, b"%.6f 0 lab %s\n" % (time.monotonic(), FULL))

    def clear(self) -> None:
        """Begin anew."""
        os.ftruncate(self.file, 0)
        os.lseek(self.file, 0, os.SEEK_SET)
        self._size = 0

    def take_syslog(self) -> bool:
        """Write down one message that a program logged by syslog(3); False if there is none."""
        assert self.syslog is not None
        try:
            room = socket.CMSG_SPACE(CREDENTIALS.size)
            data, ancillary, _, _ = self.syslog.recvmsg(LONGEST, room)
        except BlockingIOError:
            return False
        for line in _message(data).splitlines():
            self.write(_session_of(ancillary), "syslog", line)
        return True

    def drain_syslog(self) -> None:
        """Take what has been logged until now."""
        if self.syslog is not None:
            for _ in range(MOST_READS):
                if not self.take_syslog():
                    return


def _syslog_socket() -> socket.socket | None:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        made.bind(SYSLOG)
        os.chmod(SYSLOG, 0o666)
    except OSError:
        made.close()
        return None
    return made


def _message(data: bytes) -> bytes:
    """Without priority, date and final newline or NUL: ``<30>Nov 22 21:53:01 name[1]: text`` (RFC 3164)."""
    text = data.rstrip(b"\n\0")
    if text.startswith(b"<"):
        text = text.partition(b">")[2]
    date = text[:16]
    return (
        text[16:] if len(date) == 16 and date[9:10] == b":" == date[12:13] and date.endswith(b" ") else text
    )


def _session_of(ancillary: list[tuple[int, int, bytes]]) -> int:
    """The pid of the started program to which the sender belongs; 0 if that cannot be told any more."""
    for _, kind, content in ancillary:
        if kind == socket.SCM_CREDENTIALS:
            with suppress(OSError):
                return os.getsid(CREDENTIALS.unpack(content)[0])
    return 0
