"""What the shell offers when a word has been begun."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def offered():
    """What bash is offered for the last of these words."""

    def complete(*words):
        asked = {
            "_ATMT_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        }
        done = subprocess.run(
            [sys.executable, "-c", "from atmt.cli import main; main()"],
            cwd=ROOT,
            env={**os.environ, **asked},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    return complete


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("atmt", "gr"), ["graph"]),
        (("atmt", "report", "me"), ["merge"]),
        (("atmt", "lint", "--js"), ["--json"]),
        (("atmt", "test", "tf"), ["tftp", "tf"]),
        (("atmt", "run", "x:Y", "--peer", "tftpd"), ["tftpd-hpa"]),
    ],
)
def test_a_word_is_completed(offered, words, wanted):
    assert offered(*words) == wanted


def test_an_automaton_is_completed_in_its_module(offered):
    assert offered("atmt", "graph", "suites.tftp.automata:Re") == ["suites.tftp.automata:ReadClient"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_that_the_help_names_is_given(shell):
    done = subprocess.run(
        [sys.executable, "-c", "from atmt.cli import main; main()"],
        env={**os.environ, "_ATMT_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "_ATMT_COMPLETE" in done.stdout
