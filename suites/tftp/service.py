"""The reference server's transfers, as far as both directions are alike: the request, its options, strangers, patience.

Knows neither direction: `reading` sends files, `writing` takes them.
"""

from __future__ import annotations

import posixpath
from typing import Any

from atmt import ATMT, Automaton
from pytest_atmt.peers.files import Special, Store

from .messages import BLOCK, ErrorCode
from .negotiation import (
    LARGEST_BLOCK,
    LARGEST_WINDOW,
    LONGEST_TIMEOUT,
    SHORTEST_TIMEOUT,
    SMALLEST_BLOCK,
    number,
)
from .wire import Datagram, Opcode, error, opcode, request

FIRST_TIMEOUT = 1.0  # seconds; doubled by each repetition (RFC 1123 section 4.2.3.2)
ATTEMPTS = 6


class Refusal(Exception):
    """A request that is answered with an error packet."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class Service(Automaton):
    """One transfer, from the request on; by itself it refuses everything."""

    def parse_args(self, asked: Datagram, files: Store, tid: int) -> None:
        self.asked, self.files, self.tid = asked, files, tid
        self.client, self.client_tid = asked.src, asked.sport
        self.block_size, self.window, self.first_timeout = BLOCK, 1, FIRST_TIMEOUT
        self.granted: dict[str, str] = {}

    def tell(self, message: bytes, to: tuple[str, int] | None = None) -> None:
        host, port = to or (self.client, self.client_tid)
        self.send(Datagram(self.asked.dst, self.tid, host, port, message))

    def say(self, *messages: bytes) -> None:
        """Tell the client something that is repeated until it is answered."""
        self.last, self.attempts = messages, 1
        for message in messages:
            self.tell(message)

    @ATMT.state(initial=True)
    def REQUEST(self) -> None:
        try:
            self.open()
        except Refusal as refusal:
            raise self.REFUSED(refusal) from None
        self.begin()

    def open(self) -> None:
        """Check the request and get the file; raises `Refusal`."""
        raise Refusal(ErrorCode.ILLEGAL_OPERATION, "not a read or write request")

    def begin(self) -> None:
        """Raise the state of the first packet."""
        raise NotImplementedError

    def accept_request(self) -> None:
        """Take the request apart; raises `Refusal`."""
        asked = request(self.asked.payload)
        if asked is None:
            raise Refusal(ErrorCode.ILLEGAL_OPERATION, "malformed request")
        if asked.mode not in ("octet", "netascii"):
            raise Refusal(ErrorCode.ILLEGAL_OPERATION, "only modes octet and netascii are served")
        self.filename, self.mode = self.locate(asked.filename), asked.mode
        self.wanted = asked.options

    def locate(self, name: bytes) -> str:
        """The file's name beneath the root, which it may not leave."""
        path = posixpath.normpath(name.decode("utf-8", "surrogateescape").lstrip("/"))
        if path.split("/")[0] in ("", ".", ".."):
            raise Refusal(ErrorCode.ACCESS_VIOLATION, "no such name is served here")
        return path

    def stored(self) -> bytes | None:
        """What the server has by that name (None: nothing); raises `Refusal` for what is no plain file."""
        found = self.files.get(self.filename)
        if isinstance(found, Special):
            raise Refusal(ErrorCode.ACCESS_VIOLATION, "not a file for everybody")
        return found

    def negotiate(self) -> None:
        """Grant what is asked for and understood; anything else is left out (RFC 2347)."""
        for name, value in self.wanted.items():
            asked = number(value)
            if asked is None:
                continue
            if name == "blksize" and asked >= SMALLEST_BLOCK:
                self.block_size = min(asked, LARGEST_BLOCK)
                self.granted[name] = str(self.block_size)
            elif name == "timeout" and SHORTEST_TIMEOUT <= asked <= LONGEST_TIMEOUT:
                self.first_timeout = float(asked)
                self.granted[name] = value
            elif name == "windowsize" and 1 <= asked <= LARGEST_WINDOW:
                self.window = asked
                self.granted[name] = value
            elif name == "tsize":
                self.granted[name] = self.size(value)

    def size(self, asked: str) -> str:
        """What to answer to the option tsize; raises `Refusal`."""
        raise NotImplementedError

    @ATMT.state()
    def WAITING(self) -> None:
        self.timer_by_name("repeat").set(self.first_timeout * 2 ** (self.attempts - 1))

    def from_client(self, pkt: Datagram) -> bool:
        return (pkt.src, pkt.sport) == (self.client, self.client_tid)

    @ATMT.receive_condition(WAITING, prio=-1)
    def receive_from_stranger(self, pkt: Any) -> None:
        """A stranger is told so, and the transfer is not disturbed (RFC 1350 section 4)."""
        if not self.from_client(pkt) and opcode(pkt.payload) != Opcode.ERROR:
            self.tell(error(ErrorCode.UNKNOWN_TID, "unknown transfer"), (pkt.src, pkt.sport))

    @ATMT.receive_condition(WAITING)
    def receive_error(self, pkt: Any) -> None:
        if self.from_client(pkt) and opcode(pkt.payload) == Opcode.ERROR:
            raise self.ABANDONED()

    @ATMT.timeout(WAITING, FIRST_TIMEOUT)
    def repeat(self) -> None:
        raise self.REPEATING() if self.attempts < ATTEMPTS else self.ABANDONED()

    @ATMT.state()
    def REPEATING(self) -> None:
        self.attempts += 1
        for message in self.last:
            self.tell(message)
        raise self.WAITING()

    @ATMT.state(final=True)
    def REFUSED(self, refusal: Refusal) -> None:
        self.tell(error(refusal.code, str(refusal)))

    @ATMT.state(final=True)
    def ABANDONED(self) -> None:
        """The client gave up or went silent; nothing is sent any more."""

    @ATMT.state(final=True)
    def DONE(self) -> None:
        """The transfer is complete."""
