"""Clients that read or write by a script, to see how a server deals with windows of blocks (RFC 7440).

They say one thing, listen until the server is silent, and say the next; what they heard after each is the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK
from scapy.packet import Packet

from atmt import ATMT

from .messages import ack, data, options, rrq, wrq
from .probes import MOMENT, Opening
from .transfer import PATIENCE

PAUSE = MOMENT / 2  # between two words: who measures a round trip of nothing may repeat itself soon


class Scripted(Opening):
    """Says each of `script` in turn (None: nothing, and waits for the server to go on by itself)."""

    def scripted(
        self, request: Packet, script: Sequence[Any], pause: float = PAUSE, **addresses: Any
    ) -> None:
        """Between two words it listens for `pause` seconds, in which no peer repeats itself."""
        self.opening(request, **addresses)
        self.pause = pause
        self.script = list(script)
        self.heard: list[list[int]] = []
        self.granted: dict[str, str] = {}

    def speak(self, line: Any) -> None:
        """Say one line of the script."""
        raise NotImplementedError

    def number(self, pkt: Any) -> int:
        """Which block `pkt` is about (-1: none)."""
        raise NotImplementedError

    def opened(self) -> None:
        raise self.SPEAKING()

    @ATMT.state()
    def ANSWERED(self, pkt: Any) -> None:
        self.tid = pkt[UDP].sport
        if TFTP_OACK in pkt:
            self.granted = options(pkt)
        self.opened()

    @ATMT.state()
    def SPEAKING(self) -> None:
        if not self.script:
            raise self.END()
        line = self.script.pop(0)
        self.heard.append([])
        if line is not None:
            self.speak(line)
        self.timer_by_name("hear_no_more").set(PATIENCE * 2 if line is None else self.pause)
        raise self.LISTENING()

    @ATMT.state()
    def LISTENING(self) -> None:
        """Whatever comes until there is silence belongs to what was said last."""

    @ATMT.receive_condition(LISTENING)
    def receive_word(self, pkt: Any) -> None:
        if TFTP_DATA in pkt or TFTP_ACK in pkt or TFTP_OACK in pkt:
            raise self.NOTING(pkt)
        raise self.ABORTED(pkt)

    @ATMT.state()
    def NOTING(self, pkt: Any) -> None:
        self.heard[-1].append(self.number(pkt))
        self.timer_by_name("hear_no_more").set(self.pause)
        raise self.LISTENING()

    @ATMT.timeout(LISTENING, MOMENT)
    def hear_no_more(self) -> None:
        raise self.SPEAKING()

    @ATMT.state(final=True)
    def END(self) -> list[list[int]]:
        self.hang_up()
        return self.heard

    @ATMT.state(error=True)
    def ABORTED(self, pkt: Any) -> bytes:
        """The server ended the transfer."""
        return bytes(pkt[UDP].payload)


def with_window(options: Mapping[str, str] | None, window: int | None) -> dict[str, str]:
    """`options`, and windowsize unless `window` is None."""
    return dict(options or {}) | ({} if window is None else {"windowsize": str(window)})


class Bursts(Scripted):
    """``bursts("file", acks=[0, 4, None])``: the numbers of the blocks that came after each acknowledgement."""

    def parse_args(
        self,
        filename: str,
        acks: Sequence[int | None],
        options: Mapping[str, str] | None = None,
        window: int | None = 4,
        **addresses: Any,
    ) -> None:
        asked = with_window(options, window)
        self.scripted(rrq(filename, options=asked), acks, **addresses)

    def speak(self, line: int) -> None:
        self.tell(ack(line))

    def number(self, pkt: Any) -> int:
        return int(pkt[TFTP_DATA].block) if TFTP_DATA in pkt else -1


class Volleys(Scripted):
    """``volleys("name", b"content", volleys=[[1, 2, 3, 4], [5]])``: the blocks acknowledged after each volley."""

    def parse_args(
        self,
        filename: str,
        content: bytes,
        volleys: Sequence[Sequence[int] | None],
        options: Mapping[str, str] | None = None,
        window: int | None = 4,
        **addresses: Any,
    ) -> None:
        asked = with_window(options, window)
        self.content = content
        self.scripted(wrq(filename, options=asked), volleys, **addresses)

    def speak(self, line: Sequence[int]) -> None:
        for block in line:
            self.tell(data(block, self.content[(block - 1) * 512 : block * 512]))

    def number(self, pkt: Any) -> int:
        return int(pkt[TFTP_ACK].block) if TFTP_ACK in pkt else -1
