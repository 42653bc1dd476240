"""Long transfers: clients that leave the bulk of the blocks to their link, which answers each as they would.

65536 blocks take no longer than a moment then, and a record holds their beginning and their end.  What the link does
not expect it hands on to the automaton.
"""

from __future__ import annotations

from select import POLLIN, poll
from typing import Any

from scapy.packet import Packet

from atmt import ATMT
from atmt.frame import Frame
from atmt.links.base import Link
from atmt.links.codec import datagram

from .transfer import Transfer
from .windows import WindowedRead, WindowedWrite

MOST = 66000  # blocks of a file
FIRST, LAST = 2, 65300  # blocks that the link deals with; the automata see the others
_HEADERS = 28  # octets of IP and UDP before a message
_SOON = 5  # milliseconds of real time


class Hauling:
    """A link whose owner says what becomes of a message: `haul` answers by what is to be sent, or None."""

    def __init__(self, link: Link, owner: Any) -> None:
        self._link, self._owner = link, owner
        self._hauled = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)

    def receive(self) -> Frame | None:
        """The next frame for the automaton; goes on without it for as long as the peer answers at once."""
        while (frame := self._link.receive()) is not None:
            if (answers := self._answers(frame)) is None:
                return frame
            self._hauled += 1
            for message in answers:
                self._link.send(Frame(datagram(message, *self._ends)))
            if not self._more_comes():
                return Frame(None, None, self)
        return None

    def _answers(self, frame: Frame) -> list[bytes] | None:
        """What the link says to a frame (None: nothing, it is the automaton's)."""
        if frame.data is None or not self._is_ours(frame.data):
            return None
        message = frame.data[_HEADERS:]
        answers: list[bytes] | None = [] if self._owner.loses(message) else self._owner.haul(message)
        if answers is None and self._hauled:
            frame.note = f"after {self._hauled} messages that the link has answered"
            self._hauled = 0
        return answers

    def _more_comes(self) -> bool:
        """Whether the peer's next message is there soon: to be sure that none is takes longer under a virtual clock."""
        if (descriptor := self._link.fileno()) < 0:
            return False
        watch = poll()
        watch.register(descriptor, POLLIN)
        return bool(watch.poll(_SOON))

    def process(self, packet: Any) -> Any:
        """What has been dealt with is nothing that the automaton is told of."""
        return None if packet is self else packet

    def _is_ours(self, data: bytes) -> bool:
        owner = self._owner
        if owner.tid is None or data[0] != 0x45:
            return False
        self._ends = (owner.link_address(data), owner.sport), (owner.server, owner.tid)
        ports = int.from_bytes(data[20:22], "big"), int.from_bytes(data[22:24], "big")
        return ports == (owner.tid, owner.sport)


class _Hauler:
    """What both directions share.  With `lossy`, DATA and ACK 0 of the wrap are lost once."""

    link: Any

    def haul_on(self, lossy: bool) -> None:
        if self.link is not None:
            self.link = self.atmt_session = Hauling(self.link, self)
        self.to_lose = {b"\0\3\0\0", b"\0\4\0\0"} if lossy else set()

    def loses(self, message: bytes) -> bool:
        """Whether it gets lost on its way."""
        if message[:4] not in self.to_lose or self.block < LAST:
            return False
        self.to_lose.discard(message[:4])
        return True

    @staticmethod
    def link_address(data: bytes) -> str:
        """Our own address, as the peer has written it."""
        return ".".join(map(str, data[16:20]))


class LongRead(_Hauler, WindowedRead):
    """Reads a file of more than 65536 blocks.  ``long_read("file", window=64, options={"blksize": "8"})``"""

    def parse_args(self, *args: Any, lossy: bool = False, **rest: Any) -> None:
        super().parse_args(*args, **rest)
        self.haul_on(lossy)
        self.twice = lossy

    @ATMT.receive_condition(Transfer.WAITING, prio=-1)
    def receive_too_much(self, pkt: Any) -> None:
        """No file of these tests has so many blocks."""
        if self.block > MOST:
            raise self.ENDLESS()

    def say(self, message: Packet) -> None:
        """With `lossy`, those at the wrap also come twice."""
        super().say(message)
        if self.twice and self.block > LAST:
            self.tell(message)

    def haul(self, message: bytes) -> list[bytes] | None:
        """Take the block that comes next, and answer the last one of each window."""
        number = message[2:4]
        if not FIRST <= self.block + 1 <= LAST or self.gap_told or len(message) != 4 + self.block_size:
            return None
        if message[:2] != b"\0\3" or int.from_bytes(number, "big") != self.block + 1:
            return None
        self.block += 1
        self.content += message[4:]
        self.unanswered = (self.unanswered + 1) % self.window
        return [] if self.unanswered else [b"\0\4" + number]


class LongWrite(_Hauler, WindowedWrite):
    """Writes a file of more than 65536 blocks.  ``long_write("name", content, options={"blksize": "8"})``"""

    def parse_args(self, *args: Any, lossy: bool = False, **rest: Any) -> None:
        super().parse_args(*args, **rest)
        self.haul_on(lossy)

    def tell(self, message: Packet, *args: Any, **fields: Any) -> None:
        if not self.loses(bytes(message)):
            super().tell(message, *args, **fields)

    def haul(self, message: bytes) -> list[bytes] | None:
        """Send what comes next.

        Of a server that acknowledges each block of a window, only what that makes room for: all behind it, each time,
        would be millions of blocks.
        """
        number = int.from_bytes(message[2:4], "big")
        if message[:2] != b"\0\4" or not FIRST <= self.block <= LAST or not self.acked < number <= self.block:
            return None
        sent, size = self.block, self.block_size
        self.acked, self.block = number, number + self.window
        return [
            b"\0\3" + block.to_bytes(2, "big") + self.content[(block - 1) * size : block * size]
            for block in range(sent + 1, self.block + 1)
        ]
