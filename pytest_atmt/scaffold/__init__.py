"""A suite to begin with: copied under a name of one's own, it runs at once."""

from __future__ import annotations

import re
from pathlib import Path

from atmt.errors import TesterFault

_EXAMPLE = Path(__file__).parent / "example"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def new_suite(name: str, where: Path) -> list[Path]:
    """Write a suite called `name` into the folder of that name in `where`; the files, in order.

    Raises `TesterFault` for a name that is none, or where there is something of that name already.
    """
    if not _NAME.fullmatch(name):
        raise TesterFault(
            f"{name!r} cannot be a suite's name: it becomes a Python package; use a-z, 0-9 and _, as in dns_push"
        )
    folder = where / name
    if folder.exists():
        raise TesterFault(f"{folder} is there already; choose another name, or move it away")
    written = []
    for source in sorted(path for path in _EXAMPLE.rglob("*") if path.is_file()):
        if "__pycache__" in source.parts:
            continue
        target = folder / _renamed(source.relative_to(_EXAMPLE).as_posix(), name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_renamed(source.read_text("utf-8"), name), "utf-8")
        written.append(target)
    return written


def _renamed(text: str, name: str) -> str:
    for old, new in (("example", name), ("Example", name.capitalize()), ("EXAMPLE", name.upper())):
        text = text.replace(old, new)
    return text
