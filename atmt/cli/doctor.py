"""`atmt doctor`: what this machine can do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..lab.doctor import PeerProgram


@click.command("doctor", short_help="Tell what this machine can do.")
@click.option("--missing", is_flag=True, help="Show only what is missing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def command(missing: bool, as_json: bool) -> None:
    """Try out what tests may need of this machine, and say what to change where it is missing.

    What is missing need not matter: tests against a reference peer need none of it, and each ability has a
    fall-back.

    \b
    Examples:
      atmt doctor --missing
    """
    from ..lab.doctor import examine

    found = [finding for finding in examine(_peers()) if not (missing and finding.ok)]
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in found], indent=1))
        return
    for finding in found:
        sign, colour = ("yes", "green") if finding.ok else ("no ", "yellow")
        click.echo(f"{click.style(sign, fg=colour)}  {finding.what}: {finding.detail}")
        if finding.remedy:
            click.echo(f"       {finding.remedy}")


def _peers() -> Iterator[PeerProgram]:
    """The programs that the shipped suites know as peers."""
    from pytest_atmt import shipped
    from pytest_atmt.peers import program, registry, statement

    from ..lab.doctor import PeerProgram

    for folder in shipped.suites().values():
        for file in registry.known(folder / "peers").values():
            stated = statement.read(file)
            if lacking := program.missing(stated):
                yield PeerProgram(stated.name, "", lacking[0], program.remedy(stated, lacking[0]))
            elif paths := program.paths(stated):
                yield PeerProgram(stated.name, ", ".join(paths))
