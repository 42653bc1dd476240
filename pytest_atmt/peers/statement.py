"""What is known of a peer before it is tested: a TOML file (ICS and IXIT, ISO 9646-7), read and checked.

Starts nothing and judges nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atmt.errors import TesterFault

CLOCKS = ("real", "virtual")
ADAPTERS = ("reference", "process", "udp")
_SECTIONS: dict[str, dict[str, type]] = {
    "peer": {"name": str, "title": str, "adapter": str, "keeps": list},
    "process": {"command": list, "package": str, "ready_udp": int, "clock": str},
    "udp": {"host": str, "port": int, "root": str},
    "ics": {},
    "arguments": {},
    "timing": {"limit": float, "tolerance": float},
}


class StatementError(TesterFault):
    """A peer statement is wrong; says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A peer as its TOML file describes it.

    `arguments` go to the automata that talk to it (IXIT); `limit` is how many seconds one run may take,
    `tolerance` by how many we may be late (in real time) and still blame the peer;
    `settings` is the section of its adapter, `claims` what it says of itself (ICS), as written;
    `keeps` are the SHOULDs that it says it keeps, and is held to.
    """

    name: str
    adapter: str
    title: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, object] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    limit: float = 60.0
    tolerance: float = 0.1


def read(file: Path) -> Statement:
    """The statement in `file`.  Raises `StatementError`."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StatementError(f"{file} cannot be read as a peer statement: {error}") from None
    for section, content in document.items():
        _check_section(file, section, content)
    peer = document.get("peer", {})
    if peer.get("adapter") not in ADAPTERS:
        raise StatementError(
            f"{file}: [peer] adapter is {peer.get('adapter')!r}; choose one of {', '.join(ADAPTERS)}"
        )
    clock = document.get("process", {}).get("clock", CLOCKS[0])
    if clock not in CLOCKS:
        raise StatementError(f"{file}: [process] clock is {clock!r}; choose one of {', '.join(CLOCKS)}")
    return Statement(
        name=peer.get("name", file.stem),
        adapter=peer["adapter"],
        title=peer.get("title", ""),
        settings=document.get(peer["adapter"], {}),
        arguments=document.get("arguments", {}),
        claims=document.get("ics", {}),
        keeps=tuple(peer.get("keeps", ())),
        **{key: float(value) for key, value in document.get("timing", {}).items()},
    )


def _check_section(file: Path, section: str, content: Any) -> None:
    if section not in _SECTIONS or not isinstance(content, dict):
        raise StatementError(f"{file}: unknown section [{section}]; known are {', '.join(_SECTIONS)}")
    known = _SECTIONS[section]
    if not known:
        return
    for key, value in content.items():
        if key not in known:
            raise StatementError(f"{file}: unknown key {key!r} in [{section}]; known are {', '.join(known)}")
        if not isinstance(value, (int, float) if known[key] is float else known[key]):
            raise StatementError(f"{file}: {key!r} in [{section}] must be a {known[key].__name__}")
