"""Programs as peers: ready when their statement says so, heard, kept or started anew, and what they do wrong."""

from __future__ import annotations

import gc
import os
import pty
import shutil
import subprocess
import sys
import threading

import pytest

from atmt.errors import EnvironmentFault
from atmt.lab import Lab, Topology, scaled
from atmt.lab.vtime import build
from pytest_atmt.run import Run

SERVER = """
import os, socket, subprocess, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("{ip}", 7))
print("serving as", os.environ.get("WHO"), flush=True)
{before}
count = 0
while True:
    data, client = sock.recvfrom(99)
    count += 1
    print("ping", count, flush=True)
    {during}
    sock.sendto(b"pong", client)
"""
TESTS = """
@requirement("PING-1")
def test_once(ping):
    ping()

@requirement("PING-1")
def test_twice(ping):
    ping()
    ping()
"""


VIRTUAL = 'clock = "virtual"'  # where it cannot be had, waiting for a dead peer takes five seconds


@pytest.fixture(scope="module", autouse=True)
def _lab_here():
    try:
        Lab().close()
    except EnvironmentFault as fault:
        pytest.skip(str(fault))


@pytest.fixture
def judge(suite):
    """``judge("key = value", before="", during="")``: the suite's tests against the server; the record."""

    def run(keys="", *args, before="pass", during="pass", tests=TESTS):
        script = suite.pytester.path / "server.py"
        script.write_text(SERVER.format(ip="0.0.0.0", before=before, during=during))
        command = f'command = ["{sys.executable}", "-I", "-S", "{script}"]'
        suite.peer("program", f'[peer]\nadapter = "process"\n[process]\n{command}\n{keys}\n')
        suite.run(tests, "--peer", "program", *args)
        return suite.record()

    return run


def _said(test):
    return [text for _, stream, text in test["peer_log"] if stream == "stdout"]


def test_what_a_program_writes_is_in_the_record(judge):
    once, twice = judge()["tests"]
    assert _said(once)[-1] == "ping 2"  # the first was the greeting
    assert _said(twice) == ["serving as None", "ping 1", "ping 2"]
    times = [at for at, *_ in twice["peer_log"]]
    assert times == sorted(times)
    assert -5 < times[0] < times[-1] < 5


def test_temporary_files_of_a_program_go_with_its_network(judge, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    making = "import tempfile; print('made', tempfile.mkstemp()[1], flush=True)"
    made = [line for test in judge(before=making)["tests"] for line in _said(test) if line.startswith("made")]
    assert made
    assert list(tmp_path.iterdir()) == []
    assert not any(os.path.exists(line.split()[1]) for line in made)


def test_nothing_of_a_test_is_kept_when_it_is_over(judge):
    def kept():
        gc.collect()
        return sum(isinstance(it, Topology | Run) for it in gc.get_objects()), len(
            os.listdir("/proc/self/fd")
        )

    before = kept()
    judge()
    assert kept() == before


def test_a_line_of_the_log_tells_that_it_is_ready(judge):
    record = judge('ready_log = "serving as nobody"')
    assert record["peers"]["program"]["outcome"] == "INCOMPLETE"
    assert "did not log a line like" in record["tests"][0]["reason"]
    record = judge('ready_log = "serving as p0bob"\nenv = {WHO = "{dev}bob"}')
    assert record["peers"]["program"]["outcome"] == "PASS"


@pytest.mark.parametrize(
    ("restart", "last"), [("test", "ping 2"), ("module", "ping 4"), ("session", "ping 4")]
)
def test_a_peer_is_kept_as_long_as_its_statement_says(judge, restart, last):
    record = judge(f'restart = "{restart}"')
    assert record["peers"]["program"]["outcome"] == "PASS"
    assert _said(record["tests"][1])[-1] == last


def test_a_kept_peer_that_died_is_started_anew(judge):
    once, twice = judge(f'{VIRTUAL}\nrestart = "session"', during="if count == 2: os.abort()")["tests"]
    assert once["verdict"] == "fail"
    assert "was killed by SIGABRT in the middle of a test" in once["reason"]
    assert "serving as None" in _said(twice)


def test_a_program_that_dies_before_it_is_judged_is_inconclusive_and_a_finding(judge):
    record = judge(VIRTUAL, during="os.abort()")
    assert {test["verdict"] for test in record["tests"]} == {"inconclusive"}
    assert "was killed by SIGABRT" in record["tests"][0]["reason"]
    assert any("was killed by SIGABRT" in finding for finding in record["peers"]["program"]["findings"])


LATE = """
    import time
    asked = time.monotonic()
    while time.monotonic() - asked <= 1.0:
        time.sleep(1.0 - (time.monotonic() - asked) or 1.0)
    print("late by", round(time.monotonic() - asked, 3), flush=True)
"""


@pytest.mark.parametrize(("key", "after"), [("", "2.0"), ("oversleep = 0.001", "1.001")])
def test_a_wait_under_the_virtual_clock_ends_as_late_as_its_statement_says(judge, key, after):
    try:
        build.library()
    except EnvironmentFault as fault:
        pytest.skip(str(fault))
    once, _ = judge(f"{VIRTUAL}\n{key}", during=LATE.strip().replace("\n", "\n"))["tests"]
    assert f"late by {after}" in _said(once)


TICKING = """
    import time
    first = [time.monotonic_ns() for _ in range(1000)]
    time.sleep(1.0)
    print(len(set(first)), "readings,", round(time.monotonic_ns() / 1e9 - first[0] / 1e9, 4), "s", flush=True)
"""


@pytest.mark.parametrize(
    ("key", "readings"), [("", "1 readings, 1.0 s"), ("ticks = true", "1000 readings, 1.0 s")]
)
def test_the_virtual_clock_ticks_if_its_statement_says_so(judge, key, readings):
    try:
        build.library()
    except EnvironmentFault as fault:
        pytest.skip(str(fault))
    once, _ = judge(f"{VIRTUAL}\n{key}", during=TICKING.strip())["tests"]
    assert readings in _said(once)


def test_a_scaled_program_keeps_the_testers_time(judge):
    try:
        scaled.library()
    except EnvironmentFault as fault:
        pytest.skip(str(fault))
    record = judge('clock = "scaled"\nrate = 25.0', during="import time; time.sleep(3)")
    assert record["peers"]["program"]["outcome"] == "PASS"
    [run] = record["tests"][0]["runs"]
    assert run["clock"] == "scaled"
    assert 3 <= run["duration"] < 5


def test_a_program_that_cannot_be_scaled_keeps_real_time_and_says_why(judge, monkeypatch):
    monkeypatch.setattr(scaled, "NAME", "no-such-library")
    record = judge('clock = "scaled"')
    assert record["peers"]["program"]["provenance"]["clock"] == "real"
    assert "libfaketime is not installed" in record["peers"]["program"]["provenance"]["why"]


def test_without_a_compiler_a_program_keeps_real_time_and_says_why(judge, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(build, "compiler", lambda: None)
    build.library.cache_clear()
    record = judge(VIRTUAL)
    build.library.cache_clear()
    assert record["peers"]["program"]["provenance"]["clock"] == "real"
    assert "apt-get install gcc" in record["peers"]["program"]["provenance"]["why"]
    assert record["peers"]["program"]["outcome"] == "PASS"


def test_what_a_stopped_program_leaves_running_is_a_finding(judge):
    record = judge(before='subprocess.Popen(["sleep", "99"], start_new_session=True)')
    assert record["peers"]["program"]["defects"] == ["it was stopped and left this running: sleep 99"]
    assert record["peers"]["program"]["outcome"] == "PASS WITH FINDINGS"


def test_a_program_that_it_needs_and_that_is_missing_is_named(judge):
    record = judge('needs = ["no-such-program"]')
    assert {test["verdict"] for test in record["tests"]} == {"could not run"}
    assert "it needs no-such-program, which is not installed" in record["tests"][0]["reason"]


@pytest.mark.parametrize(
    ("which", "captured"), [("always", [True, True]), ("failed", [False, True]), ("never", [False, False])]
)
def test_packets_are_captured_as_asked(judge, suite, which, captured):
    record = judge(
        f'{VIRTUAL}\nrestart = "session"', "--atmt-capture", which, during="if count == 4: os.abort()"
    )
    assert [test["verdict"] for test in record["tests"]] == ["pass", "fail"]
    assert ["capture" in test for test in record["tests"]] == captured
    files = (suite.pytester.path / "reports/ping/captures").glob("*")
    assert len(list(files)) == sum(captured)


def test_captures_of_workers_replace_those_of_the_run_before(judge, suite):
    first = judge(VIRTUAL, "--atmt-capture", "always", "-n2")
    assert all("capture" in test for test in first["tests"])
    judge(VIRTUAL, "--atmt-capture", "always", "-k", "once")
    files = (suite.pytester.path / "reports/ping/captures").glob("*")
    assert [file.name for file in files] == ["0001-test_once_program.pcapng"]


def test_a_capture_opens_in_tcpdump(judge, suite):
    if shutil.which("tcpdump") is None:
        pytest.skip("tcpdump is not installed")
    record = judge("", "--atmt-capture", "always")
    file = suite.pytester.path / "reports/ping" / record["tests"][1]["capture"]
    read = subprocess.run(["tcpdump", "-nn", "-r", str(file)], capture_output=True, text=True, check=True)
    assert len(read.stdout.splitlines()) == 4
    assert b"Ping.WAITING (receive_pong); PING-1" in file.read_bytes()


def test_a_person_may_look_around_where_a_test_failed(suite, judge):
    judge(VIRTUAL, during="if count == 2: os.abort()")
    found, shell = suite.pytester.path / "found", suite.pytester.path / "shell"
    shell.write_text(f"#!/bin/sh\ncat /proc/net/dev > {found}\n")
    shell.chmod(0o755)
    ours, theirs = pty.openpty()
    reader = threading.Thread(target=_drain, args=(ours,))
    reader.start()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--peer",
            "program",
            "--atmt-shell-on-fail",
        ],
        cwd=suite.pytester.path,
        env={**os.environ, "SHELL": str(shell)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    reader.join(10)
    os.close(ours)
    assert "p0:" in found.read_text()


def test_a_shell_needs_a_terminal(suite):
    result = suite.run(TESTS, "--atmt-shell-on-fail")
    assert "--atmt-shell-on-fail: stdin is no terminal" in result.stdout.str() + result.stderr.str()


def test_a_worker_has_no_terminal(suite):
    result = suite.run(TESTS, "--atmt-shell-on-fail", "-n1")
    assert "a worker has no terminal; leave out -n" in result.stdout.str() + result.stderr.str()


def _drain(terminal):
    try:
        while os.read(terminal, 1 << 16):
            pass
    except OSError:
        return
