"""Servers that were thought of from the requirements when the tests had been written."""

from __future__ import annotations

from .mutant import Mutant

_SAYS = "self.last, self.attempts = messages, 1"
_TAKES = "        self.received += part\n"
_PROGRESS = "            if 0 < progress"

AFTERTHOUGHTS = (
    Mutant(
        "counts its repetitions over the whole transfer",
        "service",
        _SAYS,
        "self.last, self.attempts = messages, getattr(self, 'attempts', 1)",
        ("RFC1350-2-07",),
    ),
    Mutant(
        "repeats DATA on an ACK of long ago",
        "reading",
        _PROGRESS,
        "            if 65533 < progress < 65536 and self.acked > 0:\n                self.tell(self.last[-1])\n"
        + _PROGRESS,
        ("RFC1123-4.2.3.1-01",),
    ),
    Mutant(
        "stores a block of long ago again",
        "writing",
        "        if ahead == 0 and self.block",
        "        if ahead == 65535 and self.block > 1:\n            self.received += pkt.payload[4:]\n        if ahead == 0 and self.block",
        ("RFC1350-2-09",),
    ),
    Mutant(
        "goes back to a block of long ago",
        "writing",
        "        if ahead == 0 and self.block",
        "        if ahead == 65535 and self.block > 1:\n            self.block -= 1\n        if ahead == 0 and self.block",
        ("RFC1350-2-09",),
    ),
    Mutant(
        "stores no more than was announced",
        "writing",
        "        whole = bytes(self.received)\n",
        "        whole = bytes(self.received)[: int(self.granted.get('tsize', 10**9))]\n",
        ("RFC1350-5-11",),
    ),
    Mutant(
        "fills a short file up to what was announced",
        "writing",
        "        whole = bytes(self.received)\n",
        "        whole = bytes(self.received).ljust(min(int(self.granted.get('tsize', 0)), 9999), b'\\0')\n",
        ("RFC1350-5-11",),
    ),
    Mutant(
        "repeats no block once there was an OACK",
        "service",
        "if self.attempts < ATTEMPTS else",
        "if self.attempts < (1 if self.granted and self.last[0][1] == Opcode.DATA else ATTEMPTS) else",
        ("RFC1350-2-07",),
    ),
    Mutant(
        "counts blocks with a sign",
        "reading",
        "progress = (block - self.acked) % 65536",
        "progress = (block - self.acked) % 65536 if block < 32768 or not self.acked else 0",
        ("RFC1350-4-03",),
    ),
    Mutant(
        "takes 32767 blocks and no more",
        "writing",
        "        ahead = (number(pkt.payload) - self.block) % 65536",
        "        ahead = (number(pkt.payload) - self.block) % 65536 if self.block < 32767 else 9",
        ("RFC1350-5-15",),
    ),
    Mutant(
        "cuts text into blocks of 512 whatever was granted",
        "reading",
        "        self.final = len(self.content)",
        "        self.block_size = 512 if self.mode == 'netascii' else self.block_size\n        self.final = len(self.content)",
        ("RFC1350-5-07",),
    ),
    Mutant(
        "ends a file by a block of less than 512 octets",
        "writing",
        "        if len(part) < self.block_size:\n            raise self.STORING()",
        "        if len(part) < 512:\n            raise self.STORING()",
        ("RFC2348-10",),
    ),
    Mutant(
        "forgets the first block of what is written with options",
        "writing",
        _TAKES,
        "        self.received += b'' if self.granted and self.block == 1 else part\n",
        ("RFC2347-NP-14",),
    ),
    Mutant(
        "acknowledges before it has checked the block",
        "writing",
        "        if not self.is_data(pkt):\n            return\n",
        "        if self.from_client(pkt) and opcode(pkt.payload) == Opcode.DATA and not self.is_data(pkt):\n"
        "            self.tell(ack(1))\n        if not self.is_data(pkt):\n            return\n",
        ("RFC1350-5-13",),
    ),
    Mutant(
        "sends an empty block behind the last one of a window",
        "reading",
        "self.sent = min(self.acked + self.window, self.final)",
        "self.sent = min(self.acked + self.window, self.final + (self.window > 1))",
        ("RFC7440-3-05",),
    ),
    Mutant(
        "takes the window of a read for that of a write",
        "writing",
        "        self.negotiate()\n",
        "        self.negotiate()\n        self.window = 1\n",
        ("RFC7440-4-02",),
    ),
    Mutant(
        "hangs up with an error after all is done",
        "reading",
        "raise self.DONE() if self.acked == self.final else self.SENDING()",
        "raise self.REFUSED(Refusal(ErrorCode.UNDEFINED, 'bye')) if self.acked == self.final else self.SENDING()",
        ("RFC1350-6-07",),
    ),
    Mutant(
        "acknowledges a block more than there was",
        "writing",
        "        self.tell(ack(self.block))\n        raise self.DALLYING()",
        "        self.tell(ack(self.block))\n        self.tell(ack(self.block + 1))\n        raise self.DALLYING()",
        ("RFC1350-2-03-W",),
    ),
    Mutant(
        "grants a timeout of 255 as one of nothing",
        "service",
        "                self.first_timeout = float(asked)\n                self.granted[name] = value\n",
        "                self.first_timeout = float(asked)\n                self.granted[name] = str(asked % 255)\n",
        ("RFC2349-TO-01",),
    ),
    Mutant(
        "refuses files of length nothing",
        "reading",
        "        if stored is None:",
        "        if not stored:",
        ("RFC1350-6-03",),
    ),
    Mutant(
        "grants the largest block and has room for 8192 octets",
        "service",
        "                self.granted[name] = str(self.block_size)\n",
        "                self.granted[name] = str(self.block_size)\n"
        "                self.block_size = min(self.block_size, 8192)\n",
        ("RFC2348-06",),
    ),
    Mutant(
        "mixes up what it translates for several at once",
        "reading",
        '        self.content = netascii.encode(stored) if self.mode == "netascii" else stored\n',
        '        self.content = netascii.encode(stored) if self.mode == "netascii" else stored\n'
        "        if self.content != stored:\n"
        "            type(self).content = self.content\n"
        "            del self.content\n",
        ("RFC1350-5-07",),
    ),
    Mutant(
        "serves what was there when it was asked first",
        "service",
        "        found = self.files.get(self.filename)\n",
        "        found = self.files.__dict__.setdefault(self.filename, self.files.get(self.filename))\n",
        ("RFC1350-1-01",),
    ),
)
