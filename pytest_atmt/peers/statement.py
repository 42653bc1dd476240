"""What is known of a peer before it is tested: a TOML file (ICS and IXIT, ISO 9646-7), read and checked.

Starts nothing and judges nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atmt.errors import TesterFault

from ..roles import CLIENT, ROLES, SERVER
from . import store

CLOCKS = ("real", "virtual", "scaled")
ADAPTERS = ("reference", "process", "udp")
RESTARTS = ("test", "module", "session")
LONGEST_ERRAND = 5000.0  # seconds that a run with a client may take: some give up only after an hour
Sections = Mapping[str, Mapping[str, type]]
"""The sections that a statement may have, with their keys and what type each value is of."""

_SECTIONS: Sections = {
    "peer": {"name": str, "title": str, "adapter": str, "role": str, "keeps": list},
    "process": {
        "command": list,
        "get": list,
        "put": list,
        "modes": dict,
        "options": dict,
        "plain": list,
        "success": list,
        "package": str,
        "needs": list,
        "env": dict,
        "cwd": str,
        "ready_udp": int,
        "ready_tcp": int,
        "ready_connect": int,
        "ready_log": str,
        "clock": str,
        "rate": float,
        "oversleep": float,
        "ticks": bool,
        "restart": str,
        "mtu": int,
    },
    "install": dict.fromkeys(store.KINDS, list),
    "udp": {"host": str, "port": int, "root": str},
    "ics": {},
    "arguments": {},
    "timing": {"limit": float, "tolerance": float},
}
_OPEN = ("ics", "arguments")  # whatever the suite asks for


class StatementError(TesterFault):
    """A peer statement is wrong; says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A peer as its TOML file describes it.

    `arguments` go to the automata that talk to it (IXIT); `limit` is how many seconds one run may take,
    `tolerance` by how many we may be late (in real time) and still blame the peer;
    `settings` is the section of its adapter, `claims` what it says of itself (ICS), as written;
    `keeps` are the SHOULDs that it says it keeps, and is held to; `install` is what `atmt peers install` fetches for
    it, by kind; `folder` is where the statement lies.  Its `role` is server or client.
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
    install: Mapping[str, Sequence[str]] = field(default_factory=dict)
    folder: Path = Path()
    role: str = SERVER

    def places(self) -> dict[str, str]:
        """What ``{store}`` and ``{programs}`` stand for: what was fetched, and the small programs of the suite's."""
        return {"store": str(store.folder()), "programs": str(self.folder / "programs")}


def read(file: Path, sections: Sections | None = None) -> Statement:
    """The statement in `file`; `sections` are those of further adapters.  Raises `StatementError`."""
    further = sections or {}
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StatementError(f"{file} cannot be read as a peer statement: {error}") from None
    for section, content in document.items():
        _check_section(file, section, content, {**_SECTIONS, **further})
    adapters = (*ADAPTERS, *further)
    peer = document.get("peer", {})
    if peer.get("adapter") not in adapters:
        raise StatementError(
            f"{file}: [peer] adapter is {peer.get('adapter')!r}; choose one of {', '.join(adapters)}"
        )
    for key, choices in (("clock", CLOCKS), ("restart", RESTARTS)):
        chosen = document.get("process", {}).get(key, choices[0])
        if chosen not in choices:
            raise StatementError(f"{file}: [process] {key} is {chosen!r}; choose one of {', '.join(choices)}")
    _check_pattern(file, document.get("process", {}).get("ready_log", ""))
    role = _role(file, document)
    timing = {"limit": LONGEST_ERRAND} if role == CLIENT else {}
    timing |= {key: float(value) for key, value in document.get("timing", {}).items()}
    return Statement(
        name=peer.get("name", file.stem),
        adapter=peer["adapter"],
        title=peer.get("title", ""),
        settings=document.get(peer["adapter"], {}),
        arguments=document.get("arguments", {}),
        claims=document.get("ics", {}),
        keeps=tuple(peer.get("keeps", ())),
        install=document.get("install", {}),
        folder=file.parent.absolute(),
        role=role,
        **timing,
    )


def _role(file: Path, document: Mapping[str, Any]) -> str:
    """What kind of peer it is; a program must say how it is started as such."""
    role: str = document["peer"].get("role", SERVER)
    if role not in ROLES:
        raise StatementError(f"{file}: [peer] role is {role!r}; choose one of {', '.join(ROLES)}")
    process, needed = document.get("process", {}), ("get", "put") if role == CLIENT else ("command",)
    if document["peer"]["adapter"] == "process" and not any(process.get(key) for key in needed):
        raise StatementError(f"{file}: [process] lacks {' or '.join(needed)}, the command of a {role}")
    if document["peer"]["adapter"] == "udp" and role == CLIENT:
        raise StatementError(
            f'{file}: a client is told what to do, so it must be started: adapter = "process"'
        )
    return role


def _check_pattern(file: Path, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise StatementError(
            f"{file}: [process] ready_log {pattern!r} is no regular expression: {error}"
        ) from None


def _check_section(file: Path, section: str, content: Any, sections: Sections) -> None:
    if section not in sections or not isinstance(content, dict):
        raise StatementError(f"{file}: unknown section [{section}]; known are {', '.join(sections)}")
    known = sections[section]
    if section in _OPEN:
        return
    for key, value in content.items():
        if key not in known:
            raise StatementError(f"{file}: unknown key {key!r} in [{section}]; known are {', '.join(known)}")
        if not isinstance(value, (int, float) if known[key] is float else known[key]):
            raise StatementError(f"{file}: {key!r} in [{section}] must be a {known[key].__name__}")
