"""Wakes a driver that waits, from another thread or from a callback."""

from __future__ import annotations

import os
import select
from collections.abc import Iterable
from threading import Lock

_FD_SETSIZE = 1024


class Waker:
    """Waits on descriptors with a time limit; `wake` ends the wait.  Holds one descriptor until `close`."""

    def __init__(self) -> None:
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._lock = Lock()

    def wait(self, descriptors: Iterable[int], seconds: float | None) -> None:
        """Until one of `descriptors` can be read, `wake` is called, or `seconds` have passed (None: ever)."""
        waits = [self._event, *descriptors]
        if max(waits) < _FD_SETSIZE:
            ready: Iterable[int] = select.select(
                waits, (), (), None if seconds is None else max(0.0, seconds)
            )[0]
        else:
            ready = _poll(waits, seconds)
        if self._event in ready:
            os.eventfd_read(self._event)

    def wake(self) -> None:
        """End the wait, or the next one.  Harmless after `close`, whoever has the descriptor's number now."""
        with self._lock:
            if self._event >= 0:
                os.eventfd_write(self._event, 1)

    def close(self) -> None:
        with self._lock:
            os.close(self._event)
            self._event = -1


def _poll(waits: list[int], seconds: float | None) -> list[int]:
    """As `select`, for any descriptor, but exact to a millisecond only: rounded up, so never early."""
    poll = select.poll()
    for descriptor in waits:
        poll.register(descriptor, select.POLLIN)
    return [fd for fd, _ in poll.poll(None if seconds is None else max(0, -int(-seconds * 1000 // 1)))]
