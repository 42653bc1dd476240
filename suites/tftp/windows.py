"""Clients that read and write in windows of blocks by the book (RFC 7440).

A reader acknowledges the last block of each window, and a gap at once by the last block before it; a writer begins
the next window where it is told to, and repeats one that nobody answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK

from atmt import ATMT

from .automata import INSISTENCE, PERSEVERANCE, ReadClient, WriteClient
from .messages import ack, content, data
from .transfer import Transfer


class WindowedRead(ReadClient):
    """Reads a file; the result is its content.  ``windowed_read("file", window=4)``"""

    def parse_args(
        self, filename: str, window: int = 4, options: Mapping[str, str] | None = None, **rest: Any
    ) -> None:
        super().parse_args(filename, options=dict(options or {}) | {"windowsize": str(window)}, **rest)
        self.window, self.unanswered, self.gap_told = 1, 0, False

    def go_on(self) -> None:
        self.window = int(self.granted.get("windowsize", "1"))
        super().go_on()

    def ahead(self, pkt: Any) -> int:
        """By how many blocks it is further than the last one taken, modulo 65536."""
        return int((pkt[TFTP_DATA].block - self.block) % 65536)

    @ATMT.receive_condition(Transfer.WAITING, prio=1)
    def receive_again(self, pkt: Any) -> None:
        """The peer repeats itself: all that we have had is passed over, but for what calls for an answer."""
        if TFTP_OACK in pkt:
            raise self.REPEATED() if self.block == 0 else self.WAITING()
        if TFTP_DATA in pkt and self.block:
            if self.ahead(pkt) == 0 and not self.unanswered:
                raise self.REPEATED()
            if self.ahead(pkt) == 0 or self.ahead(pkt) > 65536 - self.window:
                raise self.WAITING()

    @ATMT.receive_condition(Transfer.WAITING, prio=2)
    def receive_after_gap(self, pkt: Any) -> None:
        if TFTP_DATA in pkt and 1 < self.ahead(pkt) <= self.window:
            raise self.WAITING() if self.gap_told else self.GAP()

    @ATMT.state()
    def GAP(self) -> None:
        """Something is missing: say at once how far we have got."""
        self.gap_told, self.unanswered = True, 0
        self.say(ack(self.block))
        raise self.WAITING()

    @ATMT.state()
    def RECEIVING(self, pkt: Any) -> None:
        self.tid = pkt.sport
        part = content(pkt)
        if len(part) > self.block_size:
            raise self.OVERSIZED(len(part))
        self.block += 1
        self.unanswered += 1
        self.gap_told = False
        self.content += part
        if len(part) == self.block_size and self.unanswered < self.window:
            raise self.WAITING()
        raise self.ANSWERING(len(part))

    @ATMT.state()
    def ANSWERING(self, size: int) -> None:
        """The end of a window, or of the file."""
        self.unanswered = 0
        self.say(ack(self.block))
        raise self.COMPLETE() if size < self.block_size else self.WAITING()


class WindowedWrite(WriteClient):
    """Writes a file; the result is how many blocks it took.  ``windowed_write("name", b"content", window=4)``"""

    def parse_args(
        self,
        filename: str,
        content: bytes,
        window: int = 4,
        options: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> None:
        options = dict(options or {}) | {"windowsize": str(window)}
        super().parse_args(filename, content, options=options, **rest)
        self.window, self.acked, self.in_vain = 1, 0, 0

    def go_on(self) -> None:
        self.window = int(self.granted.get("windowsize", "1"))
        super().go_on()

    @property
    def final(self) -> int:
        """The number of the last block."""
        return len(self.content) // self.block_size + 1

    @ATMT.receive_condition(Transfer.WAITING)
    def receive_ack(self, pkt: Any) -> None:
        if TFTP_ACK in pkt and 0 < (pkt[TFTP_ACK].block - self.acked) % 65536 <= self.block - self.acked:
            raise self.ACKNOWLEDGED(pkt)

    @ATMT.receive_condition(Transfer.REQUESTED)
    def receive_ack_0(self, pkt: Any) -> None:
        """It grants nothing."""
        if TFTP_ACK in pkt and pkt[TFTP_ACK].block == 0:
            raise self.ACKNOWLEDGED(pkt)

    @ATMT.receive_condition(Transfer.WAITING, prio=1)
    def receive_again(self, pkt: Any) -> None:
        if (TFTP_OACK in pkt and not self.acked) or (
            TFTP_ACK in pkt and (self.acked - pkt[TFTP_ACK].block) % 65536 <= self.window
        ):
            raise self.WAITING()

    @ATMT.state()
    def ACKNOWLEDGED(self, pkt: Any) -> None:
        self.tid = pkt.sport
        self.acked += (pkt[TFTP_ACK].block - self.acked) % 65536
        self.in_vain = 0
        raise self.COMPLETE() if self.acked == self.final else self.SENDING()

    @ATMT.state()
    def SENDING(self) -> None:
        self.block = min(self.acked + self.window, self.final)
        for block in range(self.acked + 1, self.block + 1):
            self.tell(data(block, self.part(block)))
        raise self.WAITING()

    @ATMT.timeout(Transfer.WAITING, INSISTENCE)
    def insist(self) -> None:
        self.in_vain += 1
        raise self.SENDING() if self.in_vain < PERSEVERANCE else self.SILENCE()
