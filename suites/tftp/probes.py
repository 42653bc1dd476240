"""Testers that do not mean to finish a transfer: they say one thing, or nothing, and listen.

Each hangs up at its end, so that no peer is left waiting for the rest.
"""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_OACK, TFTP_RRQ, TFTP_WRQ
from scapy.packet import Packet

from atmt import ATMT

from .messages import ErrorCode, error
from .transfer import NO_ANSWER, OF_READS, OF_WRITES, PATIENCE, Breaches, Conversation, says_nothing

MOMENT = 0.3  # seconds: longer than it takes to react to a packet, shorter than any time-out


class Probe(Conversation):
    """Says one thing to the server's port and listens for `quiet`; the result is all that came back."""

    def parse_args(self, message: Packet, **addresses: Any) -> None:
        self.between(**addresses)
        self.message = message
        self.answers: list[Packet] = []

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        self.tell(self.message)
        self.timer_by_name("hear_no_more").set(self.quiet)
        raise self.LISTENING()

    @ATMT.state()
    def LISTENING(self) -> None:
        """Whatever comes is noted; the time that is listened is the same in any case."""

    @ATMT.receive_condition(LISTENING)
    def note_answer(self, pkt: Any) -> None:
        self.answers.append(pkt[UDP].payload)
        if TFTP_ERROR not in pkt:
            self.tid = pkt[UDP].sport

    @ATMT.timeout(LISTENING, 3.0)
    def hear_no_more(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> list[Packet]:
        if self.tid is not None:
            self.tell(error(ErrorCode.UNDEFINED, "never mind"))
        return self.answers


class Opening(Conversation):
    """A request and the first answer, which decides what the rest is about."""

    def opening(self, request: Packet, **addresses: Any) -> None:
        self.between(**addresses)
        self.request = request

    def opened(self) -> None:
        """Raise the state that follows the first answer."""
        raise NotImplementedError

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        self.tell(self.request)
        raise self.REQUESTED()

    @ATMT.state()
    def REQUESTED(self) -> None:
        """The first answer tells the peer's TID."""

    @ATMT.receive_condition(REQUESTED)
    def receive_first_answer(self, pkt: Any) -> None:
        if TFTP_DATA in pkt or TFTP_ACK in pkt or TFTP_OACK in pkt:
            raise self.ANSWERED(pkt)
        raise self.REFUSED(pkt)

    @ATMT.timeout(REQUESTED, PATIENCE)
    def lose_patience(self) -> None:
        raise self.SILENCE()

    @ATMT.state()
    def ANSWERED(self, pkt: Any) -> None:
        self.tid = pkt[UDP].sport
        self.first = bytes(pkt[UDP].payload)
        self.opened()

    def hang_up(self) -> None:
        self.tell(error(ErrorCode.UNDEFINED, "never mind"))

    @ATMT.state(error=True)
    def REFUSED(self, pkt: Any) -> bytes:
        """The peer does not take the request."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(error=True)
    def SILENCE(self) -> None:
        """The peer owes us a packet and does not send it."""


class Watching(Opening):
    """Nothing is said from then on that would be leave to go on."""

    breaches: Breaches

    def opening(self, request: Packet, **addresses: Any) -> None:
        super().opening(request, **addresses)
        self.breaches = OF_READS if TFTP_RRQ in request else OF_WRITES

    @ATMT.state(error=True)
    def NO_MESSAGE(self, pkt: Any) -> bytes:
        """A datagram in which there is no room for an opcode (RFC 1350 section 3)."""
        self.hang_up()
        return bytes(pkt[UDP].payload)

    @ATMT.state(error=True)
    def WENT_ON(self, pkt: Any) -> str:
        """The peer takes what it has heard, or not heard, for leave to go on."""
        self.hang_up()
        return str(pkt[UDP].payload.summary())


class Aside(Watching):
    """After the first answer says `aside` (None: nothing) and listens for `quiet`; the result is how often
    the peer said the same again.  ``aside(rrq("file"), ack(9))``"""

    def parse_args(self, request: Packet, aside: Packet | None = None, **addresses: Any) -> None:
        self.opening(request, **addresses)
        self.aside = aside
        self.repeats = 0
        if aside is not None and bytes(aside)[:2] == b"\0\5":
            self.breaches = {**self.breaches, "TERMINATED": NO_ANSWER[TFTP_WRQ in request]}

    def opened(self) -> None:
        if self.aside is not None:
            self.tell(self.aside)
        self.timer_by_name("hear_no_more").set(self.quiet)
        raise self.LISTENING()

    @ATMT.state()
    def LISTENING(self) -> None:
        """The peer may repeat itself or give up, and no more."""

    @ATMT.receive_condition(LISTENING)
    def receive_same(self, pkt: Any) -> None:
        if bytes(pkt[UDP].payload) == self.first:
            self.repeats += 1
        elif says_nothing(pkt):
            raise self.NO_MESSAGE(pkt)
        elif TFTP_ERROR in pkt:
            raise self.TERMINATED(pkt)
        else:
            raise self.WENT_ON(pkt)

    @ATMT.timeout(LISTENING, 3.0)
    def hear_no_more(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> int:
        self.hang_up()
        return self.repeats

    @ATMT.state(final=True)
    def TERMINATED(self, pkt: Any) -> Packet:
        """The peer ended the transfer with an error."""
        return pkt[TFTP_ERROR]


class Mute(Watching):
    """Never acknowledges the first answer; ends when the peer has said it `times` in all, or has given up."""

    def parse_args(
        self, request: Packet, times: int = 2, patience: float = PATIENCE, **addresses: Any
    ) -> None:
        self.opening(request, **addresses)
        self.times, self.heard, self.patience = times, 1, patience

    def opened(self) -> None:
        self.timer_by_name("wait_in_vain").set(self.patience)
        raise self.LISTENING()

    @ATMT.state()
    def LISTENING(self) -> None:
        """The peer has to repeat itself."""

    @ATMT.receive_condition(LISTENING)
    def receive_again(self, pkt: Any) -> None:
        if bytes(pkt[UDP].payload) == self.first:
            raise self.HEARD_AGAIN()
        if says_nothing(pkt):
            raise self.NO_MESSAGE(pkt)
        raise self.GIVEN_UP() if TFTP_ERROR in pkt and self.heard > 1 else self.WENT_ON(pkt)

    @ATMT.timeout(LISTENING, PATIENCE)
    def wait_in_vain(self) -> None:
        raise self.GIVEN_UP() if self.heard > 1 else self.SILENCE()

    @ATMT.state()
    def HEARD_AGAIN(self) -> None:
        self.heard += 1
        raise self.END() if self.heard == self.times else self.LISTENING()

    @ATMT.state(final=True)
    def GIVEN_UP(self) -> None:
        """The peer has repeated itself, and does so no more."""

    @ATMT.state(final=True)
    def END(self) -> None:
        self.hang_up()
