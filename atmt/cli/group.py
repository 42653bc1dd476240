"""The group of all commands, and what becomes of their errors.  A new command is a module and a line here."""

from __future__ import annotations

import difflib
import importlib
from typing import Any, NoReturn, cast

import click

from ..errors import AtmtError

_MODULES = {
    "doctor": ".doctor",
    "exec": ".execute",
    "graph": ".graph",
    "lab": ".lab",
    "lint": ".lint",
    "new": ".new",
    "peers": ".peers",
    "report": ".report",
    "requirements": ".requirements",
    "run": ".run",
    "suites": ".suites",
    "test": ".test",
}


class Commands(click.Group):
    """Loads a command's module when the command is named; what atmt raises ends in one line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        return cast(click.Command, importlib.import_module(_MODULES[cmd_name], __package__).command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _MODULES and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _MODULES, n=1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]}?" if near else ""))
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            _refuse(error)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AtmtError as error:
            raise Fault(str(error)) from error
        except click.UsageError as error:
            _refuse(error)


class Fault(click.ClickException):
    """An error of ours, shown in one line."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


def _refuse(error: click.UsageError) -> NoReturn:
    """A wrong call is told in one line as well, with where to read on."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError) or error.ctx is None:
        raise error
    raise Fault(f"{error.format_message()} See: {error.ctx.command_path} --help") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pytest-atmt", prog_name="atmt")
def atmt() -> None:
    """Automata that test protocols.

    The tests themselves are run by pytest, with the plugin that comes along (atmt test runs it for you). The other
    commands begin, check, show and draw; each explains itself: atmt COMMAND --help.

    \b
    Completion in the shell (bash; zsh and fish alike):
      eval "$(_ATMT_COMPLETE=bash_source atmt)"
    """
