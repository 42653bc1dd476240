"""`atmt lint`: what is wrong with a suite, without running it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command("lint", short_help="Check a suite without running it.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def command(folder: Path, as_json: bool) -> None:
    """Check the suite in FOLDER: its catalogue against its tests, its automata, its code.

    Every testable requirement must have a test, every test a requirement of the catalogue, every state a way
    that leads to it; no test sleeps. Exits with 1 if anything is wrong.

    \b
    Examples:
      atmt lint suites/tftp
    """
    from pytest_atmt.lint import lint

    complaints = lint(folder)
    if as_json:
        click.echo(json.dumps([{"where": c.where, "what": c.what} for c in complaints], indent=1))
    else:
        for complaint in complaints:
            click.echo(str(complaint))
        click.echo(f"{folder}: {len(complaints)} complaint{'' if len(complaints) == 1 else 's'}")
    sys.exit(1 if complaints else 0)
