"""The reference server sends a file (RFC 1350), in windows of blocks if that was granted (RFC 7440)."""

from __future__ import annotations

from typing import Any

from atmt import ATMT

from . import netascii
from .messages import ErrorCode
from .service import Refusal, Service
from .wire import Opcode, data, number, oack, opcode


class ReadService(Service):
    """`acked` is the last block that was acknowledged, `sent` the last one sent (0: the OACK), `final` the last."""

    def open(self) -> None:
        self.accept_request()
        stored = self.stored()
        if stored is None:
            raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")
        self.content = netascii.encode(stored) if self.mode == "netascii" else stored
        self.negotiate()
        self.final = len(self.content) // self.block_size + 1

    def size(self, asked: str) -> str:
        return str(len(self.content))

    def begin(self) -> None:
        self.acked, self.sent = 0, 0
        if self.granted:
            self.acked = -1
            self.say(oack(self.granted))
            raise self.WAITING()
        raise self.SENDING()

    def part(self, block: int) -> bytes:
        """What data block number `block` carries."""
        return self.content[(block - 1) * self.block_size : block * self.block_size]

    @ATMT.state()
    def SENDING(self) -> None:
        """A window: the blocks after the last one acknowledged."""
        self.sent = min(self.acked + self.window, self.final)
        self.say(*(data(block, self.part(block)) for block in range(self.acked + 1, self.sent + 1)))
        raise self.WAITING()

    @ATMT.receive_condition(Service.WAITING)
    def receive_ack(self, pkt: Any) -> None:
        """What acknowledges nothing new is a duplicate (RFC 1123 section 4.2.3.1); in a window any block may be
        acknowledged, and the next window begins after it (RFC 7440 section 4)."""
        if not self.from_client(pkt) or opcode(pkt.payload) != Opcode.ACK:
            return
        if (block := number(pkt.payload)) is not None:
            progress = (block - self.acked) % 65536
            if 0 < progress <= self.sent - self.acked:
                self.acked += progress
                raise self.DONE() if self.acked == self.final else self.SENDING()
