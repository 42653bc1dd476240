"""The line that moves: only where somebody watches a terminal, and never torn by pytest's letters."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_atmt.progress import Progress

TESTS = """
@requirement("PING-1")
@pytest.mark.parametrize("end", ["END", "SILENCE", "NONSENSE"])
def test_it(ping, end):
    ping(ends=end)
"""


class Screen:
    """What a terminal reporter would show, after its escape sequences."""

    def __init__(self) -> None:
        self.text = ""
        self.showfspath = True
        self._tw = SimpleNamespace(fullwidth=100)

    def write(self, text: str, **markup: bool) -> None:
        self.text += text

    def flush(self) -> None:
        pass

    @property
    def lines(self) -> list[str]:
        return [line.rpartition("\r\x1b[2K")[2] for line in self.text.split("\n")]


class Told:
    """A progress line over tests that come one by one, a second each."""

    def __init__(self, planned: int) -> None:
        self.screen, self.tests, self.now = Screen(), {}, 0.0
        self.progress = Progress(self.screen, self.tests, lambda: planned, lambda: self.now)

    def comes(self, name: str, verdict: str, signature: str = "") -> list[str]:
        nodeid = f"test_it.py::test_it[peer-{name}]"
        base = {"nodeid": nodeid, "verdict": verdict, "signature": signature, "reason": "it is wrong"}
        self.tests[nodeid] = {**base, "peer": "peer", "requirements": ["R-1"], "runs": []}
        self.now += 1.0
        self.progress.pytest_runtest_logreport(SimpleNamespace(nodeid=nodeid, atmt={}))
        return self.screen.lines


def test_the_line_counts_verdicts_and_guesses_the_rest() -> None:
    told = Told(10)
    for n in range(4):
        told.comes(str(n), "pass")
    assert re.fullmatch(
        r"━{12}─{12} 5 of 10  ▲ 1  ✓ 4  0:05 left  test_it.peer-x.", told.comes("x", "finding")[-1]
    )


def test_each_kind_of_failure_is_told_once_as_it_comes() -> None:
    told = Told(10)
    told.comes("a", "fail", "Ping ended in END")
    told.comes("b", "fail", "Ping ended in END")
    first, second, line = told.comes("c", "error", "another")
    assert first == "✗ FAIL  test_it[peer-a] (R-1): it is wrong"
    assert second.startswith("! ERROR  test_it[peer-c]")
    assert "3 of 10  ✗ 2  ! 1" in line


def test_the_line_fits_the_terminal() -> None:
    assert len(Told(10).comes("x" * 500, "pass")[-1]) == 99


def on_a_terminal(folder: Any, **environment: str) -> str:
    """The output of pytest where its standard output is a terminal."""
    ours, theirs = pty.openpty()
    variables = {k: v for k, v in os.environ.items() if k not in ("CI", "PY_COLORS", "GITHUB_STEP_SUMMARY")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--atmt-html=no"]
    with subprocess.Popen(
        command, cwd=folder, stdout=theirs, stderr=theirs, env=variables | {"TERM": "xterm"} | environment
    ):
        os.close(theirs)
        text = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return text.decode()


def _read(end: int) -> bytes:
    try:
        return os.read(end, 65536)
    except OSError:  # the other side is closed
        return b""


@pytest.mark.parametrize("ci", [False, True])
def test_a_terminal_has_the_line_and_no_traceback_and_a_ci_job_has_letters(suite, ci: bool) -> None:
    suite.pytester.makepyfile(test_it="import pytest\nfrom pytest_atmt import requirement\n" + TESTS)
    text = on_a_terminal(suite.pytester.path, **({"CI": "1"} if ci else {}))
    assert ("✗ FAIL" in text) is not ci
    assert ("\x1b[2K" in text) is not ci
    assert ("test_it.py \x1b[" in text) is ci
    assert "what failed" in text
    assert "2 failed" in text
    assert text.count("FAILED") == 2


def test_a_log_has_neither_colours_nor_a_moving_line(suite) -> None:
    result = suite.run(TESTS)
    assert not re.search(r"[\x1b\r━]", result.stdout.str())
    result.stdout.fnmatch_lines(["*= FAILURES =*", "*test_it.py .FF*"][::-1])
