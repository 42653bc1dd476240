"""Servers that send files wrongly, one realistic fault each."""

from __future__ import annotations

from .mutant import Mutant

_SENDS = "data(block, self.part(block))"
_MOVES = "if 0 < progress <= self.sent - self.acked:\n                self.acked += progress"
_FINAL = "self.final = len(self.content) // self.block_size + 1"
_ENDS = "raise self.DONE() if self.acked == self.final else self.SENDING()"

READING = (
    Mutant(
        "sends block 2 first",
        "reading",
        "self.acked, self.sent = 0, 0",
        "self.acked, self.sent = 1, 1",
        ("RFC1350-4-01",),
    ),
    Mutant(
        "doubles the last octet",
        "reading",
        _SENDS,
        "data(block, self.part(block) + self.part(block)[-1:] * (block == self.final))",
        ("RFC1350-1-01",),
    ),
    Mutant(
        "sends no empty block at the end",
        "reading",
        _FINAL,
        "self.final = max(1, -(-len(self.content) // self.block_size))",
        ("RFC1350-6-01",),
    ),
    Mutant(
        "sends blocks of 511 octets",
        "reading",
        "return self.content[(block - 1) * self.block_size : block * self.block_size]",
        "size = self.block_size - 1\n        return self.content[(block - 1) * size : block * size]",
        ("RFC1350-2-01",),
    ),
    Mutant(
        "counts blocks in one octet",
        "reading",
        _SENDS,
        "data(block % 256, self.part(block))",
        ("RFC1350-4-03",),
    ),
    Mutant(
        "counts blocks from the other end of the number",
        "wire",
        'return b"\\0\\3" + (block % 65536).to_bytes(2, "big") + content',
        'return b"\\0\\3" + (block % 65536).to_bytes(2, "little") + content',
        ("RFC1350-4-01",),
    ),
    Mutant(
        "sends the next block without waiting",
        "reading",
        "self.sent = min(self.acked + self.window, self.final)",
        "self.sent = min(self.acked + max(2, self.window), self.final)",
        ("RFC1350-2-02",),
    ),
    Mutant(
        "goes on after the last acknowledgement",
        "reading",
        _ENDS,
        "self.final += self.acked == self.final\n                raise self.SENDING()",
        ("RFC1350-6-07",),
    ),
    Mutant(
        "says the last block once more when all is done",
        "reading",
        _ENDS,
        "if self.acked == self.final:\n                    self.tell(self.last[-1])\n                    raise self.DONE()\n"
        "                raise self.SENDING()",
        ("RFC1350-6-07",),
    ),
    Mutant(
        "takes any ACK for the right one",
        "reading",
        _MOVES,
        "if True:\n                self.acked += 1",
        ("RFC1350-2-11",),
    ),
    Mutant(
        "takes later ACKs too",
        "reading",
        _MOVES,
        "if 0 < progress < 32768:\n                self.acked = self.sent",
        ("RFC1350-2-11",),
    ),
    Mutant(
        "repeats DATA on a duplicate ACK",
        "reading",
        "            if 0 < progress",
        "            if progress == 0:\n                self.tell(self.last[-1])\n            if 0 < progress",
        ("RFC1123-4.2.3.1-01", "RFC1123-4.2.3.1-02", "RFC1123-4.2.3.1-03", "RFC1350-5-18"),
    ),
    Mutant(
        "takes an ACK too short for a number for the right one",
        "reading",
        "if (block := number(pkt.payload)) is not None:",
        "block = number(pkt.payload)\n        if (block := (self.acked + 1) % 65536 if block is None else block) is not None:",
        ("RFC1350-5-16",),
    ),
    Mutant(
        "serves an empty file for a missing one",
        "reading",
        'raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")',
        'stored = b""',
        ("RFC1350-A-01", "RFC1350-7-01"),
    ),
    Mutant(
        "has only 65535 blocks",
        "reading",
        _FINAL,
        f"{_FINAL}\n        self.final = min(self.final, 65535)",
        ("RFC7440-6-02",),
    ),
    Mutant(
        "begins the file again when the number has wrapped",
        "reading",
        _SENDS,
        "data(block, self.part(block % 65536 or 1))",
        ("DEFACTO-02",),
    ),
    Mutant(
        "waits for an acknowledgement of block 65536",
        "reading",
        "progress = (block - self.acked) % 65536",
        "progress = block - self.acked",
        ("RFC7440-6-02",),
    ),
    Mutant(
        "loses count of the blocks when another transfer begins",
        "reading",
        "self.content = netascii.encode(stored) if",
        "type(self).content = netascii.encode(stored) if",
        ("RFC1350-4-07",),
    ),
    Mutant(
        "takes DATA for an acknowledgement",
        "reading",
        "opcode(pkt.payload) != Opcode.ACK",
        "opcode(pkt.payload) not in (Opcode.ACK, Opcode.DATA)",
        ("RFC1350-5-26",),
    ),
    Mutant(
        "reads opcodes by their low octet",
        "wire",
        'return int.from_bytes(payload[:2], "big") if',
        "return payload[1] if",
        ("RFC1350-3-01", "RFC1350-3-01-W"),
    ),
    Mutant(
        "reads opcodes by their high octet if the low one is zero",
        "wire",
        'return int.from_bytes(payload[:2], "big") if',
        "return payload[1] or payload[0] if",
        ("RFC1350-3-01",),
    ),
)
