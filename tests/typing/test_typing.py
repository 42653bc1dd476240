"""mypy checks the protocol machine itself: what it reports of the example is what its comments expect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

api = pytest.importorskip("mypy.api", reason="mypy is not installed")

EXAMPLE = Path(__file__).with_name("example.py")


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """{line: messages} of one run."""
    cache = tmp_path_factory.mktemp("mypy")
    options = [
        "--strict",
        "--hide-error-context",
        "--no-error-summary",
        "--config-file=",
        f"--cache-dir={cache}",
    ]
    out, err, _ = api.run([*options, "--ignore-missing-imports", "--follow-imports=silent", str(EXAMPLE)])
    assert not err
    found: dict[int, str] = {}
    for line, message in re.findall(r"example\.py:(\d+): error: (.*)", out):
        found[int(line)] = f"{found.get(int(line), '')} {message}"
    return found


def expected():
    lines = enumerate(EXAMPLE.read_text().splitlines(), 1)
    return {number: line.partition("# expect: ")[2] for number, line in lines if "# expect: " in line}


def test_mypy_reports_the_lines_that_are_wrong_and_no_other(reported):
    assert sorted(reported) == sorted(expected()), reported


@pytest.mark.parametrize(("line", "message"), expected().items())
def test_mypy_says_what_is_wrong(reported, line, message):
    assert message in reported[line]
