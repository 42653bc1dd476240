"""`atmt report`: the records that pytest writes, merged, rebuilt, compared and shown.

Loads the plugin's modules only when a command runs: atmt does not depend on them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_RECORD = click.Path(exists=True, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_WIDTH = 80


@click.group("report", short_help="Merge, rebuild, compare and show records of runs.")
def command() -> None:
    """Work on records (report.json) of conformance runs.

    A RECORD is such a file, or the folder it lies in. Nothing is judged anew: what is shown follows from
    the tests, paths and packets in the record.
    """


@command.command("show")
@click.argument("record", type=_RECORD)
def show(record: Path) -> None:
    """Print the tables of a run, as pytest did at its end; exits with the run's own exit code."""
    from pytest_atmt import record as records
    from pytest_atmt import terminal

    document = records.read(record)
    terminal.summarise(_Terminal(), document, record)
    raise click.exceptions.Exit(document["exit_code"])


@command.command("rebuild")
@click.argument("record", type=_RECORD)
@click.option("--junit", type=_OUT, help="Write JUnit XML to this file.")
@click.option("--summary", type=_OUT, help="Write a Markdown summary to this file.")
def rebuild(record: Path, junit: Path | None, summary: Path | None) -> None:
    """Work out anew what follows from a record, and write reports from it.

    The record itself is rewritten too: an older version of atmt may have added it up differently.
    """
    from pytest_atmt import record as records
    from pytest_atmt import tally

    file = record / records.FILE if record.is_dir() else record
    document = tally.complete(records.read(file))
    records.write(file, document)
    _write(document, junit, summary)
    click.echo(f"{document['outcome']}: {file}")


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
    _write(document, junit, summary)
    click.echo(f"{document['outcome']}: {output}")
    raise click.exceptions.Exit(document["exit_code"])


@command.command("diff")
@click.argument("old", type=_RECORD)
@click.argument("new", type=_RECORD)
def diff(old: Path, new: Path) -> None:
    """Show what changed between two runs.

    Exits with 1 if a test fails that did not, or fails otherwise than before; with 6 if a verdict was lost.
    """
    from pytest_atmt import merging
    from pytest_atmt import record as files

    found = merging.changes(files.read(old), files.read(new))
    for change in found:
        click.echo(f"{change.kind}: {change.nodeid}: {change.before or 'not run'} -> {change.after}")
        if change.reason:
            click.echo(f"    {change.reason}")
    click.echo(f"{len(found)} tests changed" if found else "no test changed")
    raise click.exceptions.Exit(merging.exit_code(found))


def _write(document: dict[str, Any], junit: Path | None, summary: Path | None) -> None:
    from pytest_atmt import junit as xml
    from pytest_atmt import markdown, outputs

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
