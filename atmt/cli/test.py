"""`atmt test`: a suite, run by pytest, from wherever it is."""

from __future__ import annotations

from pathlib import Path

import click

from .words import SuiteName


@click.command(
    "test",
    short_help="Run a conformance suite against a peer.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("suite", metavar="SUITE", type=SuiteName())
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST OPTIONS]...")
def command(suite: str, arguments: tuple[str, ...]) -> None:
    """Run SUITE, one that comes along (see atmt suites) or the folder of one, with pytest.

    Everything behind SUITE goes to pytest: --peer whom to judge, -n 2 for two workers, -k for some tests. The
    record, the page and the captures are written to reports/SUITE in the working directory, unless
    --atmt-report says otherwise. Exits as pytest does: 0 passed, 1 failed, 6 incomplete, ...

    \b
    Examples:
      atmt test tftp
      atmt test tftp --peer udp://192.0.2.7
      atmt test tftp --peer 'cmd:in.tftpd -L -s -a {ip}:{port} {root}' -n 2
    """
    import pytest

    from pytest_atmt import shipped

    folder = shipped.find(suite).resolve()
    given = list(arguments)
    if not any(word.partition("=")[0] == "--atmt-report" for word in given):
        given += ["--atmt-report", str(Path("reports", folder.name).absolute())]
    # Tests have the same names as in a clone of the repository, so that a baseline holds for both.
    options = ["--rootdir", str(folder.parents[1]), "-p", "no:cacheprovider"]
    raise click.exceptions.Exit(int(pytest.main([str(folder), *options, *given])))
