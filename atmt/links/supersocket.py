"""Scapy's sockets as a link: whatever sends and receives packets as objects.  Owns them from here on.

Knows no automaton.  A stream socket of Scapy's may wait for the rest of a packet that has begun to arrive.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any

from ..errors import TesterFault
from ..frame import Frame
from .guard import PortGuard

_SOON = 0.02  # seconds


class SuperSocketLink:
    """Sends through `out` and receives from `into`, which may be the same, or None."""

    def __init__(self, out: Any, into: Any) -> None:
        self._out = out
        self._into = into
        # whoever forges UDP packets expects the answers itself, so the kernel must not refuse them
        self._guard = None if out is into else PortGuard()

    def encode(self, packet: Any) -> Frame:
        return Frame(None, None, packet)

    def send(self, frame: Frame, **options: Any) -> None:
        """Let `frame` go; `options` are those of the socket's own ``send``."""
        if self._out is None:
            raise TesterFault("a packet was sent through a link that can only receive; give ll= or sock=")
        if self._guard is not None:
            self._guard.hold(frame.packet)
        self._out.send(frame.packet, **options)

    def receive(self) -> Frame | None:
        if self._into is None or not self._waits():
            return None
        try:
            packet = self._into.recv()
        except ConnectionResetError as error:  # an abrupt end is an end
            raise EOFError("the peer reset the stream") from error
        return None if packet is None else Frame(None, None, packet)

    def fileno(self) -> int:
        return int(self._into.fileno()) if hasattr(self._into, "fileno") else -1

    @property
    def deadline(self) -> float | None:
        """A socket without a descriptor, which only its own `select` can ask, is asked again soon."""
        return None if self._into is None or hasattr(self._into, "fileno") else time.monotonic() + _SOON

    def notify(self, arrived: Callable[[], None]) -> None:
        raise TesterFault("a Scapy socket lives in real time; run it with the blocking driver")

    def close(self) -> None:
        for sock in {id(s): s for s in (self._out, self._into) if s is not None}.values():
            sock.close()
        if self._guard is not None:
            self._guard.close()

    def _waits(self) -> bool:
        if hasattr(self._into, "select"):
            return bool(self._into.select([self._into], 0))
        poll = select.poll()
        poll.register(self._into.fileno(), select.POLLIN)
        return bool(poll.poll(0))
