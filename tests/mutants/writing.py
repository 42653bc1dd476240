"""Servers that take files wrongly, one realistic fault each."""

from __future__ import annotations

from .mutant import Mutant

_ANSWERS = "self.say(ack(self.block))"
_AGAIN = (
    "if ahead == 0 and self.block and not self.unanswered:  # our acknowledgement was lost\n"
    "            self.tell(ack(self.block))"
)
_LAST = "        self.tell(ack(self.block))\n        raise self.DALLYING()"
_FITS = "fits = 4 <= len(pkt.payload) <= 4 + self.block_size"

WRITING = (
    Mutant(
        "acknowledges the block after",
        "writing",
        _ANSWERS,
        "self.say(ack(self.block + 1))",
        ("RFC1350-5-15",),
    ),
    Mutant(
        "acknowledges in one octet",
        "writing",
        _ANSWERS,
        "self.say(ack(self.block % 256))",
        ("RFC1350-5-15", "RFC1350-3-01-W"),
    ),
    Mutant(
        "answers a write request with ACK 1", "writing", "else ack(0))", "else ack(1))", ("RFC1350-4-02",)
    ),
    Mutant(
        "answers a write request with an empty OACK",
        "writing",
        "if self.granted else ack(0))",
        "if True else ack(0))",
        ("RFC1350-4-02", "RFC2347-NP-07-W", "RFC2347-NP-06-W"),
    ),
    Mutant(
        "stores a doubled block twice",
        "writing",
        _AGAIN,
        f"{_AGAIN}\n            self.received += pkt.payload[4:]",
        ("RFC1350-2-09",),
    ),
    Mutant(
        "does not acknowledge a block again",
        "writing",
        _AGAIN,
        "if ahead == 0:\n            pass",
        ("RFC1350-2-08",),
    ),
    Mutant("does not dally", "writing", _LAST, _LAST.replace("DALLYING", "DONE"), ("RFC1350-6-05",)),
    Mutant(
        "does not acknowledge the last block",
        "writing",
        _LAST,
        "        raise self.DALLYING()",
        ("RFC1350-6-04",),
    ),
    Mutant(
        "loses the last block",
        "writing",
        "self.received += part\n",
        "self.received += part if len(part) == self.block_size else b''\n",
        ("RFC1350-5-11",),
    ),
    Mutant(
        "takes a full block for the last",
        "writing",
        "if len(part) < self.block_size:",
        "if len(part) <= self.block_size:",
        ("RFC1350-5-11",),
    ),
    Mutant(
        "takes an empty block for none",
        "writing",
        "        if ahead == 1:",
        "        if ahead == 1 and len(pkt.payload) > 4:",
        ("RFC1350-6-02", "RFC1350-6-03-W"),
    ),
    Mutant(
        "takes a block ahead of its turn",
        "writing",
        "if ahead == 1:",
        "if 1 <= ahead < 32768:",
        ("RFC1350-2-10",),
    ),
    Mutant(
        "acknowledges whatever block comes",
        "writing",
        "elif 1 < ahead <= self.window and not self.gap_told:",
        "elif 1 < ahead < 32768 and not self.granted:\n            self.tell(ack(self.block + ahead))\n"
        "        elif 1 < ahead <= self.window and not self.gap_told:",
        ("RFC1350-2-10",),
    ),
    Mutant(
        "takes block 0 for data",
        "writing",
        "        ahead = (number(pkt.payload) - self.block) % 65536",
        "        ahead = (number(pkt.payload) - self.block) % 65536\n"
        "        if number(pkt.payload) == 0 and not self.block:\n            ahead, self.block = 1, -1",
        ("RFC1350-5-14",),
    ),
    Mutant(
        "speaks of five octets in an ACK",
        "wire",
        'return b"\\0\\4" + (block % 65536).to_bytes(2, "big")',
        'return b"\\0\\4" + (block % 65536).to_bytes(2, "big") + b"\\0"',
        ("RFC1350-5-15",),
    ),
    Mutant(
        "takes blocks that are too large",
        "writing",
        _FITS,
        "fits = 4 <= len(pkt.payload)",
        ("RFC1350-5-13",),
    ),
    Mutant(
        "cuts blocks that are too large",
        "writing",
        _FITS,
        "pkt = pkt._replace(payload=pkt.payload[: 4 + self.block_size])\n        fits = 4 <= len(pkt.payload)",
        ("RFC1350-5-13",),
    ),
    Mutant(
        "acknowledges what it could not store",
        "writing",
        '            raise self.REFUSED(Refusal(ErrorCode.DISK_FULL, "disk full")) from None',
        "            pass",
        ("RFC1350-2-18", "RFC1350-5-11"),
    ),
    Mutant(
        "goes silent when the disk is full",
        "writing",
        '            raise self.REFUSED(Refusal(ErrorCode.DISK_FULL, "disk full")) from None',
        "            raise self.ABANDONED() from None",
        ("RFC1350-2-18",),
    ),
    Mutant(
        "gives no reason for a full disk",
        "writing",
        'Refusal(ErrorCode.DISK_FULL, "disk full")',
        'Refusal(ErrorCode.UNDEFINED, "disk full")',
        ("RFC1350-A-03",),
    ),
    Mutant(
        "waits for block 65536",
        "writing",
        "ahead = (number(pkt.payload) - self.block) % 65536",
        "ahead = number(pkt.payload) - self.block",
        ("RFC7440-6-02-W",),
    ),
    Mutant(
        "acknowledges blocks that it does not keep once the number has wrapped",
        "writing",
        "self.received += part\n",
        "self.received += part if self.block < 65536 else b''\n",
        ("DEFACTO-02-W",),
    ),
    Mutant(
        "repeats the acknowledgement of a block that it never had",
        "writing",
        "        self.say(ack(self.block))\n        raise self.WAITING()",
        "        self.say(ack(self.block))\n        self.last = (ack(self.block + 1),)\n        raise self.WAITING()",
        ("RFC1350-5-15",),
    ),
    Mutant(
        "appends to a file that exists",
        "writing",
        "        whole = bytes(self.received)\n",
        "        whole = self.files.get(self.filename, b'') + bytes(self.received)\n",
        ("RFC1350-5-11",),
    ),
)
