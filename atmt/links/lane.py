"""One direction of a link with faults: what it holds back, until a time or until others have gone by.

Knows no rule: it is told with each frame how late it shall be and by how many overtaken.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from ..clock import Clock
from ..frame import Frame


@dataclass(slots=True)
class _Held:
    frame: Frame
    overtaken: int  # so many are still to go by; 0: only time frees it
    gone: bool = False


class Lane:
    """Frames enter it, and come out at once, or when they are due."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: list[tuple[float, int, _Held]] = []
        self._overtaken: list[_Held] = []
        self._order = 0

    def enter(self, copies: Iterable[tuple[float, Frame]], overtaken: int = 0) -> list[Frame]:
        """What goes on at once: of `copies`, each with its delay (seconds), and of what waited for this one.

        With `overtaken` they go on as soon as so many others have gone by, if that is sooner.
        """
        ready: list[Frame] = []
        for seconds, frame in copies:
            if seconds > 0:
                self._hold(seconds, frame, overtaken)
            else:
                ready.append(frame)
        if ready:
            ready += self._let_go()
        return ready

    def due(self, now: float) -> list[Frame]:
        """What has been held back until `now`."""
        ready = []
        while self._held and (self._held[0][0] <= now or self._held[0][2].gone):
            at, _, held = heapq.heappop(self._held)
            if not held.gone:
                self._release(held, at)
                ready.append(held.frame)
        self._overtaken = [held for held in self._overtaken if not held.gone]
        return ready

    @property
    def deadline(self) -> float | None:
        """When the first of the frames held back is due."""
        while self._held and self._held[0][2].gone:
            heapq.heappop(self._held)
        return self._held[0][0] if self._held else None

    def _hold(self, seconds: float, frame: Frame, overtaken: int) -> None:
        held = _Held(frame, overtaken)
        if overtaken:
            self._overtaken.append(held)
        self._order += 1
        # by our clock, not by the kernel's stamp, which may be of another time
        heapq.heappush(self._held, (self._clock.now() + seconds, self._order, held))

    def _let_go(self) -> list[Frame]:
        """One more frame has gone by: whom that frees, in the order in which they entered."""
        for held in self._overtaken:
            held.overtaken -= 1
        freed = [held for held in self._overtaken if held.overtaken == 0]
        self._overtaken = [held for held in self._overtaken if held.overtaken > 0]
        for held in freed:
            self._release(held, self._clock.now())
        return [held.frame for held in freed]

    def _release(self, held: _Held, at: float) -> None:
        held.gone = True
        if held.frame.at is not None:  # it has arrived only now
            held.frame.at = at
