"""How the benchmarks measure and print: best of several rounds, and only ratios within one run.

Numbers of different runs say little on a shared machine, so nothing here asserts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

ROUNDS = 7


def best(
    work: Callable[[], int], rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> float:
    """Seconds per unit of `work`, which returns how many units it did; the best round counts."""
    results = []
    for _ in range(rounds):
        gc.collect()
        began = clock()
        units = work()
        results.append((clock() - began) / units)
    return min(results)


def report(title: str, unit: str, ours: float, scapy: float | None = None, bare: float | None = None) -> None:
    """Print seconds per `unit`, and what ours is to the others (bigger is better)."""
    line = f"{title:<44} ours {ours * 1e6:10.2f} µs/{unit}"
    if scapy is not None:
        line += f"   Scapy {scapy * 1e6:10.2f} ({scapy / ours:.1f}x)"
    if bare is not None:
        line += f"   bare {bare * 1e6:8.2f} ({bare / ours:.2f} of the limit)"
    print(line, flush=True)
