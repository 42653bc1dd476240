"""What went over a link as a pcapng file, with the automaton's state as each packet's comment.

Reads a trace when a run is over; captures nothing itself.  Opens in Wireshark, tshark and tcpdump.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal

from ..trace import Exchange, Trace

ETHERNET, RAW_IP = 1, 101  # LINKTYPE_ numbers of tcpdump.org
LARGEST = 64 << 20  # octets of a file: more than a person reads, less than a full disk

_SECTION, _INTERFACE, _STATISTICS, _PACKET = 0x0A0D0D0A, 1, 5, 6
_BYTE_ORDER = 0x1A2B3C4D
_END, _COMMENT, _NAME, _FLAGS, _APPLICATION, _RESOLUTION = 0, 1, 2, 2, 4, 9
_NANOSECONDS = b"\x09"
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")

_block = struct.Struct("=II")
_length = struct.Struct("=I")
_option = struct.Struct("=HH")
_packet = struct.Struct("=IIIIIII")
_end = _option.pack(_END, 0)
_directions = {word: struct.pack("=HHI", _FLAGS, 4, bits) for word, bits in (("received", 1), ("sent", 2))}
_directions["ignored"] = _directions["received"]


class PcapngWriter:
    """A file for one interface; use it as a context manager.

    Times are in nanoseconds since the epoch.  What would make the file longer than `largest` octets is left
    out, and its number noted at the end.
    """

    def __init__(
        self,
        path: Path,
        linktype: int = RAW_IP,
        name: str = "atmt",
        comment: str = "",
        largest: int = LARGEST,
        comments: Iterable[str] = (),
    ) -> None:
        """`name` is the interface's, `comment` that of the whole file, `comments` more of them.  Raises OSError."""
        self._file = path.open("wb", buffering=1 << 16)
        self._room = largest
        self._left_out = 0
        about = b"".join(_text(_COMMENT, text) for text in (comment, *comments) if text)
        self._write(
            _SECTION, struct.pack("=IHHq", _BYTE_ORDER, 1, 0, -1) + about + _text(_APPLICATION, "atmt") + _end
        )
        resolution = _option.pack(_RESOLUTION, 1) + _NANOSECONDS + _PADDING[1]
        self._write(_INTERFACE, struct.pack("=HHI", linktype, 0, 0) + _text(_NAME, name) + resolution + _end)

    def packet(
        self,
        data: bytes,
        at: int,
        comment: str = "",
        direction: Literal["sent", "received", "ignored"] | None = None,
    ) -> None:
        """Write one packet, whole."""
        size = len(data)
        options = _text(_COMMENT, comment) if comment else b""
        if direction is not None:
            options += _directions[direction]
        if options:
            options += _end
        padding = _PADDING[size & 3]
        total = 32 + size + len(padding) + len(options)
        if total > self._room:
            self._left_out += 1
            return
        self._room -= total
        header = _packet.pack(_PACKET, total, 0, at >> 32, at & 0xFFFF_FFFF, size, size)
        self._file.write(b"".join((header, data, padding, options, _length.pack(total))))

    def close(self) -> None:
        if self._left_out:
            note = _text(_COMMENT, f"{self._left_out} more packets were left out: the file would be too long")
            self._write(_STATISTICS, struct.pack("=III", 0, 0, 0) + note + _end)
        self._file.close()

    def __enter__(self) -> PcapngWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, kind: int, body: bytes) -> None:
        total = len(body) + 12
        self._room -= total
        self._file.write(_block.pack(kind, total) + body + _length.pack(total))


def write_pcapng(
    path: Path, trace: Trace, name: str = "", linktype: int = RAW_IP, epoch: int = 0, largest: int = LARGEST
) -> int:
    """Write every packet of `trace` that has bytes; returns how many.  Raises OSError.

    `name` says whose run it was (the automaton's, if empty), `epoch` is when its clock was at 0, in
    nanoseconds since the epoch, `linktype` the layer from which the link's frames are.
    """
    with PcapngWriter(path, linktype, comment=name or trace.graph.name, largest=largest) as writer:
        count = 0
        for exchange, data in _with_bytes(trace):
            at = epoch + round(exchange.at * 1e9)
            writer.packet(data, at, comment(trace, exchange), exchange.direction)  # type: ignore[arg-type]  # a str
            count += 1
    return count


def comment(trace: Trace, exchange: Exchange) -> str:
    """The automaton and its state, the condition that took the packet, and what befell it on the way."""
    text = f"{trace.graph.name}.{exchange.state}"
    if exchange.via:
        text += f" ({exchange.via})"
    if exchange.direction == "ignored":
        text += ", ignored by master_filter"
    return f"{text}; {exchange.frame.note}" if exchange.frame.note else text


def _with_bytes(trace: Trace) -> Iterator[tuple[Exchange, bytes]]:
    for exchange in trace.exchanges:
        data = exchange.data
        if not data and hasattr(exchange.packet, "__bytes__"):  # over a link that carries objects
            data = bytes(exchange.packet)
        if data:
            yield exchange, data


def _text(code: int, text: str) -> bytes:
    encoded = text.encode()[:0xFFFF]
    return _option.pack(code, len(encoded)) + encoded + _PADDING[len(encoded) & 3]
