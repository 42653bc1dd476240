"""Which program a command starts: its hash, and the package and version that it comes from."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errand import GET, PUT
from . import store

if TYPE_CHECKING:
    from .statement import Statement

_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"


def locate(name: str) -> str | None:
    """The path of a program, system folders and what `atmt peers install` fetched included (None: it is nowhere).

    A path with a slash in it is taken as it is.
    """
    path = f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}"
    return _remembered(
        f"{path} {name}",
        lambda: shutil.which(name, path=path) or shutil.which(name, path=os.pathsep.join(store.bins())),
    )


_seen: dict[str, str] = {}  # where something was found


def _remembered(what: str, find: Callable[[], str | None]) -> str | None:
    """As `find` says, asked again only for what was not there or is there no more: each test asks for its peer's."""
    key = f"{store.folder()} {what}"
    if os.path.exists(_seen.get(key, "")):
        return _seen[key]
    if found := find():
        _seen[key] = found
    return found


def missing(statement: Statement) -> list[str]:
    """What a peer lacks on this machine: its program, and what it cannot do without.

    A path without a slash at its beginning is that of a package's file, from the root.
    """
    needs = _words(statement, statement.settings.get("needs", ()))
    return [word for word in (*_started(statement), *needs) if not _is_there(word)]


def paths(statement: Statement) -> list[str]:
    """Where the programs are that a peer starts (none: it starts none)."""
    return [path for path in map(locate, _started(statement)) if path is not None]


def _started(statement: Statement) -> list[str]:
    """The programs that a peer starts, each once."""
    commands = (statement.settings.get(key) for key in ("command", GET, PUT))
    return list(dict.fromkeys(_words(statement, [command[0] for command in commands if command])))


def _words(statement: Statement, words: Iterable[object]) -> list[str]:
    places = statement.places()
    return [str(word).format_map(places) for word in words]


def remedy(statement: Statement, what: str) -> str:
    """How to get `what` a peer lacks."""
    package = statement.settings.get("package")
    otherwise = "Look at its path: nothing is there" if os.path.isabs(what) else f"Install {what}"
    by_package = f"Install it: apt-get install {package}" if package else otherwise
    if not statement.install:
        return by_package
    fetch = f"atmt peers install {statement.folder.parent.name} {statement.name}"
    return f"{by_package}, or without touching this machine: {fetch}" if package else f"Fetch it: {fetch}"


def _is_there(word: str) -> bool:
    if os.sep not in word:
        return locate(word) is not None
    if os.path.isabs(word):
        return os.path.exists(word)
    return bool(_remembered(word, lambda: str(store.unpacked(word) or "")))


@cache
def program(name: str) -> dict[str, str]:
    """Name, sha256 and, where Debian's package manager knows it, package with version; asked once."""
    path = locate(name)
    if path is None:
        return {"program": name}
    real = os.path.realpath(path)
    found = {"program": os.path.basename(name), "sha256": hashlib.sha256(Path(real).read_bytes()).hexdigest()}
    return found | _package(path, real)


def versions(statement: Statement) -> dict[str, str]:
    """Of what was fetched for a peer, or is installed: the packages with their versions, in one line."""
    found = []
    for kind, asked in ((kind, asked) for kind, items in statement.install.items() for asked in items):
        name, noted = store.name(asked), store.note(store.item(kind, asked)).get("versions", {})
        if version := noted.get(name) or (kind == "debian" and _version(name)):
            found.append(f"{name} {version}")
    return {"version": ", ".join(found)} if found else {}


def _package(*paths: str) -> dict[str, str]:
    for path in paths:
        if owner := _ask("dpkg-query", "--search", path).partition(":")[0]:
            return {"version": f"{owner} {_version(owner)}"}
    return {}


def is_installed(package: str) -> bool:
    """Whether a Debian package is installed on this machine."""
    return bool(_version(package))


@cache
def _version(package: str) -> str:
    """The version of a Debian package that is installed ("": it is not)."""
    status, _, version = _ask(
        "dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", package
    ).partition(" ")
    return version if status == "installed" else ""


def _ask(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
