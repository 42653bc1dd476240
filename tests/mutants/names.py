"""Servers that serve, or write, what they must not."""

from __future__ import annotations

from .mutant import Mutant

_PATH = 'path = posixpath.normpath(name.decode("utf-8", "surrogateescape").lstrip("/"))\n'
_OUT = 'if path.split("/")[0] in ("", ".", ".."):'
_SPECIAL = "if isinstance(found, Special):"

NAMES = (
    Mutant(
        "lets a name lead upwards",
        "service",
        _OUT,
        'if path in ("", ".", ".."):',
        ("RFC1350-S-01", "RFC1350-S-02", "RFC1350-S-09"),
    ),
    Mutant(
        "looks for dots at the beginning of a name alone",
        "service",
        f"{_PATH}        {_OUT}",
        _PATH.replace("posixpath.normpath(", "(") + "        if path in ('', '.') or path.startswith('..'):\n"
        "            raise Refusal(ErrorCode.ACCESS_VIOLATION, 'no')\n        path = posixpath.normpath(path)\n        if not path:",
        ("RFC1350-S-02",),
    ),
    Mutant(
        "compares the beginnings of paths",
        "service",
        _OUT,
        "whole = posixpath.normpath('/srv/root/' + path)\n        if not whole.startswith('/srv/root') or whole == '/srv/root':",
        ("RFC1350-S-09",),
    ),
    Mutant(
        "takes a backslash for a slash, too late",
        "service",
        "        return path\n",
        '        return path.replace("\\\\", "/")\n',
        ("RFC1350-S-04",),
    ),
    Mutant(
        "takes percent signs for an encoding, too late",
        "service",
        "        return path\n",
        "        from urllib.parse import unquote\n        return unquote(path)\n",
        ("RFC1350-S-11",),
    ),
    Mutant(
        "serves absolute names as they are",
        "service",
        f"        {_PATH}",
        f'        if name.startswith(b"/srv"):\n            return name.decode("latin-1")\n        {_PATH}',
        ("RFC1350-S-03",),
    ),
    Mutant(
        "serves a folder as an empty file",
        "service",
        _SPECIAL,
        'if isinstance(found, Special) and found.kind != "folder":',
        ("RFC1350-7-01",),
    ),
    Mutant(
        "serves a device",
        "service",
        _SPECIAL,
        'if isinstance(found, Special) and found.kind != "device":',
        ("RFC1350-S-10",),
    ),
    Mutant(
        "serves a named pipe",
        "service",
        _SPECIAL,
        'if isinstance(found, Special) and found.kind != "fifo":',
        ("RFC1350-S-10",),
    ),
    Mutant(
        "is stopped by a named pipe",
        "reference",
        "        self.admit(pkt)",
        "        self.admit(pkt)\n        if b'fifo' in pkt.payload:\n            self.admit = lambda pkt: None",
        ("RFC1350-S-10",),
    ),
    Mutant(
        "looks at the first 100 octets of a name",
        "service",
        "        path = posixpath",
        "        name = name[:100]\n        path = posixpath",
        ("RFC1350-5-33",),
    ),
)
