"""What every link can do, and how packets become bytes and back.  Knows no automaton."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..frame import Frame


class Link(Protocol):
    """Where packets leave and arrive: `encode` makes the frame, `send` lets it go.

    `receive` gives the next frame that has arrived, or None, and raises `EOFError` when the peer has closed a
    stream.  It never waits: a driver waits until
    `fileno` is readable (-1: there is no descriptor) or `deadline` has come, and asks again.
    """

    def encode(self, packet: Any) -> Frame: ...

    def send(self, frame: Frame) -> None: ...

    def receive(self) -> Frame | None: ...

    def fileno(self) -> int: ...

    @property
    def deadline(self) -> float | None:
        """When a frame that the link itself holds back will be there (seconds); None if it holds none."""

    def notify(self, arrived: Callable[[], None]) -> None:
        """Have `arrived` called whenever a frame arrives, where the link has no descriptor to wait on."""

    def close(self) -> None: ...


class HoldingLink(Link, Protocol):
    """A link that holds frames back, and so has a `deadline`."""

    def flush(self, now: float) -> None:
        """Let go of what was held back until `now`, whether or not anybody receives."""


def lost(link: object) -> int | None:
    """How many frames were lost on this side of `link` since it was last asked; None where nobody counts."""
    try:
        found: int | None = getattr(link, "lost", None)
    except OSError:  # it is closed already
        return None
    return found


class Codec(Protocol):
    """Turns packets into the bytes of a link's layer and back."""

    def encode(self, packet: Any) -> bytes: ...

    def decode(self, data: bytes) -> tuple[Any, str]:
        """(packet, "") or (raw packet, why it could not be dissected); never raises."""
