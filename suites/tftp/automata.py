"""The tester's side: clients that read and write by the book, and watch what the server does.

They never retransmit on their own: whether the peer recovers from a loss is what is judged.  States that
only a peer in breach can lead to are error states, named after the breach.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_OACK
from scapy.packet import Packet

from atmt import ATMT, Automaton

from .messages import BLOCK, ack, content, data, options, rrq, wrq

PATIENCE = 15.0  # seconds: longer than any known server waits before it repeats itself


class Conversation(Automaton):
    """Who talks to whom.

    `server` and `port` are the peer's, `sport` is our TID, `quiet` is for how many seconds a peer that
    owes us nothing is watched for saying something all the same.
    """

    def between(self, server: str, port: int = 69, sport: int = 50000, quiet: float = 3.0) -> None:
        self.server, self.port, self.sport, self.quiet = server, port, sport, quiet
        self.tid: int | None = None

    def master_filter(self, pkt: Any) -> bool:
        if UDP not in pkt or pkt.src != self.server or pkt[UDP].dport != self.sport:
            return False
        return self.tid in (None, pkt[UDP].sport)

    def tell(self, message: Packet, sport: int | None = None) -> None:
        """Send `message` to the peer's TID, or to its port while that is unknown."""
        udp = UDP(sport=sport or self.sport, dport=self.tid or self.port)
        self.send(IP(dst=self.server) / udp / message)


class Probe(Conversation):
    """Says one thing to the server's port and listens; the result is all that came back."""

    def parse_args(self, message: Packet, **addresses: Any) -> None:
        self.between(**addresses)
        self.message = message
        self.answers: list[Packet] = []

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        self.tell(self.message)
        raise self.LISTENING()

    @ATMT.state()
    def LISTENING(self) -> None:
        self.timer_by_name("hear_no_more").set(self.quiet)

    @ATMT.receive_condition(LISTENING)
    def receive_answer(self, pkt: Any) -> None:
        raise self.ANSWERED(pkt)

    @ATMT.state()
    def ANSWERED(self, pkt: Any) -> None:
        self.answers.append(pkt[UDP].payload)
        raise self.LISTENING()

    @ATMT.timeout(LISTENING, 3.0)
    def hear_no_more(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> list[Packet]:
        return self.answers


class Transfer(Conversation):
    """What both directions share: the request, negotiation, and how a transfer can go wrong."""

    def transfer(
        self,
        request: Packet,
        options: Mapping[str, str] | None = None,
        watch: bool = False,
        **addresses: Any,
    ) -> None:
        """`options` are those in `request`; with `watch` the end of the transfer is watched for `quiet`."""
        self.between(**addresses)
        self.request, self.watch = request, watch
        self.wanted = {name.lower() for name in options or {}}
        self.granted: dict[str, str] = {}
        self.block_size = BLOCK
        self.block = 0

    def say(self, message: Packet) -> None:
        """Tell the peer, and remember it in case it has to be said again."""
        self.last = message
        self.tell(message)

    def go_on(self) -> None:
        """Raise the state that follows a successful negotiation."""
        raise NotImplementedError

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        self.say(self.request)
        raise self.REQUESTED()

    @ATMT.state()
    def REQUESTED(self) -> None:
        """The first answer tells the peer's TID (RFC 1350 section 4)."""

    @ATMT.state()
    def WAITING(self) -> None:
        """It is the peer's turn."""

    @ATMT.receive_condition(REQUESTED)
    def receive_oack(self, pkt: Any) -> None:
        if TFTP_OACK in pkt:
            raise self.NEGOTIATED(pkt)

    @ATMT.state()
    def NEGOTIATED(self, pkt: Any) -> None:
        self.tid = pkt[UDP].sport
        self.granted = options(pkt)
        if not self.granted.keys() <= self.wanted:
            raise self.UNASKED_OPTION(self.granted)
        self.block_size = int(self.granted.get("blksize", BLOCK))
        self.go_on()

    @ATMT.receive_condition(REQUESTED, prio=8)
    @ATMT.receive_condition(WAITING, prio=8)
    def receive_error(self, pkt: Any) -> None:
        if TFTP_ERROR in pkt:
            raise self.ERROR(pkt)

    @ATMT.receive_condition(REQUESTED, prio=9)
    @ATMT.receive_condition(WAITING, prio=9)
    def receive_what_has_no_place(self, pkt: Any) -> None:
        if TFTP_DATA in pkt or TFTP_ACK in pkt:
            raise self.WRONG_BLOCK(pkt)
        raise self.NONSENSE(pkt)

    @ATMT.timeout(REQUESTED, PATIENCE)
    @ATMT.timeout(WAITING, PATIENCE)
    def lose_patience(self) -> None:
        raise self.SILENCE()

    @ATMT.state()
    def REPEATED(self) -> None:
        """The peer repeats itself, so it has not had our last word: say that again."""
        self.tell(self.last)
        raise self.WAITING()

    @ATMT.state()
    def COMPLETE(self) -> None:
        self.timer_by_name("hear_no_more").set(self.quiet)

    @ATMT.condition(COMPLETE)
    def leave(self) -> None:
        if not self.watch:
            raise self.END()

    @ATMT.timeout(COMPLETE, 3.0)
    def hear_no_more(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> Any:
        raise NotImplementedError

    @ATMT.state(error=True)
    def ERROR(self, pkt: Any) -> Any:
        """The peer refused, or gave up."""
        return pkt[TFTP_ERROR]

    @ATMT.state(error=True)
    def SILENCE(self) -> None:
        """The peer owes us a packet and does not send it."""

    @ATMT.state(error=True)
    def WRONG_BLOCK(self, pkt: Any) -> str:
        """Neither the block that comes next nor the one before it, or the wrong kind of packet."""
        return str(pkt[UDP].payload.summary())

    @ATMT.state(error=True)
    def NONSENSE(self, pkt: Any) -> bytes:
        """A packet that has no place in a transfer."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(error=True)
    def UNASKED_OPTION(self, granted: dict[str, str]) -> dict[str, str]:
        """The peer grants what was not asked for (RFC 2347)."""
        return granted


class ReadClient(Transfer):
    """Reads a file; the result is its content.  ``read("name", mode="octet", options={}, watch=False)``"""

    def parse_args(
        self,
        filename: str | bytes,
        mode: str = "octet",
        options: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> None:
        self.transfer(rrq(filename, mode, options), options, **rest)
        self.content = bytearray()

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
            raise self.REPEATED()

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
            raise self.COMPLETE()

    @ATMT.action(receive_last_again)
    def acknowledge_again(self) -> None:
        self.tell(self.last)

    @ATMT.state(final=True)
    def END(self) -> bytes:
        return bytes(self.content)

    @ATMT.state(error=True)
    def OVERSIZED(self, size: int) -> int:
        """More data in a block than was agreed."""
        return size


class WriteClient(Transfer):
    """Writes a file; the result is how many blocks it took.  ``write("name", b"content", mode="octet")``"""

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
            raise self.REPEATED()
        if TFTP_ACK in pkt and pkt[TFTP_ACK].block == (self.block - 1) % 65536:
            raise self.REPEATED()

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

    @ATMT.state(final=True)
    def END(self) -> int:
        return self.block
