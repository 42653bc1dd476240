"""Isolated networks with real programs in them, made in milliseconds and gone without trace.

Knows no protocol, no automaton and no test framework.
"""

from __future__ import annotations

from atmt.lab.lab import Lab, Mode
from atmt.lab.log import Line, Log
from atmt.lab.plans import Endpoint
from atmt.lab.process import Process
from atmt.lab.topology import Topology

__all__ = ["Endpoint", "Lab", "Line", "Log", "Mode", "Process", "Topology"]
