"""A suite is checked without being run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from atmt.errors import TesterFault
from pytest_atmt.lint import lint

TEST = "from pytest_atmt import requirement\n\n@requirement('PING-1', 'PING-2')\ndef test_it(ping):\n    ping()\n"


@pytest.fixture
def folder(suite, monkeypatch):
    """The ping suite with one test; what it imports is forgotten afterwards."""
    before = set(sys.modules)
    (suite.pytester.path / "test_ping.py").write_text(TEST)
    yield suite.pytester.path
    for name in set(sys.modules) - before:
        if name.split(".")[0] in ("conftest", "test_ping"):
            del sys.modules[name]


def test_a_sound_suite_has_no_complaints(folder):
    assert lint(folder) == []


def test_a_requirement_without_test_is_named(folder):
    (folder / "test_ping.py").write_text(TEST.replace(", 'PING-2'", ""))
    [complaint] = lint(folder)
    assert "PING-2: is testable, yet no test judges it" in str(complaint)


def test_a_state_that_nothing_leads_to_is_named(folder):
    conftest = folder / "conftest.py"
    state = "    @ATMT.state(final=True)\n    def NOWHERE(self): pass\n\nclass Pong"
    conftest.write_text(conftest.read_text().replace("class Pong", state, 1))
    assert [str(c) for c in lint(folder)] == [
        "Ping.NOWHERE: no transition leads there; raise it somewhere, or remove it"
    ]


def test_a_sleep_is_named_with_its_line(folder):
    (folder / "test_ping.py").write_text(TEST + "    import time\n    time.sleep(1)\n")
    [complaint] = lint(folder)
    assert str(complaint).endswith("test_ping.py:7: sleeps; wait with a timeout of an automaton instead")


def test_what_cannot_be_collected_is_a_complaint(folder):
    (folder / "test_ping.py").write_text(TEST.replace("PING-1", "PONG-1"))
    [complaint] = lint(folder)
    assert "cannot be collected" in str(complaint)


def test_a_folder_that_is_no_suite_is_refused(tmp_path):
    with pytest.raises(TesterFault, match="is no suite"):
        lint(tmp_path)


def test_the_tftp_suite_has_no_complaints():
    import subprocess

    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "atmt", "lint", "suites/tftp"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_breaches_of_no_state_and_of_no_requirement_are_named(folder):
    conftest = folder / "conftest.py"
    breaches = '    breaches = {"NOWHERE": "PING-1", "SILENCE": "PING-9"}\n\n    def parse_args(self, word='
    conftest.write_text(conftest.read_text().replace("    def parse_args(self, word=", breaches, 1))
    assert [str(c) for c in lint(folder)] == [
        "Ping.breaches: names NOWHERE, which is no state of it",
        "Ping.breaches: names PING-9, which is not in the catalogue",
    ]
