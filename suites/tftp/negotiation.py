"""Which values a server may grant to a client that asks (RFC 2347, 2348, 2349, 7440).  Knows no packet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

SMALLEST_BLOCK, LARGEST_BLOCK = 8, 65464  # RFC 2348
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 1, 255  # RFC 2349
LARGEST_WINDOW = 65535  # RFC 7440
_REQUIREMENTS = {
    "blksize": ("RFC2348-01", "RFC2348-02", "RFC2348-03", "RFC2348-12", "RFC2347-NP-08"),
    "timeout": ("RFC2349-TO-01", "RFC2349-TO-03", "RFC2347-NP-08"),
    "tsize": ("RFC2349-TS-02", "RFC2349-TS-04", "RFC2349-TS-07", "RFC2349-TS-09"),
    "windowsize": ("RFC7440-3-02", "RFC7440-3-01", "RFC2347-NP-08"),
}


def number(text: str) -> int | None:
    """The number that an option's value is (None: it is none), in ASCII digits and nothing else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None


class Breach(NamedTuple):
    """Why an answer is not lawful, and which requirement it breaks: the first, or another that a test is for."""

    reason: str
    requirements: tuple[str, ...]


def breach(asked: Mapping[str, str], granted: Mapping[str, str]) -> Breach | None:
    """Why `granted` is no lawful answer to `asked` (None: it is)."""
    for name, value in granted.items():
        if name in _LAWFUL and not _LAWFUL[name](number(asked[name]), number(value)):
            reason = f"{name} was asked for as {asked[name]!r} and is granted as {value!r}"
            return Breach(reason, _REQUIREMENTS[name])
    return None


def _block_size(asked: int | None, granted: int | None) -> bool:
    """The server may lower the size, never raise it (RFC 2348)."""
    return (
        asked is not None and granted is not None and SMALLEST_BLOCK <= granted <= min(asked, LARGEST_BLOCK)
    )


def _timeout(asked: int | None, granted: int | None) -> bool:
    """The value acknowledged must be the one asked for (RFC 2349)."""
    return granted is not None and granted == asked and SHORTEST_TIMEOUT <= granted <= LONGEST_TIMEOUT


def _window(asked: int | None, granted: int | None) -> bool:
    """The server may lower the size, never raise it (RFC 7440 section 3)."""
    return asked is not None and granted is not None and 1 <= granted <= min(asked, LARGEST_WINDOW)


def _transfer_size(asked: int | None, granted: int | None) -> bool:
    return asked is not None and granted is not None


_LAWFUL: dict[str, Callable[[int | None, int | None], bool]] = {
    "blksize": _block_size,
    "timeout": _timeout,
    "tsize": _transfer_size,
    "windowsize": _window,
}
