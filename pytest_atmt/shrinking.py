"""Makes what does harm as small as can be: fewer datagrams, then fewer octets (delta debugging, Zeller 2002).

Knows no peer: whether a sequence does harm is asked of whoever can try it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

T = TypeVar("T")
Harms = Callable[[Sequence[bytes]], bool]


class Attempts:
    """Asks `harms`, at most so many times; what it was asked before it remembers."""

    def __init__(self, harms: Harms, most: int) -> None:
        self._harms = harms
        self._known: dict[tuple[bytes, ...], bool] = {}
        self.left = most

    def __call__(self, sequence: Sequence[bytes]) -> bool:
        """Whether `sequence` does harm; no, once there are no attempts left."""
        key = tuple(sequence)
        if key not in self._known:
            if not self.left:
                return False
            self.left -= 1
            self._known[key] = self._harms(key)
        return self._known[key]


def smallest(sequence: Sequence[bytes], harms: Harms) -> list[bytes]:
    """A part of `sequence`, which does harm, of which nothing can be left out without it doing none."""
    found = _minimal(list(sequence), harms)
    for at, datagram in enumerate(found):
        harms_as = partial(_in_place, harms, found, at)
        found[at] = bytes(_minimal(list(datagram), harms_as))
    return found


def _in_place(harms: Harms, sequence: list[bytes], at: int, octets: list[int]) -> bool:
    """Whether `sequence` does harm with its datagram number `at` replaced."""
    return harms([*sequence[:at], bytes(octets), *sequence[at + 1 :]])


def _minimal(items: list[T], harms: Callable[[list[T]], bool]) -> list[T]:
    """`items` without what can be left out, in pieces that get smaller and smaller."""
    piece = len(items)
    while piece and items:
        at = 0
        while at < len(items):
            rest = items[:at] + items[at + piece :]
            if harms(rest):
                items = rest
            else:
                at += piece
        piece //= 2
    return items
