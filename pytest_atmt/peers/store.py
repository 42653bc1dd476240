"""Where the programs lie that ``atmt peers install`` has fetched, and what is noted of them.

Fetches nothing and knows no peer.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOTE = "atmt.json"  # in an item's folder, written last: what has none was never finished
KINDS = ("debian", "pypi", "npm", "go")
_BIN = ("bin", "usr/sbin", "usr/bin", "node_modules/.bin")


def folder() -> Path:
    """The private folder: ``$ATMT_PEERS``, else ``atmt/peers`` in the user's cache folder."""
    if own := os.environ.get("ATMT_PEERS"):
        return Path(own).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "atmt" / "peers"


def item(kind: str, asked: str) -> Path:
    """The folder of one item, such as "tftpy==0.8.7" of kind "pypi"."""
    return folder() / kind / name(asked)


def name(asked: str) -> str:
    """The name of a package without version and extras: of "tftp[cli]==0.2.1" it is "tftp"."""
    return re.split(r"(?<=.)[\[=<>~@; ]", asked, maxsplit=1)[0].lower()


def note(place: Path) -> dict[str, Any]:
    """What was noted when an item was fetched: ``asked`` and ``versions`` ({}: it is not there)."""
    try:
        found: dict[str, Any] = json.loads((place / NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def items() -> Iterator[Path]:
    """The folders of all items that are there."""
    for file in sorted(folder().glob(f"*/*/{NOTE}")):
        yield file.parent


def bins() -> list[str]:
    """The folders of programs in all items."""
    return [str(place / part) for place in items() for part in _BIN if (place / part).is_dir()]


def unpacked(pattern: str) -> Path | None:
    """A file of a Debian package by its path from the root, installed or unpacked here (None: neither)."""
    for root in (Path("/"), *(place for place in items() if place.parent.name == "debian")):
        if found := next(iter(sorted(root.glob(pattern.lstrip("/")))), None):
            return found
    return None
