"""The group of all commands, and what becomes of their errors.  A new command is a module and a line here."""

from __future__ import annotations

import importlib
from typing import cast

import click

from ..errors import AtmtError

_MODULES = {
    "doctor": ".doctor",
    "exec": ".execute",
    "graph": ".graph",
    "lab": ".lab",
    "lint": ".lint",
    "report": ".report",
}


class Commands(click.Group):
    """Loads a command's module when the command is named; what atmt raises ends in one line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        return cast(click.Command, importlib.import_module(_MODULES[cmd_name], __package__).command)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AtmtError as error:
            raise Fault(str(error)) from error


class Fault(click.ClickException):
    """An error of ours, shown in one line."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pytest-atmt", prog_name="atmt")
def atmt() -> None:
    """Automata that test protocols.

    The tests themselves are run by pytest, with the plugin that comes along. These commands show, draw and
    run the automata outside of it; each explains itself: atmt COMMAND --help.
    """
