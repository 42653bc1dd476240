"""Clients in whose transfer a stranger meddles: another TID speaks to the server's (RFC 1350 section 4).

The stranger is the tester itself on another port; what the server tells it is the automaton's `reproach`.
"""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA
from scapy.packet import Packet

from atmt import ATMT

from .automata import ReadClient, WriteClient
from .transfer import Transfer


class Meddling(Transfer):
    """After the server's first packet the stranger says `stray`, and only then the transfer goes on."""

    def meddle(self, stray: Packet) -> None:
        self.stray, self.stranger = stray, self.sport + 1
        self.reproach: Packet | None = None
        self.gone = False  # the stranger has heard enough: what it is told later is no part of our transfer

    def master_filter(self, pkt: Any) -> bool:
        if UDP in pkt and pkt.src == self.server and pkt[UDP].dport == self.stranger:
            return not self.gone
        return super().master_filter(pkt)

    def resume(self, pkt: Any) -> None:
        """Raise the state in which the server's first packet is taken."""
        raise NotImplementedError

    @ATMT.state()
    def MEDDLING(self, pkt: Any) -> Any:
        self.tid = pkt[UDP].sport
        self.tell(self.stray, sport=self.stranger)
        self.timer_by_name("stay_unanswered").set(self.quiet)
        return pkt

    @ATMT.receive_condition(MEDDLING)
    def receive_reproach(self, answer: Any, pkt: Any) -> None:
        if answer[UDP].dport == self.stranger:
            raise self.REPROACHED(answer, pkt)

    @ATMT.receive_condition(MEDDLING, prio=1)
    def receive_more(self, answer: Any, pkt: Any) -> None:
        """Nobody but the stranger has spoken: the server may repeat itself, and no more."""
        if bytes(answer[UDP].payload) != bytes(pkt[UDP].payload):
            raise self.MISLED(answer)

    @ATMT.timeout(MEDDLING, 3.0)
    def stay_unanswered(self, pkt: Any) -> None:
        raise self.IGNORED(pkt)

    @ATMT.state()
    def REPROACHED(self, answer: Any, pkt: Any) -> None:
        self.reproach, self.gone = answer[UDP].payload, True
        self.resume(pkt)

    @ATMT.state()
    def IGNORED(self, pkt: Any) -> None:
        self.gone = True
        self.resume(pkt)

    @ATMT.state(error=True)
    def MISLED(self, answer: Any) -> str:
        """The server takes the stranger's word for ours."""
        return str(answer[UDP].payload.summary())


class MeddledRead(Meddling, ReadClient):
    """A read into which a stranger says `stray` while block 1 is not yet acknowledged."""

    def parse_args(self, filename: str, stray: Packet, **rest: Any) -> None:
        ReadClient.parse_args(self, filename, **rest)
        self.meddle(stray)

    @ATMT.receive_condition(Transfer.REQUESTED, prio=-1)
    def receive_first(self, pkt: Any) -> None:
        if TFTP_DATA in pkt and pkt[TFTP_DATA].block == 1:
            raise self.MEDDLING(pkt)

    def resume(self, pkt: Any) -> None:
        raise self.RECEIVING(pkt)


class MeddledWrite(Meddling, WriteClient):
    """A write into which a stranger says `stray` before the first block is sent."""

    def parse_args(self, filename: str, content: bytes, stray: Packet, **rest: Any) -> None:
        WriteClient.parse_args(self, filename, content, **rest)
        self.meddle(stray)

    @ATMT.receive_condition(Transfer.REQUESTED, prio=-1)
    def receive_first(self, pkt: Any) -> None:
        if TFTP_ACK in pkt and pkt[TFTP_ACK].block == 0:
            raise self.MEDDLING(pkt)

    def resume(self, pkt: Any) -> None:
        raise self.ACKNOWLEDGED(pkt)
