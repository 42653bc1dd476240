"""Times that can be told: how late this machine wakes up, and comparisons that allow for it."""

from __future__ import annotations

import time
from dataclasses import dataclass

EXACT = 1e-6  # seconds: virtual clocks are exact but for the rounding of floats
_SAMPLES, _PAUSE = 30, 0.001


def calibrate() -> float:
    """By how many seconds this machine is late at worst, over thirty short waits."""
    worst = 0.0
    for _ in range(_SAMPLES):
        due = time.monotonic() + _PAUSE
        time.sleep(_PAUSE)
        worst = max(worst, time.monotonic() - due)
    return worst


@dataclass(frozen=True, slots=True)
class About:
    """Equal to every time from ``seconds - early`` to ``seconds + late``, give or take `epsilon` (all seconds).

    `early` and `late` are what the requirement leaves to the peer, `epsilon` is what we cannot tell.
    """

    seconds: float
    early: float = 0.0
    late: float = 0.0
    epsilon: float = EXACT

    @property
    def range(self) -> tuple[float, float]:
        """The least and the greatest time that is equal."""
        return self.seconds - self.early - self.epsilon, self.seconds + self.late + self.epsilon

    def __eq__(self, other: object) -> bool:
        low, high = self.range
        return isinstance(other, int | float) and low <= other <= high

    def __hash__(self) -> int:
        return hash((self.seconds, self.early, self.late))

    def __repr__(self) -> str:
        low, high = self.range
        return f"{low:.6f} to {high:.6f} s (calibrated lateness {self.epsilon:.6f} s)"
