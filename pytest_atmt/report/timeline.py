"""Steps and packets of a recorded run in the order in which they happened.

A record holds two lists, whose times don't tell the order: a step bears the time of the event that caused
it, a packet that of the wire.  The states tell it.  Judges nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Step = Sequence[Any]  # [at, source, via, target]
Packet = Mapping[str, Any]

_SOON = 1e-4  # a packet's stamp is the kernel's, a step's is ours: they may differ by this


def places(steps: Sequence[Step], packets: Sequence[Packet]) -> list[int]:
    """For each packet the number of steps that had been taken when it was sent or had arrived."""
    found, done, path = [], min(1, len(steps)), _Path(steps)
    for packet in packets:
        done = path.place(packet, done)
        found.append(done)
        if path.causes(packet, done):
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


class _Path:
    """The steps of a run, looked up by state: a chatty peer makes ten thousands of them."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._in: dict[str, list[int]] = {}  # the places in each state, in order
        for k, step in enumerate(steps, 1):
            self._in.setdefault(step[3], []).append(k)
        self._until: list[float | None] = [None] * (len(steps) + 1)  # when the next event came, by place
        for k in range(len(steps) - 1, 0, -1):
            after = steps[k][0]
            self._until[k] = after if after > steps[k - 1][0] else self._until[k + 1]

    def place(self, packet: Packet, done: int) -> int:
        """The first place from `done` on that fits the packet; `done` itself if none does."""
        places = self._in.get(packet["state"], [])
        here = range(bisect_left(places, done), len(places))
        if packet.get("via"):
            return next((places[n] for n in here if self.causes(packet, places[n])), done)
        fitting = (places[n] for n in here if self._in_time(packet, places[n]))
        return next(fitting, places[here[0]] if here else done)

    def causes(self, packet: Packet, k: int) -> bool:
        """Whether the packet made the automaton take step `k`."""
        if not packet.get("via") or k >= len(self._steps):
            return False
        at, source, via, _ = self._steps[k]
        return bool(via == packet["via"] and source == packet["state"] and at >= packet["at"] - _SOON)

    def _in_time(self, packet: Packet, k: int) -> bool:
        """Whether the packet came before the next event; steps that share a time belong to one event."""
        later = self._until[k]
        return later is None or packet["at"] < later
