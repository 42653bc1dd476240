"""The tester's side of Example: what it says, what it waits for, and what a peer in breach leads to."""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

from atmt import ATMT, Automaton

PATIENCE = 3.0  # seconds: longer than a server takes to answer


class Asking(Automaton):
    """Sends one datagram and waits for it to come back; the result is what came.  ``ask(b"words")``"""

    def parse_args(self, words: bytes, server: str, port: int, sport: int) -> None:
        self.words, self.server, self.port, self.sport = words, server, port, sport

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt.src == self.server and pkt[UDP].dport == self.sport

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        self.send(IP(dst=self.server) / UDP(sport=self.sport, dport=self.port) / Raw(self.words))
        raise self.ASKED()

    @ATMT.state()
    def ASKED(self) -> None:
        """It is the server's turn."""

    @ATMT.receive_condition(ASKED)
    def receive_answer(self, pkt: Any) -> None:
        answer = bytes(pkt[UDP].payload)
        raise self.ANSWERED(answer) if answer == self.words else self.OTHER_WORDS(answer)

    @ATMT.timeout(ASKED, PATIENCE)
    def lose_patience(self) -> None:
        raise self.SILENCE()

    @ATMT.state(final=True)
    def ANSWERED(self, answer: bytes) -> bytes:
        return answer

    @ATMT.state(error=True)
    def OTHER_WORDS(self, answer: bytes) -> bytes:
        """The server answers, but not with what it was sent."""
        return answer

    @ATMT.state(error=True)
    def SILENCE(self) -> None:
        """The server does not answer."""
