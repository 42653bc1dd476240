"""Reads pcapng files, whoever wrote them: packets with times, comments and directions.

Knows packets as octets only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import TesterFault

_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_BYTE_ORDER = 0x1A2B3C4D
_COMMENT, _FLAGS, _RESOLUTION = 1, 2, 9
_DIRECTIONS = {1: "received", 2: "sent"}
_PCAP = {b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d"}

Options = dict[int, list[bytes]]


class CaptureError(TesterFault):
    """A file is no pcapng capture, or a broken one."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One packet: nanoseconds since the epoch, octets, LINKTYPE_ number, comment, "sent", "received" or ""."""

    at: int
    data: bytes
    linktype: int
    comment: str = ""
    direction: str = ""


@dataclass(slots=True)
class Capture:
    """What a file holds; `comments` are those of its section."""

    comments: list[str] = field(default_factory=list)
    packets: list[Recorded] = field(default_factory=list)


def read_pcapng(path: Path) -> Capture:
    """The capture in a file.  Raises `CaptureError`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CaptureError(f"{path} cannot be read as a capture: {error.strerror}") from None
    if content[:4] in _PCAP:
        raise CaptureError(
            f"{path} is a pcap file, not pcapng; convert it: tshark -F pcapng -r {path} -w OUT"
        )
    try:
        return _read(content)
    except (struct.error, ValueError, IndexError) as error:
        raise CaptureError(f"{path} is no whole pcapng file: {error}") from None


def _read(content: bytes) -> Capture:
    capture, interfaces, order = Capture(), list[tuple[int, int]](), "<"
    for kind, body, order in _blocks(content):
        if kind == _SECTION:
            interfaces.clear()
            capture.comments += [
                text.decode("utf-8", "replace") for text in _options(body[16:], order).get(_COMMENT, ())
            ]
        elif kind == _INTERFACE:
            resolution = _options(body[8:], order).get(_RESOLUTION, [b"\x06"])[0][0]
            interfaces.append((struct.unpack_from(f"{order}H", body)[0], _ticks(resolution)))
        elif kind == _PACKET:
            capture.packets.append(_packet(body, order, interfaces))
    return capture


def _blocks(content: bytes) -> Iterator[tuple[int, bytes, str]]:
    """(kind, body, byte order) of each block."""
    if len(content) < 12 or struct.unpack_from("<I", content)[0] != _SECTION:
        raise ValueError("it does not begin with a section")
    at, order = 0, "<"
    while at < len(content):
        if struct.unpack_from("<I", content, at)[0] == _SECTION:  # the same in both byte orders
            order = "<" if struct.unpack_from("<I", content, at + 8)[0] == _BYTE_ORDER else ">"
        kind, total = struct.unpack_from(f"{order}II", content, at)
        if total < 12 or at + total > len(content):
            raise ValueError(f"the block at octet {at} is cut off")
        yield kind, content[at + 8 : at + total - 4], order
        at += total


def _options(data: bytes, order: str) -> Options:
    found: Options = {}
    at = 0
    while at + 4 <= len(data):
        code, size = struct.unpack_from(f"{order}HH", data, at)
        if code == 0:
            break
        found.setdefault(code, []).append(data[at + 4 : at + 4 + size])
        at += 4 + size + (-size & 3)
    return found


def _packet(body: bytes, order: str, interfaces: list[tuple[int, int]]) -> Recorded:
    interface, high, low, size, _ = struct.unpack_from(f"{order}IIIII", body)
    linktype, ticks = interfaces[interface]
    options = _options(body[20 + size + (-size & 3) :], order)
    flags = struct.unpack(f"{order}I", options[_FLAGS][0])[0] if _FLAGS in options else 0
    return Recorded(
        (high << 32 | low) * 1_000_000_000 // ticks,
        body[20 : 20 + size],
        linktype,
        "\n".join(_comments(options)),
        _DIRECTIONS.get(flags & 3, ""),
    )


def _comments(options: Options) -> list[str]:
    return [text.decode("utf-8", "replace") for text in options.get(_COMMENT, ())]


def _ticks(resolution: int) -> int:
    """Ticks to a second."""
    base = 2 if resolution & 0x80 else 10
    return int(base ** (resolution & 0x7F))
