"""Servers with a fault in negotiation, or in what they do with text."""

from __future__ import annotations

from .mutant import Mutant

_GRANTS_SIZE = (
    "                self.block_size = min(asked, LARGEST_BLOCK)\n"
    "                self.granted[name] = str(self.block_size)\n"
)
_NO_NUMBER = "            if asked is None:\n                continue\n"
_TOLD = "return str(len(self.content))"
_PAIRS = "for name, value in zip(fields[::2], fields[1::2], strict=False):\n        options.setdefault(name.lower(), value)"
_BEGINS = "        if self.granted:\n            self.acked = -1\n"

OPTIONS = (
    Mutant(
        "grants a larger block size",
        "service",
        "str(self.block_size)",
        "str(self.block_size + 1)",
        ("RFC2348-01",),
    ),
    Mutant(
        "grants a block size and does not use it",
        "service",
        _GRANTS_SIZE,
        "                self.granted[name] = str(min(asked, LARGEST_BLOCK))\n",
        ("RFC2348-05",),
    ),
    Mutant(
        "counts its header into the block size",
        "service",
        _GRANTS_SIZE,
        f"{_GRANTS_SIZE}                self.block_size = max(4, self.block_size - 4)\n",
        ("RFC2348-05",),
    ),
    Mutant(
        "uses the block size asked for, not the one granted",
        "service",
        "str(self.block_size)",
        "str(min(self.block_size, 600))",
        ("RFC2348-05",),
    ),
    Mutant(
        "grants too small a block size",
        "service",
        'if name == "blksize" and asked >= SMALLEST_BLOCK:',
        'if name == "blksize" and asked >= 1:',
        ("RFC2348-02",),
    ),
    Mutant(
        "grants too large a block size",
        "service",
        "self.block_size = min(asked, LARGEST_BLOCK)",
        "self.block_size = asked",
        ("RFC2348-02",),
    ),
    Mutant(
        "raises block sizes to 512",
        "service",
        "self.block_size = min(asked, LARGEST_BLOCK)",
        "self.block_size = max(512, min(asked, LARGEST_BLOCK))",
        ("RFC2348-03",),
    ),
    Mutant(
        "knows block sizes for reading alone",
        "writing",
        "        self.negotiate()\n",
        "        self.negotiate()\n        self.block_size = 512\n",
        ("RFC2348-10",),
    ),
    Mutant(
        "ends a file of granted blocks by the usual size",
        "reading",
        "self.final = len(self.content) // self.block_size + 1",
        "self.final = len(self.content) // self.block_size + (len(self.content) % 512 > 0 or not self.content)",
        ("RFC2348-06",),
    ),
    Mutant(
        "does what it did not grant",
        "service",
        '            elif name == "timeout" and',
        '            elif name == "blksize" and asked > 0:\n                self.block_size = asked\n'
        '            elif name == "timeout" and',
        ("RFC2347-NP-09",),
    ),
    Mutant(
        "grants an option that nobody asked for",
        "reading",
        "        self.negotiate()\n",
        "        self.negotiate()\n        if self.granted:\n            self.granted['tsize'] = str(len(self.content))\n",
        ("RFC2347-NP-03",),
    ),
    Mutant(
        "grants to a writer what nobody asked for",
        "writing",
        "        self.negotiate()\n",
        "        self.negotiate()\n        if self.granted:\n            self.granted['blksize'] = '512'\n",
        ("RFC2347-NP-03-W",),
    ),
    Mutant(
        "acknowledges options where there are none",
        "reading",
        _BEGINS,
        _BEGINS.replace("if self.granted", "if True"),
        ("RFC2347-NP-07", "RFC2347-NP-06"),
    ),
    Mutant(
        "echoes unknown options",
        "service",
        _NO_NUMBER,
        f"{_NO_NUMBER}            self.granted[name] = value\n",
        ("RFC2347-NP-04", "RFC2347-NP-06", "RFC2347-NP-06-W"),
    ),
    Mutant(
        "refuses unknown options",
        "service",
        _NO_NUMBER,
        "            if name.startswith('x-'):\n                raise Refusal(ErrorCode.OPTION_REFUSED, 'unknown option')\n"
        + _NO_NUMBER,
        ("RFC2347-NP-05", "RFC2347-NP-05-W"),
    ),
    Mutant(
        "knows the names of options in lower case only",
        "wire",
        "options.setdefault(name.lower(), value)",
        "options.setdefault(name, value)",
        ("RFC2347-PF-02",),
    ),
    Mutant(
        "knows the first option alone",
        "wire",
        "zip(fields[::2], fields[1::2], strict=False)",
        "zip(fields[:1], fields[1:2], strict=False)",
        ("RFC2347-PF-03",),
    ),
    Mutant(
        "grants an option as often as it is asked for",
        "wire",
        '"".join(f"{name}\\0{value}\\0".encode() for name, value in options.items())',
        '"".join(f"{name}\\0{value}\\0".encode() * (1 + (value == "900")) for name, value in options.items())',
        ("RFC2347-NP-02",),
    ),
    Mutant(
        "ends an OACK without a zero",
        "wire",
        '"".join(f"{name}\\0{value}\\0".encode() for name, value in options.items())',
        '"\\0".join(f"{name}\\0{value}".encode() for name, value in options.items())',
        ("RFC2347-PF-06",),
    ),
    Mutant(
        "ends an OACK with an empty option",
        "wire",
        'return b"\\0\\6" + b"".join(f"{name}\\0{value}\\0".encode() for name, value in options.items())',
        'return b"\\0\\6" + b"".join(f"{name}\\0{value}\\0".encode() for name, value in options.items()) + b"\\0\\0"',
        ("RFC2347-PF-06",),
    ),
    Mutant(
        "renames the options that it grants",
        "wire",
        'f"{name}\\0{value}\\0".encode() for',
        'f"x-{name}\\0{value}\\0".encode() for',
        ("RFC2347-PF-07",),
    ),
    Mutant(
        "sends data along with the OACK",
        "reading",
        "            self.say(oack(self.granted))\n            raise self.WAITING()",
        "            self.tell(oack(self.granted))\n            self.acked = 0\n            raise self.SENDING()",
        ("RFC2347-NP-12",),
    ),
    Mutant(
        "takes the ACK of block 1 for that of the OACK",
        "reading",
        "        if (block := number(pkt.payload)) is not None:",
        "        if (block := number(pkt.payload)) is not None:\n            if self.acked < 0:\n                block = 0",
        ("RFC2347-NP-12",),
    ),
    Mutant(
        "sends ACK 0 after the OACK of a write",
        "writing",
        "        self.say(oack(self.granted) if self.granted else ack(0))\n",
        "        self.say(oack(self.granted) if self.granted else ack(0))\n        if self.granted:\n            self.tell(ack(0))\n",
        ("RFC2347-NP-14",),
    ),
    Mutant("tells a wrong size", "reading", _TOLD, "return str(len(self.content) + 1)", ("RFC2349-TS-02",)),
    Mutant(
        "tells a size in blocks",
        "reading",
        _TOLD,
        "return str(-(-len(self.content) // 512) * 512)",
        ("RFC2349-TS-02",),
    ),
    Mutant("tells the size that was asked about", "reading", _TOLD, "return asked", ("RFC2349-TS-02",)),
    Mutant(
        "tells the size of text as it is stored",
        "reading",
        _TOLD,
        "return str(len(self.files[self.filename]))",
        ("RFC2349-TS-07",),
    ),
    Mutant(
        "echoes a wrong size to a writer",
        "writing",
        "        return asked\n",
        "        return '0' + asked + '1'\n",
        ("RFC2349-TS-04",),
    ),
    Mutant(
        "tells a writer that its file has no size",
        "writing",
        "        return asked\n",
        "        return '0'\n",
        ("RFC2349-TS-04",),
    ),
    Mutant(
        "echoes a size that is no number",
        "service",
        _NO_NUMBER,
        "            if asked is None and name == 'tsize':\n                self.granted[name] = value\n"
        + _NO_NUMBER,
        ("RFC2349-TS-09",),
    ),
    Mutant(
        "grants another timeout",
        "service",
        "                self.first_timeout = float(asked)\n                self.granted[name] = value\n",
        "                self.first_timeout = float(asked)\n                self.granted[name] = str(asked + 1)\n",
        ("RFC2349-TO-01",),
    ),
    Mutant(
        "caps a timeout at 60 s",
        "service",
        "                self.first_timeout = float(asked)\n                self.granted[name] = value\n",
        "                self.first_timeout = float(min(asked, 60))\n                self.granted[name] = str(min(asked, 60))\n",
        ("RFC2349-TO-01",),
    ),
    Mutant(
        "grants a timeout of nothing",
        "service",
        "SHORTEST_TIMEOUT <= asked <= LONGEST_TIMEOUT",
        "0 <= asked <= LONGEST_TIMEOUT",
        ("RFC2349-TO-03",),
    ),
    Mutant(
        "grants a timeout too long",
        "service",
        "SHORTEST_TIMEOUT <= asked <= LONGEST_TIMEOUT",
        "SHORTEST_TIMEOUT <= asked",
        ("RFC2349-TO-03",),
    ),
    Mutant(
        "reads numbers as C's atoi does",
        "negotiation",
        "return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None",
        "import re\n    found = re.match(r' *([+-]?[0-9]+)', text)\n    return int(found[1]) if found else 0",
        ("RFC2348-12",),
    ),
    Mutant(
        "serves the OACK of a missing file",
        "reading",
        'raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")',
        'if "tsize" not in self.wanted:\n'
        '                raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")\n'
        '            stored = b""',
        ("RFC2349-TS-08",),
    ),
    Mutant(
        "says error 8 whenever options are refused with the file",
        "reading",
        'raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")',
        'raise Refusal(ErrorCode.OPTION_REFUSED if self.wanted else ErrorCode.FILE_NOT_FOUND, "file not found")',
        ("RFC2347-ERR-01",),
    ),
    Mutant(
        "answers unlawful values with error 1",
        "service",
        _NO_NUMBER,
        "            if asked is None and name in ('blksize', 'timeout'):\n"
        "                raise Refusal(ErrorCode.FILE_NOT_FOUND, 'no number')\n" + _NO_NUMBER,
        ("RFC2347-NP-08",),
    ),
)

NETASCII = (
    Mutant(
        "loses the CR of a line end",
        "netascii",
        'replace(b"\\n", b"\\r\\n")',
        'replace(b"\\n", b"\\n")',
        ("RFC1350-5-05",),
    ),
    Mutant(
        "leaves a bare CR bare",
        "netascii",
        'text.replace(b"\\r", b"\\r\\0").replace',
        "text.replace",
        ("RFC1350-5-06",),
    ),
    Mutant(
        "stores CR LF as it comes",
        "netascii",
        'wire.replace(b"\\r\\n", b"\\n").replace',
        "wire.replace",
        ("RFC1350-5-08",),
    ),
    Mutant("stores CR NUL as it comes", "netascii", '.replace(b"\\r\\0", b"\\r")', "", ("RFC1350-5-09",)),
    Mutant(
        "translates each block by itself",
        "reading",
        "return self.content[(block - 1) * self.block_size : block * self.block_size]",
        "size, raw = self.block_size, netascii.decode(self.content)\n"
        '        part = (raw if self.mode == "netascii" else self.content)[(block - 1) * size :][:size]\n'
        '        return netascii.encode(part) if self.mode == "netascii" else part',
        ("RFC1350-5-07",),
    ),
    Mutant(
        "translates a written block by itself",
        "netascii",
        'return wire.replace(b"\\r\\n", b"\\n").replace(b"\\r\\0", b"\\r")',
        "parts = [wire[i : i + 512] for i in range(0, len(wire), 512)]\n"
        '    return b"".join(p.replace(b"\\r\\n", b"\\n").replace(b"\\r\\0", b"\\r") for p in parts)',
        ("RFC1350-5-10",),
    ),
    Mutant(
        "translates in octet mode too",
        "reading",
        'netascii.encode(stored) if self.mode == "netascii" else stored',
        "netascii.encode(stored)",
        ("RFC1350-1-01",),
    ),
    Mutant(
        "translates what is written in octet mode too",
        "writing",
        'netascii.decode(whole) if self.mode == "netascii" else whole',
        "netascii.decode(whole)",
        ("RFC1350-1-01-W",),
    ),
    Mutant(
        "ends text at its first zero",
        "reading",
        "netascii.encode(stored) if",
        'netascii.encode(stored.split(b"\\0")[0]) if',
        ("RFC1350-5-06",),
    ),
    Mutant(
        "takes what is left of a CR at the end of text away",
        "netascii",
        'return wire.replace(b"\\r\\n", b"\\n").replace(b"\\r\\0", b"\\r")',
        'return wire.replace(b"\\r\\n", b"\\n").replace(b"\\r\\0", b"\\r").removesuffix(b"\\r")',
        ("RFC1350-5-09",),
    ),
    Mutant(
        "translates anew what it repeats",
        "service",
        "        for message in self.last:\n            self.tell(message)\n        raise self.WAITING()",
        "        for message in self.last:\n"
        "            self.tell(message.replace(b'\\n', b'\\r\\n') if self.mode == 'netascii' else message)\n"
        "        raise self.WAITING()",
        ("RFC1350-5-12",),
    ),
)
