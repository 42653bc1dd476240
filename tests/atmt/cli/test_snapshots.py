"""What every command says of itself, and of a wrong call: to the letter.

A wanted change: ``ATMT_SNAPSHOTS=write pytest tests/atmt/cli/test_snapshots.py``, then read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from atmt.cli.group import atmt

SNAPSHOTS = Path(__file__).with_name("snapshots")
WRONG = {
    "an unknown command": ["grpah"],
    "an unknown option": ["lint", "--fast", "."],
    "doctor with words": ["doctor", "everything"],
    "exec of no script": ["exec", "nowhere.py"],
    "graph of no class": ["graph", "atmt.automaton"],
    "graph of a missing class": ["graph", "suites.tftp.automata:ReadCleint"],
    "graph of a missing module": ["graph", "no_such_module:Class"],
    "lint of no folder": ["lint", "nowhere"],
    "lint of no suite": ["lint", "docs"],
    "new suite with a bad name": ["new", "suite", "9-lives"],
    "new suite where one is": ["new", "suite", "-C", "suites", "tftp"],
    "peers of no suite": ["peers", "list", "tfpt"],
    "peers that nobody knows": ["peers", "check", "tftp", "refrence"],
    "report of no record": ["report", "show", "nowhere.json"],
    "report of another file": ["report", "show", "pyproject.toml"],
    "graph into an unknown format": ["graph", "suites.tftp.automata:ReadClient", "-o", "read.jpg"],
    "report diff with one record": ["report", "diff", "pyproject.toml"],
    "report merge of nothing": ["report", "merge", "-o", "all.json"],
    "requirements of an unknown level": ["requirements", "list", "tftp", "--level", "MUSTNT"],
    "test without a suite": ["test"],
    "requirements of no suite": ["requirements", "list", "tfpt"],
    "run without arguments": ["run", "suites.tftp.automata:ReadClient", "--peer", "reference"],
    "run against an unknown peer": ["run", "suites.tftp.automata:ReadClient", "x", "--peer", "refrence"],
    "run as JSON without a peer": ["run", "suites.tftp.automata:ReadClient", "x", "--json"],
    "run of what belongs to no suite": [
        "run",
        "scapy.layers.tftp:TFTP_read",
        "x",
        "y",
        "--peer",
        "reference",
    ],
    "test of no suite": ["test", "tfpt"],
}


def _commands(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command, groups and what is in them."""
    found = [words]
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = (*words, name)
        found += _commands(command, inner) if isinstance(command, click.Group) else [inner]
    return found


def _compare(name: str, said: str) -> None:
    said = re.sub(r"(Known peers: )[^;]*;", r"\1...;", said)  # whoever comes next
    file = SNAPSHOTS / f"{name.replace(' ', '-')}.txt"
    if os.environ.get("ATMT_SNAPSHOTS") == "write":
        file.write_text(said)
    assert file.is_file(), f"there is no snapshot {file.name}: see the head of this file"
    assert said == file.read_text()


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])


@pytest.mark.parametrize("words", _commands(atmt), ids=lambda words: " ".join(words) or "atmt")
def test_help_reads_as_it_did(words):
    done = CliRunner().invoke(atmt, [*words, "--help"], prog_name="atmt", terminal_width=80)
    assert done.exit_code == 0
    _compare(" ".join(("help", *words)), done.output)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_is_told_what_is_wrong(name):
    done = CliRunner().invoke(atmt, WRONG[name], prog_name="atmt", terminal_width=80)
    assert done.exit_code not in (0, 1), done.output
    assert "Traceback" not in done.output
    _compare(name, done.output)


def test_no_snapshot_is_left_of_what_is_no_more():
    wanted = {" ".join(("help", *words)).replace(" ", "-") for words in _commands(atmt)}
    assert {path.stem for path in SNAPSHOTS.glob("*.txt")} == wanted | {n.replace(" ", "-") for n in WRONG}
