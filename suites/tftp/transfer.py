"""What every tester of this suite shares: whom it talks to, and how a transfer opens, stalls and fails.

Knows neither direction: `automata` reads and writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_OACK
from scapy.packet import Packet

from atmt import ATMT, Automaton

from .messages import BLOCK, datagram, options
from .negotiation import breach

Breaches = Mapping[str, str | tuple[str, ...]]
OF_READS: Breaches = {
    "NO_MESSAGE": "RFC1350-3-01",
    "UNASKED_OACK": "RFC2347-NP-07",
    "UNASKED_OPTION": ("RFC2347-NP-03", "RFC2347-NP-04", "RFC2347-PF-06"),
    "EMPTY_OACK": "RFC2347-NP-06",
}
OF_WRITES: Breaches = {
    "NO_MESSAGE": "RFC1350-3-01-W",
    "UNASKED_OACK": "RFC2347-NP-07-W",
    "UNASKED_OPTION": ("RFC2347-NP-03-W", "RFC2347-PF-06"),
    "EMPTY_OACK": "RFC2347-NP-06-W",
}
NO_ANSWER = ("RFC1350-2-13", "RFC1350-2-13-W")  # an error is not answered: of a read, of a write
PATIENCE = 15.0  # seconds: longer than any known server waits before it repeats itself


def says_nothing(pkt: Any) -> bool:
    """Whether a datagram has no opcode."""
    return len(pkt[UDP].payload) < 2


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

    def tell(self, message: Packet, sport: int | None = None, **fields: Any) -> None:
        """Send `message` to the peer's TID, or to its port while that is unknown; `fields` are the IP header's."""
        self.send(datagram(self.server, sport or self.sport, self.tid or self.port, message, **fields))


class Transfer(Conversation):
    """What both directions share: the request, negotiation, and how a transfer can go wrong."""

    breaches: Breaches  # which requirement an error state stands for, whatever a test is for

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
        self.wanted = {name.lower(): value for name, value in (options or {}).items()}
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
        if not self.wanted:
            raise self.UNASKED_OACK(pkt)
        if not self.granted.keys() <= self.wanted.keys():
            raise self.UNASKED_OPTION(self.granted)
        if broken := breach(self.wanted, self.granted):
            self.breaches = {**self.breaches, "WRONG_GRANT": broken.requirements}
            raise self.WRONG_GRANT(broken.reason)
        self.block_size = int(self.granted.get("blksize", BLOCK))
        self.go_on()

    @ATMT.receive_condition(REQUESTED, prio=-2)
    @ATMT.receive_condition(WAITING, prio=-2)
    def receive_nothing(self, pkt: Any) -> None:
        if says_nothing(pkt):
            raise self.NO_MESSAGE(pkt)

    @ATMT.receive_condition(REQUESTED, prio=1)
    def receive_empty_oack(self, pkt: Any) -> None:
        if bytes(pkt[UDP].payload) == b"\0\6":
            raise self.EMPTY_OACK() if self.wanted else self.UNASKED_OACK(pkt)

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
    def NO_MESSAGE(self, pkt: Any) -> bytes:
        """A datagram in which there is no room for an opcode (RFC 1350 section 3)."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(error=True)
    def UNASKED_OACK(self, pkt: Any) -> bytes:
        """The peer answers options, and none were asked for (RFC 2347)."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(error=True)
    def EMPTY_OACK(self) -> None:
        """The peer grants nothing, and says so by an OACK of nothing (RFC 2347)."""

    @ATMT.state(error=True)
    def UNASKED_OPTION(self, granted: dict[str, str]) -> dict[str, str]:
        """The peer grants what was not asked for (RFC 2347)."""
        return granted

    @ATMT.state(error=True)
    def WRONG_GRANT(self, reason: str) -> str:
        """The peer grants a value that it may not (RFC 2348, RFC 2349)."""
        return reason
