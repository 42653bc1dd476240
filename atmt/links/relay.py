"""Two real programs talk through the tester, who is passive in the middle but for the faults of his rules.

Carries frames between two packet sockets, as a cable would; knows no automaton and no namespace.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..clock import Clock, MonotonicClock
from ..frame import Frame
from .base import Codec
from .capture import ETHERNET, PcapngWriter
from .codec import IPCodec
from .impairment import Direction, Impairment, Judge
from .lane import Lane
from .packet import FrameLink

_HEADER = 14
_IPV4, _IPV6 = b"\x08\x00", b"\x86\xdd"
_IGMP, _HOP_BY_HOP, _ICMPV6 = b"\x02", 0, 58
_DISCOVERY, _GROUP_REPORTS = range(133, 138), (130, 131, 132, 143)  # types of ICMPv6
_END_LIMIT = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Passage:
    """An IP packet that came by: when (monotonic seconds), whose ("sent" by the first of the two, or
    "received" by it), the whole frame as it came, and what was done to it ("" if nothing)."""

    at: float
    direction: Direction
    frame: bytes
    note: str


class _Carried(Frame):
    """An IP packet, with the Ethernet header that it goes on with."""

    __slots__ = ("header",)
    header: bytes


class Relay:
    """Carries what arrives at one packet socket to the other, both ways, with `rules` for the IP packets of programs.

    A rule's direction is as the first socket's neighbour sees it: "sent" is what that one sends.  `codec`
    dissects the packets for rules that look into them (none: Scapy's IP).  As a context manager it works in a
    thread; otherwise call `carry`.  `log` is what came by.  Owns the sockets from here on.
    """

    def __init__(
        self,
        first: socket.socket,
        second: socket.socket,
        rules: Sequence[Impairment] = (),
        codec: Codec | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.log: list[Passage] = []
        self._clock = clock or MonotonicClock()
        self._codec = codec or IPCodec()
        self._judge = Judge(rules)
        self._links: dict[Direction, FrameLink] = {"sent": FrameLink(first), "received": FrameLink(second)}
        self._lanes: dict[Direction, Lane] = {"sent": Lane(self._clock), "received": Lane(self._clock)}
        self._stop, self._wake = os.pipe()
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None

    def carry(self, timeout: float = 0.0) -> bool:
        """Carry what is there and what is due, after waiting for it at most `timeout` seconds.

        Returns whether it may be called again: False when `close` has been.
        """
        poll = select.poll()
        for fd in (self._stop, *(link.fileno() for link in self._links.values())):
            poll.register(fd, select.POLLIN)
        ready = [fd for fd, _ in poll.poll(self._patience(timeout) * 1000)]
        if self._stop in ready:
            return False
        for direction, link in self._links.items():
            while (frame := link.receive()) is not None:
                self._pass(frame, direction)
            for held in self._lanes[direction].due(self._clock.now()):
                self._put(held, direction)
        return True

    def save(self, path: Path) -> None:
        """Write the log as pcapng, with what was done to each packet as its comment.  Raises OSError."""
        since_epoch = time.time_ns() - int(time.monotonic() * 1e9)
        with PcapngWriter(path, ETHERNET, "relay") as file:
            for row in self.log:
                file.packet(row.frame, since_epoch + int(row.at * 1e9), row.note, row.direction)

    def close(self) -> None:
        """Cut the cable.  Raises what went wrong in the thread."""
        if self._wake < 0:
            return
        os.write(self._wake, b".")
        if self._thread is not None:
            self._thread.join(_END_LIMIT)
        for fd in (self._stop, self._wake):
            os.close(fd)
        self._wake = -1
        for link in self._links.values():
            link.close()
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Relay:
        self._thread = threading.Thread(target=self._work, name="relay", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        try:
            while self.carry(3600.0):
                pass
        except BaseException as error:
            self._failure = error

    def _patience(self, timeout: float) -> float:
        """Until the first frame that is held back is due, if that is sooner."""
        due = [lane.deadline for lane in self._lanes.values() if lane.deadline is not None]
        return max(0.0, min(timeout, min(due) - self._clock.now()) if due else timeout)

    def _pass(self, frame: Frame, direction: Direction) -> None:
        data = frame.data or b""
        if _is_housekeeping(data[12:_HEADER], data[_HEADER:]):
            self._links[_other(direction)].send(frame)
            return
        packet = _Carried(data[_HEADER:], self._codec, at=frame.at)
        packet.header = data[:_HEADER]
        verdict = self._judge(packet, direction)
        at = self._clock.now() if frame.at is None else frame.at
        self.log.append(Passage(at, direction, data, packet.note))
        for ready in self._lanes[direction].enter(*verdict):
            self._put(ready, direction)

    def _put(self, packet: Frame, direction: Direction) -> None:
        assert isinstance(packet, _Carried)
        self._links[_other(direction)].send(Frame(packet.header + (packet.data or b"")))


def _other(direction: Direction) -> Direction:
    return "received" if direction == "sent" else "sent"


def _is_housekeeping(kind: bytes, packet: bytes) -> bool:
    """Whether two kernels talk there on their own, at moments that no rule's count must depend on.

    They look for neighbours and routers, or report their multicast groups.
    """
    if kind == _IPV4:
        return packet[9:10] == _IGMP
    if kind != _IPV6:
        return True
    if len(packet) < 50:
        return False
    if packet[6] == _HOP_BY_HOP and packet[40] == _ICMPV6:
        return packet[48] in _GROUP_REPORTS
    return packet[6] == _ICMPV6 and packet[40] in _DISCOVERY
