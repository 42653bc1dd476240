"""The embedded reference peer: a TFTP server as automata (RFC 1350, 1123 section 4.2, 2347, 2348, 2349).

A `Listener` hears requests; each transfer is an automaton of its own, with a TID of its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from itertools import count
from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_RRQ, TFTP_WRQ
from scapy.packet import Packet

from atmt import ATMT, Automaton
from atmt.links.flow import udp_port
from pytest_atmt import Host

from . import netascii
from .messages import BLOCK, ErrorCode, ack, content, data, datagram, error, is_error, oack, options
from .negotiation import LARGEST_BLOCK, LONGEST_TIMEOUT, SHORTEST_TIMEOUT, SMALLEST_BLOCK, number

FIRST_TIMEOUT = 1.0  # seconds; doubled by each repetition (RFC 1123 section 4.2.3.2)
ATTEMPTS = 6


class Refusal(Exception):
    """A request that is answered with an error packet."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class Listener(Automaton):
    """Waits for requests at the server's port and hands each to `admit`."""

    def parse_args(self, admit: Callable[[Packet], None], port: int = 69) -> None:
        self.admit, self.port = admit, port

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt[UDP].dport == self.port

    @ATMT.state(initial=True)
    def LISTENING(self) -> None:
        pass

    @ATMT.receive_condition(LISTENING)
    def receive_request(self, pkt: Any) -> None:
        if not is_error(pkt):  # an error is never answered, or two servers could quarrel for ever
            raise self.LISTENING().action_parameters(pkt)

    @ATMT.action(receive_request)
    def begin_transfer(self, pkt: Any) -> None:
        self.admit(pkt)


class Service(Automaton):
    """What both directions share: the request, its options, strangers, patience."""

    def parse_args(self, request: Packet, files: dict[str, bytes], tid: int) -> None:
        self.request, self.files, self.tid = request, files, tid
        self.client, self.client_tid = request[IP].src, request[UDP].sport
        self.block_size, self.first_timeout = BLOCK, FIRST_TIMEOUT
        self.granted: dict[str, str] = {}
        self.block = 0

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt[UDP].dport == self.tid

    def tell(self, message: Packet, to: tuple[str, int] | None = None) -> None:
        host, port = to or (self.client, self.client_tid)
        self.send(datagram(host, self.tid, port, message, src=self.request[IP].dst))

    def say(self, message: Packet) -> None:
        """Tell the client something that is repeated until it is answered."""
        self.last, self.attempts = message, 1
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

    def accept_mode(self, mode: bytes) -> None:
        self.mode = mode.decode("latin-1").lower()
        if self.mode not in ("octet", "netascii"):
            raise Refusal(ErrorCode.ILLEGAL_OPERATION, "only modes octet and netascii are served")

    def locate(self, name: bytes) -> str:
        """The file's name beneath the root, which it may not leave."""
        path = posixpath.normpath(name.decode("utf-8", "surrogateescape").lstrip("/"))
        if path.split("/")[0] in ("", ".", ".."):
            raise Refusal(ErrorCode.ACCESS_VIOLATION, "no such name is served here")
        return path

    def negotiate(self, size: Callable[[str], str]) -> None:
        """Grant what is asked for and understood; anything else is left out (RFC 2347)."""
        for name, value in options(self.request).items():
            asked = number(value)
            if asked is None:
                continue
            if name == "blksize" and asked >= SMALLEST_BLOCK:
                self.block_size = min(asked, LARGEST_BLOCK)
                self.granted[name] = str(self.block_size)
            elif name == "timeout" and SHORTEST_TIMEOUT <= asked <= LONGEST_TIMEOUT:
                self.first_timeout = float(asked)
                self.granted[name] = value
            elif name == "tsize":
                self.granted[name] = size(value)

    @ATMT.state()
    def WAITING(self) -> None:
        self.timer_by_name("repeat").set(self.first_timeout * 2 ** (self.attempts - 1))

    def from_client(self, pkt: Any) -> bool:
        return bool((pkt[IP].src, pkt[UDP].sport) == (self.client, self.client_tid))

    @ATMT.receive_condition(WAITING, prio=-1)
    def receive_from_stranger(self, pkt: Any) -> None:
        """A stranger is told so, and the transfer is not disturbed (RFC 1350 section 4)."""
        if not self.from_client(pkt) and not is_error(pkt):
            self.tell(error(ErrorCode.UNKNOWN_TID, "unknown transfer"), (pkt[IP].src, pkt[UDP].sport))

    @ATMT.receive_condition(WAITING)
    def receive_error(self, pkt: Any) -> None:
        if self.from_client(pkt) and is_error(pkt):
            raise self.ABANDONED()

    @ATMT.timeout(WAITING, FIRST_TIMEOUT)
    def repeat(self) -> None:
        raise self.REPEATING() if self.attempts < ATTEMPTS else self.ABANDONED()

    @ATMT.state()
    def REPEATING(self) -> None:
        self.attempts += 1
        self.tell(self.last)
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


class ReadService(Service):
    """Sends a file to the client."""

    def open(self) -> None:
        request = self.request[TFTP_RRQ]
        self.accept_mode(request.mode)
        stored = self.files.get(self.locate(request.filename))
        if stored is None:
            raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")
        self.content = netascii.encode(stored) if self.mode == "netascii" else stored
        self.negotiate(lambda _: str(len(self.content)))

    def begin(self) -> None:
        if self.granted:
            self.say(oack(self.granted))
            raise self.WAITING()
        raise self.SENDING()

    def part(self) -> bytes:
        return self.content[(self.block - 1) * self.block_size : self.block * self.block_size]

    @ATMT.state()
    def SENDING(self) -> None:
        self.block += 1
        self.say(data(self.block, self.part()))
        raise self.WAITING()

    @ATMT.receive_condition(Service.WAITING)
    def receive_ack(self, pkt: Any) -> None:
        """Only the acknowledgement that is waited for counts: older ones are duplicates (RFC 1123 4.2.3.1)."""
        if self.from_client(pkt) and TFTP_ACK in pkt and pkt[TFTP_ACK].block == self.block % 65536:
            last = self.block > 0 and len(self.part()) < self.block_size
            raise self.DONE() if last else self.SENDING()


class WriteService(Service):
    """Takes a file from the client."""

    def open(self) -> None:
        request = self.request[TFTP_WRQ]
        self.accept_mode(request.mode)
        self.filename = self.locate(request.filename)
        self.received = bytearray()
        self.negotiate(lambda announced: announced)

    def begin(self) -> None:
        self.say(oack(self.granted) if self.granted else ack(0))
        raise self.WAITING()

    @ATMT.receive_condition(Service.WAITING)
    def receive_data(self, pkt: Any) -> None:
        if self.from_client(pkt) and TFTP_DATA in pkt and len(content(pkt)) <= self.block_size:
            if pkt[TFTP_DATA].block == (self.block + 1) % 65536:
                raise self.RECEIVING(content(pkt))
            if self.block and pkt[TFTP_DATA].block == self.block % 65536:
                self.tell(ack(self.block))

    @ATMT.state()
    def RECEIVING(self, part: bytes) -> None:
        self.block += 1
        self.received += part
        if len(part) < self.block_size:
            raise self.STORING()
        self.say(ack(self.block))
        raise self.WAITING()

    @ATMT.state()
    def STORING(self) -> None:
        whole = bytes(self.received)
        self.files[self.filename] = netascii.decode(whole) if self.mode == "netascii" else whole
        self.tell(ack(self.block))
        raise self.DALLYING()

    @ATMT.state()
    def DALLYING(self) -> None:
        """The last acknowledgement may get lost, so it is repeated for a while (RFC 1350 section 6)."""

    @ATMT.receive_condition(DALLYING)
    def receive_last_again(self, pkt: Any) -> None:
        if self.from_client(pkt) and TFTP_DATA in pkt and pkt[TFTP_DATA].block == self.block % 65536:
            self.tell(ack(self.block))

    @ATMT.timeout(DALLYING, 10.0)
    def leave(self) -> None:
        raise self.DONE()


def service(request: Packet) -> type[Service]:
    """Which service a request asks for; what is no request is refused."""
    if TFTP_RRQ in request:
        return ReadService
    return WriteService if TFTP_WRQ in request else Service


def serve(host: Host) -> None:
    """Bring a TFTP server to life on `host`."""
    tids = count(40000)

    def admit(request: Packet) -> None:
        tid = next(tids)
        host.start(service(request)(request, host.files, tid, link=host.link(udp_port(tid))))

    host.start(Listener(admit, link=host.link(udp_port(69))))
