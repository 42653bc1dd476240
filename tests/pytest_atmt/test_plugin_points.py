"""What other distributions may bring along, tried with one that is built, installed and loaded as any is.

Its link, its driver, its adapter and its report are in `external/atmt_slip`.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).with_name("external")
TESTS = """
@requirement("PING-1")
@requirement("PING-2")
def test_it(ping):
    run = ping()
    assert run.path == ["BEGIN", "WAITING", "END"]
"""
SILENCE = """
@requirement("PING-1")
def test_silence(ping):
    assert ping(ends="SILENCE", impair=[drop(direction="received")]).state == "SILENCE"
"""
PROGRAM = """
import sys
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

ESCAPES = [(b"\\xdb", b"\\xdb\\xdd"), (b"\\xc0", b"\\xdb\\xdc")]
line = b""
while byte := sys.stdin.buffer.read1(1):
    line += byte
    if byte == b"\\xc0" and len(line) > 1:
        line = line.strip(b"\\xc0")
        for plain, escaped in reversed(ESCAPES):
            line = line.replace(escaped, plain)
        asked = IP(line)
        back = IP(src=asked.dst, dst=asked.src) / UDP(sport=asked.dport, dport=asked.sport) / Raw(b"{answer}")
        line = bytes(back)
        for plain, escaped in ESCAPES:
            line = line.replace(plain, escaped)
        sys.stdout.buffer.write(b"\\xc0" + line + b"\\xc0")
        sys.stdout.flush()
        line = b""
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder into which pip has built and installed the package."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the package, is not installed")
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    done = subprocess.run(
        [*pip, "--target", target, PACKAGE], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def slip(suite, installed, monkeypatch):
    """Run the ping suite against a program on a serial line; gives its address."""
    monkeypatch.setenv("PYTHONPATH", str(installed), prepend=os.pathsep)

    def program(answer="pong"):
        file = suite.pytester.path / "program.py"
        file.write_text(PROGRAM.replace("{answer}", answer))
        return f"slip://{sys.executable} {file}"

    return program


def _run(suite, *options, tests=TESTS):
    head = "from pytest_atmt import requirement, drop\n"
    suite.pytester.makepyfile(test_it=head + tests)
    return suite.pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)


def test_a_peer_of_an_own_adapter_is_judged_by_its_address(suite, slip):
    done = _run(suite, "--peer", slip(), tests=TESTS + SILENCE)
    assert done.ret == 0, done.stdout.str()
    record = suite.record()
    assert [test["verdict"] for test in record["tests"]] == ["pass", "pass"]
    assert record["tests"][0]["runs"][0]["clock"] == "real"


def test_a_wrong_peer_of_an_own_adapter_fails(suite, slip):
    done = _run(suite, "--peer", slip("nonsense"))
    assert done.ret == 1, done.stdout.str()
    done.stdout.fnmatch_lines(["*Ping ended in NONSENSE*"])


def test_a_peer_of_an_own_adapter_may_have_a_statement(suite, slip):
    command = slip().removeprefix("slip://").split()
    suite.peer("board", f'[peer]\nadapter = "slip"\n[slip]\ncommand = {command!r}\n')
    assert _run(suite, "--peer", "board").ret == 0


def test_a_program_that_is_missing_is_told_with_its_remedy(suite, slip):
    done = _run(suite, "--peer", "slip://no-such-program")
    assert done.ret == 6, done.stdout.str()
    done.stdout.fnmatch_lines(["*no-such-program: No such file or directory. Install it, or give its path."])


def test_the_keys_of_an_own_adapter_are_checked(suite, slip):
    suite.peer("board", '[peer]\nadapter = "slip"\n[slip]\ncomand = []\n')
    done = _run(suite, "--peer", "board")
    said = done.stdout.str() + done.stderr.str()
    assert "unknown key 'comand' in [slip]; known are address, command" in said


def test_an_adapter_that_is_not_installed_is_told(suite):
    suite.peer("board", '[peer]\nadapter = "slip"\n')
    done = suite.run(TESTS, "--peer", "board")
    assert "adapter is 'slip'; choose one of" in done.stdout.str() + done.stderr.str()


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_an_own_report_is_written_of_the_whole_run(suite, slip, workers):
    _run(suite, "--peer", "reference", "--peer", slip(), *workers)
    with (suite.pytester.path / "reports/ping/verdicts.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["verdict"] for row in rows] == ["pass"] * 2
    assert len({row["peer"] for row in rows}) == 2


def test_the_command_line_knows_an_own_adapter(suite, slip):
    command = [sys.executable, "-m", "atmt", "run", "conftest.py:Ping", "--suite", ".", "--peer", slip()]
    done = subprocess.run(
        command, cwd=suite.pytester.path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "path    BEGIN > WAITING > END" in done.stdout


def test_two_adapters_of_one_name_are_refused(suite):
    text = (suite.pytester.path / "conftest.py").read_text()
    hook = "def pytest_atmt_adapters():\n    return [Adapter('udp', None)]\n"
    suite.pytester.makeconftest(f"from pytest_atmt import Adapter\n{text}\n{hook}")
    done = suite.run(TESTS)
    assert "there are two adapters called 'udp'" in done.stdout.str() + done.stderr.str()
