"""Servers that repeat themselves wrongly, or not at all."""

from __future__ import annotations

from .mutant import Mutant

_PACE = "self.first_timeout * 2 ** (self.attempts - 1)"
_REPEATS = "raise self.REPEATING() if self.attempts < ATTEMPTS else self.ABANDONED()"
_AGAIN = "        for message in self.last:\n            self.tell(message)\n        raise self.WAITING()"

TIME = (
    Mutant(
        "never repeats itself",
        "service",
        _REPEATS,
        "raise self.ABANDONED()",
        ("RFC1350-2-04", "RFC1350-2-07", "RFC1350-6-06", "RFC2347-NP-18"),
    ),
    Mutant(
        "repeats itself at a constant pace",
        "service",
        _PACE,
        "self.first_timeout",
        ("RFC1123-4.2.3.2-01", "RFC1123-4.2.3.2-02"),
    ),
    Mutant(
        "repeats itself faster and faster",
        "service",
        _PACE,
        "self.first_timeout / 2 ** (self.attempts - 1)",
        ("RFC1123-4.2.3.2-02",),
    ),
    Mutant(
        "repeats itself for ever",
        "service",
        _REPEATS,
        "self.attempts = min(self.attempts, 4)\n        raise self.REPEATING()",
        ("RFC1350-2-15",),
    ),
    Mutant(
        "repeats something else",
        "service",
        _AGAIN,
        "        for message in self.last:\n            self.tell(message[:4] + b'again')\n        raise self.WAITING()",
        ("RFC1350-2-05",),
    ),
    Mutant(
        "repeats the block before",
        "reading",
        "        self.say(*(data(block, self.part(block)) for block in range(self.acked + 1, self.sent + 1)))\n",
        "        self.say(*(data(block, self.part(block)) for block in range(self.acked + 1, self.sent + 1)))\n"
        "        self.last = (data(max(1, self.acked), self.part(max(1, self.acked))),)\n",
        ("RFC1350-2-07",),
    ),
    Mutant(
        "does not mind the timeout it granted",
        "service",
        "self.first_timeout = float(asked)",
        "pass",
        ("RFC2349-TO-02",),
    ),
    Mutant(
        "takes a granted timeout for milliseconds",
        "service",
        "float(asked)",
        "asked / 1000",
        ("RFC2349-TO-02",),
    ),
    Mutant(
        "takes a granted timeout for minutes", "service", "float(asked)", "asked * 60.0", ("RFC2349-TO-02",)
    ),
    Mutant(
        "waits for a granted timeout no longer than 10 s",
        "service",
        "float(asked)",
        "min(asked, 10.0)",
        ("RFC2349-TO-02",),
    ),
    Mutant(
        "counts a granted timeout in an octet with a sign",
        "service",
        "float(asked)",
        "float(asked if asked < 128 else asked - 127)",
        ("RFC2349-TO-02",),
    ),
    Mutant(
        "minds a granted timeout for the OACK alone",
        "reading",
        '        """A window: the blocks after the last one acknowledged."""\n',
        '        """A window: the blocks after the last one acknowledged."""\n        self.first_timeout = 1.0\n',
        ("RFC2349-TO-02",),
    ),
    Mutant(
        "repeats nothing once it has had a duplicate",
        "reading",
        "            if 0 < progress",
        "            if progress == 0:\n                self.attempts = 99\n                raise self.WAITING()\n"
        "            if 0 < progress",
        ("RFC1123-4.2.3.1-04",),
    ),
    Mutant(
        "does not repeat an OACK",
        "service",
        _REPEATS,
        "silent = bool(self.last) and self.last[0][1] == Opcode.OACK\n"
        "        raise self.REPEATING() if self.attempts < ATTEMPTS and not silent else self.ABANDONED()",
        ("RFC2347-NP-18",),
    ),
    Mutant(
        "repeats an OACK without its options",
        "service",
        _AGAIN,
        "        for message in self.last:\n"
        "            self.tell(message[:2] if message[1] == Opcode.OACK else message)\n        raise self.WAITING()",
        ("RFC2347-NP-18",),
    ),
    Mutant(
        "ends with the last block, heard or not",
        "reading",
        "        raise self.WAITING()\n\n    @ATMT.receive_condition",
        "        raise self.DONE() if self.sent == self.final else self.WAITING()\n\n    @ATMT.receive_condition",
        ("RFC1350-6-06",),
    ),
)
