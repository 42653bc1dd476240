"""`atmt run`: one automaton, without pytest, told as it goes."""

from __future__ import annotations

import ast
import inspect
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import RunEnd, TesterFault
from .target import automaton_class
from .words import AutomatonName, PeerName, SuiteName

if TYPE_CHECKING:
    from pytest_atmt import Run

    from ..automaton import Automaton

_PACKETS = 3  # of `Automaton.debug_level`: states, what led to them, packets


@click.command("run", short_help="Run one automaton and tell its path as it goes.")
@click.argument("target", metavar="MODULE:CLASS", type=AutomatonName())
@click.argument("words", metavar="[ARGUMENT | NAME=VALUE]...", nargs=-1)
@click.option(
    "--peer",
    metavar="PEER",
    type=PeerName(),
    help="Whom to talk to: a name, a statement (.toml), udp://HOST[:PORT], 'cmd:PROGRAM ...'.",
)
@click.option(
    "--suite",
    metavar="SUITE",
    type=SuiteName(),
    help="The suite that knows the peer and how to speak with it (default: that of MODULE).",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the run as JSON, as a record has it, and nothing else."
)
def command(target: str, words: tuple[str, ...], peer: str | None, suite: str | None, as_json: bool) -> None:
    """Run the automaton MODULE:CLASS and print its states and packets as they come.

    Arguments go to its parse_args; a value is read as Python where it is some (3, None, b"x"), else as text.
    With --peer it talks to a peer of a suite, without it by whatever link it opens itself. Exits with 0 if
    it ended in a final state, with 1 if not.

    \b
    Examples:
      atmt run suites.tftp.automata:WriteClient name 'b"content"' --peer reference
      atmt run suites.tftp.automata:ReadClient boot.img mode=netascii --peer udp://192.0.2.7
      atmt run scapy.layers.tftp:TFTP_read boot.img 192.0.2.7
    """
    cls = automaton_class(target)
    plain = [_value(word) for word in words if not _is_named(word)]
    named = {name: _value(value) for name, _, value in (w.partition("=") for w in words if _is_named(w))}
    if not as_json:
        _tell()
    if peer is None:
        if as_json:
            raise TesterFault("--json tells a conversation with a peer; say which: --peer reference")
        raise click.exceptions.Exit(_alone(_loud(cls), plain, named))
    run = _converse(_loud(cls), plain, named, peer, _folder(cls, suite))
    _conclude(run, as_json)
    raise click.exceptions.Exit(0 if run.error is None else 1)


def _loud(cls: type[Automaton]) -> type[Automaton]:
    """The class, whose automata log what they do from their beginning, whatever their arguments are."""
    return type(cls.__name__, (cls,), {"debug_level": _PACKETS, "__module__": cls.__module__})


def _alone(cls: type[Automaton], plain: list[Any], named: dict[str, Any]) -> int:
    _check(cls, plain, named)
    automaton = cls(*plain, **named)
    try:
        result = automaton.run()
    except RunEnd as end:
        click.echo(f"ended: {end}")
        return 1
    click.echo(f"ended in {automaton.state.name if automaton.state else 'no state'}; result: {result!r}")
    return 0


def _converse(cls: type[Automaton], plain: list[Any], named: dict[str, Any], name: str, folder: Path) -> Run:
    """Bring the peer up, talk to it once, take it down."""
    from pytest_atmt import shipped
    from pytest_atmt.fixtures import converse
    from pytest_atmt.peers import adapters, registry
    from pytest_atmt.peers.opening import open_peer

    from ..lab import Lab

    labs: list[Lab] = []

    def lab() -> Lab:
        labs.append(Lab())
        return labs[-1]

    suite = shipped.load(folder)
    known = adapters.installed()
    peer = open_peer(registry.find(name, suite, known), suite, lab, known)
    runs: list[Run] = []
    try:
        _check(cls, plain, {**peer.arguments(), **named})
        converse(cls, peer, plain, named, (), runs)
        return runs[0]
    finally:
        peer.close()
        for opened in labs:
            opened.close()


def _conclude(run: Run, as_json: bool) -> None:
    from pytest_atmt import explain, judge

    if as_json:
        click.echo(json.dumps(judge.run_data(run), indent=1))
        return
    click.echo(f"path    {explain.path_line(run.path)}")
    click.echo(f"ended   {explain.reason(run)} ({run.clock} time, {run.duration:.3f} s)")
    if run.result is not None:
        click.echo(f"result  {judge.short(run.result)}")


def _check(cls: type[Automaton], plain: list[Any], named: dict[str, Any]) -> None:
    """Raise `TesterFault` for arguments that parse_args does not take."""
    takes = inspect.signature(cls.parse_args)
    try:
        takes.bind(None, *plain, **named)
    except TypeError as error:
        wanted = ", ".join(str(p) for p in list(takes.parameters.values())[1:])
        raise TesterFault(f"{cls.__name__}: {error}; its arguments are ({wanted})") from None


def _folder(cls: type[Automaton], suite: str | None) -> Path:
    """The suite that was named, or the one in whose folder the class is written."""
    from pytest_atmt import shipped

    if suite is not None:
        return shipped.find(suite)
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    if file and (Path(file).parent / "conftest.py").is_file():
        return Path(file).parent
    raise TesterFault(f"{cls.__name__} belongs to no suite; say which one knows the peer: --suite NAME")


def _is_named(word: str) -> bool:
    return word.partition("=")[0].isidentifier() and "=" in word


def _value(word: str) -> Any:
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError):
        return word


def _tell() -> None:
    """Show what the runtime logs, with the seconds since the first of it."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Told())
    logger = logging.getLogger("atmt")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


class _Told(logging.Formatter):
    def __init__(self) -> None:
        super().__init__()
        self._began = 0.0

    def format(self, record: logging.LogRecord) -> str:
        self._began = self._began or record.created  # bringing the peer up does not count
        return f"{record.created - self._began:9.4f}  {record.getMessage()}"
