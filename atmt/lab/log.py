"""What the programs of a topology have said, with the times at which they said it.

Knows no program: a line tells the pid of the one that `start` returned (0: of none that can be told).
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from atmt.errors import LabUnavailable


class Line(NamedTuple):
    """One line: when (monotonic seconds, as the trace has them), whose, of "stdout", "stderr" or "syslog"."""

    at: float
    pid: int
    stream: str
    text: str


class Log:
    """The log of one topology; it can still be read when the topology is closed."""

    def __init__(self, file: int, catch_up: Callable[[], object]) -> None:
        """`file` belongs to the log; `catch_up` returns when everything said until then is in it."""
        self._file = file
        self._catch_up: Callable[[], object] | None = catch_up
        self._kept: bytes | None = None
        self._let_go = weakref.finalize(self, os.close, file)

    def lines(self, pid: int | None = None) -> list[Line]:
        """All lines, oldest first, or those of one program, with those of which nobody knows whose they are."""
        if self._catch_up is not None:
            with suppress(LabUnavailable):  # it died: then what it had written is all there is
                self._catch_up()
        return [line for line in self.so_far() if pid is None or line.pid in (pid, 0)]

    def text(self, pid: int | None = None) -> str:
        """The same without times."""
        return "\n".join(line.text for line in self.lines(pid))

    def so_far(self) -> list[Line]:
        """What can be read without asking anybody; what was said within the last millisecond may be missing."""
        data = self._read() if self._kept is None else self._kept
        return [_line(row) for row in data.decode(errors="replace").split("\n") if row]

    def close(self) -> None:
        """Nothing will come any more.  Twice is harmless."""
        self._catch_up = None
        if self._kept is None:
            self._kept = self._read()
            self._let_go()

    def _read(self) -> bytes:
        return os.pread(self._file, os.fstat(self._file).st_size, 0)


def _line(row: str) -> Line:
    at, pid, stream, text = row.split(" ", 3)
    return Line(float(at), int(pid), stream, text)
