"""Clients that ask for a file and are never heard of again, many at once; and one that only listens."""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import UDP
from scapy.packet import Packet

from atmt import ATMT

from .messages import datagram
from .transfer import Conversation

_VOICES, _RANGES = 20000, 120  # their ports, which no other client of the suite has, a hundred for each run


class Deserters(Conversation):
    """Sends `request` from `count` ports, answers nothing, and stays for `quiet`; the result is by how many of the
    server's ports it was answered.  ``deserters(rrq("file"), 100, quiet=1.0)``"""

    def parse_args(self, request: Packet, count: int, **addresses: Any) -> None:
        self.between(**addresses)
        self.request = request
        first = _VOICES + 100 * (
            self.sport % _RANGES
        )  # a server may still hold the transfers of the run before
        self.voices = range(first, first + count)
        self.ports: set[tuple[int, int]] = set()

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt.src == self.server and pkt[UDP].dport in self.voices

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        for sport in self.voices:
            self.send(datagram(self.server, sport, self.port, self.request))
        self.timer_by_name("leave").set(self.quiet)
        raise self.SILENT()

    @ATMT.state()
    def SILENT(self) -> None:
        """Whatever comes is answered by nothing."""

    @ATMT.receive_condition(SILENT)
    def note_answer(self, pkt: Any) -> None:
        self.ports.add((pkt[UDP].sport, pkt[UDP].dport))

    @ATMT.timeout(SILENT, 1.0)
    def leave(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> int:
        return len(self.ports)
