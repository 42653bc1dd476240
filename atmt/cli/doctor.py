"""`atmt doctor`: what this machine can do."""

from __future__ import annotations

import click


@click.command("doctor", short_help="Tell what this machine can do.")
@click.option("--missing", is_flag=True, help="Show only what is missing.")
def command(missing: bool) -> None:
    """Try out what tests may need of this machine, and say what to change where it is missing.

    What is missing need not matter: tests against a reference peer need none of it, and each ability has a
    fall-back.

    \b
    Examples:
      atmt doctor --missing
    """
    from ..lab.doctor import examine

    for finding in examine():
        if missing and finding.ok:
            continue
        sign, colour = ("yes", "green") if finding.ok else ("no ", "yellow")
        click.echo(f"{click.style(sign, fg=colour)}  {finding.what}: {finding.detail}")
        if finding.remedy:
            click.echo(f"       {finding.remedy}")
