"""Long transfers: automata that leave the bulk of the blocks to their link, which answers each as they would.

65536 blocks take no longer than a moment then, and a record holds their beginning and their end.  What the link does
not expect it hands on to the automaton.
"""

from __future__ import annotations

from select import POLLIN, poll
from typing import Any

from scapy.packet import Packet

from atmt import ATMT, Automaton
from atmt.frame import Frame
from atmt.links.base import Link
from atmt.links.codec import datagram

from .transfer import Transfer
from .windows import WindowedRead, WindowedWrite

MOST = 66000  # blocks of a file
FIRST, LAST = 2, 65300  # of the blocks that the link deals with; the automata see the others
_HEADERS = 28  # octets of IP and UDP before a message
_SOON = 5  # milliseconds of real time


class Hauling:
    """A link whose owner says what becomes of a message; `omitted` are those that only it has seen."""

    omitted = 0

    def __init__(self, link: Link, owner: Hauler) -> None:
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
            self.omitted += 1
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
        host, theirs, ours = self._owner.flow()
        if theirs is None or data[0] != 0x45:
            return False
        self._ends = (_address(data), ours), (host, theirs)
        ports = int.from_bytes(data[20:22], "big"), int.from_bytes(data[22:24], "big")
        return ports == (theirs, ours)


def _address(data: bytes) -> str:
    """Our own address, as the peer has written it."""
    return ".".join(map(str, data[16:20]))


class Hauler(Automaton):
    """What all of them share.  With `lossy`, DATA and ACK 0 of the wrap are lost once."""

    bulk = range(FIRST, LAST + 1)  # blocks that the link may deal with
    link: Any
    block: int

    def flow(self) -> tuple[str, int | None, int]:
        """The peer's address and TID (None: not known yet), and our TID."""
        raise NotImplementedError

    def haul(self, message: bytes) -> list[bytes] | None:
        """What to answer to `message` (None: the automaton deals with it)."""
        raise NotImplementedError

    def parse_args(self, *args: Any, lossy: bool = False, **rest: Any) -> None:
        super().parse_args(*args, **rest)
        self.haul_on(lossy)

    def haul_on(self, lossy: bool) -> None:
        if self.link is not None:
            self.link = self.atmt_session = Hauling(self.link, self)
        self.to_lose = {b"\0\3\0\0", b"\0\4\0\0"} if lossy else set()
        self.twice, self.doubled = lossy, set[bytes]()

    def loses(self, message: bytes) -> bool:
        """Whether it gets lost on its way."""
        if message[:4] not in self.to_lose or self.block < LAST:
            return False
        self.to_lose.discard(message[:4])
        return True

    def doubles(self, message: bytes) -> bool:
        """Whether it is said twice: each at the wrap once, as a peer that doubles in turn would come to no end."""
        if not self.twice or self.block <= LAST or message in self.doubled:
            return False
        self.doubled.add(message)
        return True


class Taking(Hauler):
    """Takes blocks: `content` grows, and the end of each window is acknowledged."""

    block_size: int
    window: Any
    acknowledged: int
    content: bytearray

    def haul(self, message: bytes) -> list[bytes] | None:
        due = self.block + 1
        if due not in self.bulk or message[:4] != b"\0\3" + due.to_bytes(2, "big"):
            return None
        if len(message) != 4 + self.block_size:
            return None
        self.block = due
        self.content += message[4:]
        if due - self.acknowledged < self.window:
            return []
        self.acknowledged = due
        return [b"\0\4" + message[2:4]]


class Asking(Hauler):
    """One that asks a server."""

    server: str
    tid: int | None
    sport: int

    def flow(self) -> tuple[str, int | None, int]:
        return self.server, self.tid, self.sport


class LongRead(Asking, WindowedRead):
    """Reads a file of more than 65536 blocks.  ``long_read("file", window=64, options={"blksize": "8"})``"""

    @ATMT.receive_condition(Transfer.WAITING, prio=-1)
    def receive_too_much(self, pkt: Any) -> None:
        """No file of these tests has so many blocks."""
        if self.block > MOST:
            raise self.ENDLESS()

    def say(self, message: Packet) -> None:
        """With `lossy`, those at the wrap also come twice."""
        super().say(message)
        if self.doubles(bytes(message)):
            self.tell(message)

    def haul(self, message: bytes) -> list[bytes] | None:
        """Take the block that comes next, and answer the last one of each window."""
        number = message[2:4]
        if self.block + 1 not in self.bulk or self.gap_told or len(message) != 4 + self.block_size:
            return None
        if message[:2] != b"\0\3" or int.from_bytes(number, "big") != self.block + 1:
            return None
        self.block += 1
        self.content += message[4:]
        self.unanswered = (self.unanswered + 1) % self.window
        return [] if self.unanswered else [b"\0\4" + number]


class LongWrite(Asking, WindowedWrite):
    """Writes a file of more than 65536 blocks.  ``long_write("name", content, options={"blksize": "8"})``"""

    def tell(self, message: Packet, *args: Any, **fields: Any) -> None:
        if not self.loses(bytes(message)):
            super().tell(message, *args, **fields)

    def haul(self, message: bytes) -> list[bytes] | None:
        """Send what comes next.

        Of a server that acknowledges each block of a window, only what that makes room for: all behind it, each time,
        would be millions of blocks.
        """
        number = int.from_bytes(message[2:4], "big")
        if message[:2] != b"\0\4" or self.block not in self.bulk or not self.acked < number <= self.block:
            return None
        sent, size = self.block, self.block_size
        self.acked, self.block = number, number + self.window
        return [
            b"\0\3" + block.to_bytes(2, "big") + self.content[(block - 1) * size : block * size]
            for block in range(sent + 1, self.block + 1)
        ]
