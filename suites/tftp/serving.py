"""The tester's side where a client is judged: what servers that go by the book, and watch the client, share.

`serving_transfers` has the two directions.  Each run is one errand of the client.  States that only a client in
breach can lead to are error states, named after the breach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_RRQ, TFTP_WRQ
from scapy.packet import Packet

from atmt import ATMT, Automaton
from pytest_atmt.errand import GET, Errand

from .messages import BLOCK, datagram, oack, options

PATIENCE = 120.0  # seconds: longer than any known client waits before it repeats itself
INSISTENCE = 1.0  # seconds after which a block that is not acknowledged is sent again
PERSEVERANCE = 12  # times
LINGERING = 120.0  # seconds that a client may take to end when all is done

Grants = Mapping[str, Callable[[str], str]]


class Serving(Automaton):
    """Who serves whom: asked at `address` and `port`, we answer from `tid`; `client` is the peer's address."""

    errand: Errand

    def attend(
        self,
        errand: Errand,
        address: str = "",
        port: int = 69,
        tid: int = 40000,
        client: str = "",
        quiet: float = 10.0,
    ) -> None:
        """`quiet` is for how many seconds a client that owes us nothing is watched."""
        self.errand, self.address, self.port, self.tid = errand, address, port, tid
        self.client, self.quiet = client, quiet
        self.client_tid: int | None = None
        self.asked: dict[str, str] = {}

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt.src == self.client and pkt[UDP].dport in (self.port, self.tid)

    def tell(self, message: Packet, sport: int | None = None, **fields: Any) -> None:
        """Send `message` to the client's TID; `fields` are those of the IP header."""
        assert self.client_tid is not None
        self.send(datagram(self.client, sport or self.tid, self.client_tid, message, **fields))

    def is_request(self, pkt: Any) -> bool:
        return pkt[UDP].dport == self.port and (TFTP_RRQ in pkt or TFTP_WRQ in pkt)

    def respond(self) -> None:
        """Raise the state that follows the request."""
        raise NotImplementedError

    @ATMT.state(initial=True)
    def LISTENING(self) -> None:
        """The client has been told what to do."""

    @ATMT.receive_condition(LISTENING)
    def receive_request(self, pkt: Any) -> None:
        wanted = TFTP_RRQ if self.errand.verb == GET else TFTP_WRQ
        raise self.REQUESTED(pkt) if pkt[UDP].dport == self.port and wanted in pkt else self.NO_REQUEST(pkt)

    @ATMT.eof(LISTENING)
    def end_unheard(self) -> None:
        raise self.GONE()

    @ATMT.timeout(LISTENING, PATIENCE)
    def wait_in_vain(self) -> None:
        raise self.SILENCE()

    @ATMT.state()
    def REQUESTED(self, pkt: Any) -> None:
        self.client_tid, self.asked = pkt[UDP].sport, options(pkt)
        self.request = pkt[UDP].payload
        self.respond()

    @ATMT.state(error=True)
    def NO_REQUEST(self, pkt: Any) -> bytes:
        """What the client says first is not the request that it was told to make."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(error=True)
    def GONE(self) -> None:
        """The client ended before all was done."""

    @ATMT.state(error=True)
    def SILENCE(self) -> None:
        """The client owes us a packet and does not send it."""


class Service(Serving):
    """What both directions share: negotiation, and how a transfer can go wrong."""

    def provide(
        self,
        errand: Errand,
        grants: Grants | None = None,
        offer: Mapping[str, str] | None = None,
        **addresses: Any,
    ) -> None:
        """`grants` makes of the value asked for the one to be granted; `offer` is an OACK, whatever is asked for."""
        self.attend(errand, **addresses)
        self.grants, self.offer = grants or {}, offer
        self.granted: dict[str, str] = {}
        self.block, self.block_size, self.in_vain = 0, BLOCK, 0

    def first(self) -> None:
        """Begin without options."""
        raise NotImplementedError

    def respond(self) -> None:
        granted = {
            name: self.grants[name](value) for name, value in self.asked.items() if name in self.grants
        }
        self.granted = dict(granted if self.offer is None else self.offer)
        if self.granted or self.offer is not None:
            raise self.OFFERING()
        self.first()

    def say(self, message: Packet) -> None:
        """Tell the client, and remember it in case it has to be said again."""
        self.last, self.in_vain = message, 0
        self.tell(message)

    @ATMT.state()
    def OFFERING(self) -> None:
        size = self.granted.get("blksize", "")
        lawful = size.isdigit() and int(size) > 0  # by blocks of 0 octets no file would ever end
        self.block_size = int(size) if lawful else BLOCK
        self.propose(oack(self.granted))

    def propose(self, message: Packet) -> None:
        """Say the OACK, and raise the state that follows."""
        self.say(message)
        raise self.WAITING()

    @ATMT.state()
    def WAITING(self) -> None:
        """It is the client's turn."""

    @ATMT.receive_condition(WAITING, prio=-1)
    def receive_astray(self, pkt: Any) -> None:
        """Only a request comes to the port; all else goes between the two TIDs (RFC 1350 section 4)."""
        if pkt[UDP].sport != self.client_tid:
            raise self.MISDIRECTED(pkt)
        if pkt[UDP].dport != self.tid and bytes(pkt[UDP].payload) != bytes(self.request):
            raise self.MISDIRECTED(pkt)

    @ATMT.receive_condition(WAITING, prio=1)
    def receive_request_again(self, pkt: Any) -> None:
        """The client has not had our first answer."""
        if self.is_request(pkt) and self.block <= 1:
            raise self.REPEATING()

    @ATMT.state()
    def REPEATING(self) -> None:
        self.tell(self.last)
        raise self.WAITING()

    @ATMT.receive_condition(WAITING, prio=8)
    def receive_error(self, pkt: Any) -> None:
        if TFTP_ERROR in pkt:
            raise self.ERROR(pkt)

    @ATMT.receive_condition(WAITING, prio=9)
    def receive_what_has_no_place(self, pkt: Any) -> None:
        if TFTP_DATA in pkt or TFTP_ACK in pkt:
            raise self.WRONG_BLOCK(pkt)
        raise self.NONSENSE(pkt)

    @ATMT.eof(WAITING)
    def end_early(self) -> None:
        raise self.GONE()

    @ATMT.timeout(WAITING, PATIENCE)
    def lose_patience(self) -> None:
        raise self.SILENCE()

    @ATMT.state()
    def COMPLETE(self) -> None:
        """All is done; the client may repeat its last word before it ends."""

    @ATMT.eof(COMPLETE)
    def part(self) -> None:
        raise self.END()

    @ATMT.timeout(COMPLETE, LINGERING)
    def hear_no_more(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> Any:
        raise NotImplementedError

    @ATMT.state(error=True)
    def ERROR(self, pkt: Any) -> Any:
        """The client refused, or gave up."""
        return pkt[TFTP_ERROR]

    @ATMT.state(error=True)
    def MISDIRECTED(self, pkt: Any) -> str:
        """From another TID than the request, or to another than the answer's."""
        return str(pkt[UDP].payload.summary())

    @ATMT.state(error=True)
    def WRONG_BLOCK(self, pkt: Any) -> str:
        """Neither the block that comes next nor the one before it, or the wrong kind of packet."""
        return str(pkt[UDP].payload.summary())

    @ATMT.state(error=True)
    def NONSENSE(self, pkt: Any) -> bytes:
        """A packet that has no place in a transfer."""
        return bytes(pkt[UDP].payload)
