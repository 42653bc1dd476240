"""Clients that say something out of place in a chosen state of the server, and see whether that does any harm.

What is said are plain octets, by the client itself or by a stranger (another TID of the tester).
"""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK
from scapy.packet import Packet

from atmt import ATMT

from .automata import ReadClient, WriteClient
from .messages import ack, data, is_error, raw
from .probes import MOMENT
from .transfer import NO_ANSWER, OF_READS, OF_WRITES, Transfer, says_nothing

_OF_READS = {**OF_READS, "RETORTED": NO_ANSWER[0]}
_OF_WRITES = {**OF_WRITES, "RETORTED": NO_ANSWER[1]}


class Interjecting(Transfer):
    """Has its say when the server has said number `turn` (None: when all is done), and then goes on.

    The server may ignore it, repeat itself, or end the transfer by an error.  What a `stranger` says it may
    only reproach (`reproaches`), and an error of the client's ends the transfer without an answer.
    """

    ours: bytes  # the opcode of what the client says in this direction
    malformed: str  # the requirement that judges what becomes of a packet that has no place

    def interject(
        self, said: bytes, turn: int | None = None, stranger: bool = False, host: str | None = None
    ) -> None:
        """A stranger speaks from the next port, or from the same one of another `host`."""
        self.said, self.turn, self.stranger, self.host = said, turn, stranger, host
        self.reproaches: list[Packet] = []
        self.hangs_up = said[:2] == b"\0\5" and len(said) >= 4
        if not stranger and not self.explained(said, turn or 0):  # whoever ends over it, should say so
            self.breaches = {**self.breaches, "SILENCE": self.malformed}
        self.spoken = False
        self.voice = self.sport + 1 if stranger and host is None else self.sport

    def master_filter(self, pkt: Any) -> bool:
        if UDP in pkt and pkt.src == self.server and self.to_stranger(pkt):
            return True
        return super().master_filter(pkt)

    def explained(self, said: bytes, turn: int) -> bool:
        """Whether delay or duplication can explain it: an answer that was given before, or the request."""
        if said[:2] in (b"\0\1", b"\0\2"):
            return True
        return said[:2] == self.ours and len(said) >= 4 and int.from_bytes(said[2:4], "big") <= turn

    def to_stranger(self, pkt: Any) -> bool:
        """Whether it was sent to the stranger."""
        here = pkt.dst == self.host if self.host else pkt[UDP].dport == self.voice
        return self.stranger and here

    def number(self, pkt: Any) -> int | None:
        """Which turn of the server's `pkt` is."""
        raise NotImplementedError

    def answer(self, pkt: Any) -> Packet:
        """The right answer to it."""
        raise NotImplementedError

    def resume(self, pkt: Any) -> None:
        """Raise the state in which it is taken."""
        raise NotImplementedError

    def stays(self, reaction: Any, pkt: Any) -> bool:
        """Whether the server stays where it was when it said `pkt`: it says that again."""
        return bytes(reaction[UDP].payload) == bytes(pkt[UDP].payload)

    def speak(self) -> None:
        self.spoken = True
        self.tell(raw(self.said), sport=self.voice, **({"src": self.host} if self.host else {}))

    @ATMT.receive_condition(Transfer.REQUESTED, prio=-1)
    @ATMT.receive_condition(Transfer.WAITING, prio=-1)
    def receive_turn(self, pkt: Any) -> None:
        if not self.spoken and self.turn is not None and self.number(pkt) == self.turn:
            raise self.INTERJECTING(pkt)

    @ATMT.state()
    def INTERJECTING(self, pkt: Any) -> Any:
        self.tid = pkt[UDP].sport
        self.speak()
        self.timer_by_name("hear_nothing_of_it").set(MOMENT)
        return pkt

    @ATMT.receive_condition(INTERJECTING)
    def receive_reaction(self, reaction: Any, pkt: Any) -> None:
        if self.to_stranger(reaction):
            if not (is_error(reaction) or reaction[UDP].sport == self.port):
                raise self.MISLED(reaction)
            self.reproaches.append(reaction)
        elif says_nothing(reaction):
            raise self.NO_MESSAGE(reaction)
        elif is_error(reaction):
            if self.stranger:
                raise self.DISTURBED(reaction)
            raise self.RETORTED(reaction) if self.hangs_up else self.TERMINATED(reaction)
        elif not self.stays(reaction, pkt):
            raise self.DISTURBED(reaction)

    @ATMT.timeout(INTERJECTING, MOMENT)
    def hear_nothing_of_it(self, pkt: Any) -> None:
        if self.hangs_up and not self.stranger:
            raise self.PARTED(pkt)
        self.resume(pkt)

    @ATMT.state()
    def PARTED(self, pkt: Any) -> None:
        """The client has ended the transfer; it cannot take that back."""
        self.tell(self.answer(pkt))

    @ATMT.receive_condition(PARTED)
    def receive_more(self, pkt: Any) -> None:
        if not is_error(pkt):
            raise self.DISTURBED(pkt)

    @ATMT.timeout(PARTED, MOMENT)
    def hear_no_more_from_there(self) -> None:
        raise self.OVER()

    @ATMT.condition(Transfer.COMPLETE, prio=-1)
    def have_the_last_word(self) -> None:
        if self.turn is None:
            raise self.LEAVING()

    @ATMT.state()
    def LEAVING(self) -> None:
        """What is said to the last acknowledgement is no answer to what comes then."""

    @ATMT.receive_condition(LEAVING)
    def overhear_answer(self, pkt: Any) -> None:
        if says_nothing(pkt):
            raise self.NO_MESSAGE(pkt)

    @ATMT.timeout(LEAVING, MOMENT)
    def hear_no_answer(self) -> None:
        raise self.AFTERWARDS()

    @ATMT.state()
    def AFTERWARDS(self) -> None:
        self.speak()

    @ATMT.receive_condition(AFTERWARDS)
    def receive_afterthought(self, pkt: Any) -> None:
        """What is over may be answered by an error, or by the last acknowledgement."""
        if says_nothing(pkt):
            raise self.NO_MESSAGE(pkt)
        last = TFTP_ACK in pkt and pkt[TFTP_ACK].block == self.block % 65536
        if self.hangs_up or not (is_error(pkt) or last or pkt[UDP].sport == self.port):
            raise self.DISTURBED(pkt)

    @ATMT.timeout(AFTERWARDS, MOMENT)
    def hear_no_afterthought(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def TERMINATED(self, pkt: Any) -> bytes:
        """The server ended the transfer by an error."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(final=True)
    def OVER(self) -> None:
        """The transfer that the client ended stays ended."""

    @ATMT.state(error=True)
    def RETORTED(self, pkt: Any) -> bytes:
        """The server answers an error (RFC 1350 section 2: it is not even acknowledged)."""
        return bytes(pkt[UDP].payload)

    @ATMT.state(error=True)
    def MISLED(self, pkt: Any) -> str:
        """The server deals with the stranger."""
        return str(pkt[UDP].payload.summary())

    @ATMT.state(error=True)
    def DISTURBED(self, pkt: Any) -> str:
        """The server takes what was said for something else."""
        return str(pkt[UDP].payload.summary())


class InterjectedRead(Interjecting, ReadClient):
    """``interjected_read("file", b"\\0\\7", turn=2)``"""

    breaches = _OF_READS
    ours, malformed = b"\0\4", "RFC1350-2-16"

    def parse_args(
        self,
        filename: str,
        said: bytes,
        turn: int | None = None,
        *,
        stranger: bool = False,
        host: str | None = None,
        **rest: Any,
    ) -> None:
        ReadClient.parse_args(self, filename, **rest)
        self.interject(said, turn, stranger, host)

    def number(self, pkt: Any) -> int | None:
        if TFTP_OACK in pkt:
            return 0
        return int(pkt[TFTP_DATA].block) if TFTP_DATA in pkt else None

    def answer(self, pkt: Any) -> Packet:
        return ack(self.number(pkt) or 0)

    def resume(self, pkt: Any) -> None:
        raise self.NEGOTIATED(pkt) if TFTP_OACK in pkt else self.RECEIVING(pkt)


class InterjectedWrite(Interjecting, WriteClient):
    """``interjected_write("file", b"content", b"\\0\\7", turn=2)``"""

    breaches = _OF_WRITES
    ours, malformed = b"\0\3", "RFC1350-2-16-W"

    def parse_args(
        self,
        filename: str,
        content: bytes,
        said: bytes,
        turn: int | None = None,
        *,
        stranger: bool = False,
        host: str | None = None,
        **rest: Any,
    ) -> None:
        WriteClient.parse_args(self, filename, content, **rest)
        self.interject(said, turn, stranger, host)

    def number(self, pkt: Any) -> int | None:
        if TFTP_OACK in pkt:
            return 0
        return int(pkt[TFTP_ACK].block) if TFTP_ACK in pkt else None

    def stays(self, reaction: Any, pkt: Any) -> bool:
        """ACK 0 in answer to a block without place says after an OACK, too, that nothing was taken.

        A block that came before may be acknowledged by its own number once more.
        """
        answered = self.number(reaction)
        old = self.said[:2] == b"\0\3" and self.said[2:4] == (answered or 0).to_bytes(2, "big")
        again = TFTP_ACK in reaction and old and (answered or 0) <= (self.number(pkt) or 0)
        return super().stays(reaction, pkt) or again or (TFTP_OACK in pkt and answered == 0)

    def answer(self, pkt: Any) -> Packet:
        block = (self.number(pkt) or 0) + 1
        return data(block, self.part(block))

    def resume(self, pkt: Any) -> None:
        raise self.NEGOTIATED(pkt) if TFTP_OACK in pkt else self.ACKNOWLEDGED(pkt)
