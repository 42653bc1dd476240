"""Servers that differ from the suite's own and are right all the same: no test may fail them."""

from __future__ import annotations

from .mutant import Mutant

LEGAL = (
    Mutant(
        "refuses modes with error 0",
        '(ErrorCode.ILLEGAL_OPERATION, "only modes',
        '(ErrorCode.UNDEFINED, "only modes',
        (),
    ),
    Mutant(
        "is silent about what is no request",
        'raise Refusal(ErrorCode.ILLEGAL_OPERATION, "not a read or write request")',
        "raise self.ABANDONED()",
        (),
    ),
    Mutant(
        "waits longer, and backs off more slowly",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "(self.first_timeout if self.granted.get('timeout') else 2.0) * 1.5 ** (self.attempts - 1)",
        (),
    ),
    Mutant(
        "backs off every other time",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "self.first_timeout * 2 ** ((self.attempts - 1) // 2)",
        (),
    ),
    Mutant(
        "lowers every block size",
        "self.block_size = min(asked, LARGEST_BLOCK)",
        "self.block_size = max(SMALLEST_BLOCK, min(asked, 500) - asked % 2)",
        (),
    ),
    Mutant("knows no block size", 'if name == "blksize" and', 'if name == "no blksize" and', ()),
    Mutant("knows no transfer size", 'elif name == "tsize":', 'elif name == "no tsize":', ()),
    Mutant("knows no timeout", 'elif name == "timeout" and', 'elif name == "no timeout" and', ()),
    Mutant(
        "refuses unlawful values with error 8",
        "            if asked is None:\n                continue",
        '            if asked is None and name in ("blksize", "timeout", "tsize"):\n'
        '                raise Refusal(ErrorCode.OPTION_REFUSED, "no number")\n'
        "            if asked is None:\n"
        "                continue",
        (),
    ),
    Mutant(
        "takes no file that exists",
        "        self.received = bytearray()\n",
        "        self.received = bytearray()\n"
        "        if self.filename in self.files:\n"
        "            raise Refusal(ErrorCode.FILE_EXISTS, 'there is one')\n",
        (),
    ),
    Mutant(
        "ends a read by error 4 on what is no ACK",
        "            raise self.DONE() if last else self.SENDING()",
        "            raise self.DONE() if last else self.SENDING()\n"
        "        if self.from_client(pkt) and TFTP_ACK not in pkt and not is_error(pkt):\n"
        "            raise self.REFUSED(Refusal(ErrorCode.ILLEGAL_OPERATION, 'what is this?'))",
        (),
    ),
    Mutant(
        "never repeats an ACK unasked",
        "        self.say(ack(self.block))\n        raise self.WAITING()\n\n    @ATMT.state()\n    def STORING",
        "        self.say(ack(self.block))\n        self.attempts = ATTEMPTS\n        raise self.WAITING()\n\n"
        "    @ATMT.state()\n    def STORING",
        (),
    ),
    Mutant("chooses its ports backwards", "tids = count(40000)", "tids = count(60000, -7)", ()),
)
