"""What crosses a link: bytes, and the way to dissect them, done only when somebody looks.

Knows no link and no automaton.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Decode = Callable[[bytes], tuple[Any, str]]


class Frame:
    """One packet as it is on the wire.

    `data` are its bytes from the link's layer up (None where a link carries objects), `at` is when it
    arrived (monotonic seconds; None: when it was read), `note` what the link did to it ("" if nothing).
    """

    __slots__ = ("_decode", "_fault", "_packet", "at", "data", "note")

    def __init__(
        self,
        data: bytes | None,
        decode: Decode | None = None,
        packet: Any = None,
        at: float | None = None,
    ) -> None:
        self.data = data
        self.at = at
        self.note = ""
        self._decode = decode
        self._packet = packet
        self._fault = ""

    @property
    def packet(self) -> Any:
        """The dissection of `data`; the raw bytes as a packet where there is a `fault`."""
        if self._packet is None and self._decode is not None and self.data is not None:
            self._packet, self._fault = self._decode(self.data)
        return self._packet

    @property
    def fault(self) -> str:
        """Why `data` could not be dissected ("" if it could)."""
        _ = self.packet
        return self._fault

    def forget(self) -> None:
        """Drop the dissection, which takes ten times the room of the bytes; it comes back when asked for."""
        if self._decode is not None and self.data is not None:
            self._packet = None
