"""What crosses a link: bytes, and the way to dissect them, done only when somebody looks.

Knows no link and no automaton.
"""

from __future__ import annotations

from typing import Any, Protocol, cast


class Dissector(Protocol):
    """Makes packets of bytes.  One that has a method ``describe(bytes) -> (line, fault)`` tells them faster."""

    def decode(self, data: bytes) -> tuple[Any, str]:
        """(packet, "") or (raw packet, why it could not be dissected); never raises."""


class Frame:
    """One packet as it is on the wire.

    `data` are its bytes from the link's layer up (None where a link carries objects), `at` is when it
    arrived (monotonic seconds; None: when it was read), `note` what the link did to it ("" if nothing).
    """

    __slots__ = ("_dissector", "_fault", "_packet", "at", "data", "note")

    def __init__(
        self,
        data: bytes | None,
        dissector: Dissector | None = None,
        packet: Any = None,
        at: float | None = None,
    ) -> None:
        self.data = data
        self.at = at
        self.note = ""
        self._dissector = dissector
        self._packet = packet
        self._fault = ""

    @property
    def packet(self) -> Any:
        """The dissection of `data`; the raw bytes as a packet where there is a `fault`."""
        if self._packet is None and self._dissector is not None and self.data is not None:
            self._packet, self._fault = self._dissector.decode(self.data)
        return self._packet

    @property
    def fault(self) -> str:
        """Why `data` could not be dissected ("" if it could)."""
        _ = self.packet
        return self._fault

    def forget(self) -> None:
        """Drop the dissection, which takes ten times the room of the bytes; it comes back when asked for."""
        if self._dissector is not None and self.data is not None:
            self._packet = None

    def describe(self) -> tuple[str, str]:
        """One line that tells the packet, and its `fault`; costs tens of microseconds."""
        describe = getattr(self._dissector, "describe", None)
        if describe is not None and self.data is not None:
            return cast("tuple[str, str]", describe(self.data))
        return summary(self.packet), self.fault


def summary(packet: Any) -> str:
    """One line that tells a packet."""
    try:
        return cast(str, packet.summary() if hasattr(packet, "summary") else repr(packet))
    except Exception as error:  # of field values that only a hostile peer sends
        return f"{type(packet).__name__} (cannot be told: {type(error).__name__}: {error})"
