"""Servers that send or take windows of blocks wrongly (RFC 7440), one realistic fault each."""

from __future__ import annotations

from .mutant import Mutant

_WINDOW = "self.sent = min(self.acked + self.window, self.final)"
_GRANTED = "                self.window = asked\n                self.granted[name] = value\n"
_SAYS = (
    "        self.say(*(data(block, self.part(block)) for block in range(self.acked + 1, self.sent + 1)))\n"
)
_MOVES = "if 0 < progress <= self.sent - self.acked:\n                self.acked += progress"
_GAP = "elif 1 < ahead <= self.window and not self.gap_told:\n            self.gap_told = True\n            raise self.ANSWERING()"
_FULL = "raise self.ANSWERING() if self.unanswered == self.window else self.WAITING()"

WINDOWS = (
    Mutant(
        "grants a larger window",
        "service",
        _GRANTED,
        _GRANTED.replace("= value", "= str(asked + 1)"),
        ("RFC7440-3-02",),
    ),
    Mutant(
        "grants a window of nothing",
        "service",
        '"windowsize" and 1 <= asked',
        '"windowsize" and 0 <= asked',
        ("RFC7440-3-01",),
    ),
    Mutant(
        "grants a window of 65536",
        "service",
        "asked <= LARGEST_WINDOW",
        "asked <= LARGEST_WINDOW + 1",
        ("RFC7440-3-01",),
    ),
    Mutant(
        "grants a window and does not use it",
        "service",
        _GRANTED,
        "                self.granted[name] = value\n",
        ("RFC7440-4-01", "RFC7440-4-02"),
    ),
    Mutant(
        "grants a smaller window than it uses",
        "service",
        _GRANTED,
        _GRANTED.replace("= value", "= str(max(1, asked - 1))"),
        ("RFC7440-4-01",),
    ),
    Mutant(
        "uses a window that it did not grant",
        "service",
        _GRANTED,
        "                self.window = asked\n",
        ("RFC2347-NP-09",),
    ),
    Mutant(
        "sends a block too many",
        "reading",
        _WINDOW,
        "self.sent = min(self.acked + self.window + (self.window > 1), self.final)",
        ("RFC7440-4-01",),
    ),
    Mutant(
        "sends a block too few",
        "reading",
        _WINDOW,
        "self.sent = min(self.acked + self.window - (self.window > 2), self.final)",
        ("RFC7440-4-01",),
    ),
    Mutant(
        "takes a window of one for two",
        "reading",
        _WINDOW,
        "self.sent = min(self.acked + self.window + ('windowsize' in self.granted and self.window == 1), self.final)",
        ("RFC7440-4-06",),
    ),
    Mutant(
        "begins anew after a timeout, where the window ended",
        "reading",
        _SAYS,
        _SAYS + "        if self.window > 1:\n"
        "            self.last = tuple(data(block, self.part(block)) for block in range(self.sent, self.sent + 1))\n",
        ("RFC7440-4-03",),
    ),
    Mutant(
        "begins anew after a timeout, with the first block of all",
        "reading",
        _SAYS,
        _SAYS + "        if self.window > 1:\n"
        "            self.last = tuple(data(block, self.part(block)) for block in range(1, self.sent + 1))\n",
        ("RFC7440-4-03",),
    ),
    Mutant(
        "ignores acknowledgements from within a window",
        "reading",
        _MOVES,
        "if progress == self.sent - self.acked:\n                self.acked += progress",
        ("RFC7440-4-09",),
    ),
    Mutant(
        "takes any acknowledgement of a window for all of it",
        "reading",
        _MOVES,
        "if 0 < progress <= self.sent - self.acked:\n                self.acked = self.sent",
        ("RFC7440-4-05",),
    ),
    Mutant(
        "begins at the block that was acknowledged",
        "reading",
        _MOVES,
        "if 0 < progress <= self.sent - self.acked:\n                self.acked += progress - (self.acked + progress < self.sent)",
        ("RFC7440-4-05",),
    ),
    Mutant(
        "ends when a block of the last window is acknowledged",
        "reading",
        "self.acked == self.final else",
        "self.sent == self.final else",
        ("RFC7440-4-05",),
    ),
    Mutant(
        "fills up the last window",
        "reading",
        _WINDOW,
        "self.sent = self.acked + self.window if self.window > 1 else min(self.acked + self.window, self.final)",
        ("RFC7440-3-05",),
    ),
    Mutant(
        "acknowledges each block of a window", "writing", _FULL, "raise self.ANSWERING()", ("RFC7440-4-02",)
    ),
    Mutant(
        "acknowledges a window one block late",
        "writing",
        _FULL,
        "raise self.ANSWERING() if self.unanswered > self.window > 1 or self.window == 1 else self.WAITING()",
        ("RFC7440-4-02",),
    ),
    Mutant(
        "acknowledges a window by its first block",
        "writing",
        "self.say(ack(self.block))",
        "self.say(ack(self.block - (self.window > 1)))",
        ("RFC7440-4-02",),
    ),
    Mutant(
        "waits for the last window to be full",
        "writing",
        "        if len(part) < self.block_size:\n            raise self.STORING()\n",
        "        if len(part) < self.block_size and self.unanswered in (1, self.window):\n            raise self.STORING()\n",
        ("RFC7440-3-05-W",),
    ),
    Mutant(
        "says nothing of a gap",
        "writing",
        _GAP,
        "elif 1 < ahead <= self.window:\n            pass",
        ("RFC7440-4-04",),
    ),
    Mutant(
        "steps over a gap",
        "writing",
        "        if ahead == 1:",
        "        if ahead == 1 or 1 < ahead <= self.window:\n            self.block += ahead - 1",
        ("RFC7440-4-10",),
    ),
    Mutant(
        "acknowledges the block behind a gap",
        "writing",
        _GAP,
        "elif 1 < ahead <= self.window:\n            self.tell(ack(self.block + ahead))",
        ("RFC7440-4-10",),
    ),
    Mutant(
        "repeats a window at a constant pace",
        "service",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "self.first_timeout * (1 if self.window > 1 else 2 ** (self.attempts - 1))",
        ("RFC7440-6-01",),
    ),
    Mutant(
        "stores what comes again",
        "writing",
        "        if ahead == 0 and self.block",
        "        if ahead > 60000 and self.window > 1:\n            self.received += pkt.payload[4:]\n        if ahead == 0 and self.block",
        ("RFC7440-4-11",),
    ),
    Mutant(
        "stops short of the wrap in a window",
        "reading",
        _WINDOW,
        f"{_WINDOW}\n        if self.acked < 65535 <= self.sent:\n            self.sent = 65535\n            self.final = 65535",
        ("RFC7440-6-02",),
    ),
)
