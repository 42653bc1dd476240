"""Clients that differ from the suite's own and are right all the same: no test may fail them."""

from __future__ import annotations

from .mutant import ClientMutant as Mutant

LEGAL_CLIENTS = (
    Mutant(
        "writes its mode in capitals",
        "return rrq(self.errand.name, self.errand.mode,",
        "return rrq(self.errand.name, self.errand.mode.upper(),",
    ),
    Mutant(
        "leaves half a file behind, and failure",
        'self.leave(1, f"error of the server: {text}")',
        'self.host.files[LOCAL] = bytes(getattr(self, "received", b""))\n        self.leave(1, text)',
    ),
    Mutant(
        "fails with another status",
        'self.leave(1, "the transfer failed"',
        'self.leave(69, "the transfer failed"',
    ),
    Mutant("fails without a word", 'self.leave(1, f"error of the server: {text}")', 'self.leave(2, "")'),
    Mutant("waits longer before it repeats itself", "FIRST_TIMEOUT = 1.0", "FIRST_TIMEOUT = 5.0"),
    Mutant(
        "backs off more slowly",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "self.first_timeout * 1.5 ** (self.attempts - 1)",
    ),
    Mutant(
        "backs off every other time",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "self.first_timeout * 2 ** ((self.attempts - 1) // 2)",
    ),
    Mutant("gives up sooner", "ATTEMPTS = 6", "ATTEMPTS = 4"),
    Mutant("gives up later", "ATTEMPTS = 6", "ATTEMPTS = 10"),
    Mutant("dallies longer", "DALLYING_TIME = 8.0", "DALLYING_TIME = 40.0"),
    Mutant("chooses its ports backwards", "50000 + 7 * host.serial", "60000 - 11 * host.serial"),
    Mutant(
        "asks for the size whatever it is told",
        "for name, value in errand.options.items()}",
        "for name, value in {'tsize': '', **errand.options}.items()}",
    ),
    Mutant(
        "refuses smaller block sizes",
        "if not granted or not granted.keys()",
        "if granted.get('blksize', self.asked.get('blksize')) != self.asked.get('blksize') or not granted.keys()",
    ),
    Mutant(
        "ends by error 4 on what is illegal",
        "    @ATMT.receive_condition(WAITING)\n    def receive_oack",
        "    @ATMT.receive_condition(WAITING, prio=9)\n"
        "    def receive_nonsense(self, pkt: Any) -> None:\n"
        "        if self.from_server(pkt) and self.server_tid and bytes(pkt[UDP].payload)[:2] not in "
        "(b'\\0\\3', b'\\0\\4', b'\\0\\5', b'\\0\\6'):\n"
        "            raise self.FAILED(error(ErrorCode.ILLEGAL_OPERATION, 'what is this?'))\n\n"
        "    @ATMT.receive_condition(WAITING)\n    def receive_oack",
    ),
    Mutant(
        "never repeats an acknowledgement unasked",
        "        if self.block:\n            self.tell(ack(self.block))\n        else:",
        "        if self.block:\n            if self.attempts == 1:\n"
        "                self.tell(ack(self.block))\n        else:",
    ),
    Mutant(
        "asks again without options when they are refused",
        '        self.leave(1, f"error of the server: {text}")',
        "        if self.asked and not self.block and getattr(pkt.getlayer(TFTP_ERROR), 'errorcode', 0) == 8:\n"
        "            plain = Errand(self.errand.verb, self.errand.name, self.errand.content, self.errand.mode)\n"
        "            self.host.start(type(self)(self.host, plain, self.leave, self.tid + 1, "
        "link=self.host.link(udp_port(self.tid + 1))))\n"
        "            return\n"
        '        self.leave(1, f"error of the server: {text}")',
    ),
)
