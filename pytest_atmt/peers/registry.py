"""From the names given with ``--peer`` to peers."""

from __future__ import annotations

import difflib
from pathlib import Path

from atmt.errors import TesterFault

from . import statement as _statement
from .statement import Statement


class UnknownPeer(TesterFault):
    """No peer of that name; says which there are."""


def known(folder: Path) -> dict[str, Path]:
    """Peer's name -> its statement's file, for every statement in `folder`."""
    return {file.stem: file for file in sorted(folder.glob("*.toml"))}


def find(name: str, folder: Path) -> Statement:
    """The statement that `name` stands for: a name in `folder`, a TOML file, or a ``udp://`` URL."""
    if name.startswith("udp://"):
        from .udp import statement_of

        return statement_of(name)
    if name.endswith(".toml"):
        return _statement.read(Path(name))
    files = known(folder)
    if name not in files:
        near = difflib.get_close_matches(name, files, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UnknownPeer(
            f"--peer {name}: no peer is called {name!r}.{hint} Known peers: {', '.join(files)}; "
            "or give udp://HOST[:PORT] or the path of a peer statement (.toml)"
        )
    return _statement.read(files[name])
