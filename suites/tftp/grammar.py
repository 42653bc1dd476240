"""Every kind of datagram that a server may be told: each message in its turn and out of it, cut short, or none at all.

Written relative to where a transfer stands.  Knows no automaton and no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .messages import ack, data, error, oack, rrq, wrq

BLOCKS = 3  # in the file that is transferred, the last of them short
CONTENT = b"the first block." * 32 + b"the second one.." * 32 + b"the last"


@dataclass(frozen=True, slots=True)
class Situation:
    """A state of the server: it has said block (or acknowledgement) `turn`, and waits for the client.

    `waiting` is the requirement that says for what.  `options` are those of the request; with any, turn 0 is
    the OACK.
    """

    name: str
    turn: int
    waiting: str
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


_OPTIONS = {"blksize": "512"}
READING = (
    Situation("read-first", 1, "RFC1350-2-11"),
    Situation("read-middle", 2, "RFC1350-2-11"),
    Situation("read-last", BLOCKS, "RFC1350-2-11"),
    Situation("read-oack", 0, "RFC2347-NP-12", _OPTIONS),
)
WRITING = (
    Situation("write-first", 0, "RFC1350-2-10"),
    Situation("write-middle", 1, "RFC1350-2-10"),
    Situation("write-last", BLOCKS - 1, "RFC1350-2-10"),
    Situation("write-oack", 0, "RFC2347-NP-14", _OPTIONS),
)


def part(block: int) -> bytes:
    """What block number `block` of the file carries."""
    return CONTENT[(block - 1) * 512 : block * 512]


WORDS: Mapping[str, Callable[[int], bytes]] = {
    "rrq": lambda turn: bytes(rrq("file")),
    "wrq": lambda turn: bytes(wrq("file")),
    "data-again": lambda turn: bytes(data(turn, part(turn) if turn else b"x" * 512)),
    "data-before": lambda turn: bytes(data(turn - 1, b"old" * 170 + b"ol")),
    "data-next": lambda turn: bytes(data(turn + 1, b"not ours" * 64)),
    "data-ahead": lambda turn: bytes(data(turn + 2, b"x" * 512)),
    "ack-long-before": lambda turn: bytes(ack(turn - 2)),
    "ack-before": lambda turn: bytes(ack(turn - 1)),
    "ack": lambda turn: bytes(ack(turn)),
    "ack-ahead": lambda turn: bytes(ack(turn + 1)),
    "error": lambda turn: bytes(error(0, "stop")),
    "oack": lambda turn: bytes(oack({"blksize": "512"})),
    "opcode-0": lambda turn: b"\0\0" + bytes(ack(turn))[2:],
    "opcode-7": lambda turn: b"\0\7" + bytes(ack(turn))[2:],
    "opcode-65535": lambda turn: b"\xff\xff" + bytes(ack(turn))[2:],
    "empty": lambda turn: b"",
    "one-octet": lambda turn: b"\0",
    "rrq-cut": lambda turn: b"\0\1fi",
    "wrq-cut": lambda turn: b"\0\2file\0",
    "data-cut": lambda turn: b"\0\3\0",
    "ack-cut": lambda turn: b"\0\4\0",
    "error-cut": lambda turn: b"\0\5",
    "oack-cut": lambda turn: b"\0\6blksize\0",
}
