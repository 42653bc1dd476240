"""Wakes a driver that waits, from another thread or from a callback."""

from __future__ import annotations

import os
import select


class Waker:
    """Waits on descriptors with a time limit; `wake` ends the wait.  Holds one descriptor until `close`."""

    def __init__(self) -> None:
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def wait(self, descriptor: int, seconds: float | None) -> None:
        """Until `descriptor` (-1: none) can be read, `wake` is called, or `seconds` have passed (None: ever)."""
        poll = select.poll()
        poll.register(self._event, select.POLLIN)
        if descriptor >= 0:
            poll.register(descriptor, select.POLLIN)
        # poll counts whole milliseconds and would return early: round up
        for ready, _ in poll.poll(None if seconds is None else max(0, -int(-seconds * 1000 // 1))):
            if ready == self._event:
                os.eventfd_read(self._event)

    def wake(self) -> None:
        os.eventfd_write(self._event, 1)

    def close(self) -> None:
        os.close(self._event)
