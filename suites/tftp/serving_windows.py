"""Servers that go by windows (RFC 7440), for clients that ask for them, and see what is acknowledged or sent when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scapy.layers.tftp import TFTP_ACK, TFTP_DATA
from scapy.packet import Packet

from atmt import ATMT
from pytest_atmt.errand import Errand

from .messages import ack, content, data
from .serving import INSISTENCE, PERSEVERANCE, Service


class Windowed(Service):
    """`window` blocks go without an acknowledgement."""

    @property
    def window(self) -> int:
        return int(self.granted.get("windowsize", 1))


class WindowRead(Windowed):
    """Sends `content` to a client that fetches, a window at a time; the result is the number of blocks."""

    def parse_args(self, errand: Errand, content: bytes = b"", **rest: Any) -> None:
        self.provide(errand, **rest)
        self.content = content
        self.acknowledged, self.repeated = 0, False

    @property
    def final(self) -> int:
        return len(self.content) // self.block_size + 1

    def first(self) -> None:
        raise self.SENDING()

    @ATMT.state()
    def SENDING(self) -> None:
        """Block 0 is the OACK, which has been acknowledged."""
        self.in_vain = 0
        self.tell_window()
        raise self.WAITING()

    def tell_window(self) -> None:
        self.block = min(self.acknowledged + self.window, self.final)
        for block in range(self.acknowledged + 1, self.block + 1):
            self.tell(data(block, self.content[(block - 1) * self.block_size : block * self.block_size]))

    @ATMT.receive_condition(Service.WAITING)
    def receive_ack(self, pkt: Any) -> None:
        if TFTP_ACK not in pkt:
            return
        ahead = (pkt[TFTP_ACK].block - self.acknowledged) % 65536
        if 0 < ahead <= self.block - self.acknowledged or (self.block == 0 and ahead == 0):
            raise self.ACKNOWLEDGED(ahead)
        if ahead == 0:
            raise self.WAITING() if self.repeated or self.window == 1 else self.REPEATED()

    @ATMT.state()
    def ACKNOWLEDGED(self, ahead: int) -> None:
        """`ahead` blocks more than before."""
        self.acknowledged, self.repeated = self.acknowledged + ahead, False
        raise self.COMPLETE() if self.acknowledged == self.final else self.SENDING()

    @ATMT.state()
    def REPEATED(self) -> None:
        """Nothing of the window is acknowledged: its first block was lost.  Said once (RFC 7440 section 4)."""
        self.repeated = True
        raise self.INSISTING()

    @ATMT.timeout(Service.WAITING, INSISTENCE)
    def insist(self) -> None:
        raise self.INSISTING() if self.in_vain < PERSEVERANCE else self.SILENCE()

    @ATMT.state()
    def INSISTING(self) -> None:
        self.in_vain += 1
        if self.block == 0:
            self.tell(self.proposal)
        else:
            self.tell_window()
        raise self.WAITING()

    def propose(self, message: Packet) -> None:
        self.proposal = message
        self.say(message)
        raise self.WAITING()

    @ATMT.receive_condition(Service.COMPLETE)
    def receive_last_ack_again(self, pkt: Any) -> None:
        if TFTP_ACK not in pkt or pkt[TFTP_ACK].block != self.final % 65536:
            raise self.NONSENSE(pkt)

    @ATMT.state(final=True)
    def END(self) -> int:
        return self.final


class WindowWrite(Windowed):
    """Takes the file of a client that stores; the result is its content.

    Each window is acknowledged at its end, or where `acks` says: at the first arrival of those blocks, and of the last.
    """

    def parse_args(self, errand: Errand, acks: Sequence[int] | None = None, **rest: Any) -> None:
        self.provide(errand, **rest)
        self.acks, self.content = acks, bytearray()
        self.acknowledged = 0

    def first(self) -> None:
        self.say(ack(0))
        raise self.WAITING()

    @ATMT.receive_condition(Service.WAITING)
    def receive_data(self, pkt: Any) -> None:
        if TFTP_DATA not in pkt:
            return
        expected = (self.block + 1) % 65536
        raise self.RECEIVING(pkt) if pkt[TFTP_DATA].block == expected else self.PASSED_OVER(pkt)

    @ATMT.state()
    def RECEIVING(self, pkt: Any) -> None:
        self.block += 1
        self.content += content(pkt)
        ended = len(content(pkt)) < self.block_size
        if ended or self.is_due():
            self.acknowledged = self.block
            self.say(ack(self.block))
        raise self.COMPLETE() if ended else self.WAITING()

    def is_due(self) -> bool:
        if self.acks is None:
            return self.block - self.acknowledged == self.window
        return self.block in self.acks

    @ATMT.state()
    def PASSED_OVER(self, pkt: Any) -> None:
        """Not the next one: what came before it was lost, or has been repeated.  A repeated window is acknowledged."""
        if pkt[TFTP_DATA].block == self.block % 65536:
            self.acknowledged = self.block
            self.tell(ack(self.block))
        raise self.WAITING()

    @ATMT.receive_condition(Service.COMPLETE)
    def receive_last_again(self, pkt: Any) -> None:
        if TFTP_DATA not in pkt:
            raise self.NONSENSE(pkt)
        if pkt[TFTP_DATA].block == self.block % 65536:
            raise self.CONFIRMING()

    @ATMT.state()
    def CONFIRMING(self) -> None:
        self.tell(self.last)
        raise self.COMPLETE()

    @ATMT.state(final=True)
    def END(self) -> bytes:
        return bytes(self.content)
