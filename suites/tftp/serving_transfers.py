"""Servers that go by the book, one for each direction, for the client under test."""

from __future__ import annotations

from typing import Any

from scapy.layers.tftp import TFTP_ACK, TFTP_DATA
from scapy.packet import Packet

from atmt import ATMT
from pytest_atmt.errand import Errand

from .messages import ack, content, data
from .serving import INSISTENCE, PERSEVERANCE, Service


class ReadServer(Service):
    """Sends `content` to a client that fetches; the result is the number of blocks.

    ``serve_read(client.get(), b"content")``.  What is not acknowledged it sends again, as a sender has to.
    """

    def parse_args(self, errand: Errand, content: bytes = b"", **rest: Any) -> None:
        self.provide(errand, **rest)
        self.content = content

    def slice(self, block: int) -> bytes:
        """What data block number `block` carries."""
        return self.content[(block - 1) * self.block_size : block * self.block_size]

    def first(self) -> None:
        self.advance()

    def advance(self) -> None:
        """Raise the state of the next block."""
        raise self.SENDING()

    @ATMT.state()
    def SENDING(self) -> None:
        self.block += 1
        self.say(data(self.block, self.slice(self.block)))
        raise self.WAITING()

    @ATMT.receive_condition(Service.WAITING)
    def receive_ack(self, pkt: Any) -> None:
        if TFTP_ACK in pkt and pkt[TFTP_ACK].block == self.block % 65536:
            raise self.ACKNOWLEDGED()

    @ATMT.receive_condition(Service.WAITING, prio=2)
    def receive_ack_again(self, pkt: Any) -> None:
        """A receiver may repeat itself; that moves us to nothing (RFC 1123 section 4.2.3.1)."""
        if TFTP_ACK in pkt and self.block and pkt[TFTP_ACK].block == (self.block - 1) % 65536:
            raise self.WAITING()

    @ATMT.state()
    def ACKNOWLEDGED(self) -> None:
        if self.block and len(self.slice(self.block)) < self.block_size:
            raise self.COMPLETE()
        self.advance()

    @ATMT.timeout(Service.WAITING, INSISTENCE)
    def insist(self) -> None:
        raise self.INSISTING() if self.in_vain < PERSEVERANCE else self.SILENCE()

    @ATMT.state()
    def INSISTING(self) -> None:
        self.in_vain += 1
        self.tell(self.last)
        raise self.WAITING()

    @ATMT.receive_condition(Service.COMPLETE)
    def receive_last_ack_again(self, pkt: Any) -> None:
        if TFTP_ACK not in pkt or pkt[TFTP_ACK].block != self.block % 65536:
            raise self.NONSENSE(pkt)

    @ATMT.state(final=True)
    def END(self) -> int:
        return self.block


class WriteServer(Service):
    """Takes the file of a client that stores; the result is its content.

    ``serve_write(client.put(b"content"))``.  It never repeats itself unasked: a sender has to.
    """

    def parse_args(self, errand: Errand, **rest: Any) -> None:
        self.provide(errand, **rest)
        self.content = bytearray()
        self.ended = False

    def first(self) -> None:
        self.answer(ack(0))

    def answer(self, message: Packet) -> None:
        """Acknowledge the request or a block, and raise the state that follows."""
        self.say(message)
        raise self.COMPLETE() if self.ended else self.WAITING()

    @ATMT.receive_condition(Service.WAITING)
    def receive_data(self, pkt: Any) -> None:
        if TFTP_DATA in pkt and pkt[TFTP_DATA].block == (self.block + 1) % 65536:
            raise self.RECEIVING(pkt)

    @ATMT.receive_condition(Service.WAITING, prio=2)
    def receive_data_again(self, pkt: Any) -> None:
        """The client has not had our last acknowledgement."""
        if TFTP_DATA in pkt and self.block and pkt[TFTP_DATA].block == self.block % 65536:
            raise self.REPEATING()

    @ATMT.state()
    def RECEIVING(self, pkt: Any) -> None:
        slice = content(pkt)
        if len(slice) > self.block_size:
            raise self.OVERSIZED(len(slice))
        self.block += 1
        self.content += slice
        self.ended = len(slice) < self.block_size
        self.answer(ack(self.block))

    @ATMT.receive_condition(Service.COMPLETE)
    def receive_last_again(self, pkt: Any) -> None:
        """Our last acknowledgement was lost."""
        if TFTP_DATA not in pkt or pkt[TFTP_DATA].block != self.block % 65536:
            raise self.NONSENSE(pkt)
        raise self.CONFIRMING()

    @ATMT.state()
    def CONFIRMING(self) -> None:
        self.tell(self.last)
        raise self.COMPLETE()

    @ATMT.state(final=True)
    def END(self) -> bytes:
        return bytes(self.content)

    @ATMT.state(error=True)
    def OVERSIZED(self, size: int) -> int:
        """More data in a block than was agreed."""
        return size
