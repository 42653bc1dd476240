"""What a reader should know of the harness itself before believing its verdicts.

Measured over all runs of a record, and told in words; judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def measured(tests: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What was measured, by name; nothing of what the record does not hold."""
    runs = [run for test in tests for run in test.get("runs", [])]
    packets = [packet for run in runs for packet in run.get("packets", [])]
    ignored = sum(packet.get("direction") == "ignored" for packet in packets)
    broken = sum("dissect" in (packet.get("note") or "") for packet in packets)
    found = {
        "lateness": _lateness(
            [run["lateness"] for run in runs if run.get("clock") == "real" and "lateness" in run]
        ),
        "packets": f"{len(packets):,} recorded, {ignored:,} of them not for the automaton" if packets else "",
        "undissected": f"{broken:,} packets that could not be dissected" if broken else "",
    }
    return {name: text for name, text in found.items() if text}


def _lateness(seconds: list[float]) -> str:
    """How late the harness was at its own deadlines."""
    if not seconds:
        return ""
    ordered = sorted(seconds)
    most = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return (
        f"the tester was at most {1000 * ordered[-1]:.1f} ms late ({1000 * most:.1f} ms in 99 % of its runs)"
    )
