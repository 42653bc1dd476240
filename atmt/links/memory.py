"""A cable kept in memory: no kernel, no privilege, no time passes on it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ..frame import Frame
from .base import Codec


class Cable:
    """Two ends; what a link at one end sends reaches every link at the other that accepts it.

    With a `codec` packets cross as bytes; without one they are handed over as the objects that they are.
    """

    def __init__(self, codec: Codec | None = None) -> None:
        self.codec = codec
        self._ends: tuple[list[MemoryLink], list[MemoryLink]] = ([], [])

    def link(
        self, end: int, accepts: Callable[[bytes], bool] | None = None, codec: Codec | None = None
    ) -> MemoryLink:
        """A new link at `end` (0 or 1), which takes the frames whose bytes `accepts` likes (None: all).

        Its packets are what `codec` makes of the bytes (None: what the cable's does).
        """
        link = MemoryLink(self, end, accepts, codec or self.codec)
        self._ends[end].append(link)
        return link

    def carry(self, frame: Frame, source: int) -> None:
        """Deliver a copy of `frame` to the other end than `source`."""
        for link in self._ends[1 - source]:
            link.arrive(frame)

    def unplug(self, link: MemoryLink) -> None:
        """Forget `link`; asking twice is harmless."""
        end = self._ends[link.end]
        if link in end:
            end.remove(link)


class MemoryLink:
    """One of the links at an end of a `Cable`."""

    deadline: float | None = None

    def __init__(
        self, cable: Cable, end: int, accepts: Callable[[bytes], bool] | None, codec: Codec | None = None
    ) -> None:
        self.end = end
        self._codec = codec
        self._cable = cable
        self._accepts = accepts
        self._inbox: deque[Frame] = deque()
        self._arrived: Callable[[], None] | None = None

    def encode(self, packet: Any) -> Frame:
        codec = self._codec
        return Frame(codec.encode(packet), codec, packet) if codec else Frame(None, None, packet)

    def send(self, frame: Frame) -> None:
        self._cable.carry(frame, self.end)

    def receive(self) -> Frame | None:
        return self._inbox.popleft() if self._inbox else None

    def arrive(self, frame: Frame) -> None:
        """Take a frame off the cable."""
        if frame.data is None:
            self._inbox.append(Frame(None, None, frame.packet))
        elif self._accepts is None or self._accepts(frame.data):
            self._inbox.append(Frame(frame.data, self._codec))
        else:
            return
        if self._arrived is not None:
            self._arrived()

    def notify(self, arrived: Callable[[], None]) -> None:
        self._arrived = arrived
        for _ in self._inbox:
            arrived()

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        self._cable.unplug(self)
        self._inbox.clear()
