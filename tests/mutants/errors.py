"""Servers that refuse wrongly, or deal wrongly with what is refused to them."""

from __future__ import annotations

from .mutant import Mutant

_REFUSES = "        self.tell(error(refusal.code, str(refusal)))"
_HANGS_UP = "Opcode.ERROR:\n            raise self.ABANDONED()"
_MODES = 'if asked.mode not in ("octet", "netascii"):'
_LISTENS = 'if opcode(pkt.payload) != Opcode.ERROR and not pkt.dst.endswith(".255"):'
_ADMITS = "        self.admit(pkt)"
_NO_REQUEST = 'raise Refusal(ErrorCode.ILLEGAL_OPERATION, "not a read or write request")'


def _ends_on(condition: str) -> str:
    """A listener that serves nobody any more after a packet."""
    return f"if {condition}:\n            self.admit = lambda pkt: None\n        {_LISTENS}"


ERRORS = (
    Mutant(
        "says error 0 for a missing file",
        "reading",
        "ErrorCode.FILE_NOT_FOUND",
        "ErrorCode.UNDEFINED",
        ("RFC1350-A-01", "RFC2349-TS-08"),
    ),
    Mutant(
        "says error 8 for a missing file",
        "reading",
        "ErrorCode.FILE_NOT_FOUND",
        "ErrorCode.OPTION_REFUSED",
        ("RFC1350-A-01", "RFC2347-ERR-01"),
    ),
    Mutant(
        "says nothing of a missing file",
        "service",
        _REFUSES,
        "        if refusal.code != 1:\n    " + _REFUSES,
        ("RFC1350-7-01",),
    ),
    Mutant("refuses twice", "service", _REFUSES, f"{_REFUSES}\n{_REFUSES}", ("RFC1350-4-04", "RFC1350-2-14")),
    Mutant(
        "refuses, and serves all the same",
        "service",
        _REFUSES,
        f"{_REFUSES}\n        self.tell(b'\\0\\3\\0\\1')",
        ("RFC1350-4-04",),
    ),
    Mutant(
        "ends its messages with two zeros",
        "wire",
        'message.encode() + b"\\0"',
        'message.encode() + b"\\0\\0"',
        ("RFC1350-5-19",),
    ),
    Mutant(
        "ends its messages with no zero",
        "wire",
        'message.encode() + b"\\0"',
        "message.encode()",
        ("RFC1350-5-19",),
    ),
    Mutant("writes no ASCII", "reading", '"file not found"', '"fichier non trouv\\u00e9"', ("RFC1350-5-20",)),
    Mutant(
        "tells where its files are",
        "reading",
        '"file not found"',
        "f'/srv/tftp/{self.filename}: not found'",
        ("RFC1350-S-07",),
    ),
    Mutant(
        "gives neither code nor reason",
        "service",
        _REFUSES,
        "        self.tell(error(0, ''))",
        ("RFC1350-A-00", "RFC1350-A-01"),
    ),
    Mutant(
        "answers errors at its port",
        "reference",
        "opcode(pkt.payload) != Opcode.ERROR and ",
        "",
        ("RFC1350-2-13",),
    ),
    Mutant(
        "is not ended by an error",
        "service",
        _HANGS_UP,
        "Opcode.ERROR:\n            pass",
        ("RFC1350-7-02", "RFC1350-7-02-W", "RFC2347-NP-17", "RFC2347-NP-17-W"),
    ),
    Mutant(
        "acknowledges an error",
        "service",
        _HANGS_UP,
        "Opcode.ERROR:\n            self.tell(b'\\0\\4\\0\\0')\n            raise self.ABANDONED()",
        ("RFC1350-2-13", "RFC1350-2-13-W"),
    ),
    Mutant(
        "answers an error by an error",
        "service",
        _HANGS_UP,
        "Opcode.ERROR:\n            raise self.REFUSED(Refusal(ErrorCode.UNDEFINED, 'so be it'))",
        ("RFC1350-2-13", "RFC1350-2-13-W"),
    ),
    Mutant(
        "knows the errors 0 to 8 alone",
        "service",
        "if self.from_client(pkt) and opcode(pkt.payload) == Opcode.ERROR:",
        "if self.from_client(pkt) and opcode(pkt.payload) == Opcode.ERROR and pkt.payload[2:4] < b'\\0\\x09':",
        ("RFC1350-5-23",),
    ),
    Mutant(
        "knows errors with a message alone",
        "service",
        "if self.from_client(pkt) and opcode(pkt.payload) == Opcode.ERROR:",
        "if self.from_client(pkt) and opcode(pkt.payload) == Opcode.ERROR and len(pkt.payload) > 5:",
        ("RFC1350-5-22",),
    ),
    Mutant(
        "serves mode mail",
        "service",
        _MODES,
        'if asked.mode not in ("octet", "netascii", "mail"):',
        ("RFC1350-1-02", "RFC1123-4.2.2.1-01"),
    ),
    Mutant("serves any mode", "service", _MODES, "if not asked.mode:", ("RFC1350-5-04",)),
    Mutant(
        "looks at the first letters of a mode",
        "service",
        _MODES,
        'if asked.mode[:4] not in ("octe", "neta"):',
        ("RFC1350-5-04",),
    ),
    Mutant(
        "serves requests without a mode",
        "service",
        _MODES,
        'if asked.mode not in ("octet", "netascii", ""):',
        ("RFC1350-5-01",),
    ),
    Mutant(
        "serves requests that end with their name",
        "wire",
        "    if len(rest) < 2 or rest[-1]:\n",
        '    if len(rest) < 2:\n        rest = ["octet".encode(), b""]\n    if rest[-1]:\n',
        ("RFC1350-5-01",),
    ),
    Mutant(
        "knows modes in lower case only",
        "wire",
        "Request(filename, mode.lower(), options)",
        "Request(filename, mode, options)",
        ("RFC1350-5-03", "RFC1350-5-03-W"),
    ),
    Mutant(
        "answers what is no request with ACK 0",
        "service",
        _NO_REQUEST,
        "self.tell(b'\\0\\4\\0\\0')\n        raise Refusal(ErrorCode.ILLEGAL_OPERATION, 'no request')",
        ("RFC1350-5-25", "RFC1350-5-24"),
    ),
    Mutant(
        "says error 5 to an unknown opcode",
        "service",
        'ILLEGAL_OPERATION, "not a read',
        'DISK_FULL, "not a read',
        ("RFC1350-A-04",),
    ),
    Mutant(
        "falls over a tiny datagram",
        "reference",
        _LISTENS,
        _ends_on("len(pkt.payload) < 4"),
        ("RFC1350-5-27",),
    ),
    Mutant(
        "falls over a long name", "reference", _LISTENS, _ends_on("len(pkt.payload) > 300"), ("RFC1350-5-28",)
    ),
    Mutant(
        "falls over a long request",
        "reference",
        _LISTENS,
        _ends_on("len(pkt.payload) > 512"),
        ("RFC2347-PF-05",),
    ),
    Mutant(
        "falls over a name that is no text",
        "reference",
        _LISTENS,
        _ends_on("b'\\xff' in pkt.payload"),
        ("RFC1350-5-30",),
    ),
    Mutant(
        "falls over an error",
        "reference",
        _LISTENS,
        _ends_on("opcode(pkt.payload) == Opcode.ERROR"),
        ("RFC1350-2-13",),
    ),
    Mutant(
        "falls over half an option",
        "reference",
        _LISTENS,
        _ends_on("pkt.payload.count(b'\\0') % 2 == 0 and pkt.payload[1] == 1"),
        ("RFC2347-NP-22",),
    ),
    Mutant(
        "says error 1 for what may not be read",
        "service",
        'ErrorCode.ACCESS_VIOLATION, "not a file',
        'ErrorCode.FILE_NOT_FOUND, "not a file',
        ("RFC1350-A-02",),
    ),
    Mutant(
        "refuses to overwrite with error 1",
        "writing",
        "        self.stored()\n",
        "        if self.stored() is not None:\n            raise Refusal(ErrorCode.FILE_NOT_FOUND, 'there is one')\n",
        ("RFC1350-A-06",),
    ),
)
