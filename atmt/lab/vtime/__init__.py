"""Virtual time for real programs: an unmodified program lives under a clock that only the tester moves.

Knows no automaton; `drivers.stepped` runs one against such a program.
"""

from __future__ import annotations

from atmt.lab.vtime.clock import TICKS, PeerClock

__all__ = ["TICKS", "PeerClock"]
