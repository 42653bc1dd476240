"""`atmt new suite`: what it writes runs, passes and lints at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from atmt.cli.group import atmt


@pytest.fixture
def made(tmp_path):
    done = CliRunner().invoke(atmt, ["new", "suite", "dns_push", "-C", str(tmp_path)])
    assert done.exit_code == 0, done.output
    return tmp_path / "dns_push"


def _python(*words, cwd):
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_a_new_suite_passes_and_lints_at_once(made):
    ran = _python("pytest", "dns_push", "-q", "-p", "no:cacheprovider", cwd=made.parent)
    assert ran.returncode == 0, ran.stdout
    assert "PASS        reference against dns_push: 4 pass of 4 tests" in ran.stdout
    linted = _python("atmt", "lint", "dns_push", cwd=made.parent)
    assert (linted.returncode, linted.stdout) == (0, "dns_push: 0 complaints\n")


def test_a_new_suite_fails_a_wrong_server(made):
    reference = made / "reference.py"
    reference.write_text(reference.read_text().replace("back / pkt[UDP].payload", 'back / b"no"'))
    ran = _python("pytest", "dns_push", "-q", "-p", "no:cacheprovider", cwd=made.parent)
    assert ran.returncode == 1, ran.stdout
    assert "OTHER_WORDS" in ran.stdout


def test_a_new_suite_names_nothing_after_its_model(made):
    texts = [path.read_text() for path in made.rglob("*") if path.is_file()]
    assert not [text for text in texts if "example" in text.lower()]


def test_one_automaton_runs_without_pytest(made):
    ran = _python("atmt", "run", "dns_push.automata:Asking", 'b"hi"', "--peer", "reference", cwd=made.parent)
    assert ran.returncode == 0, ran.stderr
    assert "sent in BEGIN: IP / UDP" in ran.stdout
    assert "path    BEGIN > ASKED > ANSWERED\n" in ran.stdout


def test_a_run_that_ends_in_an_error_state_exits_with_1(made):
    words = ("dns_push.automata:Asking", 'b"hi"', "port=9", "--peer", "reference")
    ran = _python("atmt", "run", *words, cwd=made.parent)
    assert ran.returncode == 1
    assert "reached the error state SILENCE" in ran.stdout
