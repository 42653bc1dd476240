"""What words of a command line can be completed to, where the shell asks (see ``atmt --help``)."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


class SuiteName(click.ParamType[str]):
    """A shipped suite by its name, or the folder of one."""

    name = "suite"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from pytest_atmt import shipped

        names = [name for name in shipped.suites() if name.startswith(incomplete)]
        return [*map(CompletionItem, names), CompletionItem(incomplete, type="dir")]


class AutomatonName(click.ParamType[str]):
    """``module:Class`` or ``file.py:Class``."""

    name = "automaton"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from ..errors import AtmtError
        from .target import automata

        where, colon, begun = incomplete.rpartition(":")
        if not colon:
            return [CompletionItem(incomplete, type="file")]
        try:
            found = automata(where)
        except AtmtError:
            return []
        return [CompletionItem(f"{where}:{name}") for name in found if name.startswith(begun)]


class PeerName(click.ParamType[str]):
    """A peer of the suite that the command line has named so far, or of any shipped one."""

    name = "peer"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from pytest_atmt import shipped
        from pytest_atmt.peers import registry

        known = {name for folder in shipped.suites().values() for name in registry.known(folder / "peers")}
        return [CompletionItem(name) for name in sorted(known) if name.startswith(incomplete)]
