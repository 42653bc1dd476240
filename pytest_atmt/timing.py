"""Times that can be told: how late this machine is, how long a packet takes, and comparisons that allow for both.

Measured before a peer is judged, and again in each run.  Knows no requirement.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from .fixtures import RUNS
from .peers.base import Peer
from .run import Run

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


_calibrated = cache(calibrate)


def measure(peer: Peer, runs: Iterable[Run]) -> dict[str, float]:
    """What cannot be told of a peer's times, in seconds of its clock, after a few `runs`; nothing in virtual time."""
    if peer.clock_kind == "virtual":
        return {}
    rate: float = getattr(peer.clock, "rate", 1.0)
    trips = [trip for run in runs if (trip := run.round_trip) is not None]
    return {"lateness": round(_calibrated() * rate, 6), "round_trip": round(min(trips, default=0.0), 6)}


@dataclass(frozen=True, slots=True)
class About:
    """Equal to every time from ``seconds - early`` to ``seconds + late``, give or take `epsilon` (all seconds).

    `early` and `late` are what the requirement leaves to the peer; `lateness` (of the harness) and `round_trip`
    are what we cannot tell.
    """

    seconds: float
    early: float = 0.0
    late: float = 0.0
    lateness: float = EXACT
    round_trip: float = 0.0

    @property
    def epsilon(self) -> float:
        """By how much we may be wrong."""
        return self.lateness + self.round_trip

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
        parts = f"lateness {self.lateness:.6f}, round trip {self.round_trip:.6f}"
        return f"{low:.6f} to {high:.6f} s (epsilon {self.epsilon:.6f} s: {parts})"


class Timing:
    """A pytest plugin: the fixture `about`.  `measured` tells what was measured of the peer of a test."""

    def __init__(self, measured: Callable[[pytest.Item], Mapping[str, float]]) -> None:
        self._measured = measured

    @pytest.fixture
    def about(self, request: pytest.FixtureRequest, peer: Peer) -> Callable[..., About]:
        """``about(seconds, early=, late=)``: a time that is right within what can be told; exact in virtual time.

        Where the harness was later in a run of this test than when it was measured, that counts.
        """

        def tell(seconds: float, early: float = 0.0, late: float = 0.0) -> About:
            measured = self._measured(request.node)
            worst = max((run.lateness for run in request.node.stash.get(RUNS, [])), default=0.0)
            lateness = max(measured.get("lateness", 0.0), worst, EXACT)
            return About(seconds, early, late, lateness, measured.get("round_trip", 0.0))

        return tell
