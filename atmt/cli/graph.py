"""`atmt graph`: draw an automaton."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..draw import FORMATS, drawing, table
from .target import automaton_class
from .words import AutomatonName


@click.command("graph", short_help="Draw an automaton.")
@click.argument("target", metavar="MODULE:CLASS", type=AutomatonName())
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"File to write; its ending is the format, one of {', '.join(FORMATS)}.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as a record has it, instead of the table.")
def command(target: str, output: Path | None, as_json: bool) -> None:
    """Draw the states and transitions of an automaton.

    Without -o a table of all transitions is printed, for which no Graphviz is needed. A class of Scapy's is
    taken over first, so that its drawing shows what atmt would run.

    \b
    Examples:
      atmt graph suites.tftp.automata:Reader
      atmt graph suites/tftp/automata.py:Reader -o reader.svg
      atmt graph scapy.layers.tftp:TFTP_read -o README.mmd

    svg, png and pdf are drawn by Graphviz: pip install 'pytest-atmt[graph]', or any dot program. The ending
    dot (or gv) is Graphviz's text, mmd is Mermaid's, which GitHub draws, and txt is the table.
    """
    cls = automaton_class(target)
    if as_json:
        from pytest_atmt import models

        click.echo(json.dumps({"name": cls.atmt_graph.name, **models.data(cls)}, indent=1))
        return
    graph = cls.atmt_graph
    if output is None:
        click.echo(table(graph), nl=False)
        return
    drawn = drawing(graph, output.suffix.removeprefix("."))
    try:
        output.write_bytes(drawn)
    except OSError as error:
        raise click.BadParameter(f"{output} cannot be written: {error.strerror}", param_hint="-o") from error
    click.echo(f"wrote {output}")
