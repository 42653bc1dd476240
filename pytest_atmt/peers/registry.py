"""From the names given with ``--peer`` to statements."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path

from atmt.errors import TesterFault

from ..errand import GET, PUT
from ..roles import CLIENT
from ..suite import Suite
from . import statement as _statement
from .adapters import NONE, Adapters, of_address
from .program import missing
from .statement import LONGEST_ERRAND, Statement, StatementError


class UnknownPeer(TesterFault):
    """No peer of that name; says which there are."""


def known(folder: Path) -> dict[str, Path]:
    """Peer's name -> its statement's file, for every statement in `folder`."""
    return {file.stem: file for file in sorted(folder.glob("*.toml"), key=lambda file: file.stem)}


def select(names: Iterable[str], suite: Suite, adapters: Adapters = NONE) -> list[Statement]:
    """The statements that `names` stand for, each once; "all" is every peer of the suite that is installed.

    Commands of one program, such as two scripts of Python, are numbered from the second on.
    """
    found: dict[str, Statement] = {}
    for name in dict.fromkeys(names):
        for statement in _all(suite, adapters) if name == "all" else [find(name, suite, adapters)]:
            taken = statement.name in found and name.startswith("cmd:")
            known = _numbered(statement, found) if taken else statement
            found.setdefault(known.name, known)
    return list(found.values())


def _numbered(statement: Statement, found: Container[str]) -> Statement:
    free = next(number for number in count(2) if f"{statement.name}-{number}" not in found)
    return replace(statement, name=f"{statement.name}-{free}")


def find(name: str, suite: Suite, adapters: Adapters = NONE) -> Statement:
    """The statement of one name: of the suite, a TOML file, a ``udp://`` URL, ``cmd:`` with a command line,
    or an address of one of the `adapters`.
    """
    if name.startswith("udp://"):
        from .udp import statement_of

        return statement_of(name)
    if name.startswith("cmd:"):
        return _command(name)
    if address := of_address(name, adapters):
        return address
    if name.endswith(".toml"):
        return _read(Path(name), adapters)
    files = known(suite.folder / "peers")
    if name not in files:
        near = difflib.get_close_matches(name, files, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UnknownPeer(
            f"--peer {name}: no peer is called {name!r}.{hint} Known peers: {', '.join(files)}; or give all, "
            "udp://HOST[:PORT], a peer statement (.toml), 'cmd:PROGRAM {ip} {port} {root}' for a server, or "
            "'cmd:PROGRAM {url} {out}' for a client"
        )
    return _read(files[name], adapters)


def installed(statement: Statement) -> bool:
    """Whether the programs of a peer are on this machine (a peer without program always is)."""
    return not missing(statement)


def _read(file: Path, adapters: Adapters) -> Statement:
    return _statement.read(file, {adapter.name: adapter.keys for adapter in adapters.values()})


def _all(suite: Suite, adapters: Adapters) -> list[Statement]:
    statements = [_read(file, adapters) for file in known(suite.folder / "peers").values()]
    if not (there := [statement for statement in statements if installed(statement)]):
        names = ", ".join(statement.name for statement in statements)
        raise UnknownPeer(f"--peer all: none of the peers of suite {suite.name} is installed: {names}")
    return there


def _command(name: str) -> Statement:
    try:
        words = shlex.split(name.removeprefix("cmd:"))
    except ValueError as error:
        raise StatementError(f"--peer {name}: {error}") from None
    if not words:
        raise StatementError(
            f"--peer {name}: no command; write 'cmd:PROGRAM {{ip}} {{port}} {{root}}' (a server) or "
            "'cmd:PROGRAM {url} {out}' (a client)"
        )
    program = Path(words[0]).name
    if os.sep in words[0]:  # as a shell has it: seen from the folder where the command is typed
        words[0] = os.path.abspath(words[0])
    if verb := _verb(name, words):
        settings = {verb: words, "clock": "virtual", "headstrong": True}
        return Statement(program, "process", "a command line", settings, limit=LONGEST_ERRAND, role=CLIENT)
    settings = {"command": words, "clock": "virtual", "restart": "module"}
    return Statement(program, "process", "a command line", settings)


def _verb(name: str, words: Iterable[str]) -> str:
    """What a client's command line does; "" for a server's."""
    line = " ".join(words)
    verb = GET if "{out}" in line else PUT if "{in}" in line else ""
    if "{url}" in line and not verb:
        raise StatementError(
            f"--peer {name} is given a URL, so it is a client, but not its file: add {{out}} (what it fetches) or "
            "{in} (what it stores)"
        )
    return verb
