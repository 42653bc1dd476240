"""Several reads at once, by one tester: each from a TID of its own, none waiting for another."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_DATA
from scapy.packet import Packet

from atmt import ATMT

from .messages import BLOCK, ack, content, datagram, rrq
from .transfer import PATIENCE, Conversation

BURST = 16  # requests under way: a socket of 8 KiB holds as many, whatever the kernel counts for each


@dataclass
class Reader:
    """One of the crowd: what it has had so far, and from which TID."""

    tid: int = 0
    block: int = 0
    content: bytearray = field(default_factory=bytearray)
    done: bool = False


class Crowd(Conversation):
    """Reads all of `filenames` at once; the result is a (TID, content) pair for each."""

    def parse_args(self, filenames: Sequence[str], mode: str = "octet", **addresses: Any) -> None:
        self.between(**addresses)
        self.mode = mode
        self.readers = {self.sport + i: Reader() for i in range(len(filenames))}
        self.unasked = deque(zip(self.readers, filenames, strict=True))

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt.src == self.server and pkt[UDP].dport in self.readers

    def speak(self, sport: int, dport: int, message: Packet) -> None:
        self.send(datagram(self.server, sport, dport, message))

    def ask_next(self) -> None:
        """No more of the crowd ask at a time than any socket has room for: what is lost there is nobody's fault."""
        if self.unasked:
            sport, filename = self.unasked.popleft()
            self.speak(sport, self.port, rrq(filename, self.mode))

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        for _ in range(BURST):
            self.ask_next()
        raise self.WAITING()

    @ATMT.state()
    def WAITING(self) -> None:
        """Somebody's next block is under way."""

    @ATMT.receive_condition(WAITING)
    def receive_next(self, pkt: Any) -> None:
        if TFTP_DATA not in pkt:
            raise self.DISTURBED(pkt)
        reader, udp = self.readers[pkt[UDP].dport], pkt[UDP]
        if reader.tid not in (0, udp.sport) or pkt[TFTP_DATA].block not in (reader.block, reader.block + 1):
            raise self.DISTURBED(pkt)
        raise self.RECEIVING(pkt, reader)

    @ATMT.state()
    def RECEIVING(self, pkt: Any, reader: Reader) -> None:
        number, part, udp = pkt[TFTP_DATA].block, content(pkt), pkt[UDP]
        if reader.tid == 0:
            self.ask_next()
        if number == reader.block + 1:
            reader.tid, reader.block = udp.sport, number
            reader.content += part
            reader.done = len(part) < BLOCK
        self.speak(udp.dport, reader.tid, ack(number))
        raise self.END() if all(r.done for r in self.readers.values()) else self.WAITING()

    @ATMT.timeout(WAITING, PATIENCE)
    def lose_patience(self) -> None:
        raise self.SILENCE()

    @ATMT.state(final=True)
    def END(self) -> list[tuple[int, bytes]]:
        return [(reader.tid, bytes(reader.content)) for reader in self.readers.values()]

    @ATMT.state(error=True)
    def DISTURBED(self, pkt: Any) -> str:
        """Not the next block of the transfer that it belongs to."""
        return str(pkt[UDP].payload.summary())

    @ATMT.state(error=True)
    def SILENCE(self) -> None:
        """A transfer stands still."""
