"""The tester's side: clients that read and write by the book, and watch what the server does.

A reader never repeats itself unasked: whether the server recovers from a loss is what is judged.  States
that only a peer in breach can lead to are error states, named after the breach.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK
from scapy.packet import Packet

from atmt import ATMT

from .messages import ack, content, data, rrq, wrq
from .transfer import OF_READS, OF_WRITES, Transfer

INSISTENCE = 0.5  # seconds: sooner than any known server repeats itself
PERSEVERANCE = 30  # packets sent in vain since the last that was not
MOST_AGAIN = 1000  # answers to what comes again: no loss is the reason for more


class ReadClient(Transfer):
    """Reads a file; the result is its content.  ``read("name", mode="octet", options={}, watch=False)``"""

    breaches = OF_READS

    def parse_args(
        self,
        filename: str | bytes,
        mode: str = "octet",
        options: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> None:
        self.transfer(rrq(filename, mode, options), options, **rest)
        self.content = bytearray()
        self.again = 0

    def go_on(self) -> None:
        self.say(ack(0))
        raise self.WAITING()

    @ATMT.receive_condition(Transfer.REQUESTED)
    @ATMT.receive_condition(Transfer.WAITING)
    def receive_data(self, pkt: Any) -> None:
        if TFTP_DATA in pkt and pkt[TFTP_DATA].block == (self.block + 1) % 65536:
            raise self.RECEIVING(pkt)

    @ATMT.receive_condition(Transfer.WAITING, prio=1)
    def receive_again(self, pkt: Any) -> None:
        if self.block == 0 and TFTP_OACK in pkt:
            raise self.REPEATED()
        if self.block and TFTP_DATA in pkt and pkt[TFTP_DATA].block == self.block % 65536:
            raise self.REPEATED() if self.again < MOST_AGAIN else self.ENDLESS()

    @ATMT.state()
    def REPEATED(self) -> None:
        """The peer repeats itself, so it has not had our last word: say that again."""
        self.again += 1
        self.tell(self.last)
        raise self.WAITING()

    @ATMT.state()
    def RECEIVING(self, pkt: Any) -> None:
        self.tid = pkt[UDP].sport
        part = content(pkt)
        if len(part) > self.block_size:
            raise self.OVERSIZED(len(part))
        self.block += 1
        self.content += part
        self.say(ack(self.block))
        if len(part) < self.block_size:
            raise self.COMPLETE()
        raise self.WAITING()

    @ATMT.receive_condition(Transfer.COMPLETE)
    def receive_last_again(self, pkt: Any) -> None:
        """Our last acknowledgement was lost: dallying (RFC 1350 section 6) repeats it."""
        if TFTP_DATA in pkt and pkt[TFTP_DATA].block == self.block % 65536:
            raise self.COMPLETE() if self.again < MOST_AGAIN else self.ENDLESS()

    @ATMT.action(receive_last_again)
    def acknowledge_again(self) -> None:
        self.again += 1
        self.tell(self.last)

    @ATMT.state(final=True)
    def END(self) -> bytes:
        return bytes(self.content)

    @ATMT.state(error=True)
    def ENDLESS(self) -> int:
        """The peer goes on and on, though it is told that all has come."""
        return self.block

    @ATMT.state(error=True)
    def OVERSIZED(self, size: int) -> int:
        """More data in a block than was agreed."""
        return size


class WriteClient(Transfer):
    """Writes a file; the result is how many blocks it took.  ``write("name", b"content", mode="octet")``

    An acknowledgement that comes again moves it to nothing (RFC 1123 section 4.2.3.1).
    """

    breaches = OF_WRITES

    def parse_args(
        self,
        filename: str | bytes,
        content: bytes,
        mode: str = "octet",
        options: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> None:
        self.transfer(wrq(filename, mode, options), options, **rest)
        self.content = content

    def part(self, block: int) -> bytes:
        """What data block number `block` carries."""
        return self.content[(block - 1) * self.block_size : block * self.block_size]

    def go_on(self) -> None:
        raise self.SENDING()

    @ATMT.receive_condition(Transfer.REQUESTED)
    @ATMT.receive_condition(Transfer.WAITING)
    def receive_ack(self, pkt: Any) -> None:
        if TFTP_ACK in pkt and pkt[TFTP_ACK].block == self.block % 65536:
            raise self.ACKNOWLEDGED(pkt)

    @ATMT.receive_condition(Transfer.WAITING, prio=1)
    def receive_again(self, pkt: Any) -> None:
        if self.block == 1 and TFTP_OACK in pkt:
            raise self.WAITING()
        if TFTP_ACK in pkt and pkt[TFTP_ACK].block == (self.block - 1) % 65536:
            raise self.WAITING()

    @ATMT.state()
    def ACKNOWLEDGED(self, pkt: Any) -> None:
        self.tid = pkt[UDP].sport
        if self.block and len(self.part(self.block)) < self.block_size:
            raise self.COMPLETE()
        raise self.SENDING()

    @ATMT.state()
    def SENDING(self) -> None:
        self.block += 1
        self.say(data(self.block, self.part(self.block)))
        raise self.WAITING()

    @ATMT.receive_condition(Transfer.COMPLETE)
    def overhear(self, pkt: Any) -> None:
        """Nothing more is owed; what comes all the same stands in the trace."""

    @ATMT.state(final=True)
    def END(self) -> int:
        return self.block


class InsistentWrite(WriteClient):
    """A writer that does a sender's duty when something is lost: it repeats what is not acknowledged."""

    def say(self, message: Packet) -> None:
        super().say(message)
        self.in_vain = 0

    @ATMT.timeout(Transfer.WAITING, INSISTENCE)
    def insist(self) -> None:
        raise self.INSISTING() if self.in_vain < PERSEVERANCE else self.SILENCE()

    @ATMT.state()
    def INSISTING(self) -> None:
        self.in_vain += 1
        self.tell(self.last)
        raise self.WAITING()
