"""`atmt new`: something to begin with."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("new", short_help="Begin a conformance suite of your own.")
def command() -> None:
    """Write something to begin with, which runs at once."""


@command.command("suite")
@click.argument("name")
@click.option(
    "-C",
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Where to write it (default: the working directory).",
)
def suite(name: str, directory: Path) -> None:
    """Write the suite NAME: automaton, reference peer, catalogue, peer statement, tests, a CI job.

    It judges the Echo Protocol (RFC 862), so that it can be run before a line is changed.

    \b
    Examples:
      atmt new suite ntp
    """
    from pytest_atmt import scaffold

    for path in scaffold.new_suite(name, directory):
        click.echo(f"  {path}")
    click.echo(f"Run it: pytest {directory / name}   and check it: atmt lint {directory / name}")
