"""A link whose packets came at other times than the kernel says: those of a clock that is not the machine's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..frame import Frame
    from .base import Link


class RetimedLink:
    """`link`, with each packet's time as `retime` turns it (None: it came when it was read)."""

    def __init__(self, link: Link, retime: Callable[[float], float | None]) -> None:
        self._link, self._retime = link, retime

    def receive(self) -> Frame | None:
        frame = self._link.receive()
        if frame is not None and frame.at is not None:
            frame.at = self._retime(frame.at)
        return frame

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)
