"""From the names given with ``--peer`` to statements."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable
from pathlib import Path

from atmt.errors import TesterFault

from ..suite import Suite
from . import statement as _statement
from .program import locate
from .statement import Statement, StatementError


class UnknownPeer(TesterFault):
    """No peer of that name; says which there are."""


def known(folder: Path) -> dict[str, Path]:
    """Peer's name -> its statement's file, for every statement in `folder`."""
    return {file.stem: file for file in sorted(folder.glob("*.toml"))}


def select(names: Iterable[str], suite: Suite) -> list[Statement]:
    """The statements that `names` stand for, each once; "all" is every peer of the suite that is installed."""
    found: dict[str, Statement] = {}
    for name in names:
        for statement in _all(suite) if name == "all" else [find(name, suite)]:
            found.setdefault(statement.name, statement)
    return list(found.values())


def find(name: str, suite: Suite) -> Statement:
    """The statement of one name: of the suite, a TOML file, a ``udp://`` URL, or ``cmd:`` with a command line."""
    if name.startswith("udp://"):
        from .udp import statement_of

        return statement_of(name)
    if name.startswith("cmd:"):
        return _command(name)
    if name.endswith(".toml"):
        return _statement.read(Path(name))
    files = known(suite.folder / "peers")
    if name not in files:
        near = difflib.get_close_matches(name, files, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UnknownPeer(
            f"--peer {name}: no peer is called {name!r}.{hint} Known peers: {', '.join(files)}; or give all, "
            "udp://HOST[:PORT], a peer statement (.toml), or 'cmd:PROGRAM {ip} {port} {root}'"
        )
    return _statement.read(files[name])


def installed(statement: Statement) -> bool:
    """Whether the program of a peer is on this machine (a peer without program always is)."""
    command = statement.settings.get("command")
    return not command or locate(command[0]) is not None


def _all(suite: Suite) -> list[Statement]:
    statements = [_statement.read(file) for file in known(suite.folder / "peers").values()]
    return [statement for statement in statements if installed(statement)]


def _command(name: str) -> Statement:
    try:
        words = shlex.split(name.removeprefix("cmd:"))
    except ValueError as error:
        raise StatementError(f"--peer {name}: {error}") from None
    if not words:
        raise StatementError(f"--peer {name}: no command; write 'cmd:PROGRAM {{ip}} {{port}} {{root}}'")
    return Statement(Path(words[0]).name, "process", "a command line", {"command": words})
