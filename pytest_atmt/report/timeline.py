"""Steps and packets of a recorded run in the order in which they happened.

A record holds two lists, whose times don't tell the order: a step bears the time of the event that caused
it, a packet that of the wire.  The states tell it.  Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Step = Sequence[Any]  # [at, source, via, target]
Packet = Mapping[str, Any]

_SOON = 1e-4  # a packet's stamp is the kernel's, a step's is ours: they may differ by this


def places(steps: Sequence[Step], packets: Sequence[Packet]) -> list[int]:
    """For each packet the number of steps that had been taken when it was sent or had arrived."""
    found, done = [], min(1, len(steps))
    for packet in packets:
        done = _place(steps, packet, done)
        found.append(done)
        if _causes(steps, packet, done):
            done += 1  # what comes next comes after the step that this packet caused
    return found


def events(run: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """("step", index) and ("packet", index), as they happened."""
    steps, packets = run.get("steps", []), run.get("packets", [])
    at = places(steps, packets)
    next_packet = 0
    for number in range(len(steps) + 1):
        while next_packet < len(packets) and at[next_packet] <= number:
            yield "packet", next_packet
            next_packet += 1
        if number < len(steps):
            yield "step", number


def _place(steps: Sequence[Step], packet: Packet, done: int) -> int:
    """The first place from `done` on that fits the packet; `done` itself if none does."""
    here = [k for k in range(done, len(steps) + 1) if k and steps[k - 1][3] == packet["state"]]
    if packet.get("via"):
        return next((k for k in here if _causes(steps, packet, k)), done)
    return next((k for k in here if _in_time(steps, packet, k)), here[0] if here else done)


def _causes(steps: Sequence[Step], packet: Packet, k: int) -> bool:
    """Whether the packet made the automaton take step `k`."""
    if not packet.get("via") or k >= len(steps):
        return False
    at, source, via, _ = steps[k]
    return bool(via == packet["via"] and source == packet["state"] and at >= packet["at"] - _SOON)


def _in_time(steps: Sequence[Step], packet: Packet, k: int) -> bool:
    """Whether the packet came before the next event; steps that share a time belong to one event."""
    entered = steps[k - 1][0]
    later = next((step[0] for step in steps[k:] if step[0] > entered), None)
    return later is None or packet["at"] < later
