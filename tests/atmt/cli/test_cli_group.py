"""The command as a whole."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from atmt.cli.group import _MODULES, atmt


def test_importing_the_command_line_loads_no_tool():
    code = "import sys, atmt.cli; print([m for m in ('click', 'scapy', 'pytest') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


@pytest.mark.parametrize("name", _MODULES)
def test_the_help_of_each_command_shows_an_example_or_its_commands(name):
    done = CliRunner().invoke(atmt, [name, "--help"])
    assert done.exit_code == 0
    command = atmt.get_command(click.Context(atmt), name)
    if isinstance(command, click.Group):
        assert all(f"\n  {sub} " in done.output for sub in command.commands)
    else:
        assert f"Examples:\n    atmt {name} " in done.output


def test_an_unknown_command_is_refused():
    done = CliRunner().invoke(atmt, ["grpah"])
    assert done.exit_code == 2
    assert "grpah" in done.output


def test_python_m_atmt_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "atmt", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: atmt ")
