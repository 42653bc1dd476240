"""`atmt exec`: a Scapy script on atmt's runtime."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import click

from ..errors import AtmtError, TesterFault


@click.command(
    "exec",
    short_help="Run a Scapy script on atmt's runtime.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("script", type=click.Path(dir_okay=False))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(script: str, arguments: tuple[str, ...]) -> None:
    """Run SCRIPT, written for Scapy, with atmt's automata in the place of Scapy's.

    The script is not changed: whatever imports scapy.automaton, itself or within Scapy's layers, finds
    atmt's runtime there. It sees its ARGUMENTS as usual and runs as __main__.

    \b
    Examples:
      atmt exec hello_automaton.py
      atmt exec fetch.py --server 192.0.2.1 boot.img
    """
    from ..compat import install

    if not Path(script).is_file():
        raise TesterFault(f"there is no script {script}; give a path from the working directory")
    install()
    sys.argv = [script, *arguments]
    sys.path[0] = str(Path(script).resolve().parent)
    try:
        runpy.run_path(script, run_name="__main__")
    except AtmtError as error:
        # the script's own affair: with its traceback, as if Python had run it
        sys.excepthook(type(error), error, error.__traceback__)
        raise click.exceptions.Exit(1) from error
