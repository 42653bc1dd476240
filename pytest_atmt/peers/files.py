"""The files that a peer serves or stores, reached behind its back.

Knows no peer and no protocol.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from ..verdicts import CouldNotRun

Kind = Literal["folder", "fifo", "device", "secret", "link"]
"""What is no plain file that anybody may read: a folder, a named pipe, a device without end, a file that only
its owner may read, a symbolic link that leads out of the peer's folder (to ``OUTSIDE``)."""

OUTSIDE = "/etc/passwd"
SETTLING = 0.02  # seconds
_MOST_LOOKS = 50  # at a file that changes and changes
_FILLER = ".atmt-filler"


class Files(Protocol):
    """The files of a peer."""

    def put(self, name: str, content: bytes) -> None:
        """Have the peer hold a file."""

    def get(self, name: str) -> bytes | None:
        """What the peer holds by that name (None: no such file)."""

    def place(self, name: str, kind: Kind) -> None:
        """Have the peer hold something that is no plain file.  Raises `CouldNotRun` where that cannot be."""

    def fill(self, room: int) -> None:
        """Leave the peer about `room` octets of space.  Raises `CouldNotRun` where that cannot be."""

    def beside(self, content: bytes) -> Sequence[str]:
        """Put a file into a folder next to the peer's whose name begins with that one's; the two names by which
        a peer would serve it that compares prefixes.  Raises `CouldNotRun` where that cannot be."""


class Special(bytes):
    """An entry of `MemoryFiles` that is no plain file, with what it would yield to one who reads it."""

    kind: Kind

    @classmethod
    def of(cls, kind: Kind) -> Special:
        made = cls(b"" if kind in ("folder", "fifo") else b"root:not for you")
        made.kind = kind
        return made


class Store(dict[str, bytes]):
    """Files in memory, by name; `room` is how many octets more it takes (None: any number)."""

    room: int | None = None

    def __setitem__(self, name: str, content: bytes) -> None:
        """Raises OSError (ENOSPC) when there is no room for it."""
        if self.room is not None:
            grown = len(content) - len(self.get(name, b""))
            if grown > self.room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.room -= grown
        super().__setitem__(name, content)


class MemoryFiles:
    """Files of a peer that lives in this process."""

    def __init__(self) -> None:
        self.by_name = Store()

    def put(self, name: str, content: bytes) -> None:
        self.by_name[name] = content

    def get(self, name: str) -> bytes | None:
        return self.by_name.get(name)

    def place(self, name: str, kind: Kind) -> None:
        self.by_name[name] = Special.of(kind)

    def fill(self, room: int) -> None:
        self.by_name.room = room

    def beside(self, content: bytes) -> Sequence[str]:
        relative, absolute = "../root-private/secret", "/srv/root-private/secret"
        self.by_name[relative] = self.by_name[absolute] = content
        return [relative, absolute]


class FolderFiles:
    """Files of a peer that serves a folder of this machine; anybody may read and overwrite them.

    A server may acknowledge the end of a file a moment before it has written all: a file counts when it has not
    changed for `settling` seconds, or when `rest` returns, which says that the peer has nothing more to do.
    `bounded` says that the folder holds a limited number of octets of its own, `guarded` that the peer cannot read
    what only its owner may; `neighbour` makes the folder next to it and tells (the path of this one as the peer
    sees it, the other for us).
    """

    def __init__(
        self,
        folder: Path,
        settling: float = 0.0,
        rest: Callable[[], None] = lambda: None,
        bounded: bool = False,
        guarded: bool = False,
        neighbour: Callable[[], tuple[str, Path]] | None = None,
    ) -> None:
        self.folder, self._settling, self._rest = folder, settling, rest
        self._bounded, self._guarded, self._neighbour = bounded, guarded, neighbour

    def put(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.write_bytes(content)
        path.chmod(0o666)

    def get(self, name: str) -> bytes | None:
        self._rest()
        content = self._read(name)
        for _ in range(_MOST_LOOKS if self._settling else 0):
            time.sleep(self._settling)
            before, content = content, self._read(name)
            if content == before:
                break
        return content

    def place(self, name: str, kind: Kind) -> None:
        path = self.folder / name
        if kind == "folder":
            path.mkdir()
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "secret":
            if not self._guarded:
                raise CouldNotRun(
                    "the peer runs as the owner of its files here, who may read them all; run as root"
                )
            path.write_bytes(b"root:not for you")
            path.chmod(0o600)
        else:
            path.symlink_to("/dev/zero" if kind == "device" else OUTSIDE)

    def fill(self, room: int) -> None:
        if not self._bounded:
            raise CouldNotRun("the peer's folder has no limit of its own; let the lab start it in namespaces")
        state = os.statvfs(self.folder)
        with (self.folder / _FILLER).open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, state.f_bavail * state.f_frsize - room)

    def beside(self, content: bytes) -> Sequence[str]:
        if self._neighbour is None:
            raise CouldNotRun(
                "nothing can be put beside the peer's folder; let the lab start it in namespaces"
            )
        own, folder = self._neighbour()
        secret = folder / "secret"
        secret.write_bytes(content)
        secret.chmod(0o644)
        there = f"{own}-private/secret"
        return [f"../{Path(there).parent.name}/secret", there]

    def _read(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None


class NotedFiles:
    """Files, with a note of what was found in them: `found` is what each `get` gave, in order."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.put, self.place, self.fill, self.beside = files.put, files.place, files.fill, files.beside
        self.found: list[bytes | None] = []

    def get(self, name: str) -> bytes | None:
        self.found.append(self._files.get(name))
        return self.found[-1]
