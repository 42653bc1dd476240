"""Time that goes faster for a program than it does here: libfaketime (https://github.com/wolfcw/libfaketime).

For programs that no virtual clock can be had for.  Nothing is exact: what we are late by counts as many times
as fast.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from atmt.errors import NoVirtualTime
from atmt.lab.vtime import suitable

PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
NAME = "faketime/libfaketimeMT.so.1"  # the one that also scales what threads wait for


def library(places: Iterable[str] = PLACES) -> Path:
    """Where libfaketime is.  Raises `NoVirtualTime`."""
    for place in map(Path, places):
        for path in (place / NAME, *sorted(place.glob(f"*/{NAME}"))):
            if path.is_file():
                return path
    raise NoVirtualTime(
        "time cannot be scaled: libfaketime is not installed",
        'Install it (apt-get install libfaketime), or write clock = "real" into the statement',
    )


def environment(path: str, rate: float) -> dict[str, str]:
    """What the program at `path` needs in its environment so that its time goes `rate` times as fast.

    Raises `NoVirtualTime` for one into which nothing can be loaded.
    """
    suitable.check(path)
    return {"LD_PRELOAD": os.fspath(library()), "FAKETIME": f"+0 x{rate:g}", "DONT_FAKE_MONOTONIC": "0"}
