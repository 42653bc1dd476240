"""Programs that are kept, or live under a virtual clock: what that alone does to them is no verdict."""

from __future__ import annotations

import json
import sys

import pytest

from atmt.errors import EnvironmentFault
from atmt.lab import Lab

SERVER = """
import socket, sys, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((sys.argv[1], int(sys.argv[2])))
count = 0
while True:
    data, client = sock.recvfrom(99)
    count += 1
    if {silent_if}:
        continue
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


@pytest.fixture(scope="module", autouse=True)
def _lab_here():
    try:
        Lab().close()
    except EnvironmentFault as fault:
        pytest.skip(str(fault))


@pytest.fixture
def judge(suite):
    """``judge("count == 4")``: the record of a server, given by its command, that is silent if that holds."""

    def run(silent_if):
        script = suite.pytester.path / f"server{abs(hash(silent_if))}.py"
        script.write_text(SERVER.format(silent_if=silent_if))
        suite.run(TESTS, "--peer", f"cmd:{sys.executable} -I -S {script} {{ip}} {{port}}")
        record = suite.record()
        [peer] = record["peers"].values()
        return record["tests"], peer

    return run


def test_a_command_is_kept_under_a_virtual_clock(judge):
    tests, peer = judge("count > 4")
    assert [test["verdict"] for test in tests] == ["pass", "pass"]
    assert (peer["provenance"]["clock"], peer["defects"]) == ("virtual", [])


def test_what_only_a_peer_that_had_served_does_wrong_is_a_finding(judge):
    tests, peer = judge("count == 4")
    assert [test["verdict"] for test in tests] == ["pass", "pass"]
    assert "passes with a fresh peer alone (fail: its peer had served other tests)" in peer["defects"][0]
    assert peer["outcome"] == "PASS WITH FINDINGS"


def test_what_a_fresh_peer_does_wrong_too_fails(judge):
    tests, peer = judge("count in (2, 4)")
    assert [test["verdict"] for test in tests] == ["fail", "fail"]
    assert peer["defects"] == []


def test_a_command_that_is_silent_under_a_virtual_clock_has_real_time(judge):
    tests, peer = judge("time.time() > 1893456000")  # 2030, when virtual time begins
    assert [test["verdict"] for test in tests] == ["pass", "pass"]
    assert peer["provenance"]["clock"] == "real"
    assert peer["provenance"]["why"] == "it said nothing under a virtual clock"


def test_a_command_is_found_from_where_it_is_typed(suite, monkeypatch):
    script = suite.pytester.path / "bin" / "server"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable} -IS\n" + SERVER.format(silent_if="False"))
    script.chmod(0o755)
    monkeypatch.chdir(suite.pytester.path)
    for command in ("./bin/server", "bin/server"):
        suite.run(TESTS, "--peer", f"cmd:{command} {{ip}} {{port}}")
        assert [test["verdict"] for test in suite.record()["tests"]] == ["pass", "pass"]


def test_a_command_that_is_nowhere_is_told_with_its_path(suite):
    suite.run(TESTS, "--peer", "cmd:./nowhere {ip} {port}")
    [reason] = {test["reason"] for test in suite.record()["tests"]}
    assert "/nowhere, which is not installed. Look at its path: nothing is there" in reason


def test_of_what_a_program_said_the_last_line_comes_first(suite):
    script = suite.pytester.path / "server.py"
    script.write_text("import sys\nprint('one', file=sys.stderr)\nraise SystemExit('no such device')\n")
    suite.run(TESTS, "--peer", f"cmd:{sys.executable} -I -S {script} {{ip}} {{port}}")
    reason = suite.record()["tests"][0]["reason"]
    assert "it said: no such device\none\nno such device" in reason


def test_two_commands_of_one_program_are_two_peers(suite):
    record_of = suite.pytester.path / "record"
    scripts = [suite.pytester.path / name for name in ("one.py", "other.py")]
    for script, silent_if in zip(scripts, ("False", "count > 1"), strict=True):
        script.write_text(SERVER.format(silent_if=silent_if))
    peers = [f"--peer=cmd:{sys.executable} -I -S {script} {{ip}} {{port}}" for script in scripts]
    suite.run(TESTS, *peers, f"--atmt-report={record_of}")
    record = json.loads((record_of / "report.json").read_text())
    assert [peer["outcome"] for peer in record["peers"].values()] == ["PASS", "FAIL"]
