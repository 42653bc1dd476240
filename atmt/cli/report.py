"""`atmt report`: the records that pytest writes, merged, rebuilt, compared and shown.

Loads the plugin's modules only when a command runs: atmt does not depend on them.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

_RECORD = click.Path(exists=True, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_WIDTH = 80
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
_DIGEST = ("suite", "began", "ended", "outcome", "exit_code", "gates", "coverage", "requirements", "missing")


class _Reports(click.Group):
    """A group whose first word may be a record: then all reports are written."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group("report", cls=_Reports, short_help="Write, merge, compare and show reports of runs.")
def command() -> None:
    """Work on records (report.json) of conformance runs.

    A RECORD is such a file, or the folder it lies in. Nothing is judged anew: what is shown follows from
    the tests, paths and packets in the record.

    `atmt report RECORD... -o DIR` is short for `atmt report write RECORD... -o DIR`.
    """


@command.command("write")
@click.argument("records", type=_RECORD, nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--against", type=_RECORD, help="Tell what changed since this earlier run.")
def write(records: tuple[Path, ...], output: Path, against: Path | None) -> None:
    """Write every report into a folder: record, page, JUnit, Markdown, captures.

    Several records, of other peers or of parts of a suite, become one. Exits with the exit code of the run.
    """
    from pytest_atmt import history, merging, outputs, tally
    from pytest_atmt import record as files

    documents = [files.read(path) for path in records]
    document = merging.merge(documents) if len(documents) > 1 else tally.complete(documents[0])
    if against is not None:
        history.add(document, history.kept(files.read(against)))
    page = outputs.everything(document, output)
    click.echo(f"{document['outcome']}: {page}")
    raise click.exceptions.Exit(document["exit_code"])


@command.command("show")
@click.argument("record", type=_RECORD)
@click.option(
    "-v", "--verbose", "verbosity", flag_value=1, type=int, default=0, help="Name every requirement."
)
@click.option("-q", "--quiet", "verbosity", flag_value=-1, type=int, help="Only what went wrong.")
@_JSON
def show(record: Path, verbosity: int, as_json: bool) -> None:
    """Print the tables of a run, as pytest did at its end; exits with the run's own exit code.

    \b
    Examples:
      atmt report show reports/tftp
      atmt report show reports/tftp --json | jq .verdicts
    """
    from pytest_atmt import record as records
    from pytest_atmt import terminal

    document = records.read(record)
    if as_json:
        click.echo(json.dumps(_digest(document), indent=1))
        raise click.exceptions.Exit(document["exit_code"])
    terminal.summarise(_Terminal(), document, record, verbosity)
    raise click.exceptions.Exit(document["exit_code"])


@command.command("rebuild")
@click.argument("record", type=_RECORD)
@click.option("--junit", type=_OUT, help="Write JUnit XML to this file.")
@click.option("--summary", type=_OUT, help="Write a Markdown summary to this file.")
def rebuild(record: Path, junit: Path | None, summary: Path | None) -> None:
    """Work out anew what follows from a record, and write the page beside it.

    The record itself is rewritten too: an older version of atmt may have added it up differently. Exits with the
    exit code of the run.
    """
    from pytest_atmt import record as records
    from pytest_atmt import tally

    file = record / records.FILE if record.is_dir() else record
    document = tally.complete(records.read(file))
    records.write(file, document)
    _write(document, file.parent, junit, summary)
    click.echo(f"{document['outcome']}: {file}")
    raise click.exceptions.Exit(document["exit_code"])


@command.command("merge")
@click.argument("records", type=_RECORD, nargs=-1, required=True)
@click.option("-o", "--output", type=_OUT, required=True, help="The merged record.")
@click.option("--junit", type=_OUT, help="Write JUnit XML of the whole to this file.")
@click.option("--summary", type=_OUT, help="Write a Markdown summary of the whole to this file.")
def merge(records: tuple[Path, ...], output: Path, junit: Path | None, summary: Path | None) -> None:
    """Make one record of several, of other peers or of parts of a suite.

    Refuses records of different suites, catalogues or versions. Of a test that is in several of them the
    worse verdict stands. Exits with the exit code of the merged run.
    """
    from pytest_atmt import merging
    from pytest_atmt import record as files

    document = merging.merge([files.read(path) for path in records])
    files.write(output, document)
    _write(document, output.parent, junit, summary)
    click.echo(f"{document['outcome']}: {output}")
    raise click.exceptions.Exit(document["exit_code"])


@command.command("diff")
@click.argument("old", type=_RECORD)
@click.argument("new", type=_RECORD)
@_JSON
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Show what changed between two runs.

    Exits with 1 if a test fails that did not, or fails otherwise than before; with 6 if a verdict was lost.

    \b
    Examples:
      atmt report diff yesterday/reports/tftp reports/tftp
    """
    from pytest_atmt import merging
    from pytest_atmt import record as files

    found = merging.changes(files.read(old), files.read(new))
    if as_json:
        click.echo(json.dumps([asdict(change) for change in found], indent=1))
        raise click.exceptions.Exit(merging.exit_code(found))
    for change in found:
        click.echo(f"{change.kind}: {change.nodeid}: {change.before or 'not run'} -> {change.after}")
        if change.reason:
            click.echo(f"    {change.reason}")
    click.echo(f"{len(found)} tests changed" if found else "no test changed")
    raise click.exceptions.Exit(merging.exit_code(found))


def _digest(document: dict[str, Any]) -> dict[str, Any]:
    """What a run came to, without its packets: verdicts by peer, and what every gate said."""
    verdicts = {
        peer: Counter(t["verdict"] for t in document["tests"] if t["peer"] == peer)
        for peer in document["peers"]
    }
    return {**{key: document.get(key) for key in _DIGEST}, "verdicts": verdicts}


def _write(document: dict[str, Any], folder: Path, junit: Path | None, summary: Path | None) -> None:
    from pytest_atmt import junit as xml
    from pytest_atmt import markdown, outputs, report

    report.write(document, folder)
    if junit:
        outputs.write_text(junit, xml.render([document]))
    if summary:
        outputs.write_text(summary, markdown.render([document]))


class _Terminal:
    """What a report is written to, in click's colours."""

    def section(self, title: str) -> None:
        click.echo(f" {title} ".center(_WIDTH, "="))

    def write(self, content: str, **markup: bool) -> None:
        bold = markup.pop("bold", False)
        click.secho(content, nl=False, fg=next(iter(markup), None), bold=bold)

    def write_line(self, line: str, **markup: bool) -> None:
        self.write(line, **markup)
        click.echo()
