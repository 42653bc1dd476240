"""Where `now` comes from: the machine's monotonic clock, or one that only a simulation moves."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time in seconds, from an arbitrary origin; never goes back."""

    def now(self) -> float: ...


class MonotonicClock:
    """Real time, untouched by changes of the date."""

    now = staticmethod(time.monotonic)


class ScaledClock:
    """Real time since it was made, `rate` times as fast: for a peer whose time goes so, too."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._origin = time.monotonic()

    def now(self) -> float:
        return self.of(time.monotonic())

    def of(self, monotonic: float) -> float:
        """What this clock showed when the machine's showed `monotonic` (seconds)."""
        return (monotonic - self._origin) * self.rate


class VirtualClock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def advance_to(self, now: float) -> None:
        """Go on to `now` (seconds); a time that has passed is left as it is."""
        self._now = max(self._now, now)
