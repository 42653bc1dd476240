"""`atmt peers`: whom a suite knows, which of them are here, whether they serve, and how to get the others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pytest_atmt.peers.statement import Statement
    from pytest_atmt.survey import Portrait

_SUITE = click.argument("suite")
_NAMES = click.argument("names", nargs=-1, metavar="[NAME]...")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
_WORDS = {True: "yes", False: "no", None: "?"}


@click.group("peers", short_help="List, check, probe and install the peers that a suite knows.")
def command() -> None:
    """Show the peers of a suite: one that comes along (see atmt suites), or the folder of one."""


@command.command("list")
@_SUITE
@_JSON
def list_(suite: str, as_json: bool) -> None:
    """List the peers of SUITE: which are installed, from where, and under which clock they are judged.

    \b
    Examples:
      atmt peers list tftp
    """
    rows = [_row(statement) for statement in _statements(suite, ())]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        here = click.style("yes", fg="green") if row["installed"] else click.style("no ", fg="yellow")
        click.echo(f"{here}  {row['name']:{width}}  {row['clock']:8}  {row['title']}")
        if row["installed"] and row["version"]:
            click.echo(f"{'':{width + 7}}{row['version']}")
    click.echo(f"{sum(row['installed'] for row in rows)} of {len(rows)} are installed")


@command.command("check")
@_SUITE
@_NAMES
@_JSON
def check(suite: str, names: tuple[str, ...], as_json: bool) -> None:
    """Start the peers of SUITE (all, or those named) as a test would, greet each once and stop it.

    Exits with 1 if one of them does not serve, or if one that was named is not installed.

    \b
    Examples:
      atmt peers check tftp
      atmt peers check tftp tftpy pytftp --json
    """
    _show(suite, names, as_json, _greeting, probing=False)


@command.command("probe")
@_SUITE
@_NAMES
@_JSON
def probe(suite: str, names: tuple[str, ...], as_json: bool) -> None:
    """Try out what the peers of SUITE really do, beside what they claim (the section [ics] of their statements).

    Exits with 1 as atmt peers check does; where claim and deed part is told, and no error.

    \b
    Examples:
      atmt peers probe tftp dnsmasq
    """
    _show(suite, names, as_json, _abilities, probing=True)


@command.command("install")
@_SUITE
@_NAMES
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder (default: $ATMT_PEERS, else atmt/peers in the user's cache).",
)
@_JSON
def install(suite: str, names: tuple[str, ...], into: Path | None, as_json: bool) -> None:
    """Fetch what the peers of SUITE (all, or those named) lack, into a private folder.

    Nothing is installed on the machine: Python packages get a virtual environment each, Debian packages are
    unpacked, and what exists as a library only is built or started by a small program of the suite. What is there is
    left alone. It needs no root. Statements find what was fetched; with --into, set ATMT_PEERS to the same folder for
    the runs. Exits with 1 if something could not be fetched; the rest is there then.

    \b
    Examples:
      atmt peers install tftp
      atmt peers install tftp tftpy atftpd
    """
    if into is not None:
        os.environ["ATMT_PEERS"] = str(into.absolute())
    rows = []
    for statement in _statements(suite, names):
        rows.append(_installed(statement, as_json))
    if as_json:
        click.echo(json.dumps(rows, indent=1))
    raise click.exceptions.Exit(0 if all(row["problem"] == "" for row in rows) else 1)


def _installed(statement: Statement, quiet: bool) -> dict[str, Any]:
    """Fetch what one peer lacks, telling of it unless `quiet`."""
    from pytest_atmt.peers import installing, program

    from ..errors import EnvironmentFault

    row: dict[str, Any] = {"name": statement.name, "fetched": {}, "problem": "", "remedy": ""}

    def tell(text: str) -> None:
        if not quiet:
            click.echo(f"{statement.name}: {text}")

    try:
        for item, versions in installing.install(statement):
            row["fetched"][item] = versions
            tell(f"{item} ({', '.join(f'{name} {version}' for name, version in versions.items())})")
    except EnvironmentFault as fault:
        row["problem"], row["remedy"] = fault.cause, fault.remedy
    else:
        if lacking := program.missing(statement):
            row["problem"], row["remedy"] = f"it lacks {lacking[0]}", program.remedy(statement, lacking[0])
    if row["problem"]:
        tell(click.style(f"{row['problem']}. {row['remedy']}", fg="red"))
    elif not row["fetched"]:
        tell("is there")
    return row


def _statements(suite: str, names: Iterable[str]) -> tuple[Statement, ...]:
    from pytest_atmt import shipped, survey

    return survey.statements(shipped.find(suite), list(names)).statements


def _row(statement: Statement) -> dict[str, Any]:
    from pytest_atmt.peers import program

    lacking = program.missing(statement)
    return {
        "name": statement.name,
        "title": statement.title,
        "adapter": statement.adapter,
        "clock": "virtual" if statement.adapter == "reference" else statement.settings.get("clock", "real"),
        "installed": not lacking,
        "lacking": lacking,
        "remedy": program.remedy(statement, lacking[0]) if lacking else "",
        "version": program.versions(statement).get("version", ""),
    }


def _show(
    suite: str, names: tuple[str, ...], as_json: bool, tell: Callable[[Portrait], str], probing: bool
) -> None:
    """Look at peers, tell of each as it was seen, and exit with 1 if one does not serve."""
    from pytest_atmt import shipped, survey

    seen: list[Portrait] = []
    for portrait in survey.look(survey.statements(shipped.find(suite), names), probing):
        seen.append(portrait)
        if not as_json:
            click.echo(tell(portrait))
    if as_json:
        click.echo(json.dumps([portrait.data() for portrait in seen], indent=1))
    wrong = [p for p in seen if p.problem and (names or not p.lacking)]
    raise click.exceptions.Exit(1 if wrong else 0)


def _greeting(portrait: Portrait) -> str:
    if portrait.problem:
        return f"{_sign(portrait)}  {portrait.name}: {_wrong(portrait)}"
    return (
        f"{_sign(portrait)}  {portrait.name}: answers after {portrait.seconds:.2f} s ({portrait.clock} time)"
    )


def _abilities(portrait: Portrait) -> str:
    if portrait.problem:
        return f"{_sign(portrait)}  {portrait.name}: {_wrong(portrait)}"
    claims = (f"{name} {_WORDS[seen]}" for name, seen in portrait.observed.items())
    lines = [f"{_sign(portrait)}  {portrait.name}: {', '.join(claims)}"]
    return "\n".join([*lines, *(f"       {finding}" for finding in portrait.findings)])


def _sign(portrait: Portrait) -> str:
    if not portrait.problem:
        return click.style("yes", fg="green")
    return click.style("no ", fg="yellow" if portrait.lacking else "red")


def _wrong(portrait: Portrait) -> str:
    return ". ".join(part for part in (portrait.problem, portrait.remedy) if part)
