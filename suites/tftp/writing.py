"""The reference server takes a file (RFC 1350), in windows of blocks if that was granted (RFC 7440)."""

from __future__ import annotations

import posixpath
from typing import Any

from atmt import ATMT

from . import netascii
from .messages import ErrorCode
from .service import Refusal, Service
from .wire import Datagram, Opcode, ack, number, oack, opcode

DALLYING_TIME = 10.0  # seconds


class WriteService(Service):
    """`block` is the last one taken, `unanswered` how many were since the last acknowledgement."""

    def open(self) -> None:
        self.accept_request()
        self.stored()
        folder = posixpath.dirname(self.filename)
        if folder and folder not in self.files:
            raise Refusal(ErrorCode.FILE_NOT_FOUND, "folder not found")
        self.received = bytearray()
        self.block = self.unanswered = 0
        self.gap_told = False
        self.negotiate()

    def size(self, asked: str) -> str:
        if self.files.room is not None and int(asked) > self.files.room:
            raise Refusal(ErrorCode.DISK_FULL, "there is no room for so much")
        return asked

    def begin(self) -> None:
        self.say(oack(self.granted) if self.granted else ack(0))
        raise self.WAITING()

    @ATMT.receive_condition(Service.WAITING)
    def receive_data(self, pkt: Any) -> None:
        if not self.is_data(pkt):
            return
        ahead = (number(pkt.payload) - self.block) % 65536
        if ahead == 1:
            raise self.RECEIVING(pkt.payload[4:])
        if ahead == 0 and self.block and not self.unanswered:  # our acknowledgement was lost
            self.tell(ack(self.block))
        elif 1 < ahead <= self.window and not self.gap_told:
            self.gap_told = True
            raise self.ANSWERING()

    def is_data(self, pkt: Datagram) -> bool:
        """Whether it is a block of our client's, and none too large."""
        fits = 4 <= len(pkt.payload) <= 4 + self.block_size
        return fits and self.from_client(pkt) and opcode(pkt.payload) == Opcode.DATA

    @ATMT.state()
    def RECEIVING(self, part: bytes) -> None:
        self.block += 1
        self.unanswered += 1
        self.gap_told = False
        self.received += part
        if len(part) < self.block_size:
            raise self.STORING()
        raise self.ANSWERING() if self.unanswered == self.window else self.WAITING()

    @ATMT.state()
    def ANSWERING(self) -> None:
        """The end of a window, or a gap in it: tell how far we have got (RFC 7440 section 4)."""
        self.unanswered = 0
        self.say(ack(self.block))
        raise self.WAITING()

    @ATMT.state()
    def STORING(self) -> None:
        whole = bytes(self.received)
        try:
            self.files[self.filename] = netascii.decode(whole) if self.mode == "netascii" else whole
        except OSError:
            raise self.REFUSED(Refusal(ErrorCode.DISK_FULL, "disk full")) from None
        self.tell(ack(self.block))
        raise self.DALLYING()

    @ATMT.state()
    def DALLYING(self) -> None:
        """The last acknowledgement may get lost, so it is repeated for a while (RFC 1350 section 6)."""

    @ATMT.receive_condition(DALLYING)
    def receive_last_again(self, pkt: Any) -> None:
        if self.is_data(pkt) and number(pkt.payload) == self.block % 65536:
            self.tell(ack(self.block))

    @ATMT.timeout(DALLYING, DALLYING_TIME)
    def leave(self) -> None:
        raise self.DONE()
