"""What every peer can do for a test, whatever it is and wherever it runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from atmt import Automaton
from atmt.clock import Clock
from atmt.links.base import Link
from atmt.links.impairment import ImpairedLink, Impairment

from .statement import Statement


class Files(Protocol):
    """The files that a peer serves or stores, reached behind its back."""

    def put(self, name: str, content: bytes) -> None:
        """Have the peer hold a file."""

    def get(self, name: str) -> bytes | None:
        """What the peer holds by that name (None: no such file)."""


class MemoryFiles:
    """Files of a peer that lives in this process."""

    def __init__(self) -> None:
        self.by_name: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> None:
        self.by_name[name] = content

    def get(self, name: str) -> bytes | None:
        return self.by_name.get(name)


class FolderFiles:
    """Files of a peer that serves a folder of this machine; anybody may read and overwrite them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.write_bytes(content)
        path.chmod(0o666)

    def get(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None


class NotedFiles:
    """Files, with a note of what was found in them: `found` is what each `get` gave, in order."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.found: list[bytes | None] = []

    def put(self, name: str, content: bytes) -> None:
        self._files.put(name, content)

    def get(self, name: str) -> bytes | None:
        self.found.append(self._files.get(name))
        return self.found[-1]


def impaired(link: Link, rules: Sequence[Impairment], clock: Clock) -> Link:
    """`link` with the faults that `rules` are; itself where there are none."""
    return ImpairedLink(link, rules, clock) if rules else link


class Peer(Protocol):
    """One peer, up for one test.

    `clock` is the one that its conversations keep, `clock_kind` ("virtual" or "real") what it is, `files`
    what it serves (None: out of reach).
    """

    @property
    def statement(self) -> Statement: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def clock_kind(self) -> str: ...

    files: Files | None

    def arguments(self) -> dict[str, Any]:
        """Arguments for an automaton that talks to this peer: ``server``, ``port``, ``sport`` and IXIT."""

    def link(self, impair: Sequence[Impairment]) -> Link:
        """A new link to the peer, with these faults."""

    def drive(self, automaton: Automaton) -> None:
        """Run `automaton` to its end.  Raises what user code raises."""

    def defect(self) -> str:
        """What is wrong with the peer itself, such as that its program died ("": nothing)."""

    def close(self) -> None:
        """Take the peer down and leave nothing behind."""
