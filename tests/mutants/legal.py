"""Servers that differ from the suite's own and are right all the same: no test may fail them."""

from __future__ import annotations

from .mutant import Mutant

_PACE = "self.first_timeout * 2 ** (self.attempts - 1)"
_OWN = "self.first_timeout if self.granted.get('timeout') else"
_GIVES_UP = "raise self.REPEATING() if self.attempts < ATTEMPTS else self.ABANDONED()"
_MODES = 'if asked.mode not in ("octet", "netascii"):'
_NO_REQUEST = 'raise Refusal(ErrorCode.ILLEGAL_OPERATION, "not a read or write request")'
_ENDS = "raise self.DONE() if self.acked == self.final else self.SENDING()"
_NO_NUMBER = "            if asked is None:\n                continue\n"
_WANTED = "        for name, value in self.wanted.items():"
_ADMITS = "        tid = next(tids)\n"
_OPENS = "        self.accept_request()\n        self.stored()\n"

ANSWERS = (
    Mutant(
        "refuses modes with error 0",
        "service",
        '(ErrorCode.ILLEGAL_OPERATION, "only modes',
        '(ErrorCode.UNDEFINED, "only modes',
    ),
    Mutant("is silent about what is no request", "service", _NO_REQUEST, "raise self.ABANDONED()"),
    Mutant(
        "is silent about malformed requests",
        "service",
        'raise Refusal(ErrorCode.ILLEGAL_OPERATION, "malformed request")',
        "raise self.ABANDONED()",
    ),
    Mutant(
        "has other words for a missing file", "reading", '"file not found"', '"No such file or directory"'
    ),
    Mutant(
        "says nothing but the code",
        "service",
        "error(refusal.code, str(refusal))",
        "error(refusal.code, str(refusal) if not refusal.code else '')",
    ),
    Mutant(
        "takes no file that exists",
        "writing",
        _OPENS,
        "        self.accept_request()\n        if self.stored() is not None:\n            raise Refusal(ErrorCode.FILE_EXISTS, 'there is one')\n",
    ),
    Mutant(
        "takes no file at all",
        "writing",
        _OPENS,
        "        raise Refusal(ErrorCode.ACCESS_VIOLATION, 'this server only reads')\n",
    ),
    Mutant("knows no write request", "reference", ", Opcode.WRQ: WriteService}", "}"),
    Mutant("takes no text", "service", _MODES, 'if asked.mode != "octet":'),
    Mutant(
        "says error 1 of a folder",
        "service",
        'ErrorCode.ACCESS_VIOLATION, "not a file',
        "ErrorCode.FILE_NOT_FOUND if found.kind != 'secret' else ErrorCode.ACCESS_VIOLATION, \"not a file",
    ),
    Mutant(
        "says error 1 of names that lead upwards",
        "service",
        'ErrorCode.ACCESS_VIOLATION, "no such',
        'ErrorCode.FILE_NOT_FOUND, "no such',
    ),
    Mutant(
        "takes what leads upwards for what lies at its root",
        "service",
        'if path.split("/")[0] in ("", ".", ".."):',
        'path = path.replace("../", "")\n        if path in ("", ".", ".."):',
    ),
    Mutant(
        "follows links",
        "service",
        "if isinstance(found, Special):",
        'if isinstance(found, Special) and found.kind != "link":',
    ),
    Mutant(
        "serves what only its owner may read",
        "service",
        "if isinstance(found, Special):",
        'if isinstance(found, Special) and found.kind != "secret":',
    ),
    Mutant(
        "takes a mode without its zero",
        "wire",
        "    if len(rest) < 2 or rest[-1]:\n",
        "    if len(rest) == 1 and rest[0]:\n        rest.append(b'')\n    if len(rest) < 2 or rest[-1]:\n",
    ),
)

TIMES = (
    Mutant(
        "waits longer, and backs off more slowly",
        "service",
        _PACE,
        f"({_OWN} 2.0) * 1.5 ** (self.attempts - 1)",
    ),
    Mutant(
        "backs off every other time", "service", _PACE, "self.first_timeout * 2 ** ((self.attempts - 1) // 2)"
    ),
    Mutant(
        "repeats itself after half a second", "service", _PACE, f"({_OWN} 0.5) * 2 ** (self.attempts - 1)"
    ),
    Mutant("repeats itself after ten seconds", "service", _PACE, f"({_OWN} 10.0) * 2 ** (self.attempts - 1)"),
    Mutant(
        "backs off to four seconds and no further",
        "service",
        _PACE,
        f"{_OWN} min(4.0, 2.0 ** (self.attempts - 1))",
    ),
    Mutant(
        "keeps to a granted timeout without backing off", "service", _PACE, f"{_OWN} 2 ** (self.attempts - 1)"
    ),
    Mutant("gives up after two repetitions", "service", "self.attempts < ATTEMPTS", "self.attempts < 3"),
    Mutant(
        "gives up with an error",
        "service",
        _GIVES_UP,
        "raise self.REPEATING() if self.attempts < 4 else self.REFUSED(Refusal(ErrorCode.UNDEFINED, 'time out'))",
    ),
    Mutant(
        "never repeats an ACK unasked",
        "writing",
        "        self.say(ack(self.block))\n",
        "        self.say(ack(self.block))\n        self.attempts = 99\n",
    ),
    Mutant("chooses its ports backwards", "reference", "tids = count(40000)", "tids = count(60000, -7)"),
    Mutant(
        "chooses its ports by chance",
        "reference",
        "tids = count(40000)",
        "tids = iter(__import__('random').Random(1).sample(range(1024, 65536), 5000))",
    ),
    Mutant("dallies for two seconds", "writing", "DALLYING_TIME = 10.0", "DALLYING_TIME = 2.0"),
    Mutant(
        "has one transfer with each of its clients' ports",
        "reference",
        _ADMITS,
        "        busy = serve.__dict__.setdefault(id(host), [])\n"
        "        if any((s.client, s.client_tid) == request[:2] and s.isrunning() for s in busy):\n            return\n"
        + _ADMITS
        + "        begun = service(request)(request, host.files, tid, link=host.link(udp_port(tid), codec))\n"
        "        busy.append(begun)\n        host.start(begun)\n        return\n",
    ),
    Mutant(
        "acknowledges the last block again when one has no place",
        "writing",
        "        elif 1 < ahead <= self.window and not self.gap_told:",
        "        elif ahead > 1 and self.window == 1 and self.block:\n            self.tell(ack(self.block))\n"
        "        elif 1 < ahead <= self.window and not self.gap_told:",
    ),
    Mutant(
        "tells a stranger twice",
        "service",
        "            self.tell(error(ErrorCode.UNKNOWN_TID",
        "            for _ in '12': self.tell(error(ErrorCode.UNKNOWN_TID",
    ),
)

CHOICES = (
    Mutant(
        "lowers every block size",
        "service",
        "self.block_size = min(asked, LARGEST_BLOCK)",
        "self.block_size = max(SMALLEST_BLOCK, min(asked, 500) - asked % 2)",
    ),
    Mutant("grants no more than 1428 octets a block", "service", "LARGEST_BLOCK)", "1428)"),
    Mutant("knows no block size", "service", 'if name == "blksize" and', 'if name == "no blksize" and'),
    Mutant("knows no transfer size", "service", 'elif name == "tsize":', 'elif name == "no tsize":'),
    Mutant("knows no timeout", "service", 'elif name == "timeout" and', 'elif name == "no timeout" and'),
    Mutant("knows no window", "service", 'elif name == "windowsize" and', 'elif name == "no windowsize" and'),
    Mutant("knows no option", "service", _WANTED, "        for name, value in ():"),
    Mutant(
        "lowers windows to two",
        "service",
        "                self.window = asked\n                self.granted[name] = value\n",
        "                self.window = min(asked, 2)\n                self.granted[name] = str(self.window)\n",
    ),
    Mutant(
        "lowers windows to one",
        "service",
        "                self.window = asked\n                self.granted[name] = value\n",
        "                self.granted[name] = '1'\n",
    ),
    Mutant(
        "lowers windows to 64",
        "service",
        "                self.window = asked\n                self.granted[name] = value\n",
        "                self.window = min(asked, 64)\n                self.granted[name] = str(self.window)\n",
    ),
    Mutant(
        "refuses unlawful values with error 8",
        "service",
        _NO_NUMBER,
        '            if asked is None and name in ("blksize", "timeout", "tsize", "windowsize"):\n'
        '                raise Refusal(ErrorCode.OPTION_REFUSED, "no number")\n' + _NO_NUMBER,
    ),
    Mutant(
        "takes the last of an option that comes twice",
        "wire",
        "options.setdefault(name.lower(), value)",
        "options[name.lower()] = value",
    ),
    Mutant(
        "grants options by the names that they were asked for",
        "service",
        "                self.granted[name] = str(self.block_size)",
        "                self.granted[name.upper()] = str(self.block_size)",
    ),
    Mutant(
        "grants options in an order of its own",
        "wire",
        "for name, value in options.items())",
        "for name, value in sorted(options.items()))",
    ),
    Mutant(
        "tells no size of text",
        "reading",
        "        self.negotiate()\n",
        "        self.negotiate()\n        if self.mode == 'netascii':\n            self.granted.pop('tsize', None)\n",
    ),
    Mutant(
        "begins a window anew on a repeated ACK",
        "reading",
        "            if 0 < progress",
        "            if progress == 0 and self.window > 1 and self.acked:\n                raise self.SENDING()\n            if 0 < progress",
    ),
    Mutant(
        "refuses files of more than 65535 blocks",
        "reading",
        "        self.final = len(self.content) // self.block_size + 1\n",
        "        self.final = len(self.content) // self.block_size + 1\n"
        "        if self.final > 65535:\n            raise Refusal(ErrorCode.UNDEFINED, 'too large')\n",
    ),
    Mutant(
        "tells a size, and no other option of a write",
        "writing",
        "        self.negotiate()\n",
        "        self.negotiate()\n        self.granted = {n: v for n, v in self.granted.items() if n == 'tsize'}\n        self.block_size, self.window = 512, 1\n",
    ),
)

STRICTNESS = (
    Mutant(
        "tells of a gap at each block behind it",
        "writing",
        "self.gap_told = True\n            raise",
        "raise",
    ),
    Mutant(
        "ends a read by error 4 on what is no ACK",
        "reading",
        "        if not self.from_client(pkt) or opcode(pkt.payload) != Opcode.ACK:\n            return\n",
        "        if not self.from_client(pkt) or opcode(pkt.payload) == Opcode.ERROR:\n            return\n"
        "        if opcode(pkt.payload) != Opcode.ACK or number(pkt.payload) is None:\n"
        "            raise self.REFUSED(Refusal(ErrorCode.ILLEGAL_OPERATION, 'what is this?'))\n",
    ),
    Mutant(
        "ends a write by error 4 on what is no DATA",
        "writing",
        "        if not self.is_data(pkt):\n            return\n",
        "        if not self.from_client(pkt) or opcode(pkt.payload) == Opcode.ERROR:\n            return\n"
        "        if not self.is_data(pkt):\n"
        "            raise self.REFUSED(Refusal(ErrorCode.ILLEGAL_OPERATION, 'what is this?'))\n",
    ),
    Mutant(
        "ends a read by an error on the ACK of what was not sent",
        "reading",
        "            if 0 < progress",
        "            if self.sent - self.acked < progress < 30000:\n"
        "                raise self.REFUSED(Refusal(ErrorCode.UNDEFINED, 'not sent yet'))\n            if 0 < progress",
    ),
    Mutant(
        "ends a write by an error on a block ahead of its turn",
        "writing",
        "        elif 1 < ahead <= self.window",
        "        elif max(1, self.window) < ahead < 30000:\n"
        "            raise self.REFUSED(Refusal(ErrorCode.UNDEFINED, 'one by one'))\n        elif 1 < ahead <= self.window",
    ),
    Mutant(
        "takes ACKs of four octets alone",
        "reading",
        "opcode(pkt.payload) != Opcode.ACK:",
        "opcode(pkt.payload) != Opcode.ACK or len(pkt.payload) > 4:",
    ),
    Mutant(
        "ends a transfer on half an error",
        "service",
        "    @ATMT.timeout(WAITING, FIRST_TIMEOUT)",
        "    @ATMT.receive_condition(WAITING, prio=9)\n    def mistrust(self, pkt: Any) -> None:\n"
        "        if self.from_client(pkt) and len(pkt.payload) < 2:\n"
        "            raise self.REFUSED(Refusal(ErrorCode.ILLEGAL_OPERATION, 'too short'))\n\n"
        "    @ATMT.timeout(WAITING, FIRST_TIMEOUT)",
    ),
    Mutant(
        "stores what has come of an aborted file",
        "writing",
        "    @ATMT.state()\n    def ANSWERING(self)",
        "    @ATMT.state(final=True)\n    def ABANDONED(self) -> None:\n"
        "        self.files[self.filename] = bytes(self.received)\n\n"
        "    @ATMT.state()\n    def ANSWERING(self)",
    ),
    Mutant(  # RFC 1350 section 5: names are netascii
        "knows names in ASCII alone",
        "service",
        '"surrogateescape").lstrip',
        '"ignore").encode("ascii", "ignore").decode().lstrip',
    ),
)

LEGAL = ANSWERS + TIMES + CHOICES + STRICTNESS
