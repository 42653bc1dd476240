"""Servers that say something out of place in a chosen state of the client: instead of the right thing, or besides.

What is said are messages or plain octets, by the server itself or by a stranger (another TID, or another host).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scapy.layers.inet import UDP
from scapy.packet import Packet

from atmt import ATMT
from pytest_atmt.errand import Errand

from .messages import is_error
from .probes import MOMENT
from .serving import Service
from .serving_transfers import ReadServer, WriteServer

ELSEWHERE = "192.0.2.99"  # RFC 5737; an address of the tester's network would do as well


class Interrupting(Service):
    """Says all of `said` instead of its turn number `turn`, and then only listens; the result is what it heard.

    Turns are the blocks of data (from 1), or acknowledgements (from 0).  It listens until the client has ended or
    `quiet` seconds are over.
    """

    def interrupt(self, said: Sequence[Packet], turn: int) -> None:
        self.said, self.turn = said, turn
        self.heard: list[Packet] = []

    def cut_in(self) -> None:
        """Raise the state in which the transfer goes no further."""
        self.timer_by_name("hear_no_more_of_it").set(self.quiet)
        raise self.INTERRUPTING()

    @ATMT.state()
    def INTERRUPTING(self) -> None:
        for message in self.said:
            self.tell(message)
        raise self.HEARING()

    @ATMT.state()
    def HEARING(self) -> None:
        """Whatever comes is noted."""

    @ATMT.receive_condition(HEARING)
    def note(self, pkt: Any) -> None:
        self.heard.append(pkt[UDP].payload)

    @ATMT.eof(HEARING)
    def leave(self) -> None:
        raise self.END()

    @ATMT.timeout(HEARING, 10.0)
    def hear_no_more_of_it(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> list[Packet]:
        return self.heard


class InterruptedRead(Interrupting, ReadServer):
    """``interrupted_read(client.get(), b"content", [error(0, "stop")], turn=2)``"""

    def parse_args(
        self, errand: Errand, content: bytes = b"", said: Sequence[Packet] = (), turn: int = 1, **rest: Any
    ) -> None:
        ReadServer.parse_args(self, errand, content, **rest)
        self.interrupt(said, turn)

    def advance(self) -> None:
        if self.block + 1 == self.turn:
            self.cut_in()
        raise self.SENDING()


class InterruptedWrite(Interrupting, WriteServer):
    """``interrupted_write(client.put(b"content"), [error(0, "stop")], turn=2)``"""

    def parse_args(self, errand: Errand, said: Sequence[Packet] = (), turn: int = 0, **rest: Any) -> None:
        WriteServer.parse_args(self, errand, **rest)
        self.interrupt(said, turn)

    def answer(self, message: Packet) -> None:
        if self.block == self.turn:
            self.cut_in()
        self.say(message)
        raise self.COMPLETE() if self.ended else self.WAITING()

    def propose(self, message: Packet) -> None:
        self.answer(message)


class Interjecting(Service):
    """Has its say besides its turn number `turn` (None: when all is done), and goes on a moment later.

    The client may ignore it, repeat itself, or end.  What a `stranger` says, from another TID or with `elsewhere`
    from another host, it may only reproach (`reproaches`).
    """

    def interject(self, said: Packet, turn: int | None, stranger: bool, elsewhere: bool) -> None:
        self.said, self.turn, self.stranger, self.elsewhere = said, turn, stranger, elsewhere
        self.voice = self.tid + 1 if stranger else self.tid
        self.reproaches: list[Packet] = []
        self.spoken = False

    def master_filter(self, pkt: Any) -> bool:
        return super().master_filter(pkt) or (UDP in pkt and self.is_for_stranger(pkt))

    def is_for_stranger(self, pkt: Any) -> bool:
        """Whether the client speaks to whom it does not know."""
        if self.elsewhere:
            return bool(pkt.dst == ELSEWHERE)
        return self.stranger and bool(pkt.src == self.client and pkt[UDP].dport == self.voice)

    def speak(self) -> None:
        self.spoken = True
        self.tell(self.said, sport=self.voice, **({"src": ELSEWHERE} if self.elsewhere else {}))

    def have_a_say(self) -> None:
        """Raise the state of the aside, once; where something is to be granted, only if it is asked for.

        Without an OACK the client may not have heard from us yet: whoever speaks first would be its server.
        """
        if not self.spoken and (self.granted or not self.grants):
            raise self.INTERJECTING()

    @ATMT.state()
    def INTERJECTING(self) -> None:
        self.speak()

    @ATMT.receive_condition(INTERJECTING)
    def receive_reaction(self, pkt: Any) -> None:
        if self.is_for_stranger(pkt):
            self.reproaches.append(pkt[UDP].payload)
        elif is_error(pkt):
            raise self.DISTURBED(pkt) if self.stranger or self.elsewhere else self.TERMINATED(pkt)
        elif self.is_progress(pkt):
            raise self.DISTURBED(pkt)

    def is_progress(self, pkt: Any) -> bool:
        """Whether the client takes what was said for our next turn."""
        raise NotImplementedError

    def resume(self) -> None:
        """Go on as if nothing had been said."""
        raise NotImplementedError

    @ATMT.receive_condition(Service.WAITING, prio=-2)
    def receive_late_reproach(self, pkt: Any) -> None:
        """It may be told late, and more than once."""
        if self.is_for_stranger(pkt):
            self.reproaches.append(pkt[UDP].payload)
            raise self.WAITING()

    @ATMT.receive_condition(Service.COMPLETE, prio=-2)
    def receive_last_reproach(self, pkt: Any) -> None:
        if self.is_for_stranger(pkt):
            self.reproaches.append(pkt[UDP].payload)
            raise self.COMPLETE()

    @ATMT.eof(INTERJECTING)
    def end_of_it(self) -> None:
        raise self.PARTED()

    @ATMT.timeout(INTERJECTING, MOMENT)
    def hear_nothing_of_it(self) -> None:
        self.resume()

    @ATMT.condition(Service.COMPLETE, prio=-1)
    def have_the_last_word(self) -> None:
        if self.turn is None and not self.spoken:
            self.speak()

    @ATMT.receive_condition(Service.COMPLETE, prio=-1)
    def receive_afterthought(self, pkt: Any) -> None:
        """What is said when all is over may be answered by an error."""
        if self.turn is None and is_error(pkt):
            raise self.COMPLETE()

    @ATMT.state(final=True)
    def TERMINATED(self, pkt: Any) -> bytes:
        """The client ended the transfer by an error."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(final=True)
    def PARTED(self) -> None:
        """The client ended without a word."""

    @ATMT.state(error=True)
    def DISTURBED(self, pkt: Any) -> str:
        """The client takes what was said for something else."""
        return str(pkt[UDP].payload.summary())


class InterjectedRead(Interjecting, ReadServer):
    """``interjected_serve_read(client.get(), b"content", raw(b"\\0\\7"), turn=2)``"""

    def parse_args(
        self,
        errand: Errand,
        content: bytes,
        said: Packet,
        turn: int | None = 1,
        stranger: bool = False,
        elsewhere: bool = False,
        **rest: Any,
    ) -> None:
        ReadServer.parse_args(self, errand, content, **rest)
        self.interject(said, turn, stranger, elsewhere)

    def advance(self) -> None:
        if self.block + 1 == self.turn:
            self.have_a_say()
        raise self.SENDING()

    def resume(self) -> None:
        self.advance()

    def is_progress(self, pkt: Any) -> bool:
        """An acknowledgement of what was not sent."""
        octets = bytes(pkt[UDP].payload)
        return octets[:2] != b"\0\1" and octets[:4] != b"\0\4" + (self.block % 65536).to_bytes(2, "big")


class InterjectedWrite(Interjecting, WriteServer):
    """``interjected_serve_write(client.put(b"content"), raw(b"\\0\\7"), turn=2)``"""

    def parse_args(
        self,
        errand: Errand,
        said: Packet,
        turn: int | None = 0,
        stranger: bool = False,
        elsewhere: bool = False,
        **rest: Any,
    ) -> None:
        WriteServer.parse_args(self, errand, **rest)
        self.interject(said, turn, stranger, elsewhere)

    def answer(self, message: Packet) -> None:
        self.message = message
        if self.block == self.turn:
            self.have_a_say()
        self.say(message)
        raise self.COMPLETE() if self.ended else self.WAITING()

    def propose(self, message: Packet) -> None:
        self.answer(message)

    def resume(self) -> None:
        self.answer(self.message)

    def is_progress(self, pkt: Any) -> bool:
        """Data that was not asked for yet."""
        octets = bytes(pkt[UDP].payload)
        return octets[:2] != b"\0\2" and octets[:4] != b"\0\3" + (self.block % 65536).to_bytes(2, "big")
