"""Faults on a link, by rule: the nth packet that matches is dropped, doubled or delayed.

Deterministic, and noted on each frame it touches, so that the trace tells.  Works on any link, in real
and in virtual time.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..clock import Clock
from ..frame import Frame
from ..trace import matches
from .base import Link

Direction = Literal["sent", "received"]


@dataclass(frozen=True, slots=True)
class Match:
    """Which packets a rule counts, and which of those it takes: number `nth` to ``nth + times - 1``."""

    layer: Any = None
    fields: tuple[tuple[str, Any], ...] = ()
    direction: Direction | None = None
    nth: int = 1
    times: int = 1

    def __call__(self, packet: Any, direction: Direction) -> bool:
        return self.direction in (None, direction) and matches(packet, self.layer, dict(self.fields))


@dataclass(frozen=True, slots=True)
class Impairment:
    """A rule.  `copies` are the delays (seconds) of what arrives instead of the packet: none at all drops
    it, ``(0, 0)`` doubles it."""

    name: str
    copies: tuple[float, ...]
    match: Match


def drop(layer: Any = None, /, **match: Any) -> Impairment:
    """Lose a packet that has `layer` with the field values given.

    `direction` ("sent" or "received", as the automaton sees it; default both), `nth` (1) and `times` (1)
    choose among those that match.
    """
    return Impairment("dropped", (), _match(layer, **match))


def duplicate(layer: Any = None, /, **match: Any) -> Impairment:
    """Deliver such a packet twice; arguments as for `drop`."""
    return Impairment("duplicated", (0.0, 0.0), _match(layer, **match))


def delay(seconds: float, layer: Any = None, /, **match: Any) -> Impairment:
    """Deliver such a packet `seconds` late; further arguments as for `drop`."""
    return Impairment(f"delayed by {seconds:g} s", (seconds,), _match(layer, **match))


def _match(
    layer: Any, direction: Direction | None = None, nth: int = 1, times: int = 1, **fields: Any
) -> Match:
    return Match(layer, tuple(fields.items()), direction, nth, times)


class ImpairedLink:
    """`link`, with faults.  Owns it."""

    def __init__(self, link: Link, rules: Sequence[Impairment], clock: Clock) -> None:
        self._link = link
        self._rules = list(rules)
        self._matched = [0] * len(self._rules)
        self._clock = clock
        self._leaving: list[tuple[float, int, Frame]] = []
        self._arriving: list[tuple[float, int, Frame]] = []
        self._arrived: deque[Frame] = deque()
        self._order = 0

    def encode(self, packet: Any) -> Frame:
        return self._link.encode(packet)

    def send(self, frame: Frame) -> None:
        rule = self._rule(frame, "sent")
        for seconds in rule.copies if rule else (0.0,):
            if seconds > 0:
                self._hold(self._leaving, seconds, frame)
            else:
                self._link.send(frame)

    def receive(self) -> Frame | None:
        self.flush(self._clock.now())
        while (frame := self._link.receive()) is not None:
            rule = self._rule(frame, "received")
            for seconds in rule.copies if rule else (0.0,):
                if seconds > 0:
                    self._hold(self._arriving, seconds, frame)
                else:
                    self._arrived.append(frame)
        return self._arrived.popleft() if self._arrived else None

    def flush(self, now: float) -> None:
        """Let go of what was held back until `now`."""
        while self._leaving and self._leaving[0][0] <= now:
            self._link.send(heapq.heappop(self._leaving)[2])
        while self._arriving and self._arriving[0][0] <= now:
            self._arrived.append(heapq.heappop(self._arriving)[2])

    def fileno(self) -> int:
        return self._link.fileno()

    @property
    def deadline(self) -> float | None:
        """When the first of the packets held back is due."""
        due = [held[0][0] for held in (self._leaving, self._arriving) if held]
        return min(due, default=None)

    def notify(self, arrived: Callable[[], None]) -> None:
        self._link.notify(arrived)

    def close(self) -> None:
        self._link.close()

    def _rule(self, frame: Frame, direction: Direction) -> Impairment | None:
        """The first rule that takes this frame; every rule counts what it matches."""
        taken: Impairment | None = None
        for i, rule in enumerate(self._rules):
            if not rule.match(frame.packet, direction):
                continue
            self._matched[i] += 1
            if taken is None and 0 <= self._matched[i] - rule.match.nth < rule.match.times:
                taken = rule
                frame.note = rule.name
        return taken

    def _hold(self, held: list[tuple[float, int, Frame]], seconds: float, frame: Frame) -> None:
        self._order += 1
        heapq.heappush(held, (self._clock.now() + seconds, self._order, frame))
